"""How far to trust the heat map: what was measured of it beside maps that know nothing, and measuring it here."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.explain.faithfulness.kept import FaithfulnessStudy
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.result import Explanation
from cifar_core.picture_sets.evaluate import choose
from cifar_core.runs.run import Run
from cifar_core.views.explain import trust as views
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.walk import Walk
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from cifar_core.words.sentences import as_sentence
from pages.parts.frame import session
from pages.parts.frame.address import chosen, named
from pages.parts.frame.map_work import draw_progress, map_work
from pages.parts.frame.part import draw_part
from pages.parts.frame.picture_set import universe_of

WITHOUT_SET = "split(test)"


def draw_trust(
    answer: Explanation,
    heatmap: Heatmap,
    model: ModelChoice,
    walk: Walk | None,
    runs: Sequence[Run],
    dataset: Dataset,
) -> None:
    """Draw the sentence, the table where somebody opens it, and what has it measured on the set on screen."""
    shipped = views.shipped_record(model.run_id, heatmap, answer.score)
    said = st.empty()
    title = "Is the map true? Beside maps that know nothing"
    part = draw_part(title, key="trust_part", icon=":material/rule:")
    pictures = choose(WITHOUT_SET, universe_of(dataset, runs)) if walk is None else walk.shown.pictures
    if not len(pictures):
        said.caption(views.trust_sentence(model.run_id, heatmap, shipped))
        if part is not None:
            part.caption("There is no picture in this set.")
        return
    sizes = views.study_sizes(len(pictures))
    if part is None:
        count = chosen("trust_on", sizes, sizes[0])
    else:
        table, measured = part.container(), part.columns([1, 3], vertical_alignment="bottom")
        count = measured[0].selectbox("Pictures", sizes, **named("trust_on", sizes, sizes[0]))
    study = FaithfulnessStudy(
        next(run for run in runs if run.id == model.run_id),
        pictures,
        heatmap.method,
        heatmap.layer,
        answer.score,
        answer.against if st.query_params.get("against") else None,
        session.current_settings().cache_dir,
        count,
    )
    try:
        kept = views.kept_record(study)
    except RunError as problem:
        said.caption(views.trust_sentence(model.run_id, heatmap, shipped))
        if part is not None:
            part.caption(plain(as_sentence(str(problem))))
        return
    record = kept or shipped
    of_set = walk is not None and kept is not None
    said.caption(views.trust_sentence(model.run_id, heatmap, record, of_set=of_set))
    if part is None:
        return
    with table:
        st.caption(
            "A true map marks what the answer rests on. So the marked pixels are taken away (deletion), brought "
            "into a blurred picture (insertion), or filled from their neighbours (ROAD), and the network is asked "
            "again; the same for three maps that know nothing of it. "
            "Low or high: what is good. In brackets: 95% intervals; “better by” is paired, picture by picture."
        )
        if record is not None:
            st.dataframe(views.trust_table(record), hide_index=True, key="trust_table")
            st.caption(" ".join(views.trust_sentences(record)))
    with measured[1]:
        _draw_measuring(study, done=kept is not None and kept.pictures == count)


def _draw_measuring(study: FaithfulnessStudy, *, done: bool) -> None:
    work, key = map_work(), f"faithfulness {study.path}"
    if draw_progress(partial(work.progress, key)):
        st.button("Stop", key="trust_stop", icon=":material/stop:", on_click=work.stop, args=(key,))
    elif not done:
        measure = partial(study.measure, session.inference_service())
        st.button(
            f"Measure it on {counted(study.count, 'picture')}",
            key="trust_begin",
            icon=":material/straighten:",
            on_click=lambda: work.start(key, measure),
        )
