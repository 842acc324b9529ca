"""Charts that are as high as the window gives, where that is more than a laptop's."""

from contextlib import AbstractContextManager

import streamlit as st


def tall(key: str) -> AbstractContextManager[object]:
    """Return a place for one chart with ``height="stretch"``: on large windows style.css gives it its height.

    Parameters
    ----------
    key : str
        Of the chart.
    """
    return st.container(key=f"tall_{key}", height="stretch")
