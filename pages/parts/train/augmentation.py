"""Which random changes a new run makes of its training pictures, with a preview."""

from typing import Any

import streamlit as st

from cifar_core.charts.wall import wall_figure
from cifar_core.data.dataset import Dataset
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Augmentation
from cifar_core.views.train.augmentation import build_augmented
from pages.parts.train.form import kept

RECIPE = "recipe"
"""The augmentation that the recipe brings."""
TITLES = {RECIPE: "the recipe's"}
FLIPS = {False: "never", True: "random", "alternating": "alternating"}


def choose_augmentation(preset: Augmentation, start: str, dataset: Dataset) -> dict[str, Any]:
    """Draw the changes a preset starts with, and what they make of some pictures."""
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
        preset, start = AUGMENTATIONS[ready], f"{start}_{ready}"
    flips = list(FLIPS)
    values: dict[str, Any] = {
        "flip": st.segmented_control(
            "Mirror left and right",
            flips,
            default=preset.flip,
            required=True,
            format_func=FLIPS.__getitem__,
            help="Alternating: one way in one epoch, the other way in the next.",
            **kept("flip", start),
        ),
    }
    left, right = st.columns(2)
    values["translate"] = left.slider(
        "Shift",
        0.0,
        0.5,
        preset.translate,
        0.0125,
        "%.3f",
        help="By up to this share of the width; edges are reflected.",
        **kept("translate", start),
    )
    values["rotate"] = right.slider("Turn (°)", 0.0, 45.0, preset.rotate, 1.0, **kept("rotate", start))
    values["colour"] = left.slider(
        "Colours",
        0.0,
        1.0,
        preset.colour,
        0.05,
        help="Brightness, contrast and saturation, each by up to this factor.",
        **kept("colour", start),
    )
    values["cutout"] = right.slider(
        "Cutout", 0, 32, preset.cutout, help="Side of a blanked square in pixels.", **kept("cutout", start)
    )
    values["mixup"] = left.slider(
        "MixUp",
        0.0,
        2.0,
        preset.mixup,
        0.1,
        help="Two pictures shine through each other.",
        **kept("mixup", start),
    )
    values["cutmix"] = right.slider(
        "CutMix",
        0.0,
        2.0,
        preset.cutmix,
        0.1,
        help="A part of another picture.",
        **kept("cutmix", start),
    )
    values["rand_augment"] = st.slider(
        "RandAugment: operations",
        0,
        4,
        preset.rand_augment,
        help="Drawn for each picture out of fourteen: turns, shears, shifts, colours, sharpness … 0 is off.",
        **kept("rand_augment", start),
    )
    if values["rand_augment"]:
        values["rand_augment_magnitude"] = st.slider(
            "RandAugment: magnitude",
            0,
            10,
            preset.rand_augment_magnitude,
            help="How strong all its operations are.",
            **kept("rand_augment_magnitude", start),
        )
    else:
        values["rand_augment_magnitude"] = preset.rand_augment_magnitude
    preview = build_augmented(dataset, Augmentation.model_validate(values))
    st.plotly_chart(
        wall_figure(preview.images, preview.captions, columns=preview.columns, picture_pixels=64),
        config={"displayModeBar": False},
        key="augmented",
    )
    st.caption(preview.sentence)
    return values
