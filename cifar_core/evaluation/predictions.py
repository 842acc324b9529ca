"""What a model said about every picture of a split, and the file that keeps it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.array_file import ArrayFile, open_arrays
from cifar_core.data.folder.listing import MOST_FILES
from cifar_core.errors import RunError
from cifar_core.evaluation.softmax import softmax
from cifar_core.system.files import read_bytes, replace, sync_file

PredictedSplit = Literal["validation", "test"]

MOST_FILE_BYTES = 40_000_000
"""Largest file that is read."""

MOST_OUTPUTS = 10_000_000
"""Most outputs of a split, pictures times classes: 100,000 pictures of a hundred classes."""

_FREE_BYTES = 20_000_000
_MOST_SHRUNK = 50
"""Beyond the first bytes a file that unpacks to so many times its size is a trap: float16 hardly shrinks by a third."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """The outputs of one model for the pictures of one split.

    Attributes
    ----------
    logits : ndarray of float32, shape (N, C)
        Outputs before the softmax.
    labels : ndarray of int64, shape (N,)
        True class of each picture, ``0 <= label < C``.
    indices : ndarray of int64, shape (N,)
        Position of each picture in its split: for the test split in ``Dataset.test``, for the validation
        split in ``Dataset.train``, from which it was taken.
    """

    logits: NDArray[np.float32]
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.logits.ndim != 2 or not len(self.logits) == len(self.labels) == len(self.indices):
            raise ValueError(
                f"logits {self.logits.shape}, labels {self.labels.shape} and indices {self.indices.shape} "
                "do not describe the same pictures"
            )
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < self.logits.shape[1]:
            raise ValueError(f"labels must lie between 0 and {self.logits.shape[1] - 1}")

    def __len__(self) -> int:
        return len(self.labels)

    def of(self, indices: NDArray[np.int64]) -> "Predictions":
        """Return what was said of some of the pictures, in the order in which they stand here.

        Parameters
        ----------
        indices : ndarray of int64, shape (k,)
            Positions in the split; one that nothing was said of is left out.
        """
        kept = np.isin(self.indices, indices)
        return Predictions(self.logits[kept], self.labels[kept], self.indices[kept])

    def in_order(self) -> "Predictions":
        """Return the same, sorted by the numbers of the pictures."""
        return self if self._in_order is None else self._in_order

    @cached_property
    def _in_order(self) -> "Predictions | None":
        """The same in order; ``None`` where they stand so already."""
        order = np.argsort(self.indices)
        if np.array_equal(order, np.arange(len(order))):
            return None
        return Predictions(self.logits[order], self.labels[order], self.indices[order])

    @property
    def class_count(self) -> int:
        """Number of classes C."""
        return int(self.logits.shape[1])

    @cached_property
    def probabilities(self) -> NDArray[np.float64]:
        """Softmax of the logits, shape (N, C), each row summing to 1."""
        return softmax(self.logits)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Class with the largest logit, shape (N,); the lowest number where two are equal."""
        return np.asarray(self.logits.argmax(axis=1), np.int64)

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """Probability of the predicted class, shape (N,), between 1/C and 1."""
        return np.asarray(self.probabilities.max(axis=1))

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Whether the predicted class is the true one, shape (N,)."""
        return np.asarray(self.predicted == self.labels)

    @property
    def accuracy(self) -> float:
        """Share of correct predictions, between 0 and 1; NaN without pictures."""
        return float(self.correct.mean()) if len(self) else float("nan")


def save_predictions(
    path: Path, *, validation: Predictions, test: Predictions | None, fingerprint: str
) -> None:
    """Write ``predictions.npz`` so that a reader sees the old file or the whole new one.

    Of each picture's logits the largest is subtracted, which leaves the softmax as it is, and the differences are
    stored as float16, which halves the file. Whatever the size of the logits, the predicted class stays the same, and
    no probability moves by more than (0.4 + ln C) / 2048 among C classes: 0.0014 among ten. (A difference d is rounded
    by at most d / 2048. A probability p then moves by at most p Σ pⱼ (dⱼ + d) / 2048, where p·d ≤ 1/e, and Σ pⱼ dⱼ, the
    entropy plus the logarithm of the largest probability, is at most ln C.) Figures that must agree with what is shown
    later are computed from :func:`load_predictions`.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    validation : Predictions
        Predictions for the validation pictures; differences beyond 65,504, where float16 ends, are set to that: of both
        the softmax is zero.
    test : Predictions or None
        Predictions for the test split, which is read once, at the end; ``None`` until then.
    fingerprint : str
        Fingerprint of the data set whose pictures were shown to the model.

    Raises
    ------
    OSError
        The folder is missing, cannot be written to, or has no room; an older file stays as it was.
    """
    arrays: dict[str, Any] = {"fingerprint": np.array(fingerprint)}
    for split, predictions in (("validation", validation), ("test", test)):
        if predictions is not None:
            arrays[f"{split}_logits"] = _below_the_largest(predictions.logits)
            arrays[f"{split}_labels"] = predictions.labels.astype(np.int64)
            arrays[f"{split}_indices"] = predictions.indices.astype(np.int64)

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)
            file.flush()
            sync_file(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes it private; a run is read by other accounts too
        replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _below_the_largest(logits: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return by how much each logit is below the largest of its row: negative, and zero for the largest alone."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    rounded = shifted.clip(np.finfo(np.float16).min, 0).astype(np.float16)
    rounded[(rounded == 0) & (shifted < 0)] = -np.finfo(
        np.float16
    ).smallest_subnormal  # or two would be the largest
    return rounded


def load_predictions(path: Path, split: PredictedSplit) -> Predictions:
    """Read the predictions for one split.

    Parameters
    ----------
    path : Path
        A ``predictions.npz`` written by :func:`save_predictions`.
    split : {"validation", "test"}
        Which predictions to read.

    Returns
    -------
    Predictions
        Logits as float32 with float16's precision, all of them finite, the largest of each row zero; files of
        version 0.1 hold them as they were.

    Raises
    ------
    RunError
        The file is missing, damaged, or has no predictions for this split.
    """
    with _opened(path) as arrays:
        if f"{split}_logits" not in arrays.names:
            raise RunError(
                f"{path} holds no predictions for the {split} pictures: the run did not get that far. "
                "Train it to the end or choose another run."
            )
        _check_headers(arrays, split)
        with np.errstate(over="ignore"):  # What becomes infinite is refused in the next line.
            logits = arrays.read(f"{split}_logits").astype(np.float32)
        if not np.isfinite(logits).all():
            raise ValueError("not every logit is a finite number")
        indices = arrays.read(f"{split}_indices").astype(np.int64)
        if names_one_twice(indices):
            raise ValueError("a picture is named twice")
        return Predictions(
            logits=logits, labels=arrays.read(f"{split}_labels").astype(np.int64), indices=indices
        )


def names_one_twice(indices: NDArray[np.int64]) -> bool:
    """Tell whether a number is there twice; ``numpy.unique`` takes ten seconds for ten million.

    Parameters
    ----------
    indices : ndarray of int64, shape (N,)
        Positions of pictures.

    Examples
    --------
    >>> names_one_twice(np.array([3, 1, 3])), names_one_twice(np.array([3, 1, 2]))
    (True, False)
    """
    ordered = np.sort(indices)
    return bool((ordered[1:] == ordered[:-1]).any())


def _check_headers(arrays: ArrayFile, split: PredictedSplit) -> None:
    """Refuse what cannot be the arrays of a split, still packed."""
    shape, kind = arrays.header(f"{split}_logits")
    if len(shape) != 2 or shape[1] < 1 or kind.kind != "f" or kind.itemsize > 8:
        raise ValueError("the logits are no table of numbers")
    if shape[0] * shape[1] > MOST_OUTPUTS:
        raise ValueError(f"it claims more than {MOST_OUTPUTS:,} outputs")
    if shape[0] > MOST_FILES:
        raise ValueError(f"it claims more than {MOST_FILES:,} pictures")
    for name in ("labels", "indices"):
        length, kind = arrays.header(f"{split}_{name}")
        if length != shape[:1] or kind.kind not in "iu":
            raise ValueError(f"the {name} are no whole numbers, one for each picture")


def predictions_fingerprint(path: Path) -> str:
    """Return the fingerprint of the data set that the predictions in ``path`` belong to.

    Raises
    ------
    RunError
        The file is missing or damaged.
    """
    with _opened(path) as arrays:
        shape, kind = arrays.header("fingerprint")
        if shape != () or kind.kind != "U" or kind.itemsize > 4 * 4096:
            raise ValueError("the fingerprint is no text")
        return str(arrays.read("fingerprint"))


@contextmanager
def _opened(path: Path) -> Iterator[ArrayFile]:
    """Open the archive, never unpickling anything, and turn every way it can be broken into one sentence."""
    try:
        # Read at once: a file that is open cannot be replaced on Windows.
        content = read_bytes(path, MOST_FILE_BYTES)
        with open_arrays(BytesIO(content), most_bytes=_FREE_BYTES + _MOST_SHRUNK * len(content)) as arrays:
            yield arrays
    except FileNotFoundError as error:
        raise RunError(
            f"There is no {path.name} in {path.parent}: the run has not been evaluated. "
            "Wait until it has finished or choose another run."
        ) from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else str(error)) or "it cannot be read"
        raise RunError(
            f"{path} is damaged: {reason}. Delete the run and train it again, or copy it anew."
        ) from error
