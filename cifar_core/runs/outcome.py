"""How a run ended that could not say so itself: in words, and in what its metrics tell."""

import signal
import statistics

from cifar_core.runs.metrics import Metrics
from cifar_core.runs.record import Results


def describe_exit(exit_code: int | None) -> str:
    """Say in a sentence how a worker ended that left no final status.

    Parameters
    ----------
    exit_code : int or None
        As :mod:`subprocess` gives it: negative for a signal. ``None`` if nobody saw it end.
    """
    if exit_code is None:
        return (
            "The training process is gone and left no word: the machine was restarted, or somebody ended it. "
            "Start the run again; the log shows how far it came."
        )
    if exit_code >= 0:
        return f"The training process ended with exit code {exit_code} before it was done; see the log."
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = str(-exit_code)
    hint = " Most often the machine had run out of memory: try a smaller batch." if name == "SIGKILL" else ""
    return f"The training process was ended by signal {name}; see the log.{hint}"


def results_so_far(metrics: Metrics) -> Results | None:
    """Sum up the epochs that a stopped run finished; ``None`` if there are none.

    The weights on disk are those of the epoch with the lowest validation loss; the test split stays unread.
    """
    epochs = metrics.epochs
    if not epochs:
        return None
    kept = min(epochs, key=lambda epoch: epoch.val_loss)
    return Results(
        epochs=len(epochs),
        best_epoch=kept.epoch,
        validation_accuracy=kept.val_accuracy,
        validation_loss=kept.val_loss,
        training_seconds=sum(epoch.seconds for epoch in epochs),
        images_per_second=statistics.median(epoch.images_per_second for epoch in epochs),
        note="Stopped on request: the weights of the best epoch so far are kept, the test split was not read.",
    )
