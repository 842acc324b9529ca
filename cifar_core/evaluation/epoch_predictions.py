"""What a network said of every validation picture after each epoch, and the folder that keeps it."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import mode
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cifar_core.array_file import open_arrays
from cifar_core.data.folder.listing import MOST_FILES
from cifar_core.errors import RunError
from cifar_core.evaluation.predictions import MOST_OUTPUTS, names_one_twice
from cifar_core.evaluation.softmax import softmax
from cifar_core.system.files import is_regular, read_bytes, remove, write_atomically

MOST_BYTES = 32_000_000
"""Of probabilities, a byte for each picture and class, that are kept of a run: of 5,000 pictures and ten classes, 640
epochs; of a hundred classes 64."""

MOST_EPOCHS = 1_000
"""However few pictures there are."""

_PICTURES = "validation.npz"
_EPOCH = re.compile(r"epoch-([0-9]{4,9})\.npz")
_HEADERS = 8192
"""Bytes of a file beside its numbers, and more."""

_LIST_BYTES = 1024
"""Of the list of an archive: it names three arrays at most."""

_MOST_BYTES_READ = 2 * MOST_BYTES + 4 * MOST_OUTPUTS
"""All files together, packed or unpacked: what a training leaves of the largest data sets."""


@dataclass(frozen=True, eq=False)
class EpochPredictions:
    """What was said of N validation pictures after each of T epochs.

    Attributes
    ----------
    epochs : ndarray of int64, shape (T,)
        Those that were kept, counted from 1, rising.
    predicted : ndarray of uint16, shape (T, N)
        The class that was said.
    confidence : ndarray of uint8, shape (T, N)
        Its probability, in 255ths.
    labels : ndarray of int64, shape (N,)
        True classes.
    indices : ndarray of int64, shape (N,)
        Positions in the training split, from which the validation pictures are taken.
    class_count : int
        How many classes there are.
    fingerprint : str
        Of the data set.
    left_out : int
        Files of epochs that are damaged.
    """

    epochs: NDArray[np.int64]
    predicted: NDArray[np.uint16]
    confidence: NDArray[np.uint8]
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]
    class_count: int
    fingerprint: str
    left_out: int = 0


def most_kept(pictures: int, classes: int) -> int:
    """Return how many epochs are kept at most, beside the newest.

    Parameters
    ----------
    pictures : int
        Validation pictures.
    classes : int
        How many classes.
    """
    return min(MOST_EPOCHS, max(2, MOST_BYTES // max(1, pictures * classes)))


def kept_epochs(done: int, most: int) -> frozenset[int]:
    """Return which epochs are kept once so many are done: all, or every second, every fourth … and the newest.

    It follows from the number alone, so that a training which was interrupted keeps the same as another.

    Parameters
    ----------
    done : int
        Finished epochs.
    most : int
        How many are kept, beside the newest.

    Examples
    --------
    >>> sorted(kept_epochs(4, most=4)), sorted(kept_epochs(6, most=4))
    ([1, 2, 3, 4], [1, 3, 5, 6])
    """
    step = 1
    while -(-done // step) > most:
        step *= 2
    return frozenset((*range(1, done + 1, step), *([done] if done else [])))


def begin_epochs(
    folder: Path, labels: NDArray[np.int64], indices: NDArray[np.int64], fingerprint: str
) -> None:
    """Write which pictures are validated.

    Parameters
    ----------
    folder : Path
        ``RunPaths.epochs``; made where it is missing.
    labels, indices : ndarray of int64, shape (N,)
        True classes, and positions in the training split.
    fingerprint : str
        Of the data set.

    Raises
    ------
    OSError
        It cannot be written.
    """
    folder.mkdir(exist_ok=True)
    _write(folder / _PICTURES, labels=labels, indices=indices, fingerprint=np.array(fingerprint))


def save_epoch(folder: Path, epoch: int, logits: NDArray[np.float32]) -> None:
    """Write the probabilities after an epoch, in 255ths.

    None moves by more than 1.5/255, and the predicted class stays the largest alone.

    Parameters
    ----------
    folder : Path
        From :func:`begin_epochs`.
    epoch : int
        Counted from 1.
    logits : ndarray of float32, shape (N, C)
        Outputs for the validation pictures, in their order.

    Raises
    ------
    OSError
        It cannot be written; an older file stays as it was.
    """
    _write(folder / f"epoch-{epoch:04d}.npz", probabilities=in_255ths(logits))


def in_255ths(logits: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Round probabilities to 255ths so that the largest of each row stays the largest, alone.

    Parameters
    ----------
    logits : ndarray of float32, shape (N, C)
        Finite.

    Examples
    --------
    >>> in_255ths(np.log(np.array([[0.3332, 0.3334, 0.3334]], np.float32))).tolist()
    [[84, 85, 84]]
    """
    rounded = np.rint(255 * softmax(logits)).astype(np.uint8)
    rows, largest = np.arange(len(logits)), logits.argmax(axis=1)
    tops = np.maximum(rounded[rows, largest], 1)
    rounded = np.minimum(rounded, tops[:, None] - 1)
    rounded[rows, largest] = tops
    return np.asarray(rounded, np.uint8)


def thin_epochs(folder: Path, done: int, most: int) -> None:
    """Remove the epochs that are not to be kept, and what was half written.

    Parameters
    ----------
    folder : Path
        ``RunPaths.epochs``.
    done : int
        Finished epochs; later ones are of an attempt that was cut off.
    most : int
        From :func:`most_kept`.
    """
    wanted = kept_epochs(done, most)
    unwanted = [path for epoch, path in _files(folder) if epoch not in wanted]
    for path in (*unwanted, *folder.glob(".*.part")):
        with contextlib.suppress(OSError):  # A backup program may be reading it; the next epoch tries again.
            remove(path)


def load_epochs(folder: Path) -> EpochPredictions:
    """Read what was kept; a damaged epoch is left out and counted.

    Parameters
    ----------
    folder : Path
        ``RunPaths.epochs``, of unknown origin.

    Raises
    ------
    RunError
        There is nothing of the kind, or what says which pictures they are is damaged.
    """
    files = _files(folder)
    if not files:
        raise RunError(f"There are no predictions of single epochs in {folder.parent}.")
    try:
        labels, indices, fingerprint = _read_pictures(folder / _PICTURES)
        every = tuple(_read_epochs(_sound(files), len(labels)))
        classes = mode(one.classes for one in every) if every else 0
        if labels.max() >= classes:
            raise ValueError("no epoch of it can be read")
        found = [one for one in every if one.classes == classes]
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error
    return EpochPredictions(
        np.array([one.epoch for one in found], np.int64),
        np.stack([one.predicted for one in found]),
        np.stack([one.confidence for one in found]),
        labels,
        indices,
        classes,
        fingerprint,
        len(files) - len(found),
    )


def epoch_files(folder: Path) -> tuple[Path, ...]:
    """Return the files that belong to a folder of epochs, those that are none or too large left out; often none.

    Parameters
    ----------
    folder : Path
        ``RunPaths.epochs``, of unknown origin.

    Raises
    ------
    RunError
        There are more than a training leaves.
    """
    files = _files(folder)
    return (folder / _PICTURES, *(path for _, path in _sound(files))) if files else ()


def _files(folder: Path) -> list[tuple[int, Path]]:
    if folder.is_symlink():
        return []
    named = ((_EPOCH.fullmatch(path.name), path) for path in folder.glob("epoch-*.npz"))
    files = sorted((int(name[1]), path) for name, path in named if name)
    if len(files) > 2 * MOST_EPOCHS + 4:  # Half of them go with the next epoch.
        raise _damaged(folder, ValueError("it holds more epochs than a training keeps"))
    return files


def _sound(files: Iterable[tuple[int, Path]]) -> Iterator[tuple[int, Path]]:
    """Yield the plain files, as long as they are no larger together than a training leaves them."""
    together = 0
    for epoch, path in files:
        if not is_regular(path):
            continue
        size = path.stat().st_size
        if size > MOST_OUTPUTS + _HEADERS:
            continue
        together += size
        if together > _MOST_BYTES_READ:
            return
        yield epoch, path


def _damaged(folder: Path, error: OSError | ValueError) -> RunError:
    reason = (error.strerror if isinstance(error, OSError) else str(error)) or "it cannot be read"
    return RunError(f"{folder} is damaged: {reason}. Copy the run anew.")


def _read_pictures(path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    most = 16 * MOST_FILES + _HEADERS  # two whole numbers for each picture that a data set may have
    content = read_bytes(path, most)
    with open_arrays(BytesIO(content), most_bytes=most, most_list_bytes=_LIST_BYTES) as arrays:
        shape, kind = arrays.header("fingerprint")
        if shape != () or kind.kind != "U" or kind.itemsize > 4 * 64:
            raise ValueError("the fingerprint is no text")
        shapes = [arrays.header(name) for name in ("labels", "indices")]
        if len({shape for shape, _ in shapes}) > 1 or any(
            len(shape) != 1 or kind.kind not in "iu" for shape, kind in shapes
        ):
            raise ValueError("labels and indices are no whole numbers, one for each picture")
        labels, indices = (arrays.read(name).astype(np.int64) for name in ("labels", "indices"))
        if not len(labels) or min(labels.min(), indices.min()) < 0 or names_one_twice(indices):
            raise ValueError("it does not name pictures, each once")
        return labels, indices, str(arrays.read("fingerprint"))


class _Epoch(NamedTuple):
    epoch: int
    predicted: NDArray[np.uint16]
    confidence: NDArray[np.uint8]
    classes: int


def _read_epochs(files: Iterable[tuple[int, Path]], pictures: int) -> Iterator[_Epoch]:
    """Yield what the epochs that can be read say, as long as they are no larger than a training leaves them."""
    unpacked = 0
    for epoch, path in files:
        try:
            content = read_bytes(path, MOST_OUTPUTS + _HEADERS)
            most = MOST_OUTPUTS + _HEADERS
            with open_arrays(BytesIO(content), most_bytes=most, most_list_bytes=_LIST_BYTES) as arrays:
                shape, kind = arrays.header("probabilities")
                if len(shape) != 2 or shape[0] != pictures or not 1 <= shape[1] < 2**16 or kind != np.uint8:
                    continue
                unpacked += shape[0] * shape[1]
                if unpacked > _MOST_BYTES_READ:
                    return
                said = arrays.read("probabilities")
        except (OSError, ValueError):
            continue
        largest = said.max(axis=1)
        if largest.all():  # That of a picture is never nothing.
            yield _Epoch(epoch, said.argmax(axis=1).astype(np.uint16), largest, shape[1])


def _write(path: Path, **arrays: NDArray[Any]) -> None:
    content = BytesIO()
    np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
    write_atomically(path, content.getvalue())
