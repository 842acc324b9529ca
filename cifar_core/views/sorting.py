"""A wall in another order: by what is measured on pictures, by a run, or by what tells runs apart."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.picture_sets.expression import Word
from cifar_core.picture_sets.measures import DISAGREEMENT, PICTURE_MEASURES, RUN_MEASURES, measure_title
from cifar_core.picture_sets.order import Order, in_order, order_of

SORT_HELP = f"""By what is measured on each picture; by what a run gave it: loss, confidence or margin; or by
disagreement between runs (Jensen–Shannon divergence). What runs say is known of test pictures alone. It writes
`sort(SET, MEASURE, down)` around the set; {", ".join(PICTURE_MEASURES)} need no run."""


def sort_measures(runs: Sequence[str]) -> tuple[str, ...]:
    """Return the names of all that a wall can be sorted by.

    Parameters
    ----------
    runs : sequence of str
        Ids of the runs that were tested on the pictures on screen: without one, nothing that a run gives; without
        two, no disagreement.
    """
    of_runs = (*(RUN_MEASURES if runs else ()), *((DISAGREEMENT,) if len(runs) > 1 else ()))
    return (*of_runs, *PICTURE_MEASURES)


def runs_needed(measure: str) -> int:
    """Return how many runs a measure takes: none, one, or two and more.

    Parameters
    ----------
    measure : str
        Of :func:`sort_measures`.
    """
    return 2 if measure == DISAGREEMENT else int(measure in RUN_MEASURES)


def new_order(
    measure: str | None, *, asked: Sequence[str], named: Sequence[str], tested: Sequence[str], down: bool
) -> Order | None:
    """Return the order that is asked for, with as many runs as its measure takes.

    Parameters
    ----------
    measure : str or None
        Of :func:`sort_measures`; ``None`` for no order.
    asked : sequence of str
        Ids of the runs that were asked for; those that are lacking come from the next two.
    named : sequence of str
        Ids of the runs that the set on screen names.
    tested : sequence of str
        Ids of all runs that may be taken.
    down : bool
        Whether the largest come first.
    """
    if measure is None:
        return None
    needed = runs_needed(measure)
    runs = list(dict.fromkeys(run for run in asked if run in tested))
    for run in (*named, *tested):
        if len(runs) < needed and run in tested and run not in runs:
            runs.append(run)
    return Order(measure, tuple(runs if needed > 1 else runs[:needed]), down)


def sorted_expression(
    text: str | None, order: Order | None, *, split: SplitName, class_name: str | None
) -> str | None:
    """Return the set that is on screen in another order; ``None`` where nothing is left to choose.

    Parameters
    ----------
    text : str or None
        Expression of the set on screen; ``None`` where all pictures of a split or of a class in it are.
    order : Order or None
        The other order; ``None`` takes it off.
    split : {"train", "test"}
        The split on screen. What a run gives is known of test pictures alone.
    class_name : str or None
        The class on screen, where no set is.

    Examples
    --------
    >>> sorted_expression(None, Order("loss", ("a",)), split="train", class_name="cat")
    'sort(split(test) and class(cat), loss(a), down)'
    """
    if text is not None:
        return in_order(text, order)
    if order is None:
        return None
    of_class = "" if class_name is None else f" and class({Word(class_name)})"
    return in_order(f"split({'test' if order.runs else split}){of_class}", order)


def sorted_values(pictures: PictureSet, split: SplitName, indices: NDArray[np.int64]) -> list[str]:
    """Write what each picture has of that by which its set is sorted: ``"brightness 34.2"``.

    Parameters
    ----------
    pictures : PictureSet
        The set.
    split : {"train", "test"}
        Of which split the pictures are.
    indices : ndarray of int64, shape (k,)
        Their numbers in it.

    Returns
    -------
    list of str
        Empty ones where the set is not sorted, or where it is said of each picture anyway: what the first run said,
        and how sure it was.
    """
    order, values = order_of(pictures.text), pictures.sorted_by
    said = [one.run.id for one in pictures.said[:1]]
    if order is None or values is None or (order.measure == "confidence" and list(order.runs) == said):
        return [""] * len(indices)
    here = values[indices + pictures.universe.places(split).start]
    return [
        f"{measure_title(order.measure)} {_short(value)}" if np.isfinite(value) else ""
        for value in here.tolist()
    ]


def _short(value: float) -> str:
    """Write a number with three digits that tell, a whole one in full.

    Examples
    --------
    >>> [_short(value) for value in (13547.8, 34.25, 2.3145, 0.00012, -18.4, 3)]
    ['13,548', '34.2', '2.31', '0.00', '-18.4', '3']
    """
    if isinstance(value, int):
        return f"{value:,}"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
