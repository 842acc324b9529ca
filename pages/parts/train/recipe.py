"""The hyper-parameters of a new run, with the chosen preset as defaults."""

from contextlib import nullcontext

from cifar_core.data.dataset import Dataset
from cifar_core.recipes.config import Recipe
from cifar_core.views.train.form_address import NewRunForm
from pages.parts.frame.part import draw_part
from pages.parts.train import end
from pages.parts.train.augmentation import choose_augmentation
from pages.parts.train.setting import Chosen, draw_settings, others

LEFT = ("optimizer", "learning_rate", "muon_other_rate", "schedule.kind", "label_smoothing")
RIGHT = ("batch_size", "weight_decay", "schedule.warmup_epochs", "average")
ABOVE = ("epochs",)
"""Decides most about time and accuracy, and stands below the model."""
LISTED = (*ABOVE, *LEFT, *RIGHT, *end.LISTED)


def choose_epochs(recipe: Recipe, start: str) -> Chosen:
    """Draw how long is trained at most."""
    return draw_settings([ABOVE], recipe, start)


def choose_recipe(begins: NewRunForm, start: str, dataset: Dataset) -> tuple[str, Chosen]:
    """Draw the other hyper-parameters; a preset starts with its own values and keeps what was changed.

    Returned are the name of the augmentation that was started with, and what was chosen.
    """
    recipe = begins.recipe
    part = draw_part("Optimizer and schedule", key="optimizer_part", icon=":material/tune:")
    drawn = part is not None
    with part or nullcontext():
        chosen = draw_settings(
            (LEFT, RIGHT),
            recipe,
            start,
            {"muon_other_rate": lambda above: above["optimizer"] == "muon"},
            drawn=drawn,
        )
        if new := others(("", "schedule"), LISTED):
            chosen |= draw_settings([new], recipe, start, drawn=drawn)
    part = draw_part("Augmentation", key="augmentation_part", icon=":material/auto_awesome_motion:")
    with part or nullcontext():
        ready, changes = choose_augmentation(begins, start, dataset, drawn=part is not None)
        chosen |= changes
    part = draw_part("Validation, end, test", key="end_part", icon=":material/flag:")
    with part or nullcontext():
        chosen |= end.choose_end(recipe, start, drawn=part is not None)
    return ready, chosen
