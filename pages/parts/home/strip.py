"""The strip of pictures at the top of Home."""

import streamlit as st

from cifar_core.charts.wall import sprite
from cifar_core.data.dataset import Dataset
from cifar_core.views.home import picture_strip


@st.cache_resource(
    show_spinner=False, max_entries=8, hash_funcs={Dataset: lambda dataset: dataset.fingerprint}
)
def strip_url(dataset: Dataset) -> str:
    """Return the first test pictures of each class as one image for a browser; encoded once for each data set."""
    return sprite(picture_strip(dataset)[None])
