"""The Data set page's controls, and the histograms that all sessions share."""

import streamlit as st

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.histograms import ColourHistograms, cached_histograms
from pages.parts.frame.address import bound
from pages.parts.frame.session import current_settings

SPLIT_NAMES: dict[SplitName, str] = {"train": "training", "test": "test"}
ALL = "all classes"


@st.cache_resource(show_spinner="Counting colours …", max_entries=8)
def histograms(_dataset: Dataset, fingerprint: str, split: SplitName) -> ColourHistograms:
    """Return the histograms of a split, shared by all sessions; the fingerprint names the pictures."""
    return cached_histograms(_dataset, split, current_settings().cache_dir)


def choose_split() -> SplitName:
    """Draw the choice between the two splits."""
    split: SplitName = st.segmented_control(
        "Split",
        list(SPLIT_NAMES),
        default="train",
        required=True,
        **bound("shown_split", list(SPLIT_NAMES)),  # not “split”: that is Explain's
    )
    return split


def choose_class(dataset: Dataset, label: str, key: str, start: int | None = None) -> str:
    """Draw a choice of class; with ``start`` one class, without it possibly all."""
    options = list(dataset.class_names) if start is not None else [ALL, *dataset.class_names]
    chosen: str = st.selectbox(label, options, index=min(start or 0, len(options) - 1), **bound(key, options))
    return chosen
