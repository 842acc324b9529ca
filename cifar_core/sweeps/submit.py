"""What can be asked of sweeps. Each verb also sees to it that a driver is there who does what was asked."""

from collections.abc import Sequence

from cifar_core.errors import RunError
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import take_up_queue
from cifar_core.sweeps.driver import ensure_drivers
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.seeds import submit_seeds
from cifar_core.sweeps.space import with_values
from cifar_core.sweeps.store import Sweep, SweepStore

REPEATS = 5
"""So many seeds are enough for an interval that says something."""


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


def resume_sweep(store: SweepStore, sweep_id: str) -> None:
    """Let a sweep go on that was stopped or broke off; what is done is kept.

    Parameters
    ----------
    store : SweepStore
        Where the sweep is.
    sweep_id : str
        Which sweep.

    Raises
    ------
    RunError
        As :meth:`SweepStore.request_resume` says.
    """
    store.request_resume(sweep_id)
    take_up_sweeps(store)


def repeat_best(store: SweepStore, sweep_id: str, count: int = REPEATS) -> tuple[Run, ...]:
    """Queue several runs of what was best in a sweep, with seeds that had no part in choosing it.

    Parameters
    ----------
    store : SweepStore
        Where the sweep is, and where the runs go.
    sweep_id : str
        Which sweep.
    count : int
        How many runs, from 2 to 50.

    Raises
    ------
    RunError
        There is no such sweep, no trial of it has finished, or the user may not have so many runs.
    ConfigError
        There are too few or too many seeds.
    """
    sweep = store.get(sweep_id)
    trials = sweep.summary.trials if sweep.summary else ()
    best = next((trial for trial in trials if sweep.summary and trial.number == sweep.summary.best), None)
    if sweep.plan is None or best is None:
        raise RunError(f"No trial of the sweep “{sweep_id}” has finished, so there is no best one to repeat.")
    config = with_values(sweep.plan.base, best.values)
    name = f"{sweep.plan.name[:60]} · {best.number + 1}"
    return submit_seeds(store.runs, config.model_copy(update={"name": name, "seed": config.seed + 1}), count)


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
