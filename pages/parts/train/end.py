"""How a new run is validated, ended and tested."""

from typing import Any

import streamlit as st

from cifar_core.recipes.config import Recipe
from pages.parts.train.form import kept

STOP_EARLY = {
    "never": "never",
    "val_loss": "when the validation loss no longer falls",
    "loss": "when the training loss no longer falls",
}
KEEP = {"best": "best epoch", "last": "last epoch"}


def choose_end(recipe: Recipe, start: str) -> dict[str, Any]:
    """Draw which pictures are held out, when training ends, and what is kept and tested; return their values."""
    left, right = st.columns(2)
    fraction = left.number_input(
        "Validation share",
        0.01,
        0.5,
        recipe.validation_fraction,
        0.05,
        help="Share of the training pictures held out to watch progress; never trained on.",
        **kept("validation", start),
    )
    share = right.number_input(
        "Training share",
        0.001,
        1.0,
        recipe.training_share,
        0.05,
        "%g",
        help="Share of the pictures left for training that is used, of each class as many.",
        **kept("share", start),
    )
    rule = recipe.early_stopping
    monitor = st.selectbox(
        "Stop early",
        list(STOP_EARLY),
        list(STOP_EARLY).index(rule.monitor if rule else "never"),
        format_func=STOP_EARLY.__getitem__,
        **kept("monitor", start),
    )
    patience = rule.patience if rule else 10
    if monitor != "never":
        patience = st.number_input(
            "Epochs without improvement before that", 1, 1000, patience, **kept("patience", start)
        )
    keep = st.segmented_control(
        "Weights to keep",
        list(KEEP),
        default=recipe.keep,
        required=True,
        format_func=KEEP.__getitem__,
        help="They are tested at the end. The best epoch is the one with the lowest validation loss.",
        **kept("keep", start),
    )
    views = st.toggle(
        "Also test six views of each picture",
        recipe.test_time_augmentation,
        help="Test-time augmentation: mirrored and moved by a pixel. Reported beside the plain figure.",
        **kept("views", start),
    )
    return {
        "validation_fraction": fraction,
        "training_share": share,
        "early_stopping": {"monitor": monitor, "patience": patience} if monitor != "never" else None,
        "keep": keep,
        "test_time_augmentation": views,
    }
