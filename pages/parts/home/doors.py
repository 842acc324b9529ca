"""The doors of the Home page: three pages, and a training that starts at a click."""

import streamlit as st

from cifar_core.accounts.user import User
from cifar_core.data.dataset import Dataset
from cifar_core.data.trainable import check_trainable
from cifar_core.errors import CifarLabError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.permissions import may_change
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import submit
from cifar_core.views.home import demo_config
from cifar_core.words.markdown import plain
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES

# For three pages: a word, what one does there, and the words of the link.
DOORS = (
    ("dataset", "Look", "The pictures and their colours, class by class.", "Browse"),
    ("train", "Train", "Any network, by a recipe of your own.", "Choose"),
    ("explain", "Explain", "See where a network looks in a picture.", "Upload"),
)


def draw_doors(dataset: Dataset, store: RunStore) -> None:
    """Draw the ways into the program."""
    # Four in a row where each has room for its heading and its button; else two.
    grid = st.grid(4, min_column_width=210, key="doors")
    look, demo, train, explain = (
        grid.container(border=True, height="stretch", gap="xsmall") for _ in range(4)
    )
    for door, (name, word, text, verb) in zip((look, train, explain), DOORS, strict=True):
        page = PAGES[name]
        with door:
            st.header(f"{page.icon} {word}", anchor=False)
            st.write(text)
            query = on_screen(dataset) | {"source": "upload"} if verb == "Upload" else None
            st.page_link(page.file, label=f"**{verb}**", icon=":material/arrow_forward:", query_params=query)
    with demo:
        st.header(":material/play_circle: Live demo", anchor=False)
        st.write("Watch a small network learn, in about a minute on two cores.")
        if st.button("Start it", key="live_demo", type="primary", icon=":material/play_arrow:"):
            _start_demo(dataset, store)


def _start_demo(dataset: Dataset, store: RunStore) -> None:
    """Start the live demo, unless it is under way, and go where it is watched."""
    config = demo_config(dataset)
    try:
        run = next((run for run in store.list() if _is_under_way(run, config, store.user)), None)
        if run is None:
            check_trainable(dataset, config)
            run = submit(store, config)
    except CifarLabError as problem:  # such as a limit, or too few pictures
        st.error(plain(str(problem)), icon=":material/error:")
        return
    st.switch_page(PAGES["train"].file, query_params=on_screen(dataset) | {"run": run.id})


def _is_under_way(run: Run, config: TrainingConfig, user: User | None) -> bool:
    """Tell whether a run is this very training, of the same person: a second press starts nothing twice."""
    return run.active and run.record is not None and run.record.config == config and may_change(user, run)
