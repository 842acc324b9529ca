"""All epochs of a run in one message, so that a browser goes through them without asking."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.palette import ACCENT, MISTAKE
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.evaluation.per_class import PerClass
from cifar_core.views.compare.over_epochs import EpochsOnScreen


@dataclass(frozen=True)
class Seen:
    """What a browser says of itself where the slider comes to rest.

    Attributes
    ----------
    asked : int
        How often it has said so; 0 for never.
    epoch : int or None
        On screen, counted from 1; it need not be one that there is.
    course : int or None
        The chosen cell: true class times C plus predicted class.
    """

    asked: int = 0
    epoch: int | None = None
    course: int | None = None


def read_seen(state: Any) -> Seen:
    """Read what ``scrub.js`` told; whatever else a browser may send counts as nothing told.

    Parameters
    ----------
    state : object
        What Streamlit keeps of the component.
    """
    seen = state.get("seen") if isinstance(state, Mapping) else None
    if not isinstance(seen, Mapping):
        return Seen()
    asked = _whole(seen.get("asked"))
    return Seen(asked or 0, _whole(seen.get("epoch")), _whole(seen.get("course")))


def set_asked(shown: EpochsOnScreen, opened: Any) -> str | None:
    """Return the expression of the pictures that were asked for; ``None`` where there are none such.

    Parameters
    ----------
    shown : EpochsOnScreen
        The run.
    opened : object
        What ``scrub.js`` sent.
    """
    if not isinstance(opened, Mapping):
        return None
    name, epoch, course = opened.get("name"), _whole(opened.get("epoch")), _whole(opened.get("course"))
    if epoch not in shown.epochs:
        return None
    if name in ("learnt_at", "lost_at"):
        return shown.set_of(name, epoch)
    classes = len(shown.class_names)
    if name == "cell_at" and course is not None and course < classes**2:
        true, said = divmod(course, classes)
        return shown.set_of(name, epoch, shown.class_names[true], shown.class_names[said])
    return None


def _whole(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 2**31 else None


def scrub_data(shown: EpochsOnScreen, order: ClassOrder | None, *, opens: bool) -> dict[str, Any]:
    """Return what ``pages/parts/compare/scrub.js`` draws: values that JSON knows.

    Parameters
    ----------
    shown : EpochsOnScreen
        The run.
    order : ClassOrder or None
        Of rows and columns; by default that of the labels.
    opens : bool
        Whether the pictures are here, so that they can be asked for.

    Returns
    -------
    dict
        ``cells`` and ``counts`` are those of :class:`~cifar_core.evaluation.over_epochs.EpochCells`, as base64 of
        little-endian int32; ``drawn`` changes whenever anything else does.
    """
    over, names = shown.over, shown.class_names
    pictures = np.bincount(over.kept.labels, minlength=len(names))
    numbers = range(len(shown.epochs))
    flips = [shown.flips(number) for number in numbers]
    data = {
        "label": shown.label,
        "epochs": shown.epochs,
        "names": list(names),
        "order": list(range(len(names)) if order is None else order.labels),
        "groups": [] if order is None else [list(group) for group in order.groups],
        "pictures": pictures.tolist(),
        "full": int(pictures.max(initial=1)),
        "largest": over.largest_mistake,
        "starts": list(over.cells.starts),
        "cells": _base64(over.cells.cells),
        "counts": _base64(over.cells.counts),
        "said": [shown.sentence(number) for number in numbers],
        "flips": [
            f"Since epoch {shown.epochs[number - 1]}: {learnt:,} learnt, {lost:,} lost (flips)."
            if number
            else ""
            for number, (learnt, lost) in enumerate(flips)
        ],
        "learnt": [learnt for learnt, _ in flips],
        "lost": [lost for _, lost in flips],
        "opens": opens,
        "right": ACCENT,
        "wrong": MISTAKE,
    }
    return data | {"drawn": hashlib.blake2b(repr(data).encode(), digest_size=12).hexdigest()}


def scrub_table(shown: EpochsOnScreen) -> dict[str, list[Any]]:
    """Return recall, flips and accuracy of all epochs as a table by column, a row for each epoch.

    Parameters
    ----------
    shown : EpochsOnScreen
        The run.
    """
    numbers = range(len(shown.epochs))
    recalls = np.array([PerClass.from_matrix(shown.over.matrix(number)).recall for number in numbers])
    columns: dict[str, list[Any]] = {
        "epoch": shown.epochs,
        "accuracy": shown.over.accuracy.tolist(),
        "mean confidence": shown.over.mean_confidence.tolist(),
        "learnt": [shown.flips(number)[0] for number in numbers],
        "lost": [shown.flips(number)[1] for number in numbers],
    }
    for label, name in enumerate(shown.class_names):
        columns[f"recall of {name} ({label})"] = recalls[:, label].tolist()
    return columns


def _base64(values: NDArray[np.int32]) -> str:
    return base64.b64encode(values.astype("<i4").tobytes()).decode("ascii")
