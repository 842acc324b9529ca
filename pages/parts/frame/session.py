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
from cifar_core.data.data_address import DataAddress, find_addressed
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError, OtherPicturesError
from cifar_core.explain.answer import Answers
from cifar_core.explain.process.service import InferenceService
from cifar_core.hardware.monitor import Monitor
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.record import DataProvenance
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings, remembered_settings
from cifar_core.words.counts import counted
from pages.parts.frame.account import class_settings, current_user


def current_settings() -> Settings:
    """Return the folders this server works with."""
    return remembered_settings()


def dataset_choices() -> tuple[DatasetChoice, ...]:
    """Return the data sets that can be put on screen, the preferred one first."""
    return list_choices(current_settings())


def choose_dataset() -> None:
    """Draw the sidebar's choice of data set; its name and fingerprint stand in the URL as ``?data=``."""
    asked = st.query_params.get("data")
    first_look = "data" not in st.session_state
    # A data set that was asked for stays in the list when it cannot be opened: the page then says why.
    asked_for = current_settings().data
    choices = dataset_choices()
    names = {choice.key: choice.name for choice in choices if choice.available or choice.key == asked_for}
    st.session_state["data"] = _wanted(asked, next(iter(names)))
    if (found := find_choice(st.session_state["data"] or "", choices)) is not None:
        names.setdefault(found.key, found.name)
    st.selectbox(
        "Data set on screen",
        list(names),
        # Nothing is on screen where the address asks for other pictures; else it cannot be emptied.
        index=None if st.session_state["data"] is None else 0,
        format_func=lambda key: names.get(key, key),
        key="data",
        placeholder="not on this machine",
        on_change=lambda: put_on_screen(st.session_state["data"]),
    )
    try:
        dataset = current_dataset()
    except CifarLabError:
        return  # The page itself says what is wrong.
    if asked is None and first_look and set(st.query_params) - {"projector"}:
        st.caption(":material/info: The address names no data set: these are the pictures of this machine.")
    in_address = str(DataAddress.of(dataset))
    st.session_state["data_written"] = (in_address, st.session_state["data"])
    if in_address != asked:  # Every write is a message to the browser.
        put_on_screen(in_address)
    if dataset.verified:
        st.badge("Official files", icon=":material/verified:", color="green")
    elif dataset.is_drawn:
        st.badge("Built-in drawings", icon=":material/brush:", color="blue")
    elif dataset.is_own:
        st.badge("Own pictures", icon=":material/folder:", color="blue")
    else:
        st.badge("Unofficial copy", icon=":material/info:", color="orange")
    st.caption(f"{len(dataset.train):,} training and {counted(len(dataset.test), 'test picture')}")


def _wanted(asked: str | None, first: str) -> str | None:
    """Return the key of the data set that an address asks for; ``None`` where this machine does not have it."""
    st.session_state["data_missing"] = None
    if asked is None:  # A change of page empties the address, and the session remembers.
        return st.session_state.get("data") or first
    written, key = st.session_state.get("data_written", (None, None))
    if asked == written:
        return key  # Of this session: where the files change, it goes with them.
    try:
        return find_addressed(asked, current_settings(), opened=open_unlisted)
    except OtherPicturesError as problem:
        st.session_state["data_missing"] = problem
        return None


def put_on_screen(data: str) -> None:
    """Choose the data set that all pages of this session show from the next run on, by its key; for callbacks."""
    st.query_params["data"] = data


def current_dataset() -> Dataset:
    """Open the data set on screen; opened once per server, shared by all sessions.

    Raises
    ------
    DataError
        It cannot be opened, or the address asks for pictures that are not here; the router shows the sentence.
    """
    if missing := st.session_state.get("data_missing"):
        raise missing
    key = st.session_state.get("data")
    check_listed(key, current_settings())
    return open_unlisted(key, current_settings())


def pictures_of(data: DataProvenance, on_screen: Dataset) -> Dataset | None:
    """Return the data set that a run was tested on: the one on screen, or another of this machine."""
    if data.fingerprint == on_screen.fingerprint:
        return on_screen
    settings = current_settings()
    return find_dataset(data.fingerprint, settings, key=data.key, name=data.name, opened=open_unlisted)


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


def open_unlisted(key: str | None, settings: Settings) -> Dataset:
    """Open any data set; pages that take a key from an address ask :func:`current_dataset`."""
    return _opened(key, repr(settings), settings)


@st.cache_resource(show_spinner="Opening the pictures …", max_entries=8)
def _opened(key: str | None, places: str, _settings: Settings) -> Dataset:
    return open_dataset(key, _settings)
