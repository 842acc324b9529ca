"""What is said of one run: its figures, what goes on, how it ended; computed without Streamlit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cifar_core.accounts.user import short_owner
from cifar_core.data.path_key import last_part
from cifar_core.models.registry import MODELS
from cifar_core.runs.attempts import hours_are_used_up, trained_for, working_seconds
from cifar_core.runs.metrics import Metrics
from cifar_core.runs.order import in_queue
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.views.imported import imported_outcome, imported_subtitle, tested_words
from cifar_core.words.counts import counted
from cifar_core.words.durations import duration_words
from cifar_core.words.numbers import percent
from cifar_core.words.sentences import capitalized


@dataclass(frozen=True)
class Fact:
    """One figure with its name, ready to be read; what is not known yet is a dash."""

    name: str
    value: str = "–"


def state_words(run: Run, *, stopping: bool) -> str:
    """Say in a word what a run does: of one that is being trained its stage.

    Parameters
    ----------
    run : Run
        Any run.
    stopping : bool
        Whether it was asked to stop and has not done so yet.

    Returns
    -------
    str
        ``"queued"``, ``"starting"``, ``"training"``, ``"validating"``, ``"testing"``, ``"stopping"``, ``"stalled"``,
        ``"finished"``, ``"stopped"`` or ``"failed"``.
    """
    if stopping:
        return "stopping"
    if run.status != "running":
        return run.status
    stage = run.heartbeat.stage if run.heartbeat else ""
    return stage if stage in ("training", "validating", "testing") else "starting"


def subtitle(record: RunRecord) -> str:
    """Return model, data, device and the main hyper-parameters, in a line."""
    if record.imported:
        return imported_subtitle(record, record.imported)
    config, environment = record.training, record.environment
    parameters = record.parameters or (MODELS[config.model].parameters() if config.model in MODELS else None)
    parts = [
        *([f"by {short_owner(record.owner)}"] if record.owner else []),
        config.model,
        *([counted(parameters, "parameter")] if parameters else []),
        record.data.name if record.data else last_part(config.data),
        f"{config.optimizer}, learning rate {config.learning_rate:g}, batches of {config.batch_size}",
        environment.hardware if environment else f"device: {config.device}",
    ]
    return " · ".join(parts)


def progress(run: Run) -> float:
    """Return the share of training that is done, 0 to 1."""
    beat = run.heartbeat
    if beat is None or not beat.epochs:
        return 0.0
    if beat.stage == "testing":
        return 1.0
    within = beat.step / beat.steps if beat.steps else 0.0
    return min(1.0, max(0.0, (beat.epoch - 1 + within) / beat.epochs))


def progress_sentence(run: Run, runs: Sequence[Run]) -> str:
    """Say what goes on now, with the time left, or for how many others the run waits.

    Parameters
    ----------
    run : Run
        The run that is watched; of one that has ended the sentence is empty.
    runs : sequence of Run
        All runs, itself among them: while it waits, they tell how many come before it.
    """
    beat = run.heartbeat
    if not run.active:
        return ""
    if beat is None:
        queue = [one.id for one in in_queue(runs)]
        under_way = sum(one.active for one in runs) - len(queue)
        earlier = under_way + queue.index(run.id) if run.id in queue else 0
        if not earlier:
            return "Starting …"
        return (
            "Waits for an earlier run." if earlier == 1 else f"Waits for {counted(earlier, 'earlier run')}."
        )
    left = ""
    if beat.seconds_left is not None:
        left = " · a moment left" if beat.seconds_left < 1 else f" · {duration_words(beat.seconds_left)} left"
    epoch = f"Epoch {beat.epoch:,} of {beat.epochs:,}"
    if beat.stage == "validating":
        return f"{epoch}, validating …{left}"
    if beat.stage != "training":
        return f"{capitalized(beat.stage)} …{left}"
    step = f", step {beat.step:,} of {beat.steps:,}" if beat.steps else ""
    return f"{epoch}{step}{left}"


def facts(record: RunRecord, metrics: Metrics, now: float) -> tuple[Fact, ...]:
    """Return the figures to read from the last row: of one run always the same ones, so that none jumps.

    Parameters
    ----------
    record : RunRecord
        The run's record; when it has ended, its results are told as on Compare.
    metrics : Metrics
        Its epochs so far and the newest tick, from which accuracy and speed are told until then.
    now : float
        The moment of looking, seconds since 1970: up to it counts the time of a run that is under way.
    """
    results = record.results
    epochs, tick = metrics.epochs, metrics.tick
    # Until there is something to validate, the batches so far tell.
    accuracy = (
        Fact("Training accuracy", percent(tick.accuracy))
        if tick and not epochs
        else Fact("Validation accuracy")
    )
    if epochs or results:
        kept = results.validation_accuracy if results else epochs[-1].val_accuracy
        accuracy = Fact("Validation accuracy", percent(kept))
    if results and results.training_seconds is not None:
        # As Compare has them: the median, and training alone.
        speed, seconds, title = results.images_per_second, results.training_seconds, "Training time"
    else:
        speed = tick.images_per_second if tick else epochs[-1].images_per_second if epochs else None
        seconds, title = working_seconds(record, now), "Time"
    of_how_many = "" if record.imported else f" / {record.training.epochs:,}"
    done = results.epochs if results and results.epochs is not None else len(epochs)
    facts = (
        accuracy,
        Fact("Epochs", f"{done:,}{of_how_many}") if done or not record.imported else Fact("Epochs"),
        Fact("Images/s", f"{speed:,.0f}") if speed is not None and math.isfinite(speed) else Fact("Images/s"),
        Fact(title, duration_words(seconds)) if seconds else Fact(title),
    )
    # What another program did not note will never be known.
    return tuple(fact for fact in facts if fact.value != Fact.value) if record.imported else facts


def outcome(record: RunRecord) -> str | None:
    """Say what came out, in Markdown; ``None`` while that is not known."""
    results, data = record.results, record.data
    if record.status == "stopped":
        # When it ended is in the record, so the moment of looking does not count.
        up = hours_are_used_up(record, 0.0, record.hours_allowed)
        why = f" It {trained_for(record.hours_allowed)}. An instructor can resume it." if up else ""
        return _what_was_kept(record) + why
    if results is None:
        return None
    if record.imported:
        return imported_outcome(record, record.imported)
    if results.test_accuracy is None or data is None:
        return _what_was_kept(record)
    words = tested_words(results.test_accuracy, data.test_pictures, results.test_balanced_accuracy)
    return f"{words} ({counted(data.test_pictures, 'picture')}, weights of epoch {results.best_epoch})."


def _what_was_kept(record: RunRecord) -> str:
    results = record.results
    if results is None:
        return "Stopped before the first epoch was done."
    return (
        f"Stopped after {counted(results.epochs or 0, 'epoch')}. The weights of epoch "
        f"{results.best_epoch} are kept: {results.validation_accuracy:.1%} of the validation pictures right. "
        "The test pictures were not looked at."
    )


def problem(run: Run) -> str | None:
    """Say what went wrong, and what to do where the error itself does not."""
    if run.status == "stalled":
        beat = run.heartbeat
        since = "" if beat is None else f" since {_local(datetime.fromtimestamp(beat.written), '%H:%M:%S')}"
        return (
            f"No word from the training process{since}. The machine may be overloaded or have slept; "
            "if it stays so, stop the run, then resume it: it goes on after its last whole epoch."
        )
    if run.status != "failed":
        return None
    return (
        run.problem
        or (run.record.error if run.record else None)
        or (
            "The run failed; see the log."
            if run.paths.log.is_file()
            else "The run failed, and nothing tells why."
        )
    )


def _local(moment: datetime, form: str) -> str:
    return moment.astimezone().strftime(form)
