"""A map of pictures: a point for each, laid out by PCA or t-SNE."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.class_counts import MANY_CLASSES


@dataclass(frozen=True, eq=False)
class PointGroup:
    """Points of one colour.

    Attributes
    ----------
    name : str
        What the legend says.
    colour : str
        Of all of them.
    rows : ndarray of int64, shape (k,)
        Which points.
    faint : bool
        Whether they are drawn as background.
    """

    name: str
    colour: str
    rows: NDArray[np.int64]
    faint: bool = False


def picture_map_spec(
    points: NDArray[np.float32],
    groups: Sequence[PointGroup],
    numbers: NDArray[np.int64],
    labels: NDArray[np.int64],
    said: NDArray[np.int64] | None,
    names: Sequence[str],
) -> dict[str, Any]:
    """Return what ``pages/parts/dataset/points.js`` draws: a few bytes for each point, no text.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 2)
        Where each lies, 0 to 1000; one that is not finite is left out.
    groups : sequence of PointGroup
        In the order of the legend; each point belongs to one.
    numbers : ndarray of int64, shape (n,)
        Number of each picture.
    labels : ndarray of int64, shape (n,)
        True class of each.
    said : ndarray of int64, shape (n,), or None
        What a run took each for.
    names : sequence of str
        Of the classes.

    Returns
    -------
    dict
        Arrays as base64, little-endian: ``points`` int16 in tenths, ``numbers`` int32, the others uint16.
    """
    group = np.zeros(len(points), np.uint16)
    for number, one in enumerate(groups):
        group[one.rows] = number
    there = np.isfinite(points).all(axis=1)
    told = sum(not one.faint for one in groups)
    return {
        "points": _base64(np.round(10 * points[there]), "<i2"),
        "numbers": _base64(numbers[there], "<i4"),
        "labels": _base64(labels[there], "<u2"),
        "said": None if said is None else _base64(said[there], "<u2"),
        "group": _base64(group[there], "<u2"),
        "groups": [{"name": one.name, "colour": one.colour, "faint": one.faint} for one in groups],
        "legend": told <= MANY_CLASSES,  # nobody reads one of a hundred names: the pointer tells
        "names": list(names),
    }


def _base64(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode("ascii")
