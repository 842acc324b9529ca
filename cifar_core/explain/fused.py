"""Maps of several layers in one: what they agree on, as fine as the finest and as sure of the class as the deepest."""

from collections.abc import Sequence

import numpy as np

from cifar_core.explain.geometry import MapPlace
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.spread import spread_maps

BETWEEN = ","
"""Between the names of layers that are looked at together."""


def split_layers(name: str | None) -> list[str]:
    """Return the layers that a name stands for, each once; none where none is named."""
    return [] if name is None else list(dict.fromkeys(filter(None, map(str.strip, name.split(BETWEEN)))))


def fuse_maps(maps: Sequence[Heatmap], place: MapPlace) -> Heatmap:
    """Spread the maps of several layers over the picture and take their mean.

    Parameters
    ----------
    maps : sequence of Heatmap
        At least one; of one picture, class and method. Each is a share of its own maximum, so that none drowns the
        others; an empty one counts as 0 everywhere.
    place : MapPlace
        That of the pixels.

    Returns
    -------
    Heatmap
        Its cells are the pixels; ``maximum`` is the highest mean, at most 1.
    """
    height, width = place.used.shape
    spread = [spread_maps(one.values, place=one.place, height=height, width=width) for one in maps]
    return Heatmap.from_evidence(
        np.asarray(np.mean(spread, axis=0), np.float32),
        layer=BETWEEN.join(one.layer or "" for one in maps),
        class_index=maps[0].class_index,
        method=maps[0].method,
        place=place,
    )
