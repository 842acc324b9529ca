"""The map of pictures: those that are alike lie together, and a region drawn around some is a picture set."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from cifar_core.charts.picture_map import map_figure
from cifar_core.charts.selection import clicked_index, drawn_region
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
    region_expression,
)
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.views.set_words import map_words
from cifar_core.words.markdown import plain
from pages.parts.dataset.controls import choose_split
from pages.parts.dataset.of_set import draw_set_wall
from pages.parts.dataset.wall import LARGE
from pages.parts.frame.address import bound, kept
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.map_work import draw_progress, map_work
from pages.parts.frame.picture_set import put_on, universe_of
from pages.parts.frame.session import inference_service

DRAWS, OPENS = "draws", "opens"
TOOLS = [["lasso2d", "select2d", "zoom2d", "pan2d", "resetScale2d"]]


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
        [DRAWS, OPENS],
        default=DRAWS,
        required=True,
        **bound("map_pointer", [DRAWS, OPENS]),
        help="Draws: a lasso around some points puts their pictures on as a set. Opens: a click on a point opens it in "
        "Explain, and dragging moves the map. The wheel zooms.",
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
    _draw_chart(view, dataset, chosen_set, colour, pointer == OPENS)
    if chosen_set is not None and len(chosen_set.indices(split)):
        draw_set_wall(dataset, chosen_set, split, LARGE)


def _draw_chart(
    view: MapView, dataset: Dataset, within: SetOnScreen | None, colour: str, opens: bool
) -> None:
    key = f"map_{view.shown.name}".replace(":", "_").replace("@", "_")
    clicked = st.session_state.pop("map_clicked", None)
    if clicked is not None:
        run = None if colour == CLASS else colour
        open_in_explain(dataset, view.shown.name.split, clicked, run=run, pictures=within and within.text)

    def selected() -> None:
        selection = st.session_state[key]
        corners = drawn_region(selection)
        if not corners:
            st.session_state["map_clicked"] = clicked_index(selection)
        elif (region := region_expression(view.shown, corners, within)) is None:
            st.session_state["map_note"] = NO_REGION
        else:
            put_on(region)

    draw_chart(
        map_figure(view.shown.points, view.groups, view.shown.pictures, view.hover, opens=opens),
        key=key,
        alt=view.title,
        numbers=lambda: map_columns(view, dataset),
        fills=True,
        on_select=selected,
        selection_mode=("points", "box", "lasso"),
        config={"displayModeBar": True, "displaylogo": False, "scrollZoom": True, "modeBarButtons": TOOLS},
    )
    if note := st.session_state.pop("map_note", None):
        st.warning(note, icon=":material/lasso_select:")
    st.caption(
        "**Click a point** to open its picture in Explain."
        if opens
        else "**Draw around some points** (lasso) to see their pictures: they become a picture set."
    )


def _draw_computing(name: MapName, universe: Universe, labels: Callable[[str], str]) -> None:
    work, dataset = map_work(), universe.with_pictures()
    if draw_progress(partial(map_progress, name, dataset, work)):
        return
    title = map_words(name, labels)
    st.markdown(f"T{plain(title[1:])} was not computed yet. It takes minutes, once, in the background.")
    st.button(
        "Compute the map",
        key="compute_map",
        icon=":material/scatter_plot:",
        on_click=begin_map,
        args=(name, universe, inference_service(), work),
    )
