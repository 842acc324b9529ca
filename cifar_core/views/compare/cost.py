"""What accuracy costs: every run by its parameters, operations or time, and the Pareto front."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from cifar_core.evaluation.pareto import CostPoint, pareto_front
from cifar_core.models.architectures import known_architectures
from cifar_core.views.compare.lines import Line, accuracy_of, interval_of
from cifar_core.views.compare.repeats import RepeatGroup
from cifar_core.views.compare.table import RunRow
from cifar_core.views.train.network import for_classes
from cifar_core.words.classes import name_list

PARAMETERS, OPERATIONS, TIME = "parameters", "operations", "training time"
COSTS = (PARAMETERS, OPERATIONS, TIME)

_NAMED = 6


@dataclass(frozen=True)
class CostView:
    """What the chart of costs shows.

    Attributes
    ----------
    ids : tuple of str
        Ids of the lines that are drawn, in the order of ``points``.
    points : tuple of CostPoint
        One for each.
    sentences : tuple of str
        Which stand on the front, which are left out and why, and what else to heed.
    """

    ids: tuple[str, ...]
    points: tuple[CostPoint, ...]
    sentences: tuple[str, ...]


def build_cost(lines: Sequence[Line], cost: str, ticked: Collection[str]) -> CostView:
    """Gather what every run on the pictures on screen costs.

    Parameters
    ----------
    lines : sequence of Line
        Of the table; single runs of a group are left to their group.
    cost : str
        One of :data:`COSTS`.
    ticked : collection of str
        Ids of those that are compared.
    """
    members = {row.id for line in lines if isinstance(line, RepeatGroup) for row in line.rows}
    here = [line for line in lines if line.id not in members and line.same_data]
    elsewhere = sum(line.id not in members for line in lines) - len(here)
    drawn: list[tuple[Line, float, float]] = []
    untested: list[str] = []
    unknown: list[str] = []
    for line in here:
        accuracy, value = accuracy_of(line), _VALUES[cost](_row(line))
        if accuracy is None:
            untested.append(line.label)
        elif not value or value <= 0:
            unknown.append(line.label)
        else:
            drawn.append((line, value, accuracy))
    front = pareto_front([value for _, value, _ in drawn], [accuracy for _, _, accuracy in drawn])
    points = []
    for (line, value, accuracy), best in zip(drawn, front.tolist(), strict=True):
        interval = interval_of(line)
        ends = (interval.low, interval.high) if interval else (accuracy, accuracy)
        points.append(CostPoint(line.label, float(value), accuracy, ends, best, line.id in ticked))
    return CostView(
        ids=tuple(line.id for line, _, _ in drawn),
        points=tuple(points),
        sentences=_sentences(points, cost, untested, unknown, elsewhere, [line for line, _, _ in drawn]),
    )


def ticked_with(ticked: Sequence[str], run_id: str) -> list[str]:
    """Return what is compared after a click on a mark: it comes, or goes where it was there.

    Parameters
    ----------
    ticked : sequence of str
        Ids of those that are compared.
    run_id : str
        Of the mark.
    """
    return [one for one in ticked if one != run_id] + ([] if run_id in ticked else [run_id])


def cost_columns(view: CostView, cost: str) -> dict[str, list[object]]:
    """Return the chart as a table, by column.

    Parameters
    ----------
    view : CostView
        What it shows.
    cost : str
        One of :data:`COSTS`.
    """
    return {
        "id": list(view.ids),
        "run": [one.label for one in view.points],
        "training seconds" if cost == TIME else cost: [one.cost for one in view.points],
        "test accuracy": [one.accuracy for one in view.points],
        "95% interval, low": [one.interval[0] for one in view.points],
        "95% interval, high": [one.interval[1] for one in view.points],
        "on the front": [one.on_front for one in view.points],
    }


def _row(line: Line) -> RunRow:
    return line if isinstance(line, RunRow) else next(iter((*line.tested, *line.rows)))


def _operations(row: RunRow) -> int | None:
    data = row.run.record.data if row.run.record else None
    known = data is not None and row.model in known_architectures()
    return _operations_of(row.model, len(data.class_names)) if known and data else None


@cache
def _operations_of(model: str, classes: int) -> int:
    return for_classes(known_architectures()[model], classes).operations


_VALUES: dict[str, Callable[[RunRow], float | None]] = {
    PARAMETERS: lambda row: row.parameters,
    OPERATIONS: _operations,
    TIME: lambda row: row.training_seconds,
}


def _sentences(
    points: Sequence[CostPoint],
    cost: str,
    untested: Sequence[str],
    unknown: Sequence[str],
    elsewhere: int,
    drawn: Sequence[Line],
) -> tuple[str, ...]:
    told = []
    front = [one.label for one in sorted(points, key=lambda one: one.cost) if one.on_front]
    if front:
        less = "faster" if cost == TIME else f"smaller in {cost}"
        told.append(
            f"Pareto front, from the cheapest on: {name_list(front, 12)}. No other run is both {less} and "
            "more accurate."
        )
    if unknown:
        told.append(f"Left out, because their {cost} are not known: {name_list(list(unknown), _NAMED)}.")
    if untested:
        told.append(f"Left out, because they were not tested: {name_list(list(untested), _NAMED)}.")
    if elsewhere:
        told.append("Runs on other pictures are left out: their accuracies cannot be compared with these.")
    hardware = {_row(line).hardware for line in drawn} - {""}
    if cost == TIME and len(hardware) > 1:
        told.append(f"Trained on different hardware ({name_list(sorted(hardware), 4)}), so times say little.")
    return tuple(told)
