"""The curves of Compare: accuracy and loss over epochs, steps or time."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.charts.curves import accuracy_figure, loss_figure
from cifar_core.views.compare.curves import AXES, CurveChoice, curve_look, overfitting_sentences
from cifar_core.views.compare.numbers import curve_columns
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.repeats import RepeatGroup
from cifar_core.views.compare.table import RunRow
from cifar_core.words.markdown import plain
from pages.parts.frame.address import bound
from pages.parts.frame.chart import draw_chart

NAMES = {"epoch": "Epochs", "step": "Steps", "time": "Time"}
SMOOTHINGS = [round(0.05 * number, 2) for number in range(20)]


def draw_curves(view: CompareView, rows: Sequence[RunRow], groups: Sequence[RepeatGroup]) -> None:
    """Draw accuracy and loss by epoch, step or time; the other runs of the table can stand behind."""
    if not view.curves and not view.repeated:
        st.info("None of the chosen runs has finished an epoch yet.", icon=":material/show_chart:")
        return
    choice = _choose()
    look, notes = curve_look(view, choice, rows, groups)
    grid = st.grid("auto", min_column_width=560, gap="medium")
    with grid.container():
        draw_chart(
            accuracy_figure(view.curves, view.repeated, look=look),
            key="accuracy",
            alt="Accuracy by epoch",
            numbers=lambda: curve_columns(view),
            fills=True,
        )
        st.caption(
            "Solid: on validation pictures, which the network never trained on; dashed: on training pictures. "
            "Higher is better."
        )
    with grid.container():
        draw_chart(
            loss_figure(view.curves, view.repeated, view.losses, look=look),
            key="loss",
            alt="Cross-entropy or loss by epoch",
            numbers=lambda: curve_columns(view),
            fills=True,
        )
        st.caption(
            "Solid: on validation pictures; dashed: on training pictures. Lower is better. Where the dashed line "
            "falls on while the solid one rises, the network is overfitting: it learns the training pictures by heart."
        )
        for sentence in (*view.loss_sentences(), *overfitting_sentences(view)):
            st.caption(plain(sentence))
    for note in notes:
        st.caption(plain(note))
    if choice.smoothing:
        st.caption(
            f"Smoothed: exponential moving average over epochs, momentum {choice.smoothing:.2f}, with the correction "
            "for its beginning; faint behind it what was measured. The circle of the lowest loss is not smoothed."
        )
    if view.repeated:
        st.caption(
            "A line with a band is the mean over several seeds, as far as all of them came; the band is the 95% "
            "confidence interval of the mean (Student's t)."
        )


def _choose() -> CurveChoice:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        axis = st.segmented_control(
            "Over",
            list(AXES),
            default="epoch",
            required=True,
            format_func=NAMES.__getitem__,
            **bound("over", list(AXES), NAMES.__getitem__),
            help="A step is one mini-batch; time is that of training, with validation.",
        )
        smoothing = st.slider("Smoothing", 0.0, 0.95, step=0.05, width=220, **bound("smoothing", SMOOTHINGS))
        log = st.toggle("Logarithmic loss", width="content", **bound("log", ["true", "false"]))
        others = st.toggle("All other runs in grey", width="content", **bound("others", ["true", "false"]))
    return CurveChoice(axis, smoothing, log, others)
