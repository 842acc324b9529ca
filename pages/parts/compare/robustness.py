"""What corruptions do to the accuracy of the ticked runs; a button has them measured."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cifar_core.charts.robustness import robustness_figure
from cifar_core.data.dataset import Dataset
from cifar_core.explain.robustness.study import Predicts, RobustnessStudy
from cifar_core.maps.background import Told
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.robustness import EVERY, KIND_TITLES, build_robustness
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.frame import session
from pages.parts.frame.address import named
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.map_work import draw_progress, map_work


def draw_robustness(view: CompareView, dataset: Dataset) -> None:
    """Draw accuracy against severity, all kinds in a table, and what is still to be measured."""
    found = build_robustness(view.compared, dataset, session.current_settings().cache_dir)
    if found.records:
        kind = st.selectbox(
            "Corruption",
            list(KIND_TITLES),
            format_func=KIND_TITLES.__getitem__,
            width=320,
            **named("corruption", list(KIND_TITLES), EVERY),
        )
        draw_chart(
            robustness_figure(found.lines(kind)),
            key=f"robustness_{kind}",
            alt=f"Accuracy against severity: {KIND_TITLES[kind]}",
        )
        for sentence in found.sentences:
            st.caption(sentence)
        st.dataframe(found.table, hide_index=True, key="robustness_table")
        st.caption(
            "How to read it: severity 0 are the pictures as they are, 5 what a person still recognises. The table has "
            "the mean of severities 1 to 5; the mean corruption error is the plain mean of all mistakes (CIFAR-10-C)."
        )
    for problem in found.problems:
        st.caption(f":material/info: {plain(problem)}")
    if found.missing:
        _draw_missing(found.missing)


def _draw_missing(missing: Sequence[tuple[str, RobustnessStudy]]) -> None:
    works = {f"robustness {study.path}": study for _, study in missing}
    work = map_work()
    under_way = next((key for key in works if work.progress(key) is not None), None)
    if under_way is not None and draw_progress(lambda: work.progress(under_way)):
        st.button(
            "Stop",
            key="robustness_stop",
            icon=":material/stop:",
            on_click=lambda: [work.stop(key) for key in works],
        )
        return

    def begin() -> None:
        service = session.inference_service()
        for key, study in works.items():
            work.start(key, partial(_measure, study, service))

    names = ", ".join(plain(label) for label, _ in missing)
    st.markdown(
        f"How far does accuracy fall in noise, blur, fog …? Not measured yet: {names}. It takes some minutes a run, in "
        "the background."
    )
    st.button(
        f"Measure {counted(len(missing), 'run')}",
        key="robustness_begin",
        icon=":material/foggy:",
        on_click=begin,
    )


def _measure(study: RobustnessStudy, service: Predicts, told: Told) -> None:
    study.measure(service, told)
