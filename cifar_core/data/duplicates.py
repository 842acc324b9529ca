"""Pictures that are there twice: the very same pixels (exact duplicates), or nearly (near-duplicates)."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.data.derived import Arrays, DerivedArrays
from cifar_core.data.neighbours import thumbnails

ALIKE = 0.9
"""From this similarity on two pictures are near-duplicates. Labels have no part in it; on CIFAR-10 every test picture
above it has the label of its twin in the training split, as copies of one photograph have, and below fewer and fewer
do. Of 50 such pairs that were looked at, 49 were one photograph (docs/dataset.md)."""

NEAR_DUPLICATE_COUNT = "near_duplicate_count"
"""What :meth:`Duplicates.counts` is called where pictures are filtered and sorted."""

KEPT = 0.75
"""Below it nothing is remembered of a pair."""

_ROWS_AT_ONCE = 500
_FINEST = 6  # waves across a picture: what is finer, JPEG and scaling change most
_TO_LUMA_AND_CHROMA = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)
_CHROMA = 4.0  # in photographs it varies about so much less than luma
_ONE_AT_A_TIME = threading.Lock()

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Of every picture its twin in either split: the other picture there that is most like it.

    Pictures are counted through: those of the training split first, then the test split. The columns are the
    training split and the test split.

    Attributes
    ----------
    similarity : ndarray of float32, shape (N + T, 2)
        From :data:`KEPT` to 1; 0 where no picture of the split is so much like it.
    twin : ndarray of int64, shape (N + T, 2)
        Which picture that is; −1 for none.
    exact : ndarray of bool, shape (N + T, 2)
        Whether the split holds the very same pixels once more.
    """

    similarity: NDArray[np.float32]
    twin: NDArray[np.int64]
    exact: NDArray[np.bool_]

    def groups(self) -> NDArray[np.int64]:
        """Return for each picture the first of those that it hangs together with by near-duplicates, shape (N + T,)."""
        from scipy.sparse import coo_array  # takes a while to import
        from scipy.sparse.csgraph import connected_components

        pictures, columns = np.nonzero(self.similarity >= ALIKE)
        count = len(self.similarity)
        pairs = (pictures, self.twin[pictures, columns])
        links = coo_array((np.ones(len(pictures), np.int8), pairs), (count, count))
        _, group = connected_components(links, directed=False)
        _, first = np.unique(group, return_index=True)
        return np.asarray(first[group], np.int64)

    def counts(self) -> NDArray[np.int64]:
        """Return how many other pictures each hangs together with by near-duplicates, shape (N + T,)."""
        groups = self.groups()
        return np.asarray(np.bincount(groups)[groups] - 1 if len(groups) else groups)


def duplicates_of(dataset: Dataset, cache_dir: Path, progress: Progress | None = None) -> Duplicates:
    """Read which pictures are there twice, finding them first when that was not done yet.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the file in the cache.
    cache_dir : Path
        ``Settings.cache_dir``.
    progress : callable, optional
        Is told which share is done, 0 to 1. Sixty thousand pictures take half a minute on two cores, once.
    """

    def compute() -> Arrays:
        images = np.concatenate([dataset.train.images, dataset.test.images])
        return find_duplicates(images, len(dataset.train), progress)

    with _ONE_AT_A_TIME:  # A class that opens the page together waits for one search.
        found = _kept(dataset, cache_dir).stored_or(compute)
    return Duplicates(found["similarity"], found["twin"].astype(np.int64), found["exact"])


def duplicates_known(dataset: Dataset, cache_dir: Path) -> bool:
    """Tell whether somebody had them searched for already.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the file in the cache.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    return _kept(dataset, cache_dir).stored() is not None


def _kept(dataset: Dataset, cache_dir: Path) -> DerivedArrays:
    shapes = dict.fromkeys(("similarity", "twin", "exact"), (len(dataset.train) + len(dataset.test), 2))
    return DerivedArrays(dataset, "both", "duplicates", shapes, cache_dir)


def find_duplicates(images: NDArray[np.uint8], train: int, progress: Progress | None = None) -> Arrays:
    """Compare every picture with every other.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 32, 32, 3)
        Those of the training split, then those of the test split.
    train : int
        How many are of the training split.
    progress : callable, optional
        Is told which share is done, 0 to 1.

    Returns
    -------
    dict of str to ndarray
        ``similarity``, ``twin`` (int32) and ``exact``, as :class:`Duplicates` has them.
    """
    splits = (slice(0, train), slice(train, len(images)))
    similarity = np.zeros((len(images), 2), np.float32)
    twin = np.full((len(images), 2), -1, np.int32)
    fingerprints = fingerprints_of(images)
    for column, split in enumerate(splits):
        for start in range(split.start, split.stop, _ROWS_AT_ONCE):
            rows = np.arange(start, min(start + _ROWS_AT_ONCE, split.stop))
            if progress is not None:
                progress(
                    1 - (1 - start / len(images)) ** 2
                )  # Each pair is looked at once: the first rows have most.
            for other, columns in enumerate(splits):
                begin = max(start, columns.start)
                if begin >= columns.stop:
                    continue
                alike = fingerprints[rows] @ fingerprints[begin : columns.stop].T
                if column == other:
                    np.fill_diagonal(alike, -1)
                _keep(similarity[:, other], twin[:, other], rows, alike, begin)
                beyond = np.arange(begin, columns.stop)
                _keep(similarity[:, column], twin[:, column], beyond, alike.T, start)
    exact = _exact(images, train, similarity, twin)
    return {"similarity": np.minimum(similarity, 1), "twin": twin, "exact": exact}


def fingerprints_of(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return of each picture a vector whose scalar product with another's is their similarity, −1 to 1.

    It is the cosine similarity of their discrete cosine transforms (DCT), of 8 × 8 thumbnails in luma and chroma, each
    wave weighted by its frequency. In photographs the amplitude falls as 1/frequency, so that all weighted waves say
    equally much (the spectrum is white): two pictures with bright sky above dark ground are then no more alike than
    any two. Brightness and contrast have no part in it, and a shift by a pixel little.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 32, 32, 3)
        RGB pictures.

    Returns
    -------
    ndarray of float32, shape (N, 114)
        Of length 1, or shorter where a picture is nearly of one colour: what noise says is not compared.

    References
    ----------
    Amplitude 1/frequency: D. J. Field, "Relations between the statistics of natural images and the response
    properties of cortical cells", JOSA A 4 (1987), doi:10.1364/JOSAA.4.002379.
    """
    from scipy.fft import dctn

    side = np.arange(8)
    frequency = np.hypot(side[:, None], side[None, :])
    used = (frequency > 0) & (frequency <= _FINEST)
    weights = (frequency[used][:, None] * np.array([1, _CHROMA, _CHROMA])).ravel().astype(np.float32)
    parts = []
    for start in range(0, max(1, len(images)), _ROWS_AT_ONCE):
        small = thumbnails(images[start : start + _ROWS_AT_ONCE]).reshape(-1, 8, 8, 3).astype(np.float32) / 16
        waves = dctn(small @ _TO_LUMA_AND_CHROMA.T, axes=(1, 2), norm="ortho")[:, used]
        parts.append((waves.reshape(len(small), len(weights)) * weights).astype(np.float32))
    vectors = np.concatenate(parts)
    # As long as the vector of a picture whose thumbnail varies by half a step of 255.
    least = 0.5 * float(np.linalg.norm(frequency[used]))
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), least))


def _keep(
    best: NDArray[np.float32],
    twin: NDArray[np.int32],
    pictures: NDArray[np.int64],
    alike: NDArray[np.float32],
    begin: int,
) -> None:
    """Remember for each picture, a row of ``alike``, the column that is most like it, if none was more so."""
    highest = alike.max(axis=1)
    better = np.flatnonzero((highest >= KEPT) & (highest > best[pictures]))
    best[pictures[better]] = highest[better]
    twin[pictures[better]] = begin + alike[better].argmax(axis=1)


def _exact(
    images: NDArray[np.uint8], train: int, similarity: NDArray[np.float32], twin: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Find the very same pixels; such a picture is the twin of another whatever else is like it."""
    same: dict[bytes, tuple[list[int], list[int]]] = {}
    for number, image in enumerate(images):
        digest = hashlib.blake2b(image.tobytes(), digest_size=16).digest()
        same.setdefault(digest, ([], []))[number >= train].append(number)
    exact = np.zeros(twin.shape, np.bool_)
    for members in same.values():
        for column, inside in enumerate(members):
            for number in (*members[0], *members[1]):
                other = next((one for one in inside[:2] if one != number), None)
                if other is not None:
                    exact[number, column], twin[number, column], similarity[number, column] = True, other, 1
    return exact
