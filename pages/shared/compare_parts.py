"""The parts of the Compare page: the table of runs, the matrices, the pictures in a cell, the other charts."""

import contextlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cifar_core.charts.confusion import cell_of, confusion_figure
from cifar_core.charts.curves import accuracy_figure, loss_figure
from cifar_core.charts.per_class import MEASURES, measure_figure, misclassified_figure, predicted_figure
from cifar_core.charts.selection import clicked_index
from cifar_core.charts.wall import wall_figure
from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.runs.record import DataProvenance
from cifar_core.runs.store import Run
from cifar_core.settings import Settings
from cifar_core.views.compare import ComparedRun, CompareView, Evaluation, evaluate_run
from cifar_core.views.compare_cell import (
    COLUMNS,
    OpenCell,
    cell_options,
    cell_page,
    cell_text,
    missing_pictures,
    open_cell,
)
from cifar_core.views.run_rows import RunRow
from pages.shared.links import open_in_explain
from pages.shared.session import current_settings

PLAIN = {"displayModeBar": False}


def evaluate(run: Run) -> Evaluation:
    """Evaluate a run, once for as long as its predictions stay the same."""
    try:
        state = run.paths.predictions.stat()
    except OSError:
        return evaluate_run(run)  # which says what is wrong
    return _evaluate(str(run.paths.folder), state.st_mtime_ns, state.st_size, run)


@st.cache_resource(show_spinner="Reading predictions …", max_entries=24)
def _evaluate(folder: str, modified: int, size: int, _run: Run) -> Evaluation:
    return evaluate_run(_run)


def draw_table(rows: Sequence[RunRow]) -> None:
    """Draw a line for each run."""
    table = pd.DataFrame(
        {
            "Run": [row.label for row in rows],
            "Test accuracy": [None if row.test_accuracy is None else 100 * row.test_accuracy for row in rows],
            "95 % interval": [
                None
                if row.interval is None
                else f"{100 * row.interval.low:.1f} – {100 * row.interval.high:.1f} %"
                for row in rows
            ],
            "n": [row.test_pictures for row in rows],
            "Parameters": [row.parameters for row in rows],
            "Epochs": [row.epochs for row in rows],
            "Training time": [_duration(row.training_seconds) for row in rows],
            "Status": [row.run.status if row.run.record else "damaged" for row in rows],
            "Model": [row.model for row in rows],
            "Hardware": [row.hardware for row in rows],
            "Data set": [row.data_name for row in rows],
            "Data source": [row.data_source for row in rows],
        }
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        table,
        hide_index=True,
        key="table",
        height=36 * (1 + min(len(rows), 5)) + 2,
        row_height=36,
        placeholder="–",
        column_config={
            "Test accuracy": number(format="%.1f %%", help="Share of test pictures recognised."),
            "95 % interval": text(
                help="Wilson's interval: where the accuracy on new pictures of this kind lies."
            ),
            "n": number(format="localized", help="Test pictures."),
            "Parameters": number(format="localized"),
            "Epochs": number(format="localized", help="Finished passes over the training pictures."),
        },
        alt="All runs with their test accuracy",
    )


def draw_matrices(view: CompareView, *, by_true_class: bool, selected: OpenCell | None) -> None:
    """Draw the confusion matrices side by side; a click on a cell goes into the URL."""
    largest = view.largest_mistake(by_true_class=by_true_class)
    alone = len(view.compared) == 1
    grid = st.grid(min(len(view.compared), 3), min_column_width=340, gap="medium")
    for one in view.compared:
        key = f"matrix_{one.id}"
        here = selected is not None and selected.of.id == one.id
        with grid:
            st.plotly_chart(
                confusion_figure(
                    one.evaluation.matrix,
                    one.data.class_names,
                    by_true_class=by_true_class,
                    largest_mistake=largest,
                    selected=(selected.true, selected.predicted) if here and selected else None,
                    title=one.title,
                    height=560 if alone else 470,
                ),
                key=key,
                on_select=_open_clicked(key, one),
                selection_mode="points",
                config=PLAIN,
                alt=f"Confusion matrix of {one.title}",
            )


def _open_clicked(key: str, one: ComparedRun):  # noqa: ANN202
    def remember() -> None:
        index = clicked_index(st.session_state[key])
        # A second click on the same cell takes the selection away in Plotly; here it opens the cell again.
        index = st.session_state.get(f"{key}_clicked") if index is None else index
        if index is not None:
            st.session_state[f"{key}_clicked"] = index
            names = one.data.class_names
            go_to_cell(cell_text(names, *cell_of(index, len(names))), one.id)

    return remember


def go_to_cell(cell: str | None, of: str | None) -> None:
    """Put a cell into the URL, and the runs with it, so that the URL shows the same elsewhere."""
    st.query_params["runs"] = st.session_state["chosen"]
    for name, value in (("cell", cell), ("of", of)):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    st.session_state["page"] = 1


def choose_cell(compared: Sequence[ComparedRun]) -> OpenCell | None:
    """Return the open cell, named by the URL; a sentence says when the URL names what there is not."""
    cell, note = open_cell(compared, st.query_params.get("cell"), st.query_params.get("of"))
    if note:
        st.warning(note, icon=":material/link_off:")
    return cell


def draw_cell_controls(compared: Sequence[ComparedRun], cell: OpenCell | None) -> None:
    """Draw the choice of run and cell, for the keyboard and as a list of the most frequent mistakes."""
    labels = {one.id: one.row.label for one in compared}
    shown = cell.of if cell else compared[0]
    options = cell_options(shown.evaluation.matrix, shown.data.class_names)
    if cell:
        options.setdefault(cell.text, f"{cell.title.split(' by ')[0]}")
    st.session_state["of_run"] = shown.id
    st.session_state["which_cell"] = cell.text if cell else None
    left, right = st.columns(2)
    left.selectbox(
        "Matrix of",
        list(labels),
        format_func=labels.__getitem__,
        key="of_run",
        on_change=lambda: go_to_cell(st.query_params.get("cell"), st.session_state["of_run"]),
    )
    right.selectbox(
        "Cell: click one above, or choose; most frequent mistakes first",
        list(options),
        format_func=options.__getitem__,
        index=None,
        placeholder="no cell chosen",
        key="which_cell",
        on_change=lambda: go_to_cell(st.session_state["which_cell"], shown.id),
    )


def draw_cell(cell: OpenCell, dataset: Dataset) -> None:
    """Draw the very pictures of a cell; a click on one opens it in Explain."""
    st.subheader(cell.title)
    pictures = find_pictures(cell.of.data, dataset, current_settings())
    if pictures is None:
        st.info(missing_pictures(cell.of.data), icon=":material/hide_image:")
        return
    if not cell.count:
        st.caption("No picture fell into this cell.")
        return
    page = 1
    if cell.pages > 1:
        page = st.pagination(cell.pages, key="page", bind="query-params")
    st.caption(
        f"Most confident first; beneath each picture, the class that {cell.of.row.label} chose and its probability. "
        + (
            "**Click a picture to see where the network looked.**"
            if cell.of.row.run.has_model
            else "The weights of this run are not on this machine: a click opens the picture with another model."
        )
    )
    wall = cell_page(cell, page, pictures)
    clicked = clicked_index(
        st.plotly_chart(
            wall_figure(wall.images, wall.captions, columns=COLUMNS, hover=wall.hover, picture_pixels=144),
            key=f"wall_{cell.of.id}_{cell.true}_{cell.predicted}_{page}",
            on_select="rerun",
            selection_mode="points",
            config=PLAIN,
            alt=cell.title,
        )
    )
    if clicked is not None:
        open_in_explain(pictures, "test", wall.indices[clicked], run=cell.of.id)


def find_pictures(data: DataProvenance, on_screen: Dataset, settings: Settings) -> Dataset | None:
    """Return the data set that a run was tested on: the one on screen, or another of this machine."""
    if data.fingerprint == on_screen.fingerprint:
        return on_screen
    for choice in list_choices(settings):
        if choice.available and (choice.key == data.key or choice.name == data.name):
            with contextlib.suppress(CifarLabError):
                found = _open(choice.key, settings)
                if found.fingerprint == data.fingerprint:
                    return found
    return None


@st.cache_resource(show_spinner="Opening the pictures …", max_entries=4)
def _open(key: str, settings: Settings) -> Dataset:
    return open_dataset(key, settings)


def draw_curves(view: CompareView) -> None:
    """Draw accuracy and loss by epoch."""
    if not view.curves:
        st.info("None of the chosen runs has finished an epoch yet.", icon=":material/show_chart:")
        return
    grid = st.grid("auto", min_column_width=560, gap="medium")
    with grid.container():
        st.plotly_chart(accuracy_figure(view.curves), key="accuracy", config=PLAIN, alt="Accuracy by epoch")
        st.caption("Solid: on validation pictures the network never trained on. Higher is better.")
    with grid.container():
        st.plotly_chart(loss_figure(view.curves), key="loss", config=PLAIN, alt="Loss by epoch")
        st.caption(
            "Lower is better. Where the dashed line falls on while the solid one rises, the network learns by heart."
        )


def draw_classes(view: CompareView) -> None:
    """Draw how well each class is recognised."""
    if not view.compared:
        return
    measure = st.segmented_control(
        "Measure",
        list(MEASURES),
        default="f1",
        required=True,
        format_func=MEASURES.__getitem__,
        key="measure",
        bind="query-params",
        help="Precision: of the pictures called a cat, the share that are cats. "
        "Recall: of the cats, the share that was recognised. F1: their harmonic mean.",
    )
    for number, group in enumerate(view.by_classes()):
        names = group[0].data.class_names
        figures = {one.row.label: one.evaluation.per_class for one in group}
        st.plotly_chart(measure_figure(figures, names, measure), key=f"measure_{number}", config=PLAIN)
        st.caption("Longer bars are better; compare bars of one class.")
        grid = st.grid("auto", min_column_width=560, gap="medium")
        with grid.container():
            st.plotly_chart(misclassified_figure(figures, names), key=f"misclassified_{number}", config=PLAIN)
            st.caption("How many test pictures of each class were taken for another: shorter is better.")
        with grid.container():
            st.plotly_chart(predicted_figure(figures, names), key=f"predicted_{number}", config=PLAIN)
            st.caption(
                "The line marks how many pictures there are; above it, the network says this class too often."
            )


def _duration(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:.0f} s"
