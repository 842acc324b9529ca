"""Which random changes a new run makes of its training pictures, with a preview."""

from dataclasses import replace

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Augmentation
from cifar_core.views.train.augmentation import build_augmented
from cifar_core.views.train.form_address import RECIPES_OWN, NewRunForm
from pages.parts.frame.wall import draw_rows
from pages.parts.train.setting import SETTINGS, Chosen, draw_settings, kept, others, value_of

TITLES = {RECIPES_OWN: "the recipe's"}
ABOVE = ("augmentation.flip",)
LEFT = ("augmentation.translate", "augmentation.colour", "augmentation.mixup")
RIGHT = ("augmentation.rotate", "augmentation.cutout", "augmentation.cutmix")
BELOW = ("augmentation.rand_augment", "augmentation.rand_augment_magnitude")
LISTED = (*ABOVE, *LEFT, *RIGHT, *BELOW)


def choose_augmentation(
    begins: NewRunForm, start: str, dataset: Dataset, *, drawn: bool
) -> tuple[str, Chosen]:
    """Draw the changes a recipe starts with, and what they make of some pictures, where the part is open.

    Returned are the name of the augmentation that was started with, and what was chosen.
    """
    look = kept("augmentation", start)
    ready = value_of(look, begins.augmentation)
    if drawn:
        ready = st.pills(
            "Start with",
            [RECIPES_OWN, *AUGMENTATIONS],
            default=begins.augmentation,
            required=True,
            format_func=lambda name: TITLES.get(name, name),
            help="Ready augmentations; everything below starts with theirs.",
            **look,
        )
    same = ready == begins.augmentation
    recipe = begins.recipe if same else replace(begins, augmentation=ready, chosen={}).recipe
    if ready != RECIPES_OWN:
        start = f"{start}_{ready}"
    chosen = draw_settings([ABOVE], recipe, start, drawn=drawn)
    chosen |= draw_settings((LEFT, RIGHT), recipe, start, drawn=drawn)
    chosen |= draw_settings(
        [[*BELOW, *others(["augmentation"], LISTED)]],
        recipe,
        start,
        {"augmentation.rand_augment_magnitude": lambda above: above["augmentation.rand_augment"] > 0},
        drawn=drawn,
    )
    if not drawn:
        return ready, chosen
    augmentation = Augmentation.model_validate({SETTINGS[path].name: value for path, value in chosen.items()})
    preview = build_augmented(dataset, augmentation)
    draw_rows(
        preview.images, preview.captions, key="augmented", label=preview.sentence, columns=preview.columns
    )
    st.caption(preview.sentence)
    return ready, chosen
