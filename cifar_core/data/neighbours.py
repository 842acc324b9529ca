"""The pictures that look most like one picture, by the distance of their pixels."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.derived import DerivedArrays

_BLOCK = 4  # pixels on a side that a thumbnail takes together
_ASKED_AT_ONCE = 256


def nearest_pictures(
    dataset: Dataset, picture: NDArray[np.uint8], split: SplitName, count: int, cache_dir: Path
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the pictures of a split that lie nearest to one picture, exactly.

    Thumbnails of 8 × 8 pixels tell how far two pictures are apart at least: a mean never lies further from another
    than what it is the mean of. Only pictures whose thumbnails are nearer than the farthest that was found need be
    looked at.

    Parameters
    ----------
    dataset : Dataset
        Whose pictures are looked through.
    picture : ndarray of uint8, shape (32, 32, 3)
        The one they are compared with; it is found too, at distance 0, where it is one of them.
    split : {"train", "test"}
        Where to look.
    count : int
        How many, ``>= 1``; all of them where there are fewer.
    cache_dir : Path
        ``Settings.cache_dir``, where the thumbnails are kept.

    Returns
    -------
    indices : ndarray of int64, shape (count,)
        Numbers in the split, nearest first; the lower number first where two are equally near.
    distances : ndarray of float64, shape (count,)
        Root mean square difference of their values, 0 to 255.

    References
    ----------
    The bound: C. Faloutsos, M. Ranganathan, Y. Manolopoulos, "Fast subsequence matching in time-series databases",
    SIGMOD 1994, doi:10.1145/191839.191925.
    """
    images = dataset.split(split).images
    shape = (len(images), thumbnails(picture[None]).shape[1])
    kept = DerivedArrays(dataset, split, "thumbnails", {"sums": shape}, cache_dir)
    small = kept.stored_or(lambda: {"sums": thumbnails(images)})["sums"]
    at_least = _at_least(small, thumbnails(picture[None])[0])
    order = np.argsort(at_least, kind="stable")
    bounds, wanted = at_least[order], picture.ravel().astype(np.float64)
    found, distances = np.empty(0, np.int64), np.empty(0)
    for start in range(0, len(order), _ASKED_AT_ONCE):
        if len(distances) == count and bounds[start] > distances[-1]:
            break
        asked = order[start : start + _ASKED_AT_ONCE]
        apart = images[asked].reshape(len(asked), -1) - wanted
        exact = np.einsum("ij,ij->i", apart, apart)  # whole numbers far below 2⁵³: nothing is rounded
        found, distances = np.concatenate([found, asked]), np.concatenate([distances, exact])
        nearest = np.lexsort((found, distances))[:count]
        found, distances = found[nearest], distances[nearest]
    return found.astype(np.int64), np.sqrt(distances / picture.size)


def thumbnails(images: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Add up the values of 4 × 4 pixels.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
        Pictures whose sides are multiples of 4.

    Returns
    -------
    ndarray of uint16, shape (N, H/4 · W/4 · C)
        Sums from 0 to 4,080.
    """
    count, height, width, channels = images.shape
    blocks = images.reshape(count, height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK, channels)
    sums: NDArray[np.uint16] = blocks.sum(axis=(2, 4), dtype=np.uint16)
    return sums.reshape(count, height // _BLOCK * (width // _BLOCK) * channels)


def _at_least(small: NDArray[np.uint16], one: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Return the squared distance that a picture has at least from each, whose thumbnails these are."""
    ours, other = small.astype(np.float32), one.astype(np.float32)
    squares = np.einsum("ij,ij->i", ours, ours) + other @ other
    # float32 rounds each sum by less than 10⁻⁵ of it, and three are taken together.
    return np.asarray((squares * (1 - 3e-5) - 2 * (ours @ other)) / _BLOCK**2)
