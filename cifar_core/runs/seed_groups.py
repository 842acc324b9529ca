"""Which runs repeat one recipe with several seeds."""

from collections.abc import Iterable

from cifar_core.runs.run import Run


def seed_groups(runs: Iterable[Run]) -> dict[str, tuple[Run, ...]]:
    """Find the repeats among all runs: two or more of one group on the same pictures.

    A folder of pictures can change between two runs: then they are no repeats of each other, and the largest part of a
    group counts. Runs that wait have not opened their data yet and belong to that part.

    Parameters
    ----------
    runs : iterable of Run
        All of them, each once.

    Returns
    -------
    dict of str to tuple of Run
        By the id of the group, in the order of their seeds.
    """
    found: dict[str, dict[str, list[Run]]] = {}
    for run in runs:
        record = run.record
        if record is not None and record.group is not None and record.group.kind == "seeds":
            pictures = record.data.fingerprint if record.data else ""
            found.setdefault(record.group.id, {}).setdefault(pictures, []).append(run)
    groups = {}
    for group, parts in found.items():
        waiting = parts.pop("", [])
        members = [*max(parts.values(), key=len, default=[]), *waiting]
        if len(members) > 1:
            groups[group] = tuple(sorted(members, key=_number))
    return groups


def meant_ids(runs: Iterable[Run], run_id: str) -> list[str]:
    """Return the ids of all runs of a group of seeds; the id itself where it is that of no group.

    Parameters
    ----------
    runs : iterable of Run
        All of them.
    run_id : str
        Of a run or a group.
    """
    groups = ((run.id, run.record.group) for run in runs if run.record is not None)
    seeds = [one for one, group in groups if group and group.kind == "seeds" and group.id == run_id]
    return seeds or [run_id]


def _number(run: Run) -> int:
    return run.record.group.number if run.record and run.record.group else 0
