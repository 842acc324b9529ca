"""“Not one of the ten”: whether the picture looks unlike what the network has learnt from, and what that is worth."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.result import Explanation
from cifar_core.explain.unknown.study import UnknownStudy, foreign_datasets
from cifar_core.maps.background import Told
from cifar_core.runs.run import Run
from cifar_core.settings import Settings
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.unknown import (
    foreign_table,
    picture_sentence,
    unknown_sentences,
    unlike_sentence,
)
from cifar_core.words.markdown import plain
from cifar_core.words.sentences import as_sentence
from pages.parts.frame import session
from pages.parts.frame.map_work import draw_progress, map_work
from pages.parts.frame.part import draw_part


def unlike(answer: Explanation, model: ModelChoice, runs: Sequence[Run]) -> str | None:
    """Say that the picture looks like none of the classes, where that was measured of the model and is so."""
    try:
        record = _study(model, runs).stored()
    except RunError:
        return None
    return None if record is None else unlike_sentence(record, answer, len(model.class_names))


def draw_unknown(answer: Explanation, model: ModelChoice, runs: Sequence[Run], dataset: Dataset) -> None:
    """Draw how unlike the picture is and how well that tells foreign pictures; a button has it measured."""
    title = "Not one of the classes? How unlike this picture is"
    part = draw_part(title, key="unknown_part", icon=":material/help:")
    if part is None:
        return
    with part:
        try:
            study = _study(model, runs)
        except RunError as problem:
            st.caption(plain(as_sentence(str(problem))))
            return
        record = study.stored()
        if record is None:
            _draw_asking(study, dataset)
            return
        st.markdown(
            "\n".join(f"- {one}" for one in (*unknown_sentences(record), picture_sentence(record, answer)))
        )
        st.dataframe(foreign_table(record), hide_index=True, key="unknown_table")
        st.caption(
            "How to read it: the energy is high where no class has a high logit. AUROC is the chance that a picture of "
            "that kind has a higher energy than a test picture: 1 tells them all apart, 0.5 nothing."
        )


def _study(model: ModelChoice, runs: Sequence[Run]) -> UnknownStudy:
    run = next(run for run in runs if run.id == model.run_id)
    return UnknownStudy(run, session.current_settings().cache_dir)


def _draw_asking(study: UnknownStudy, dataset: Dataset) -> None:
    work, key = map_work(), f"unknown {study.path}"
    if draw_progress(partial(work.progress, key)):
        st.button("Stop", key="unknown_stop", icon=":material/stop:", on_click=work.stop, args=(key,))
        return
    own = session.pictures_of(study.data, dataset)
    if own is None:
        st.caption(f"The pictures that it was trained on ({plain(study.data.name)}) are not on this machine.")
        return
    st.markdown(
        "A network answers with one of its classes, whatever the picture shows. Its *energy* tells how far a picture "
        "is from what it has learnt (out-of-distribution detection). From which energy on is a picture unlike? The "
        "validation pictures say it. It takes a minute or so, in the background."
    )
    asked = (study, session.inference_service(), own, session.current_settings())
    st.button(
        "Measure it",
        key="unknown_begin",
        icon=":material/straighten:",
        on_click=lambda: work.start(key, partial(_measure, *asked)),
    )


def _measure(
    study: UnknownStudy, service: InferenceService, dataset: Dataset, settings: Settings, told: Told
) -> None:
    study.measure(service, dataset, foreign_datasets(study.run, settings), told)
