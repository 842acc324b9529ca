"""Another name for a run, or for several seeds of one recipe; ids, and with them every address, stay."""

from cifar_core.errors import RunError
from cifar_core.names import check_name
from cifar_core.runs.changes import open_to_change
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.seed_groups import meant_ids
from cifar_core.runs.store import RunStore

MOST_OF_SEEDS = 66
"""Characters of the name of several seeds: “ · seed 2147483647” follows it in the name of each run."""


def rename(store: RunStore, run_id: str, name: str) -> tuple[Run, ...]:
    """Give a run another name, or all runs that repeat one recipe with several seeds.

    Parameters
    ----------
    store : RunStore
        Where it lies, opened for whoever asks.
    run_id : str
        A run that waits or has ended, or the id of a group of such runs.
    name : str
        1 to 80 characters that can be seen.

    Returns
    -------
    tuple of Run
        Those that were renamed.

    Raises
    ------
    RunError
        The name holds what none may hold; or a run is being trained, ships with the project, is somebody else's, or
        does not exist.
    """
    try:
        new = check_name(name)
    except ValueError as problem:
        raise RunError(f"The name cannot be used: {problem}.") from None
    ids = meant_ids(store.list(), run_id)
    of_seeds = ids != [run_id]
    for one in ids:  # all or none
        with open_to_change(store, one, "rename") as (run, _):
            _check_not_in_training(run)
    for one in ids:
        with open_to_change(store, one, "rename") as (run, record):
            _check_not_in_training(run)
            _renamed(record, new, of_seeds=of_seeds).write(run.paths.record)
    return tuple(store.get(one) for one in ids)


def _check_not_in_training(run: Run) -> None:
    # Whoever trains it holds the record, and would write the old name again.
    if run.active and (run.status != "queued" or run.heartbeat is not None):
        raise RunError(f"The run “{run.id}” is being trained. Rename it when it has ended.")


def _renamed(record: RunRecord, name: str, *, of_seeds: bool) -> RunRecord:
    if not of_seeds or record.group is None:
        return record.model_copy(update={"config": record.config.model_copy(update={"name": name})})
    one = f"{name[:MOST_OF_SEEDS].rstrip()} · seed {record.config.seed}"
    return record.model_copy(
        update={
            "config": record.config.model_copy(update={"name": one}),
            "group": record.group.model_copy(update={"name": name}),
        }
    )
