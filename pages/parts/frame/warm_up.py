"""Loading what later pages need while the first one is being looked at."""

import contextlib
import importlib
import pkgutil
import threading

# Not in the background: Plotly looks for pandas among the loaded modules, and a page that draws while another thread
# is in the middle of importing it would find half of it.
import pandas as pd  # noqa: F401
import streamlit as st

from cifar_core.data.catalog import open_dataset
from cifar_core.errors import CifarLabError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import expect_training
from pages.parts.frame.session import answers, current_settings, inference_service

WAIT_SECONDS = 1.5


_loaded = threading.Event()


def start() -> None:
    """Load what pages need, and keep a worker waiting for the next click on *Start* as long as pages are in use."""
    _load_once()
    if _loaded.is_set() and current_settings().ray is None:
        expect_training(RunStore.from_settings(current_settings()))


@st.cache_resource(show_spinner=False)
def _load_once() -> None:
    """Import what the pages draw with and start the inference process, once per server and in the background."""
    # A moment later: the first page is still on its way to the browser, on a laptop with few cores.
    timer = threading.Timer(WAIT_SECONDS, _load)
    timer.daemon = True
    timer.start()


def _load() -> None:
    try:
        _load_for_pages()
    finally:
        _loaded.set()
    if current_settings().ray is None:
        expect_training(RunStore.from_settings(current_settings()))


def _load_for_pages() -> None:
    importlib.import_module("pyarrow")  # what a table is made of
    for package in ("cifar_core.views", "cifar_core.charts"):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)
    # Plotly loads its templates and checks with the first figure: better now than when a class is waiting.
    from plotly.subplots import make_subplots

    figure = make_subplots(cols=2)
    figure.add_scatter(x=[0], y=[0], mode="markers")
    figure.add_heatmap(z=[[0]])
    figure.to_json()

    from cifar_core.views.explain.answer import question_about
    from cifar_core.views.explain.models import model_choices
    from cifar_core.views.subject import subject_from_dataset

    inference_service().start()
    # A model is compiled by its first explanation; the Explain page opens with this one.
    with contextlib.suppress(CifarLabError):
        dataset = open_dataset(None, current_settings())
        runs = RunStore.from_settings(current_settings()).list()  # outside of a session there is no user
        for model in model_choices(runs, dataset)[:1]:
            answers().ask(question_about(model, subject_from_dataset(dataset, "test", 0)))
