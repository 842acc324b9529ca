"""Loading what later pages need while the first one is being looked at."""

import importlib
import threading

import streamlit as st

from pages.shared.session import inference_service


@st.cache_resource(show_spinner=False)
def start() -> None:
    """Import the drawing libraries and start the inference process, once per server and in the background."""
    threading.Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    for module in ("plotly.graph_objects", "cv2", "PIL.Image"):
        importlib.import_module(module)
    inference_service().start()
