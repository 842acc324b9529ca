"""Which random changes a new run makes of its training pictures, with a preview."""

import streamlit as st

from cifar_core.charts.wall import wall_figure
from cifar_core.data.dataset import Dataset
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Augmentation, Recipe
from cifar_core.views.train.augmentation import build_augmented
from pages.parts.train.setting import SETTINGS, Chosen, draw_settings, kept, others

RECIPE = "recipe"
"""The augmentation that the recipe brings."""
TITLES = {RECIPE: "the recipe's"}
ABOVE = ("augmentation.flip",)
LEFT = ("augmentation.translate", "augmentation.colour", "augmentation.mixup")
RIGHT = ("augmentation.rotate", "augmentation.cutout", "augmentation.cutmix")
BELOW = ("augmentation.rand_augment", "augmentation.rand_augment_magnitude")
LISTED = (*ABOVE, *LEFT, *RIGHT, *BELOW)


def choose_augmentation(recipe: Recipe, start: str, dataset: Dataset) -> Chosen:
    """Draw the changes a recipe starts with, and what they make of some pictures."""
    ready = st.pills(
        "Start with",
        [RECIPE, *AUGMENTATIONS],
        default=RECIPE,
        required=True,
        format_func=lambda name: TITLES.get(name, name),
        help="Ready augmentations; everything below starts with theirs.",
        **kept("augmentation", start),
    )
    if ready != RECIPE:
        recipe = recipe.model_copy(update={"augmentation": AUGMENTATIONS[ready]})
        start = f"{start}_{ready}"
    chosen = draw_settings([ABOVE], recipe, start) | draw_settings((LEFT, RIGHT), recipe, start)
    chosen |= draw_settings(
        [[*BELOW, *others(["augmentation"], LISTED)]],
        recipe,
        start,
        {"augmentation.rand_augment_magnitude": lambda above: above["augmentation.rand_augment"] > 0},
    )
    augmentation = Augmentation.model_validate({SETTINGS[path].name: value for path, value in chosen.items()})
    preview = build_augmented(dataset, augmentation)
    st.plotly_chart(
        wall_figure(preview.images, preview.captions, columns=preview.columns, picture_pixels=64),
        config={"displayModeBar": False},
        key="augmented",
    )
    st.caption(preview.sentence)
    return chosen
