"""What can be asked of the queue. Each verb also sees to it that a supervisor is there who does what was asked."""

import contextlib
from collections.abc import Sequence

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.standby import ask_for_standby
from cifar_core.scheduling.supervisor import ensure_supervisor


def submit(store: RunStore, config: TrainingConfig, *, priority: int = 0) -> Run:
    """Queue a run, which is trained in the background as soon as there is room for it.

    Parameters
    ----------
    store : RunStore
        Where the run goes; it belongs to the store's user, within that user's limits.
    config : TrainingConfig
        What the run is asked to do.
    priority : int
        From -10 to 10: a higher one is started first.

    Returns
    -------
    Run
        With the status queued.

    Raises
    ------
    RunError
        The folder cannot be written, or the user may not have another run or such a priority.
    """
    run = store.create(config, priority=priority)
    take_up_queue(store)
    return run


def resume(store: RunStore, run_id: str) -> Run:
    """Queue a run again that was stopped or has failed; it goes on after its last checkpoint.

    Parameters
    ----------
    store : RunStore
        Where the run is.
    run_id : str
        Which run.

    Raises
    ------
    RunError
        As :meth:`RunStore.resume` says.
    """
    run = store.resume(run_id)
    take_up_queue(store)
    return run


def stop(store: RunStore, run_id: str) -> None:
    """Ask a run to stop: a queued one is stopped at once, a running one within three seconds.

    Parameters
    ----------
    store : RunStore
        Where the run is.
    run_id : str
        Which run.

    Raises
    ------
    RunError
        As :meth:`RunStore.request_stop` says.
    """
    store.request_stop(run_id)
    if store.get(run_id).active:
        take_up_queue(store)  # A worker that does not listen has to be ended.


def expect_training(store: RunStore) -> None:
    """See to it that a worker waits with everything imported, for somebody may be about to click on *Start*.

    Parameters
    ----------
    store : RunStore
        Where the run will go. Where it cannot be written, or nothing may wait, nothing happens.
    """
    if ask_for_standby(store.runs_dir):
        with contextlib.suppress(RunError):  # Whoever clicks on Start is told.
            ensure_supervisor(store.runs_dir)


def take_up_queue(store: RunStore, supervisor_arguments: Sequence[str] = ()) -> None:
    """See to it that somebody works on what is queued or under way, whatever became of the last supervisor.

    Returns at once, and may be called at any time and as often as one likes.

    Parameters
    ----------
    store : RunStore
        Whose own runs are meant.
    supervisor_arguments : sequence of str
        Further arguments for :func:`cifar_core.scheduling.supervisor.main`.

    Raises
    ------
    RunError
        The folder cannot be written.
    """
    ensure_supervisor(store.runs_dir, supervisor_arguments)
