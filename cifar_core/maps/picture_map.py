"""A map of pictures: computed once, kept in the cache, and read again by whoever draws a region on it."""

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SPLIT_NAMES, Dataset
from cifar_core.data.derived import DerivedArrays
from cifar_core.errors import RunError
from cifar_core.maps.features import RunFeatures, run_key
from cifar_core.maps.name import METHODS, MapName
from cifar_core.runs.run import Run

MOST_POINTS = 10_000
"""Of a split with more pictures, so many are shown, evenly spaced."""

SIDE = 1000.0
"""A map reaches from 0 to this along its longer side."""


class MapMissingError(RunError):
    """A map, or what it is made of, was not computed on this machine yet.

    Parameters
    ----------
    name : MapName
        Which map.
    """

    def __init__(self, name: MapName) -> None:
        of = f"the last features of {name.run}" if name.run else "pixels"
        plain = replace(name, mark=None)
        super().__init__(
            f"the {METHODS[name.method]} map of {of} ({SPLIT_NAMES[name.split]} pictures) is not computed here yet. "
            f"Compute it on Data set, Map, or with: python -m cifar_core maps compute {plain}"
        )


@dataclass(frozen=True, eq=False)
class PictureMap:
    """Where each picture lies.

    Attributes
    ----------
    name : MapName
        With its mark, where it is one of t-SNE.
    pictures : ndarray of int64, shape (n,)
        Which pictures of the split lie on it, in order.
    points : ndarray of float32, shape (n, 2)
        Where they lie, from 0 to :data:`SIDE` along the longer side.
    explained : float or None
        Share of the variance that the two directions of a PCA hold, 0 to 1.
    """

    name: MapName
    pictures: NDArray[np.int64]
    points: NDArray[np.float32]
    explained: float | None = None


def on_map(pictures: int) -> NDArray[np.int64]:
    """Return which pictures of a split are shown: all, or :data:`MOST_POINTS` evenly spaced ones.

    Parameters
    ----------
    pictures : int
        How many there are.
    """
    shown = min(pictures, MOST_POINTS)
    return np.arange(shown) * pictures // max(1, shown)


def map_rows(name: MapName, dataset: Dataset, run: Run | None, cache_dir: Path) -> NDArray[Any]:
    """Return what a map is made of, shape (n, k): pixels, or features, of the pictures on it.

    Parameters
    ----------
    name : MapName
        Which map.
    dataset : Dataset
        Whose pictures.
    run : Run or None
        Whose features; ``None`` for pixels.
    cache_dir : Path
        ``Settings.cache_dir``.

    Raises
    ------
    MapMissingError
        The features were not computed yet, or what was kept of them is damaged.
    """
    images = dataset.split(name.split).images
    shown = on_map(len(images))
    if run is None:
        return np.asarray(images[shown].reshape(len(shown), -1))
    features = RunFeatures(run, dataset, name.split, cache_dir).stored()
    rows = None if features is None else np.asarray(features[shown])
    if rows is None or not np.isfinite(rows).all():
        raise MapMissingError(name)
    return rows


def open_map(name: MapName, dataset: Dataset, run: Run | None, cache_dir: Path) -> PictureMap:
    """Read a map; a PCA is computed where it was not yet.

    Parameters
    ----------
    name : MapName
        Which map. One with a mark is another where it was computed anew.
    dataset : Dataset
        Whose pictures.
    run : Run or None
        The run whose features it is made of; ``None`` for pixels.
    cache_dir : Path
        ``Settings.cache_dir``.

    Raises
    ------
    MapMissingError
        It was not computed here yet, or the features for it were not.
    RunError
        It was computed here, and is not the one with this mark; or there are too few pictures.
    """
    pictures = on_map(len(dataset.split(name.split)))
    if len(pictures) < 3:
        raise RunError(f"a map needs three pictures or more, and the {name.split} split has {len(pictures)}.")
    file = _file(name, dataset, run, cache_dir)
    if name.method == "pca":
        kept = file.stored_or(lambda: principal_plane(map_rows(name, dataset, run, cache_dir)))
        return PictureMap(
            replace(name, mark=None), pictures, on_square(kept["points"]), float(kept["explained"])
        )
    stored = file.stored()
    if stored is None:
        raise MapMissingError(name)
    points = on_square(stored["points"])
    mark = f"{zlib.crc32(points.astype('<f4').tobytes()) & 0xFFFF:04x}"
    if name.mark not in (None, mark):
        raise RunError(
            f"this region was drawn on another t-SNE map ({name.mark}) than the one that was computed here ({mark}): "
            "each computation lays the pictures out differently. Draw it anew on Data set, Map."
        )
    return PictureMap(replace(name, mark=mark), pictures, points)


def keep_map(
    name: MapName, points: NDArray[np.floating], dataset: Dataset, run: Run | None, cache_dir: Path
) -> None:
    """Keep a map that was computed.

    Parameters
    ----------
    name : MapName
        Which map.
    points : ndarray of float, shape (n, 2)
        Where each picture of :func:`on_map` lies, in any unit.
    dataset : Dataset
        Whose pictures.
    run : Run or None
        The run whose features it is made of; ``None`` for pixels.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    _file(name, dataset, run, cache_dir).keep({"points": np.asarray(points, np.float32)})


def _file(name: MapName, dataset: Dataset, run: Run | None, cache_dir: Path) -> DerivedArrays:
    shapes: dict[str, tuple[int, ...]] = {"points": (len(on_map(len(dataset.split(name.split)))), 2)}
    if name.method == "pca":
        shapes["explained"] = ()
    folder = f"map-{name.method}" if run is None else f"map-{name.method}-{run_key(run)}"
    return DerivedArrays(dataset, name.split, folder, shapes, cache_dir)


def principal_plane(rows: NDArray[np.generic]) -> dict[str, NDArray[np.float32]]:
    """Lay rows of numbers out along the two directions in which they differ most (principal component analysis).

    Parameters
    ----------
    rows : ndarray, shape (n, k)
        A row for each picture.

    Returns
    -------
    dict
        ``points``, shape (n, 2), and ``explained``, shape (): the share of all variance along the two. Of each
        direction the largest part is positive, so that it is the same on every machine.
    """
    from scipy.sparse.linalg import svds

    values = rows.astype(np.float32)
    values -= values.mean(axis=0)
    variance = float(np.einsum("ij,ij->", values, values, dtype=np.float64))
    if not variance or min(values.shape) < 3:  # svds() wants more rows and columns than it is to find
        points = np.zeros((len(values), 2), np.float32)
        points[:, : values.shape[1]] = values[:, :2]
        return {"points": points, "explained": np.array(1.0, np.float32)}
    start = np.ones(min(values.shape), np.float32)
    _, lengths, directions = svds(values, k=2, v0=start, solver="arpack")
    directions = directions[np.argsort(-lengths)]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(2), largest])[:, None]
    share = (lengths.astype(np.float64) ** 2).sum() / variance
    return {"points": (values @ directions.T).astype(np.float32), "explained": np.array(share, np.float32)}


def on_square(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Move and scale points so that they begin at 0 and reach to :data:`SIDE` along the longer side.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        In any unit.
    """
    moved = points.astype(np.float64) - points.min(axis=0)
    return np.asarray(moved * (SIDE / max(float(moved.max()), 1e-12)), np.float32)
