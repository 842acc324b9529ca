"""All that the Train page shows of runs, computed without Streamlit."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from cifar_core.accounts.user import User, short_owner
from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.loss_names import LossNames, loss_names
from cifar_core.runs.attempts import continues_after, tell_attempts
from cifar_core.runs.follow import follow_metrics
from cifar_core.runs.labels import run_labels
from cifar_core.runs.log import log_tail
from cifar_core.runs.metrics import Metrics
from cifar_core.runs.order import in_queue
from cifar_core.runs.permissions import may_change
from cifar_core.runs.run import Run
from cifar_core.runs.seed_groups import seed_groups
from cifar_core.runs.status import Status
from cifar_core.views.recipe_words import recipe_title
from cifar_core.views.train import run_words
from cifar_core.views.train.curve_words import curves_sentence
from cifar_core.views.train.run_words import Fact

LOG_LINES = 40
QUEUED_SECONDS = 60.0
"""So long somebody looks at a run that has been queued and waits for it to begin."""


@dataclass(frozen=True)
class RunView:
    """One run as it is at this moment.

    Attributes
    ----------
    id, title : str
        Its folder, and what it is called everywhere.
    status : Status
        Its state.
    state_words : str
        The same in a word, with the stage of a training; or that it stops.
    subtitle : str
        Model, data, device and the main hyper-parameters, in a line.
    progress : float or None
        Share of training that is done, 0 to 1; ``None`` for a run that is over.
    progress_sentence : str
        What goes on now, with the time left.
    facts : tuple of Fact
        The figures to read from the last row.
    data_key : str or None
        The data set it was trained on, once that is known.
    metrics : Metrics
        The curves so far.
    losses : LossNames
        What the curves on the right show.
    curves_sentence : str
        What the curves tell.
    kept_epoch : int or None
        Epoch whose weights were kept.
    outcome : str or None
        What came out, in a sentence.
    problem : str or None
        What went wrong, in a sentence.
    log : tuple of str
        Last lines that the worker printed.
    attempts : str or None
        How often it was resumed and why, in a line.
    can_stop, can_delete : bool
        What the person may do with it.
    resume : str or None
        What the button says that resumes it; ``None`` where there is nothing to resume.
    compare : tuple of str
        Ids for Compare: the run, or the group of its seeds, and the best other on the same pictures; empty without
        predictions.
    can_explain : bool
        Whether there are weights for Explain.
    """

    id: str
    title: str
    status: Status
    state_words: str
    subtitle: str
    progress: float | None
    progress_sentence: str
    facts: tuple[Fact, ...]
    data_key: str | None
    metrics: Metrics
    losses: LossNames
    curves_sentence: str
    kept_epoch: int | None
    outcome: str | None
    problem: str | None
    log: tuple[str, ...]
    attempts: str | None
    can_stop: bool
    can_delete: bool
    resume: str | None
    compare: tuple[str, ...]
    can_explain: bool


@dataclass(frozen=True)
class OtherRun:
    """A run beside the one on screen that is being trained, not waiting."""

    id: str
    title: str
    status: Status
    sentence: str


@dataclass(frozen=True)
class TrainView:
    """The live part of the page: one run, and what else is under way."""

    run: RunView
    others: tuple[OtherRun, ...]


def first_to_watch(runs: Sequence[Run], dataset: Dataset) -> Run:
    """Return the run to open the page with.

    That is the oldest run in training, else the next one to be started; else, of those on the pictures on screen, the
    newest of one's own, or the best of those that ship with CIFAR Lab.

    Parameters
    ----------
    runs : sequence of Run
        At least one, newest first.
    dataset : Dataset
        The data set on screen.
    """
    waiting = in_queue(runs)
    ids = {run.id for run in waiting}
    active = [run for run in reversed(runs) if run.active and run.id not in ids]
    here = [run for run in runs if _fingerprint(run) == dataset.fingerprint] or runs
    own = [run for run in here if not run.shipped]
    return (active or waiting or own or sorted(here, key=_accuracy, reverse=True))[0]


def of_other_pictures(run: Run, dataset: Dataset) -> str | None:
    """Say that a run was not trained on the pictures on screen; ``None`` where it was, or that is not known yet.

    Parameters
    ----------
    run : Run
        The run that is shown.
    dataset : Dataset
        The data set on screen.
    """
    data = run.record.data if run.record else None
    if data is None or data.fingerprint == dataset.fingerprint:
        return None
    return f"This run is of other pictures than those on screen: {data.name}."


def _accuracy(run: Run) -> float:
    results = run.record.results if run.record else None
    return -1.0 if results is None or results.test_accuracy is None else results.test_accuracy


def _for_compare(run: Run, runs: Sequence[Run]) -> tuple[str, ...]:
    """Return what Compare opens with: the run, or all its seeds, and the best other ones on the same pictures.

    Without another one there is no verdict; a run that has not been tested has nothing to show there.
    """
    if not run.has_predictions:
        return ()
    group_of = {member.id: group for group, members in seed_groups(runs).items() for member in members}
    own, pictures = group_of.get(run.id, run.id), _fingerprint(run)
    tested = [
        other
        for other in runs
        if group_of.get(other.id, other.id) != own
        and other.has_predictions
        and pictures
        and _fingerprint(other) == pictures
    ]
    best = max(tested, key=_accuracy, default=None)
    return (own,) if best is None else (own, group_of.get(best.id, best.id))


def _fingerprint(run: Run) -> str | None:
    return run.record.data.fingerprint if run.record and run.record.data else None


def run_options(runs: Sequence[Run]) -> dict[str, str]:
    """Name runs to choose them by, from their ids: ``"first try · cnn-2conv · 21 Nov 04:41"``.

    Each stays the same while a run goes on: a browser knows an option by its words.
    """
    labels = run_labels(runs)
    return {run.id: _option(run, labels[run.id]) for run in runs}


def _option(run: Run, label: str) -> str:
    if run.record is None:
        return f"{label} (damaged)"
    record = run.record
    model = [record.config.model] if record.config.model not in label else []
    owner = [short_owner(record.owner)] if record.owner and short_owner(record.owner) not in label else []
    if run.shipped:
        tested, title = _accuracy(run), recipe_title(record)
        parts = (
            title if title and title not in label else None,
            f"{tested:.1%}" if tested >= 0 else None,
            "ships with CIFAR Lab",
        )
        when = ", ".join(part for part in parts if part)
    else:
        when = f"{record.created.astimezone():%d %b %H:%M}"
    return " · ".join([label, *model, *owner, when])


def begins(run: Run, now: float | None = None) -> bool:
    """Whether somebody who has pressed *Start* may be waiting to see the curve move.

    Parameters
    ----------
    run : Run
        The run on screen.
    now : float, optional
        Seconds since 1970; the clock's time if not given.

    Returns
    -------
    bool
        From the moment it is queued until its curve has two points; but it may wait in the queue for hours, so of
        that only the first minute counts.
    """
    now = time.time() if now is None else now
    record = run.record
    fresh = (
        run.status == "queued" and record is not None and now - record.created.timestamp() < QUEUED_SECONDS
    )
    if not fresh and run.status != "running":
        return False
    metrics = follow_metrics(run.paths.metrics)
    return len(metrics.first_ticks) + len(metrics.epochs) < 2


def build_train_view(
    run: Run, runs: tuple[Run, ...], now: float | None = None, *, user: User | None = None
) -> TrainView:
    """Compute the live part of the page.

    Parameters
    ----------
    run : Run
        The run on screen.
    runs : tuple of Run
        All runs, newest first; those that are being trained are listed beside it.
    now : float, optional
        Seconds since 1970; the clock's time if not given.
    user : User, optional
        Who is at the screen, where people log in.
    """
    now = time.time() if now is None else now
    waiting = {other.id for other in in_queue(runs)}
    labels = run_labels(runs)
    others = tuple(
        OtherRun(
            other.id, labels.get(other.id, other.name), other.status, run_words.progress_sentence(other, runs)
        )
        for other in reversed(runs)
        if other.active and other.id != run.id and other.id not in waiting
    )
    return TrainView(_build_run(run, runs, now, user, labels.get(run.id, run.name)), others)


def _build_run(run: Run, runs: tuple[Run, ...], now: float, user: User | None, label: str) -> RunView:
    metrics = follow_metrics(run.paths.metrics)
    record = run.record
    results = record.results if record else None
    losses = loss_names(record, metrics.lines)
    stopping = run.active and run.paths.stop.exists()
    return RunView(
        id=run.id,
        title=label,
        status=run.status,
        state_words=run_words.state_words(run, stopping=stopping),
        subtitle=run_words.subtitle(record) if record else run.id,
        progress=run_words.progress(run) if run.active else None,
        progress_sentence=(
            "Stopping; the best weights so far are kept."
            if stopping
            else run_words.progress_sentence(run, runs)
        ),
        facts=run_words.facts(record, metrics, now) if record else (),
        data_key=record.data.key if record and record.data else None,
        metrics=metrics,
        losses=losses,
        curves_sentence=f"{curves_sentence(record, metrics)} {losses.sentence}".strip(),
        kept_epoch=results.best_epoch if results else None,
        outcome=run_words.outcome(record) if record else None,
        problem=run_words.problem(run) or metrics.problem,
        log=log_tail(run, LOG_LINES),
        attempts=tell_attempts(record) if record else None,
        can_stop=run.active and not stopping and may_change(user, run),
        can_delete=not run.active and may_change(user, run),
        resume=_resume_words(run) if may_change(user, run) else None,
        compare=_for_compare(run, runs),
        can_explain=run.has_model and not run.active,
    )


def _resume_words(run: Run) -> str | None:
    if run.record is None or run.status not in ("stopped", "failed"):
        return None
    epoch = continues_after(run.paths)
    return f"Resume after epoch {epoch:,}" if epoch else "Start again from the beginning"
