"""Labels that the ticked runs doubt, one picture after the other: right, wrong, or of no use."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.picture_sets.reviews import ReviewStore
from cifar_core.views.compare.doubt import doubt_on_screen
from cifar_core.views.compare.labels import (
    CHOSEN_BY_RUNS,
    Doubt,
    ask_runs,
    decision_columns,
    decisions_sentence,
    find_doubts,
    read_decisions,
    score_columns,
    score_sentences,
)
from cifar_core.views.compare.page import CompareView
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.frame.account import current_user
from pages.parts.frame.download import draw_file
from pages.parts.frame.session import current_settings
from pages.parts.frame.table import table_of
from pages.parts.frame.wall import draw_wall

Decisions = Mapping[int, int | None]
COLUMNS = 8


def draw_labels(view: CompareView, dataset: Dataset) -> None:
    """Draw the labels that the runs doubt, with a decision about each, and the accuracies by the corrected labels."""
    asked = ask_runs(view.compared, dataset.fingerprint)
    if not asked:
        st.info("A decision needs the pictures: choose a run that was tested on the data set on screen.")
        return
    names, labels = dataset.class_names, np.asarray(dataset.test.labels)
    store = ReviewStore(current_settings().runs_dir, dataset.fingerprint, names, labels, current_user())
    decisions, problem = read_decisions(store)
    if problem:
        st.error(plain(problem))
        return
    if failed := st.session_state.pop("label_problem", None):
        st.error(plain(failed))
    doubts = find_doubts(asked, names)
    st.markdown(
        f"**{counted(len(doubts), 'label')}** doubted by the ticked runs together (confident learning). "
        f"{decisions_sentence(store, decisions)} Your decisions are kept beside the data set, which stays as it is."
    )
    if doubts:
        _draw_doubt(doubts, decisions, store, dataset)
    st.dataframe(
        table_of(score_columns(asked, decisions)),
        hide_index=True,
        key="label_scores",
        row_height=36,
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in ("n, original", "n, corrected")
        },
        alt="Accuracy by original and by corrected labels",
    )
    for sentence in score_sentences(asked, decisions):
        st.markdown(plain(sentence))
    if decisions:
        st.caption(CHOSEN_BY_RUNS)
        draw_file(
            "Decisions as CSV",
            lambda: for_spreadsheets(csv_columns(decision_columns(store, decisions))),
            "labels.csv",
            key="labels_csv",
        )


def _draw_doubt(
    doubts: tuple[Doubt, ...], decisions: Decisions, store: ReviewStore, dataset: Dataset
) -> None:
    """Draw one doubted picture, what the runs say of it, the buttons, and the pictures around it."""
    shown = doubt_on_screen(doubts, decisions, st.query_params.get("doubt", ""), dataset.class_names)
    one, after, names = shown.one, shown.after, dataset.class_names
    left, right = st.columns([1, 3], gap="medium")
    left.image(shown.picture(dataset), width="stretch", output_format="PNG", alt=plain(shown.title))
    with right:
        st.header(plain(shown.title), anchor=False)
        st.caption(plain(shown.caption))
        with st.container(horizontal=True):
            _decide("Label is right", "accept", "1", store, one, one.label, after)
            _decide(f"It is {names[one.guess]}", "relabel", "2", store, one, one.guess, after)
            _decide("Of no use", "reject", "3", store, one, None, after)
            st.button(
                "Take back",
                key="label_take_back",
                shortcut="u",
                disabled=one.index not in decisions,
                on_click=_keep,
                args=(store, one.index, "take back", one.index),
            )
        st.selectbox(
            "… or it is another class",
            shown.others,
            index=None,
            format_func=names.__getitem__,
            key=f"label_other_{one.index}",
            placeholder="no other class",
            on_change=lambda: _keep(store, one.index, st.session_state[f"label_other_{one.index}"], after),
        )
        with st.container(horizontal=True):
            _step("Previous", "Left", shown.previous)
            _step("Next", "Right", shown.following)
    draw_wall(
        shown.pictures(dataset),
        shown.captions,
        key=f"doubts_{shown.page}_{hash(tuple(shown.captions))}",
        label="Pictures with doubted labels",
        columns=COLUMNS,
        hover=shown.hover,
        selected=shown.selected,
        on_pick=lambda number: _show(shown.around[number].index),
    )


def _decide(
    words: str, key: str, shortcut: str, store: ReviewStore, one: Doubt, label: int | None, after: int
) -> None:
    st.button(
        plain(words),
        key=f"label_{key}",
        shortcut=shortcut,
        on_click=_keep,
        args=(store, one.index, label, after),
    )


def _step(words: str, shortcut: str, index: int | None) -> None:
    st.button(
        words, key=f"doubt_{words}", shortcut=shortcut, disabled=index is None, on_click=_show, args=(index,)
    )


def _show(index: int) -> None:
    st.query_params["doubt"] = str(index)


def _keep(store: ReviewStore, picture: int, label: int | str | None, after: int) -> None:
    """Keep a decision, or take it back, and go on; what went wrong is said when the page is drawn."""
    try:
        if isinstance(label, str):
            store.take_back(picture)
        else:
            store.decide(picture, label)
    except CifarLabError as problem:
        st.session_state["label_problem"] = str(problem)
    else:
        _show(after)
