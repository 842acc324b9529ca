"""How many runs to start: one, one recipe with several seeds, or a sweep; and what a sweep searches over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.errors import CifarLabError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.slots import training_slots
from cifar_core.sweeps.plan import METHODS, MOST_TRIALS, OBJECTIVES, SweepPlan, make_plan
from cifar_core.sweeps.seeds import FEWEST_SEEDS, MOST_SEEDS, submit_seeds
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.submit import submit_sweep
from cifar_core.views.train.cost import LaunchView
from cifar_core.views.train.form_address import HowMany, NewRunForm, SweepForm
from cifar_core.words.counts import counted
from cifar_core.words.durations import rough_duration_words
from cifar_core.words.markdown import plain
from pages.parts.frame.session import current_settings
from pages.parts.train.address import asked
from pages.parts.train.search import SUGGESTED, choose_space
from pages.parts.train.start import draw_no_start, draw_start

ONE, SEEDS, SWEEP = "one", "seeds", "sweep"
Start = tuple[str, Callable[[], None]]
"""What the button says, and what it does."""


def choose_how_many() -> HowMany:
    """Draw the choice between one run, repeats and a sweep."""
    # Short words: the three stand in one line on a small screen too.
    chosen: HowMany = st.segmented_control(
        "How many",
        [ONE, SEEDS, SWEEP],
        default=asked().how_many,
        required=True,
        format_func=str.capitalize,
        key="how_many",
        persist_state="session",
        help="Seeds: the same recipe several times, to see how much of a result is chance. "
        "Sweep: many runs that try different hyper-parameters (a hyper-parameter search).",
    )
    return chosen


def start(
    now: NewRunForm, config: TrainingConfig, view: LaunchView, store: RunStore, place: DeltaGenerator
) -> NewRunForm:
    """Draw what repeats or a sweep are to do, and in ``place`` the button that starts them.

    Returned is the form with that.
    """
    try:
        if now.how_many == SEEDS:
            now, (label, begin) = _choose_seeds(now, config, view, store)
        else:
            now, (label, begin) = _choose_sweep(now, config, view, store)
    except CifarLabError as problem:
        draw_no_start(place)
        place.error(plain(str(problem)), icon=":material/error:")
    else:
        draw_start(place, label, config, view, store, begin)
    return now


def _choose_seeds(
    now: NewRunForm, config: TrainingConfig, view: LaunchView, store: RunStore
) -> tuple[NewRunForm, Start]:
    count = st.number_input(
        "Seeds", FEWEST_SEEDS, MOST_SEEDS, asked().seeds, key="seeds_count", persist_state="session"
    )
    st.caption(
        f"{count} runs with the seeds {config.seed} to {config.seed + count - 1}. When they are done, Compare shows "
        "their mean with a 95% interval: how much of the result is chance in training."
    )
    _draw_time(view, count)

    def begin() -> None:
        runs = submit_seeds(store, config, count)
        st.query_params.pop("sweep", None)
        st.query_params["run"] = runs[0].id

    return replace(now, seeds=count), (f"Start {counted(count, 'run')}", begin)


def _choose_sweep(
    now: NewRunForm, config: TrainingConfig, view: LaunchView, store: RunStore
) -> tuple[NewRunForm, Start]:
    begins = asked().sweep
    methods, objectives = list(METHODS), list(OBJECTIVES)
    method = st.selectbox(
        "Method", methods, methods.index(begins.method), format_func=_method_title, key="sweep_method",
        persist_state="session",
    )  # fmt: skip
    space = choose_space(config, begins.space, listed=method == "grid")
    trials = None
    if method != "grid":
        trials = st.number_input(
            "Trials", 1, MOST_TRIALS, begins.trials, key="sweep_trials", persist_state="session",
            help="How many runs. Never more than there are combinations.",
        )  # fmt: skip
    objective = st.selectbox(
        "Look for", objectives, objectives.index(begins.objective), format_func=OBJECTIVES.__getitem__,
        key="sweep_objective", persist_state="session",
        help="On the validation pictures. The test pictures have no say.",
    )  # fmt: skip
    pruning = st.toggle(
        "Stop bad trials early", begins.pruning, key="sweep_pruning", persist_state="session",
        help="When the best epoch so far is worse than the median of the finished trials at the same epoch.",
    )  # fmt: skip
    plan = make_plan(
        {
            "name": config.name[:60],
            "base": config,
            "space": space,
            "method": method,
            "trials": trials,
            # One more than can be trained at a time: the next one waits before the last has ended.
            "parallel": 1 + training_slots(current_settings(), config.device),
            "pruning": pruning,
            "objective": objective,
        }
    )
    st.caption(_what_it_is(plan))
    _draw_time(view, plan.trials)

    def begin() -> None:
        sweep = submit_sweep(SweepStore(store), plan)
        st.query_params.pop("run", None)
        st.query_params["sweep"] = sweep.id

    changed = () if space == list(SUGGESTED) else tuple(space)
    form = SweepForm(changed, method, begins.trials if trials is None else trials, objective, pruning)
    return replace(now, sweep=form), (f"Start a sweep of {counted(plan.trials, 'run')}", begin)


def _what_it_is(plan: SweepPlan) -> str:
    searches = " · ".join(plain(search.sentence()) for search in plan.space)
    of = "" if plan.combinations == float("inf") else f" of {counted(int(plan.combinations), 'combination')}"
    return f"{counted(plan.trials, 'trial')}{of}: {searches}. The rest is as set below."


def _draw_time(view: LaunchView, runs: int) -> None:
    if view.seconds is not None:
        st.markdown(f"**At most about {rough_duration_words(runs * view.seconds)}** if they run one by one.")
    st.caption(view.size_sentence)


def _method_title(method: str) -> str:
    titles: Mapping[str, str] = {"tpe": "TPE", "random": "Random", "grid": "Grid"}
    texts: Mapping[Any, str] = METHODS
    return f"{titles[method]}: {texts[method]}"
