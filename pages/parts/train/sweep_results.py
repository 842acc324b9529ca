"""What a sweep has found, on the Train page: the best trial, all trials, what mattered."""

import streamlit as st

from cifar_core.charts.importance import importance_figure
from cifar_core.charts.parallel_coordinates import parallel_coordinates_figure
from cifar_core.sweeps.store import Sweep, SweepStore
from cifar_core.sweeps.submit import repeat_best
from cifar_core.views.train.sweep import ACCURACY, CROSS_ENTROPY, SweepView, trial_columns
from cifar_core.words.counts import counted
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.table import table_of

MOST_REASONS = 5  # Why trials failed; the table has them all.


def draw_results(view: SweepView, sweep: Sweep, store: SweepStore) -> str | None:
    """Draw what a sweep has found so far; return the run that somebody asked to see, or that was started here."""
    assert view.plan is not None
    trials = sweep.summary.trials if sweep.summary else ()
    if view.best_sentence and view.learned:
        st.success(view.best_sentence, icon=":material/emoji_events:")
    elif view.best_sentence:
        st.warning(view.best_sentence, icon=":material/casino:")
    for sentence in view.failures[:MOST_REASONS]:
        st.caption(f":material/error: {sentence}")
    with st.container(horizontal=True):
        if view.best_run and st.button(
            "Open the best run", key=f"best_{view.id}", icon=":material/show_chart:"
        ):
            return view.best_run
        if view.repeat and st.button(view.repeat, key=f"repeat_{view.id}", icon=":material/casino:"):
            runs = repeat_best(store, view.id)
            said = f"Started: {counted(len(runs), 'run')} of the best trial, each with another seed."
            st.toast(said, icon=":material/check:")
            return runs[0].id
    if view.finished:
        figure = parallel_coordinates_figure(view.plan, trials)
        draw_chart(
            figure, key=f"coordinates_{view.id}", alt="All trials", numbers=lambda: trial_columns(view)
        )
        st.caption(
            "Each line is one trial: follow it from what was tried to what came out, better on top. Where the lines "
            "that end high pass through one part of an axis, that hyper-parameter matters. Dotted lines were stopped "
            "early."
        )
    if len(view.importance) > 1:
        draw_chart(importance_figure(view.importance), key=f"importance_{view.id}", alt="Importance")
    if view.finished:
        st.caption(view.importance_sentence)
    chosen = _draw_table(view)
    with st.expander("What was asked", icon=":material/search:", key=f"asked_{view.id}"):
        for sentence in view.asked:
            st.markdown(sentence)
    return chosen


def _draw_table(view: SweepView) -> str | None:
    """Draw all trials; return the run of the chosen one."""
    if not view.rows:
        return None
    number = st.column_config.NumberColumn
    # A key for each sweep; choosing a line leaves this view, so nothing stays chosen.
    chosen = st.dataframe(
        table_of(trial_columns(view)),
        hide_index=True,
        key=f"trials_{view.id}",
        on_select="rerun",
        selection_mode="single-row",
        height=36 * (1 + min(len(view.rows), 8)) + 2,
        row_height=36,
        placeholder="–",
        column_config={ACCURACY: number(format="%.1f%%"), CROSS_ENTROPY: number(format="%.3f")}
        | {field: number(format="%.3g") for field in view.numbers},
        alt="All trials",
    )
    st.caption("Click the box before a trial to watch its run. A trial under way shows its newest epoch.")
    for row in chosen["selection"]["rows"]:
        if row < len(view.rows) and view.rows[row].has_run:
            return view.rows[row].trial.run_id
    return None
