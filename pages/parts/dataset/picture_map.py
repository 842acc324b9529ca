"""The map of pictures: those that are alike lie together, and a region drawn around some is a picture set."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.maps.name import METHODS, MapName
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.labels import run_labels
from cifar_core.views.picture_map import (
    CLASS,
    NO_REGION,
    PIXELS,
    MapView,
    begin_map,
    build_map,
    find_map,
    map_columns,
    map_progress,
    missing_sentence,
    read_region,
    region_expression,
)
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.file_name import file_stem
from cifar_core.words.markdown import plain
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.dataset.controls import choose_split
from pages.parts.dataset.of_set import draw_set_wall
from pages.parts.dataset.points import points
from pages.parts.dataset.wall import LARGE
from pages.parts.frame.address import bound, kept
from pages.parts.frame.chart import draw_pictures, place_of
from pages.parts.frame.download import draw_download, draw_file
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.map_work import draw_progress, map_work
from pages.parts.frame.picture_set import put_on, universe_of
from pages.parts.frame.session import inference_service

DRAWS, MOVES = "draws", "moves"


def draw_map(dataset: Dataset, chosen_set: SetOnScreen | None) -> None:
    """Draw the map with its controls; a region drawn on it is put on as a set, whose pictures stand below."""
    universe = universe_of(dataset)
    labels = run_labels(universe.runs)
    first, second, third, fourth, fifth = st.columns([2, 2, 3, 3, 3])
    with first:
        split = choose_split()
    able = [run.id for run in universe.runs if run.has_model and universe.is_tested_here(run)]
    of = third.selectbox(
        "Of",
        [PIXELS, *able],
        format_func=lambda one: one if one == PIXELS else f"last features of {labels[one]}",
        **kept("map_of", [PIXELS, *able], PIXELS),
        help="Pixels, or what a network makes of a picture before it decides: what goes into its last layer.",
    )
    method = second.segmented_control(
        "Laid out by",
        list(METHODS),
        default="pca",
        required=True,
        format_func=METHODS.__getitem__,
        **bound("map_by", list(METHODS), METHODS.__getitem__),
    )
    tested = [run.id for run in universe.runs if universe.is_tested_here(run)] if split == "test" else []
    colour = fourth.selectbox(
        "Colour",
        [CLASS, *tested],
        format_func=lambda one: one if one == CLASS else f"right or wrong: {labels[one]}",
        **kept("map_colour", [CLASS, *tested], CLASS),
    )
    pointer = fifth.segmented_control(
        "Pointer",
        [DRAWS, MOVES],
        default=DRAWS,
        required=True,
        **bound("map_pointer", [DRAWS, MOVES]),
        help="What dragging does: it draws a lasso around some points, which puts their pictures on as a set, or it "
        "moves the map. A click on a point opens it in Explain either way; the wheel zooms.",
    )
    name = MapName(method, split, None if of == PIXELS else of)
    try:
        with st.spinner("Laying the pictures out, once …", show_time=True):
            found = find_map(name, universe)
    except RunError as problem:
        st.info(plain(str(problem)), icon=":material/scatter_plot:")
        return
    if found is None:
        _draw_computing(name, universe, lambda one: labels.get(one, one))
        return
    said = None if colour == CLASS else universe.said(colour)
    view = build_map(found, dataset, said, chosen_set, labels)
    st.caption(plain(view.sentence))
    _draw_points(view, dataset, chosen_set, colour, pointer == MOVES)
    if chosen_set is not None and len(chosen_set.indices(split)):
        draw_set_wall(dataset, chosen_set, split, LARGE)


def _draw_points(
    view: MapView, dataset: Dataset, within: SetOnScreen | None, colour: str, moves: bool
) -> None:
    key = f"map_{view.shown.name}".replace(":", "_").replace("@", "_")

    def drawn() -> None:
        region = region_expression(view.shown, read_region(st.session_state[key]["drawn"]), within)
        if region is None:
            st.session_state["map_note"] = NO_REGION
        else:
            put_on(region)

    with st.container(key=f"chart_{key}", gap=None):
        result = points(
            key=key,
            data=view.spec() | {"moves": moves},
            on_drawn_change=drawn,
            on_picked_change=lambda: None,
        )
        draw_download(key, partial(_draw_files, view, dataset, key))
    if result.picked in view.shown.pictures.tolist():
        run = None if colour == CLASS else colour
        open_in_explain(
            dataset, view.shown.name.split, int(result.picked), run=run, pictures=within and within.text
        )
    if note := st.session_state.pop("map_note", None):
        st.warning(note, icon=":material/lasso_select:")
    st.caption(
        "**Draw around some points** (lasso) to see their pictures: they become a picture set. "
        "**Click a point** to open its picture in Explain."
    )


def _draw_files(view: MapView, dataset: Dataset, key: str) -> None:
    name = file_stem(view.title)
    draw_pictures(place_of(key), name, key=key)
    draw_file(
        "CSV",
        lambda: for_spreadsheets(csv_columns(map_columns(view, dataset))),
        f"{name}.csv",
        key=f"numbers_of_{key}",
    )


def _draw_computing(name: MapName, universe: Universe, labels: Callable[[str], str]) -> None:
    work, dataset = map_work(), universe.with_pictures()
    if draw_progress(partial(map_progress, name, dataset, work)):
        return
    st.markdown(plain(missing_sentence(name, labels)))
    st.button(
        "Compute the map",
        key="compute_map",
        icon=":material/scatter_plot:",
        on_click=begin_map,
        args=(name, universe, inference_service(), work),
    )
