"""All that the Train page shows of runs, computed without Streamlit."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cifar_core.accounts.permissions import may_change
from cifar_core.accounts.user import User, short_owner
from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.models.registry import MODELS
from cifar_core.runs.log import log_tail
from cifar_core.runs.metrics import Metrics, read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.status import Status
from cifar_core.views.durations import duration_words
from cifar_core.views.imported import imported_outcome, imported_subtitle

LOG_LINES = 40


@dataclass(frozen=True)
class Fact:
    """One figure with its name, ready to be read."""

    name: str
    value: str


@dataclass(frozen=True)
class RunView:
    """One run as it is at this moment.

    Attributes
    ----------
    id, title : str
        Its folder, and the name it was given.
    status : Status
        Its state.
    stopping : bool
        Whether it was asked to stop and has not done so yet.
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
    kept_epoch : int or None
        Epoch whose weights were kept.
    outcome : str or None
        What came out, in a sentence.
    problem : str or None
        What went wrong, in a sentence.
    log : tuple of str
        Last lines that the worker printed.
    can_stop, can_delete : bool
        What the person may do with it.
    can_compare, can_explain : bool
        Whether there are predictions, and weights, for the next pages.
    """

    id: str
    title: str
    status: Status
    stopping: bool
    subtitle: str
    progress: float | None
    progress_sentence: str
    facts: tuple[Fact, ...]
    data_key: str | None
    metrics: Metrics
    kept_epoch: int | None
    outcome: str | None
    problem: str | None
    log: tuple[str, ...]
    can_stop: bool
    can_delete: bool
    can_compare: bool
    can_explain: bool


@dataclass(frozen=True)
class OtherRun:
    """A run under way beside the one on screen."""

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
    """Return the oldest run under way, else the newest on the pictures on screen, else the newest of all.

    Parameters
    ----------
    runs : sequence of Run
        At least one, newest first.
    dataset : Dataset
        The data set on screen.
    """
    active = [run for run in reversed(runs) if run.active]
    here = [run for run in runs if _fingerprint(run) == dataset.fingerprint]
    return (active or here or list(runs))[0]


def _fingerprint(run: Run) -> str | None:
    return run.record.data.fingerprint if run.record and run.record.data else None


def run_labels(runs: Iterable[Run]) -> dict[str, str]:
    """Name runs to choose them by, from their ids: ``"first try · cnn-2conv · 21 Nov 04:41"``.

    Each label is there once, and stays the same while a run goes on: a browser knows an option by its label.
    """
    labels: dict[str, str] = {}
    for run in runs:
        label = _label(run)
        labels[run.id] = label if label not in labels.values() else f"{label} · {run.id}"
    return labels


def _label(run: Run) -> str:
    if run.record is None:
        return f"{run.id} (damaged)"
    config = run.record.config
    when = "ships with CIFAR Lab" if run.shipped else _local(run.record.created, "%d %b %H:%M:%S")
    model = [config.model] if config.model not in config.name else []
    owner = [short_owner(run.record.owner)] if run.record.owner else []
    return " · ".join([config.name, *model, *owner, when])


def build_train_view(
    run: Run, runs: tuple[Run, ...], now: float | None = None, *, user: User | None = None
) -> TrainView:
    """Compute the live part of the page.

    Parameters
    ----------
    run : Run
        The run on screen.
    runs : tuple of Run
        All runs, newest first; those under way are listed beside it.
    now : float, optional
        Seconds since 1970; the clock's time if not given.
    user : User, optional
        Who is at the screen, where people log in.
    """
    now = time.time() if now is None else now
    waiting = [other for other in reversed(runs) if other.active]
    others = tuple(
        OtherRun(other.id, _title(other), other.status, _progress_sentence(other, waiting))
        for other in waiting
        if other.id != run.id
    )
    return TrainView(_build_run(run, waiting, now, user), others)


def _build_run(run: Run, waiting: list[Run], now: float, user: User | None) -> RunView:
    metrics = read_metrics(run.paths.metrics)
    record = run.record
    results = record.results if record else None
    stopping = run.active and run.paths.stop.exists()
    return RunView(
        id=run.id,
        title=_title(run),
        status=run.status,
        stopping=stopping,
        subtitle=_subtitle(record) if record else str(run.paths.folder),
        progress=_progress(run) if run.active else None,
        progress_sentence=(
            "Stopping; the best weights so far are kept." if stopping else _progress_sentence(run, waiting)
        ),
        facts=_facts(record, metrics, now) if record else (),
        data_key=record.data.key if record and record.data else None,
        metrics=metrics,
        kept_epoch=results.best_epoch if results else None,
        outcome=_outcome(record) if record else None,
        problem=_problem(run),
        log=log_tail(run, LOG_LINES),
        can_stop=run.active and not stopping and may_change(user, run),
        can_delete=not run.active and may_change(user, run),
        can_compare=run.has_predictions,
        can_explain=run.has_model and not run.active,
    )


def _title(run: Run) -> str:
    return run.record.config.name if run.record else run.id


def _subtitle(record: RunRecord) -> str:
    if record.imported:
        return imported_subtitle(record, record.imported)
    config, environment = record.training, record.environment
    parameters = record.parameters or (MODELS[config.model].parameters() if config.model in MODELS else None)
    parts = [
        *([f"by {short_owner(record.owner)}"] if record.owner else []),
        config.model,
        *([f"{parameters:,} parameters"] if parameters else []),
        record.data.name if record.data else config.data,
        f"{config.optimizer}, learning rate {config.learning_rate:g}, batches of {config.batch_size}",
        environment.hardware if environment else f"device: {config.device}",
    ]
    return " · ".join(parts)


def _progress(run: Run) -> float:
    beat = run.heartbeat
    if beat is None or not beat.epochs:
        return 0.0
    if beat.stage == "testing":
        return 1.0
    within = beat.step / beat.steps if beat.steps else 0.0
    return min(1.0, max(0.0, (beat.epoch - 1 + within) / beat.epochs))


def _progress_sentence(run: Run, waiting: list[Run]) -> str:
    beat = run.heartbeat
    if not run.active:
        return ""
    if beat is None:
        earlier = [other.id for other in waiting].index(run.id) if run in waiting else 0
        if not earlier:
            return "Starting …"
        return "Waits for an earlier run." if earlier == 1 else f"Waits for {earlier} earlier runs."
    if beat.stage != "training":
        return f"{beat.stage[:1].upper()}{beat.stage[1:]} …"
    step = f", step {beat.step:,} of {beat.steps:,}" if beat.steps else ""
    left = "" if beat.seconds_left is None else f" · {duration_words(beat.seconds_left)} left"
    return f"Epoch {beat.epoch:,} of {beat.epochs:,}{step}{left}"


def _facts(record: RunRecord, metrics: Metrics, now: float) -> tuple[Fact, ...]:
    facts = []
    epochs, tick = metrics.epochs, metrics.tick
    if epochs:
        kept = record.results.validation_accuracy if record.results else epochs[-1].val_accuracy
        facts.append(Fact("Validation accuracy", f"{kept:.1%}"))
        if record.ended is not None:  # Until then the progress bar tells.
            facts.append(Fact("Epochs", _epochs_words(len(epochs), record)))
    elif record.imported and record.results:
        facts.append(Fact("Validation accuracy", f"{record.results.validation_accuracy:.1%}"))
    speed = tick.images_per_second if tick else epochs[-1].images_per_second if epochs else None
    if speed is not None:
        facts.append(Fact("Images/s", f"{speed:,.0f}"))
    if record.started is not None:
        end = record.ended.timestamp() if record.ended else now
        facts.append(Fact("Time", duration_words(max(0.0, end - record.started.timestamp()))))
    return tuple(facts)


def _epochs_words(finished: int, record: RunRecord) -> str:
    return f"{finished:,}" if record.imported else f"{finished:,} / {record.training.epochs:,}"


def _outcome(record: RunRecord) -> str | None:
    results, data = record.results, record.data
    if results is None:
        return "Stopped before the first epoch was done." if record.status == "stopped" else None
    if record.imported:
        return imported_outcome(record, record.imported)
    if results.test_accuracy is None or data is None:
        return (
            f"Stopped after {results.epochs} {'epoch' if results.epochs == 1 else 'epochs'}. The weights of epoch "
            f"{results.best_epoch} are kept: {results.validation_accuracy:.1%} of the validation pictures right. "
            "The test pictures were not looked at."
        )
    count = data.test_pictures
    interval = wilson_interval(round(results.test_accuracy * count), count)
    return (
        f"**Test accuracy {results.test_accuracy:.1%}**, with 95 % confidence between {interval.low:.1%} and "
        f"{interval.high:.1%} ({count:,} pictures, weights of epoch {results.best_epoch})."
    )


def _problem(run: Run) -> str | None:
    if run.status == "stalled":
        beat = run.heartbeat
        since = "" if beat is None else f" since {_local(datetime.fromtimestamp(beat.written), '%H:%M:%S')}"
        return (
            f"No word from the training process{since}. The machine may be overloaded or have slept; "
            "if it stays so, stop the run and start it again."
        )
    if run.status != "failed":
        return None
    return run.problem or (run.record.error if run.record else None) or "The run failed; see the log."


def _local(moment: datetime, form: str) -> str:
    return moment.astimezone().strftime(form)
