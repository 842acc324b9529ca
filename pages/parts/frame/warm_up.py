"""Loading what pages need before somebody asks for it: some when the server starts, the rest while pages are read."""

import contextlib
import gc
import importlib
import pkgutil
import threading
from collections.abc import Iterable

# Not in the background: Plotly looks for pandas among the loaded modules, and a page that draws while another thread
# is in the middle of importing it would find half of it.
import numpy as np
import pandas as pd  # noqa: F401
import streamlit as st
from PIL import Image
from streamlit import delta_generator

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.hardware.quiet import wait_until_quiet
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from pages.parts.frame.session import (
    answers,
    current_settings,
    dataset_choices,
    inference_service,
    open_unlisted,
)
from pages.parts.frame.start import expect_run

FIRST = (
    "pages.parts.frame",
    "pages.parts.home",
    "pages.parts.train",
    "cifar_core.views.home",
    "cifar_core.views.train",
    "streamlit.material_icon_names",
    "streamlit.web.skills",
    "PIL.ImageFile",
)
"""What the pages are made of that are opened first: it is there once a server answers."""
OTHERS = ("pages.parts", "cifar_core.views", "cifar_core.charts")

WAIT_SECONDS = 1.5
QUIET_SECONDS = 5.0
"""A worker imports TensorFlow too, for the first run: on two cores that comes before the process that explains."""


def load_first_pages() -> None:
    """Import what the first pages are made of, and begin to open what they show; when the server starts."""
    know_how_started()
    gc.disable()  # It would look through all that is new again and again, and none of it is garbage.
    _import(FIRST)
    gc.freeze()  # nor will be: what pages/parts/frame/tidy.py collects is looked for among the rest
    gc.enable()
    threading.Thread(target=open_first_page, name="first page", daemon=True).start()


def know_how_started() -> None:
    """Spare Streamlit the look whether somebody started it without ``streamlit run``: a server was.

    Before the very first element it would go through the files of all modules that are loaded, a fifth of a second.
    """
    delta_generator._use_warning_has_been_displayed = True


def open_first_page() -> None:
    """Open data set and runs, and draw the strip of Home, while a browser still reads Streamlit's program."""
    from cifar_core.views.home import build_home
    from pages.parts.home.strip import strip_url

    with contextlib.suppress(CifarLabError):  # The page itself says what is wrong.
        dataset = _first_dataset()
        build_home(dataset, dataset_choices(), all_runs())
        strip_url(dataset)


@st.cache_resource(show_spinner=False)  # Nor does the one that it calls draw one: nobody is here.
def _first_dataset() -> Dataset:
    """Open the data set that a new visitor has on screen, as the pages open it."""
    return open_unlisted(dataset_choices()[0].key, current_settings())


def all_runs() -> tuple[Run, ...]:
    """Return all runs: outside of a session there is no user."""
    return RunStore.from_settings(current_settings()).list()


def start() -> None:
    """Load what pages need, and keep a worker waiting for the next click on *Start* as long as pages are in use."""
    _load_once()
    expect_run()


@st.cache_resource(show_spinner=False)
def _load_once() -> None:
    """Import what the pages draw with and start the inference process, once per server and in the background."""
    # A moment later: the first page is still on its way to the browser, on a laptop with few cores.
    timer = threading.Timer(WAIT_SECONDS, _load)
    timer.daemon = True
    timer.start()


def _load() -> None:
    importlib.import_module("pyarrow")  # what a table is made of
    Image.preinit()  # Pillow's formats, with the first picture
    _import(OTHERS)
    # Plotly loads its templates and checks with the first figure: better now than when a class is waiting.
    from plotly.subplots import make_subplots

    figure = make_subplots(cols=2)
    figure.add_scatter(x=[0], y=[0], mode="markers")
    figure.add_heatmap(z=[[0]])
    figure.to_json()

    wait_until_quiet(QUIET_SECONDS)
    inference_service().start()
    explain_ahead()


def explain_ahead() -> None:
    """Have the picture explained that Explain opens with: a model is loaded and compiled by its first explanation.

    What that page draws of the answer is drawn, too. After it the best model is asked, whose pictures Compare leads to;
    often it is the same one.
    """
    from cifar_core.explain.overlay import COLOR_MAPS
    from cifar_core.views.alike import alike_by_pixels
    from cifar_core.views.explain.answer import build_explain_view, question_about
    from cifar_core.views.explain.models import first_choice, model_choices
    from cifar_core.views.explain.overlay import heat_png, picture_file
    from cifar_core.views.explain.tested import said_in_test
    from cifar_core.views.subject import subject_from_dataset

    with contextlib.suppress(CifarLabError):
        dataset, runs = _first_dataset(), all_runs()
        if not (choices := model_choices(runs, dataset)):
            return
        subject, model = subject_from_dataset(dataset, "test", 0), first_choice(choices)
        (answer,) = answers().ask(question_about(model, subject))
        tested = said_in_test(answer, model, subject, runs, dataset)
        build_explain_view(answer, model, subject, color_map=COLOR_MAPS[0], tested=tested)
        if answer.heatmap is not None:
            heat_png(subject, answer.heatmap, color_map=COLOR_MAPS[0])
        picture_file(subject, smooth=True)
        alike_by_pixels(np.asarray(subject.seen.pixels), dataset, current_settings().cache_dir)
        answers().ask(question_about(choices[0], subject))


def _import(names: Iterable[str]) -> None:
    """Import modules, and of packages all that is in them."""
    for name in names:
        module = importlib.import_module(name)
        for inside in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{name}."):
            importlib.import_module(inside.name)
