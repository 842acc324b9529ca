"""What the curves of a run tell about how it learns, in a sentence below them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cifar_core.evaluation.guessing import guesses
from cifar_core.evaluation.loss_names import loss_names
from cifar_core.runs.metrics import EpochMetrics, Metrics
from cifar_core.runs.outcome import best_epoch
from cifar_core.runs.record import RunRecord

_PATIENCE = 3
"""Epochs after the lowest validation figure before it counts as risen: fewer may be chance."""
_RISEN = 1.05
"""Factor on the lowest validation figure from which on it counts as risen."""

READING = (
    "Each point is an epoch: one pass over the training pictures. Where the dashed line improves and the solid one "
    "does not, the network is overfitting: it learns the training pictures by heart."
)


FIRST_EPOCH = (
    "The dashed line goes over the batches of the first epoch, each point the mean of those since the point before. "
    "Validation comes when an epoch is over."
)


def curves_sentence(record: RunRecord | None, metrics: Metrics) -> str:
    """Say what the curves show; where that is nothing in particular, how they are read.

    Parameters
    ----------
    record : RunRecord or None
        Number of classes, and which weights the run keeps.
    metrics : Metrics
        The curves so far.
    """
    diverged = _no_number(metrics)
    if diverged is not None:
        return (
            f"Since epoch {diverged} the loss is no finite number: training diverged, and its curve has a gap there. "
            "A smaller learning rate may help."
        )
    classes = len(record.data.class_names) if record and record.data else None
    if classes and _guesses(metrics.epochs, classes):
        return (
            f"Underfitting: in its last two epochs the network was right as rarely as by guessing ({1 / classes:.1%}). "
            "A smaller learning rate, or less weight decay, may help."
        )
    names = loss_names(record, metrics.lines)
    if metrics.first_ticks and len(metrics.lines) <= 1:
        return FIRST_EPOCH
    rise = _rise(metrics.epochs, names.training_field, names.validation_field)
    if rise is None:
        return READING
    what = "loss" if names.training_field == "loss" else "cross-entropy"
    lowest = best_epoch(metrics.epochs)
    kept = f" The weights of epoch {lowest.epoch} are kept." if lowest and _keeps_best(record) else ""
    return (
        f"Since epoch {rise.epoch} the validation {what} has risen from {rise.validation[0]:.2f} to "
        f"{rise.validation[1]:.2f} while the training {what} fell from {rise.training[0]:.2f} to "
        f"{rise.training[1]:.2f}. The network is overfitting: it learns the training pictures by heart.{kept} "
        "Regularization helps: augmentation, weight decay or fewer epochs."
    )


def _no_number(metrics: Metrics) -> int | None:
    """Return the first epoch whose loss is no finite number."""
    lines = [(line.epoch, line.loss, line.val_loss) for line in metrics.epochs]
    if metrics.tick is not None:
        lines.append((metrics.tick.epoch, metrics.tick.loss, 0.0))
    return next((epoch for epoch, *losses in lines if not all(map(math.isfinite, losses))), None)


def _guesses(epochs: Sequence[EpochMetrics], classes: int) -> bool:
    return len(epochs) >= 2 and all(guesses(line.accuracy, classes) for line in epochs[-2:])


@dataclass(frozen=True)
class _Rise:
    """Validation that has become worse since an epoch: figures then and now."""

    epoch: int
    training: tuple[float, float]
    validation: tuple[float, float]


def _rise(epochs: Sequence[EpochMetrics], training: str, validation: str) -> _Rise | None:
    """Find the epoch of lowest validation, if that has risen for good since while training went on falling."""
    judged = [line for line in epochs if math.isfinite(getattr(line, validation))]
    if not judged:
        return None
    best, last = min(judged, key=lambda line: getattr(line, validation)), epochs[-1]
    trained, validated = ((getattr(best, field), getattr(last, field)) for field in (training, validation))
    risen = last.epoch - best.epoch >= _PATIENCE and validated[1] > _RISEN * validated[0]
    return _Rise(best.epoch, trained, validated) if risen and trained[1] < trained[0] else None


def _keeps_best(record: RunRecord | None) -> bool:
    return record is not None and record.imported is None and record.training.keep == "best"
