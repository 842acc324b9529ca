"""What a page works with: settings, the data set on screen, the runs, the inference process."""

import streamlit as st

from cifar_core.data.catalog import (
    DatasetChoice,
    check_listed,
    find_choice,
    find_dataset,
    list_choices,
    open_dataset,
)
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.explain.answer import Answers
from cifar_core.explain.process.service import InferenceService
from cifar_core.hardware.monitor import Monitor
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.record import DataProvenance
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.frame.account import class_settings, current_user


def current_settings() -> Settings:
    """Return the folders this server works with."""
    return Settings.from_environment()


def dataset_choices() -> tuple[DatasetChoice, ...]:
    """Return the data sets that can be put on screen, the preferred one first."""
    return list_choices(current_settings())


def choose_dataset() -> None:
    """Draw the sidebar's choice of data set: its name on the page, its key in the URL as ``?data=``."""
    # A data set that was asked for stays in the list when it cannot be opened: the page then says why.
    asked_for = current_settings().data
    choices = dataset_choices()
    names = {choice.key: choice.name for choice in choices if choice.available or choice.key == asked_for}
    # The URL wins, so that a link opens the same view; a change of page empties it, and the session remembers.
    wanted = st.query_params.get("data", st.session_state.get("data"))
    found = None if wanted is None else find_choice(wanted, choices)
    if found is not None:
        names.setdefault(found.key, found.name)
    if wanted is not None and wanted not in names:
        st.warning(f"There is no data set “{plain(wanted, 80)}” on this machine.", icon=":material/link_off:")
    first = next(iter(names))
    st.session_state["data"] = wanted if wanted in names else first
    st.selectbox(
        "Data set on screen",
        list(names),
        format_func=lambda key: names.get(key, key),
        key="data",
        on_change=lambda: put_on_screen(st.session_state["data"]),
    )
    in_address = None if st.session_state["data"] == first else st.session_state["data"]
    if in_address != st.query_params.get("data"):  # Every write is an entry in the browser's history.
        if in_address is None:
            del st.query_params["data"]
        else:
            put_on_screen(in_address)
    try:
        dataset = current_dataset()
    except CifarLabError:
        return  # The page itself says what is wrong.
    if dataset.verified:
        st.badge("Official files", icon=":material/verified:", color="green")
    elif dataset.is_drawn:
        st.badge("Built-in drawings", icon=":material/brush:", color="blue")
    elif dataset.is_own:
        st.badge("Own pictures", icon=":material/folder:", color="blue")
    else:
        st.badge("Unofficial copy", icon=":material/info:", color="orange")
    st.caption(f"{len(dataset.train):,} training and {counted(len(dataset.test), 'test picture')}")


def put_on_screen(key: str) -> None:
    """Choose the data set that all pages of this session show from the next run on; for callbacks."""
    st.query_params["data"] = key


def current_dataset() -> Dataset:
    """Open the data set on screen; opened once per server, shared by all sessions.

    Raises
    ------
    DataError
        It cannot be opened; the router shows the sentence.
    """
    key = st.session_state.get("data")
    check_listed(key, current_settings())
    return _open(key, current_settings())


def pictures_of(data: DataProvenance, on_screen: Dataset) -> Dataset | None:
    """Return the data set that a run was tested on: the one on screen, or another of this machine."""
    if data.fingerprint == on_screen.fingerprint:
        return on_screen
    return find_dataset(data.fingerprint, current_settings(), key=data.key, name=data.name, opened=_open)


def run_store() -> RunStore:
    """Return the store of own and shipped runs, in which whoever is logged in may do what is allowed."""
    user = current_user()
    limits = None if user is None else class_settings().limits
    return RunStore.from_settings(current_settings(), user=user, limits=limits)


def newest_runs(store: RunStore) -> tuple[Run, ...]:
    """Return all runs as they are now, whatever was known a moment ago."""
    return recent_runs(store, renew=True)


@st.cache_resource(show_spinner=False)
def monitor() -> Monitor:
    """Return what watches this server's hardware, for all sessions."""
    return Monitor()


@st.cache_resource(show_spinner=False)
def inference_service() -> InferenceService:
    """Return the one inference process of this server."""
    return InferenceService()


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """Return what that process has said, kept for all sessions of this server."""
    return Answers(inference_service())


@st.cache_resource(show_spinner="Opening the pictures …", max_entries=8)
def _open(key: str | None, settings: Settings) -> Dataset:
    return open_dataset(key, settings)
