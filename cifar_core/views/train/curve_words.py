"""What the curves of a run tell about how it learns, in a sentence below them."""

import math
from collections.abc import Sequence

from cifar_core.evaluation.guessing import guesses
from cifar_core.runs.metrics import EpochMetrics, Metrics
from cifar_core.runs.outcome import best_epoch
from cifar_core.runs.record import RunRecord

_PATIENCE = 3
"""Epochs after the lowest validation loss before it counts as risen: fewer may be chance."""
_RISEN = 1.05
"""Factor on the lowest validation loss from which on it counts as risen."""

READING = (
    "Each point is an epoch: one pass over the training pictures. Where the dashed line improves and the solid one "
    "does not, the network is overfitting: it learns the training pictures by heart."
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
    best = _lowest_before_a_rise(metrics.epochs)
    if best is None:
        return READING
    last = metrics.epochs[-1]
    kept = f" The weights of epoch {best.epoch} are kept." if _keeps_best(record) else ""
    return (
        f"Since epoch {best.epoch} the validation loss has risen from {best.val_loss:.2f} to {last.val_loss:.2f} while "
        f"the training loss fell from {best.loss:.2f} to {last.loss:.2f}. The network is overfitting: it learns the "
        f"training pictures by heart.{kept} Regularization helps: augmentation, weight decay or fewer epochs."
    )


def _no_number(metrics: Metrics) -> int | None:
    """Return the first epoch whose loss is no finite number."""
    lines = [(line.epoch, line.loss, line.val_loss) for line in metrics.epochs]
    if metrics.tick is not None:
        lines.append((metrics.tick.epoch, metrics.tick.loss, 0.0))
    return next((epoch for epoch, *losses in lines if not all(map(math.isfinite, losses))), None)


def _guesses(epochs: Sequence[EpochMetrics], classes: int) -> bool:
    return len(epochs) >= 2 and all(guesses(line.accuracy, classes) for line in epochs[-2:])


def _lowest_before_a_rise(epochs: Sequence[EpochMetrics]) -> EpochMetrics | None:
    """Return the epoch of lowest validation loss, if that has risen for good since while the training loss fell."""
    best = best_epoch(epochs)
    if best is None:
        return None
    last = epochs[-1]
    risen = last.epoch - best.epoch >= _PATIENCE and last.val_loss > _RISEN * best.val_loss
    return best if risen and last.loss < best.loss else None


def _keeps_best(record: RunRecord | None) -> bool:
    return record is not None and record.imported is None and record.training.keep == "best"
