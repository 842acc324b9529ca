"""All that the Train page shows of a sweep, computed without Streamlit and from ``summary.json`` alone."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from cifar_core.recipes.fields import Scalar
from cifar_core.sweeps.plan import METHODS, OBJECTIVES, SweepPlan
from cifar_core.sweeps.space import field_title, value_words
from cifar_core.sweeps.store import Sweep
from cifar_core.sweeps.submit import REPEATS
from cifar_core.sweeps.summary import SweepState, SweepSummary, TrialState, TrialSummary
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain

STATE_WORDS = {"pruned": "stopped early"}
_NAMED = 3
"""So many trials that failed for one reason are named by their numbers."""
ACCURACY, CROSS_ENTROPY = "Validation accuracy", "Validation cross-entropy"
TRIALS_PER_FIELD = 10
"""Fewer trials than this for each field that is searched over, and importance is called unreliable: a rule of thumb."""


@dataclass(frozen=True)
class TrialRow:
    """One line of the table of trials.

    Attributes
    ----------
    trial : TrialSummary
        The trial itself.
    number : int
        From 1.
    state : str
        In words.
    values : tuple
        What was tried, in the order of the view's ``fields``; ``None`` where there is no value.
    best : bool
        Whether no finished trial is better.
    has_run : bool
        Whether its run is still there to be watched.
    """

    trial: TrialSummary
    number: int
    state: str
    values: tuple[Scalar | None, ...]
    best: bool
    has_run: bool


@dataclass(frozen=True)
class SweepView:
    """A sweep as it is at this moment.

    Attributes
    ----------
    id, title : str
        Its folder, and the name it was given.
    state : str
        Where it is as a whole.
    problem : str or None
        What went wrong, in a sentence.
    plan : SweepPlan or None
        What was asked; without it nothing but the problem is shown.
    asked : tuple of str
        What was asked, a sentence each, in Markdown.
    progress : float
        Share of trials that have ended, 0 to 1.
    progress_sentence : str
        How many have ended, and how.
    best_sentence : str or None
        The best trial, in Markdown; of a sweep that has ended without one, that there is none.
    learned : bool
        Whether there is a best trial that is better than guessing.
    failures : tuple of str
        Why trials failed, a sentence for each reason, in Markdown.
    best_run : str or None
        Its run, if that is still there.
    fields : tuple of str
        Names of what is searched over.
    numbers : tuple of str
        Those of them whose values are not whole.
    rows : tuple of TrialRow
        All trials, newest first.
    importance : dict
        Share of the differences that each hyper-parameter explains, by its name, largest first.
    importance_sentence : str
        What it was computed from and how far to trust it, or why there is none.
    finished : int
        How many trials have finished.
    active : bool
        Whether something is still to come.
    can_stop, can_delete : bool
        What the person may do with it.
    resume, repeat : str or None
        What the buttons say that let it go on and that repeat its best trial; ``None`` where that cannot be.
    """

    id: str
    title: str
    state: SweepState
    problem: str | None
    plan: SweepPlan | None
    asked: tuple[str, ...] = ()
    progress: float = 0.0
    progress_sentence: str = ""
    best_sentence: str | None = None
    learned: bool = False
    failures: tuple[str, ...] = ()
    best_run: str | None = None
    fields: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    rows: tuple[TrialRow, ...] = ()
    importance: tuple[tuple[str, float], ...] = ()
    importance_sentence: str = ""
    finished: int = 0
    active: bool = False
    can_stop: bool = False
    can_delete: bool = False
    resume: str | None = None
    repeat: str | None = None


def trial_columns(view: SweepView) -> dict[str, list[Any]]:
    """Return the table of all trials, column by column: accuracies in percent, ``None`` where there is no value."""
    rows = view.rows
    accuracy = view.plan is None or view.plan.higher_is_better
    values = [row.trial.value for row in rows]
    columns: dict[str, list[Any]] = {
        "Trial": [row.number for row in rows],
        "State": [f"{row.state} ★" if row.best else row.state for row in rows],
        ACCURACY if accuracy else CROSS_ENTROPY: [
            100 * value if accuracy and value is not None else value for value in values
        ],
        "Epochs": [row.trial.epochs for row in rows],
    }
    columns |= {field: [row.values[column] for row in rows] for column, field in enumerate(view.fields)}
    return columns | {"Note": [row.trial.note for row in rows]}


def build_sweep(sweep: Sweep, run_ids: Collection[str], *, may_change: bool = True) -> SweepView:
    """Compute what is shown of a sweep.

    Parameters
    ----------
    sweep : Sweep
        As it was read at this moment; of a damaged one only the problem is shown.
    run_ids : collection of str
        Ids of the runs that there are: a trial's run may have been deleted.
    may_change : bool
        Whether the person may stop and delete it.
    """
    plan, summary = sweep.plan, sweep.summary
    if plan is None:
        return SweepView(sweep.id, sweep.id, "failed", sweep.problem, None, can_delete=may_change)
    trials = summary.trials if summary else ()
    best = next((trial for trial in trials if summary and trial.number == summary.best), None)
    finished = sum(trial.state == "finished" for trial in trials)
    classes = summary.classes if summary else None
    learned = best is not None and not plan.no_better_than_guessing(best.value or 0.0, classes)
    return SweepView(
        id=sweep.id,
        title=plan.name,
        state=sweep.state,
        problem=sweep.problem,
        plan=plan,
        asked=_asked(plan),
        progress=sum(not trial.under_way for trial in trials) / plan.trials,
        progress_sentence=_progress_sentence(plan, trials),
        best_sentence=_best_sentence(plan, best, finished, classes) if best else _no_best(sweep, finished),
        learned=learned,
        failures=tuple(plain(sentence) for sentence in failure_sentences(trials)),
        best_run=best.run_id if best and best.run_id in run_ids else None,
        fields=tuple(field_title(search.field) for search in plan.space),
        numbers=tuple(field_title(search.field) for search in plan.space if search.kind == "number"),
        rows=tuple(
            TrialRow(
                trial,
                trial.number + 1,
                STATE_WORDS.get(trial.state, trial.state),
                tuple(trial.values.get(search.field) for search in plan.space),
                trial is best,
                trial.run_id in run_ids,
            )
            for trial in reversed(trials)
        ),
        importance=_importance(summary) if summary else (),
        importance_sentence=_importance_sentence(plan, summary, finished),
        finished=finished,
        active=sweep.active,
        can_stop=may_change and sweep.state == "running",
        can_delete=may_change and not sweep.active,
        resume=f"Resume: {counted(sweep.trials_left, 'trial')} left"
        if may_change and sweep.trials_left
        else None,
        # While better ones may still come there is nothing to repeat.
        repeat=f"Repeat the best with {REPEATS} seeds" if learned and not sweep.active else None,
    )


def sweep_labels(sweeps: Collection[Sweep]) -> dict[str, str]:
    """Name sweeps to choose them by: ``"find a rate · 21 Nov 07:21:39"``; each label is there once."""
    labels: dict[str, str] = {}
    for sweep in sweeps:
        plan = sweep.plan
        label = (
            f"{plan.name} · {plan.created.astimezone():%d %b %H:%M:%S}" if plan else f"{sweep.id} (damaged)"
        )
        labels[sweep.id] = label if label not in labels.values() else f"{label} · {sweep.id}"
    return labels


def _asked(plan: SweepPlan) -> tuple[str, ...]:
    tried = " · ".join(plain(search.sentence()) for search in plan.space)
    pruning = (
        f"A trial is stopped early when its best epoch so far is worse than the median of the finished trials at the "
        f"same epoch (Optuna's median pruner): not before {plan.pruning_trials} trials have finished, nor before "
        f"epoch {plan.pruning_epoch}."
        if plan.pruning
        else "No trial is stopped early."
    )
    return (
        f"**Tried:** {tried}",
        f"**Looked for:** {OBJECTIVES[plan.objective]}, with {counted(plan.trials, 'run')} of "
        f"{plain(plan.base.model)}; {METHODS[plan.method]}. The test pictures have no say.",
        pruning,
    )


def _progress_sentence(plan: SweepPlan, trials: Collection[TrialSummary]) -> str:
    states = Counter(trial.state for trial in trials)
    ended = sum(count for state, count in states.items() if state not in ("queued", "running"))
    words: dict[TrialState, str] = {
        "running": "running", "queued": "waiting", "pruned": "stopped early", "stopped": "stopped", "failed": "failed"
    }  # fmt: skip
    verb = "has" if plan.trials == 1 else "have"
    parts = [f"{states[state]} {word}" for state, word in words.items() if states[state]]
    return " · ".join([f"{ended} of {counted(plan.trials, 'trial')} {verb} ended", *parts])


def failure_sentences(trials: Collection[TrialSummary]) -> tuple[str, ...]:
    """Say why trials failed, a sentence for each reason, the most frequent one first.

    Parameters
    ----------
    trials : collection of TrialSummary
        In order; those that did not fail are passed over.

    Returns
    -------
    tuple of str
        ``"2 trials failed (1 and 4): Memory ran out."``; of many equal ones the first three are named.
    """
    reasons: dict[str, list[int]] = {}
    for trial in trials:
        if trial.state == "failed":
            reasons.setdefault(trial.note or "No reason was written down.", []).append(trial.number + 1)
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    return tuple(
        f"{counted(len(numbers), 'trial')} failed ({_named(numbers)}): {why}" for why, numbers in ordered
    )


def _named(numbers: Sequence[int]) -> str:
    if len(numbers) > _NAMED:
        return f"{', '.join(map(str, numbers[:_NAMED]))}, …"
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last


def _no_best(sweep: Sweep, finished: int) -> str | None:
    return None if sweep.active or finished else "No trial has finished, so there is no best one."


def _best_sentence(plan: SweepPlan, best: TrialSummary, finished: int, classes: int | None) -> str:
    values = ", ".join(
        f"{field_title(path)} **{plain(value_words(value))}**" for path, value in best.values.items()
    )
    measure = "validation accuracy" if plan.higher_is_better else "validation cross-entropy"
    chosen = (
        f" Chosen as the best of {finished}, so part of it is luck: repeat it with several seeds."
        if finished > 1
        else ""
    )
    value = plan.objective_words(best.value or 0.0)
    if classes and plan.no_better_than_guessing(best.value or 0.0, classes):
        guessing = plan.objective_words(1 / classes if plan.higher_is_better else log(classes))
        return (
            f"**No trial is better than guessing.** The best one, trial {best.number + 1}, has {measure} **{value}** "
            f"with {values}; guessing among {counted(classes, 'class')} gives {guessing}."
        )
    return f"**Best: trial {best.number + 1}**, {measure} **{value}** with {values}.{chosen}"


def _importance(summary: SweepSummary) -> tuple[tuple[str, float], ...]:
    shares = sorted(summary.importance.items(), key=lambda item: -item[1])
    return tuple((field_title(path), share) for path, share in shares)


def _importance_sentence(plan: SweepPlan, summary: SweepSummary | None, finished: int) -> str:
    if summary is None or not summary.importance:
        return "Importance can be told when some trials have ended with different values and outcomes."
    if len(plan.space) == 1:
        return "With one hyper-parameter there is nothing to compare."
    n = summary.importance_trials
    enough = TRIALS_PER_FIELD * len(plan.space)
    doubt = (
        f" **Unreliable:** with fewer than about {enough} it can change with every further trial."
        if n < enough
        else ""
    )
    return (
        f"Share of the differences between trials that each hyper-parameter explains, within what was tried (fANOVA). "
        f"Computed from {counted(n, 'trial')}; those stopped early count with their best epoch.{doubt}"
    )
