"""Which runs a name means that somebody typed: a part of an id or of a name does."""

from collections.abc import Iterable, Sequence

from cifar_core.errors import RunError
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.words.counts import counted

MOST_NAMED = 4
"""So many ids are named where several fit."""


def runs_named(name: str, runs: Iterable[Run]) -> list[Run]:
    """Return the runs whose id or name has a part, in small letters or large ones.

    Parameters
    ----------
    name : str
        What somebody typed.
    runs : iterable of Run
        Those that it may mean.
    """
    part = name.lower()
    return [run for run in runs if part in run.id.lower() or part in run.name.lower()]


def several_fit_sentence(name: str, fit: Sequence[Run]) -> str:
    """Say that a name fits several runs.

    Parameters
    ----------
    name : str
        What somebody typed.
    fit : sequence of Run
        Those that it fits, at least two.
    """
    return f"{counted(len(fit), 'run')} fit “{name[:80]}”: {some_ids(fit)} … Write more of the id."


def some_ids(runs: Iterable[Run]) -> str:
    """Name a few runs by their ids.

    Parameters
    ----------
    runs : iterable of Run
        Any.
    """
    return ", ".join(sorted(run.id for run in runs)[:MOST_NAMED])


def run_with_weights(name: str, store: RunStore) -> Run:
    """Return the run of an id, or the only one with weights whose id or name has that part.

    Parameters
    ----------
    name : str
        What somebody typed.
    store : RunStore
        Where runs are.

    Raises
    ------
    RunError
        There is none, or several fit.
    """
    try:
        return store.get(name)
    except RunError:
        fit = runs_named(name, (run for run in store.list() if run.has_model))
        if len(fit) > 1:
            raise RunError(several_fit_sentence(name, fit)) from None
        if not fit:
            raise
        return fit[0]
