"""The Pareto front: what nothing else beats in both, such as runs that are cheap and accurate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class CostPoint:
    """What something costs, and how good it is.

    Attributes
    ----------
    label : str
        What it is called.
    cost : float
        Above 0; less is better.
    accuracy : float
        Between 0 and 1; more is better.
    interval : (float, float)
        Ends of its 95% interval.
    on_front : bool
        Whether nothing else is at least as good in both and better in one.
    ticked : bool
        Whether it is among those that are compared.
    """

    label: str
    cost: float
    accuracy: float
    interval: tuple[float, float]
    on_front: bool
    ticked: bool


def pareto_front(costs: Sequence[float], values: Sequence[float]) -> NDArray[np.bool_]:
    """Tell which points no other one beats: none is at least as good in both, and truly better in one.

    Parameters
    ----------
    costs : sequence of float, length n
        Less is better; all finite.
    values : sequence of float, length n
        More is better; all finite.

    Returns
    -------
    ndarray of bool, shape (n,)
        Of equal points either all are on the front or none.
    """
    cost, value = np.asarray(costs, np.float64), np.asarray(values, np.float64)
    front = np.zeros(len(cost), bool)
    best, at = -np.inf, np.nan
    # From the cheapest on; among equally cheap ones the best comes first, and equals of it follow at once.
    for number in np.lexsort((-value, cost)).tolist():
        equal = value[number] == best and cost[number] == at
        if value[number] > best or equal:
            front[number] = True
            best, at = value[number], cost[number]
    return front
