"""A run is opened to change its record, while nobody else does."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.runs.locks import changing
from cifar_core.runs.permissions import check_may_change
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.system.refusals import refused


class HoldsRuns(Protocol):
    """What is asked of :class:`cifar_core.runs.store.RunStore` here, which itself opens runs to change them."""

    runs_dir: Path
    user: User | None

    def get(self, run_id: str) -> Run:
        """Return a run."""


@contextlib.contextmanager
def open_to_change(store: HoldsRuns, run_id: str, verb: str) -> Iterator[tuple[Run, RunRecord]]:
    """Open a run to change its record, while nobody else does.

    Parameters
    ----------
    store : HoldsRuns
        Where it lies, opened for whoever asks.
    run_id : str
        Which run.
    verb : str
        What is done to it, for the sentence that refuses: ``"rename"``.

    Raises
    ------
    RunError
        It ships with the project, is damaged, is somebody else's, does not exist, or cannot be written.
    """
    if store.get(run_id).shipped:
        raise RunError(
            f"The run “{run_id}” ships with CIFAR Lab and is finished; there is nothing to {verb}."
        )
    with changing(store.runs_dir):
        run = store.get(run_id)
        check_may_change(store.user, run, verb)
        if run.record is None:
            raise RunError(run.problem or f"The run “{run_id}” is damaged; there is nothing to {verb}.")
        try:
            yield run, run.record
        except OSError as error:  # a full disk, or a folder where a file should lie
            helps = refused(error, "delete it if you do not need it")
            raise RunError(f"The run “{run_id}” cannot be changed {helps}") from None
