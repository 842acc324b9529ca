"""Another name for a run; its id, and with it every address, stays."""

from cifar_core.errors import RunError
from cifar_core.names import check_name
from cifar_core.runs.changes import open_to_change
from cifar_core.runs.store import RunStore


def rename_run(store: RunStore, run_id: str, name: str) -> str:
    """Give a run another name.

    Parameters
    ----------
    store : RunStore
        Where it lies, opened for whoever asks.
    run_id : str
        A run that waits or has ended.
    name : str
        1 to 80 characters that can be seen.

    Returns
    -------
    str
        The name as it was written: composed (NFC), without spaces around it.

    Raises
    ------
    RunError
        The name holds what none may hold; or the run is being trained, ships with the project, is somebody else's, or
        does not exist.
    """
    with open_to_change(store, run_id, "rename") as (run, record):
        # Whoever trains it holds the record, and would write the old name again.
        if run.active and (run.status != "queued" or run.heartbeat is not None):
            raise RunError(f"The run “{run_id}” is being trained. Rename it when it has ended.")
        try:
            new = check_name(name)
        except ValueError as problem:
            raise RunError(f"The name cannot be used: {problem}.") from None
        config = record.config.model_copy(update={"name": new})
        record.model_copy(update={"config": config}).write(run.paths.record)
    return new
