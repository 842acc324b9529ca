"""How a run ended, where it could not say so itself: its finished epochs, or a disk without room."""

import errno
import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Literal

from cifar_core.runs.metrics import EpochMetrics, Metrics
from cifar_core.runs.record import Results

_STOPPED = "Stopped on request: the weights of the best epoch so far are kept, the test split was not read."
_STOPPED_TESTING = (
    "Stopped on request while it was tested: the weights of epoch {} are kept, and there is no test figure."
)
DISK_FULL = "The disk is full. Free some space, then resume the run: all finished epochs are kept."
EXIT_DISK_FULL = 28
"""Exit status of a worker that could not even write that it failed."""


def results_so_far(
    metrics: Metrics, keep: Literal["best", "last"] = "best", *, testing: bool = False
) -> Results | None:
    """Sum up the epochs that a stopped run finished, and say which weights it has kept.

    Parameters
    ----------
    metrics : Metrics
        Its epochs.
    keep : {"best", "last"}
        Whose weights the recipe keeps for the test. While a run is trained those of the best epoch are kept anyway.
    testing : bool
        Whether training had ended, so that ``model.keras`` holds the weights of ``keep``.

    Returns
    -------
    Results or None
        Without a test figure; ``None`` if no epoch was finished.
    """
    epochs = metrics.epochs
    kept = epochs[-1] if testing and keep == "last" and epochs else best_epoch(epochs)
    if kept is None:
        return None
    noted = kept.val_cross_entropy
    note = _STOPPED_TESTING.format(kept.epoch) if testing else _STOPPED
    return Results(
        epochs=len(epochs),
        best_epoch=kept.epoch,
        validation_accuracy=kept.val_accuracy,
        validation_loss=kept.val_loss if noted is None or not math.isfinite(noted) else noted,
        training_seconds=sum(epoch.seconds for epoch in epochs),
        images_per_second=median_speed(epochs),
        note=note,
    )


def median_speed(epochs: Iterable[EpochMetrics]) -> float | None:
    """Return the median of images per second; ``None`` where nobody noted it."""
    known = [epoch.images_per_second for epoch in epochs if epoch.images_per_second is not None]
    speeds = [speed for speed in known if math.isfinite(speed)]
    return statistics.median(speeds) if speeds else None


def best_epoch(epochs: Sequence[EpochMetrics]) -> EpochMetrics | None:
    """Return the epoch with the lowest validation loss, the first of equals.

    Parameters
    ----------
    epochs : sequence of EpochMetrics
        In order; one whose loss is no finite number, because training diverged, cannot be the best.

    Returns
    -------
    EpochMetrics or None
        ``None`` where there is none.
    """
    judged = (epoch for epoch in epochs if math.isfinite(epoch.val_loss))
    return min(judged, key=lambda epoch: epoch.val_loss, default=None)


def is_disk_full(error: BaseException) -> bool:
    """Whether an error means that there is no room, on the disk or within the user's quota."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
