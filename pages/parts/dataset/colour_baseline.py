"""How far colour alone gets: a classifier that is trained here in seconds, beside the networks."""

import streamlit as st

from cifar_core.charts.confusion import confusion_figure
from cifar_core.charts.numbers import matrix_numbers
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.evaluation.colour_baseline import ColourBaseline, colour_baseline, known_baseline
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.labels import run_labels
from cifar_core.views import colour_baseline as views
from cifar_core.words.markdown import plain
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.session import current_settings
from pages.parts.frame.table import table_of


def draw_colour_baseline(dataset: Dataset, universe: Universe) -> None:
    """Draw the button that trains it; once trained, its accuracy beside the networks', and its confusion matrix."""
    st.subheader("How far does colour alone get?", anchor=False)
    cache = current_settings().cache_dir
    found = known_baseline(dataset, cache)
    if found is None:
        st.caption(
            "A linear classifier learns here from colour histograms alone, in about ten seconds. A network that is "
            "no better may go by colour."
        )
        if not st.button("Train it", key="train_colour", icon=":material/palette:"):
            return
        try:
            with st.spinner("Training on colours …", show_time=True):
                found = colour_baseline(dataset, cache)
        except CifarLabError as problem:
            st.warning(plain(str(problem)), icon=":material/error:")
            return
    _draw(found, dataset, universe)


def _draw(found: ColourBaseline, dataset: Dataset, universe: Universe) -> None:
    st.markdown(views.baseline_sentence(found))
    left, right = st.columns([5, 4], gap="medium")
    number = st.column_config.NumberColumn
    rows = views.beside_colour(found, universe, run_labels(universe.runs))
    with left:
        st.dataframe(
            table_of(views.beside_columns(rows)),
            hide_index=True,
            key="beside_colour",
            row_height=36,
            column_config={
                "Model": st.column_config.TextColumn(width=160),
                "Accuracy": number(format="%.1f%%", width=75),
                "95% interval": st.column_config.TextColumn(width=95),
                "Colour right": number(
                    format="%.1f%%",
                    width=85,
                    help="Accuracy on the test pictures that colour alone gets right.",
                ),
                "Colour wrong": number(
                    format="%.1f%%",
                    width=85,
                    help="Accuracy on the test pictures that colour alone gets wrong.",
                ),
            },
            alt="Colour alone beside the networks",
        )
        st.caption(
            "*Colour right*, *Colour wrong*: a network's accuracy on the test pictures that colour alone gets right "
            "and wrong. A network that goes by colour fails where colour does; but what is easy is easy for both."
        )
    with right:
        matrix = ConfusionMatrix.from_predictions(found.predictions)
        draw_chart(
            confusion_figure(matrix, dataset.class_names, title="Colour alone"),
            key="colour_matrix",
            alt="Confusion matrix of colour alone",
            numbers=lambda: matrix_numbers(matrix.counts, dataset.class_names),
        )
