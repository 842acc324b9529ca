"""What can be asked of sweeps. Each verb also sees to it that a driver is there who does what was asked."""

from collections.abc import Sequence

from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import take_up_queue
from cifar_core.sweeps.driver import ensure_drivers
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.store import Sweep, SweepStore


def submit_sweep(store: SweepStore, plan: SweepPlan) -> Sweep:
    """Begin a sweep, which goes on in the background.

    Parameters
    ----------
    store : SweepStore
        Where the sweep goes; it belongs to the store's user, within that user's limits.
    plan : SweepPlan
        What it is asked to do.

    Raises
    ------
    RunError
        The folder cannot be written, or the user may not have so many runs.
    """
    sweep = store.create(plan)
    take_up_sweeps(store)
    return sweep


def stop_sweep(store: SweepStore, sweep_id: str) -> None:
    """Ask a sweep to stop: queued trials are cancelled, running ones stopped, finished ones stay.

    Parameters
    ----------
    store : SweepStore
        Where the sweep is.
    sweep_id : str
        Which sweep.

    Raises
    ------
    RunError
        It has ended already, is somebody else's, or does not exist.
    """
    store.request_stop(sweep_id)
    take_up_sweeps(store)


def take_up_all(runs: RunStore) -> bool:
    """See to it that somebody works on all that was under way, runs and sweeps; return whether there is anything.

    Nothing is started where nothing waits. Returns at once: after a reboot, where nobody knows of the queue any more.

    Raises
    ------
    RunError
        The folder cannot be written, or a driver cannot be started.
    """
    waiting = any(run.active for run in runs.list())
    if waiting:
        take_up_queue(runs)
    sweeps = SweepStore(runs)
    led = any(sweep.active for sweep in sweeps.list())
    if led:
        take_up_sweeps(sweeps)
    return waiting or led


def take_up_sweeps(store: SweepStore, driver_arguments: Sequence[str] = ()) -> None:
    """See to it that each sweep under way has a driver, whatever became of the last one.

    Returns at once, and may be called at any time and as often as one likes.

    Parameters
    ----------
    store : SweepStore
        Whose sweeps are meant.
    driver_arguments : sequence of str
        Further arguments for :func:`cifar_core.sweeps.driver.main`.

    Raises
    ------
    RunError
        A driver cannot be started.
    """
    ensure_drivers(store.runs.runs_dir, driver_arguments)
