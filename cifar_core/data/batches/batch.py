"""One file with pictures and labels, pickled or binary."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.batches.files import BatchFile
from cifar_core.data.batches.layouts import LabelKind, Layout
from cifar_core.data.dataset import Split
from cifar_core.data.safe_pickle import load_arrays
from cifar_core.errors import DataError
from cifar_core.names import visible
from cifar_core.words.counts import counted

SIDE = 32
_PIXELS = 3 * SIDE * SIDE

MOST_CLASSES = 1_000
"""As many as ImageNet has: a table of which is taken for which has a million fields then."""

_CLEARLY_SMOOTHER = 0.8
"""Of pictures read in the wrong order of colours, neighbouring pixels differ by far more than this allows."""

BY_PIXEL = (
    "The pictures are read as red, green and blue of each pixel together, as only so they are smooth; the layout of "
    "CIFAR has all red, then all green, then all blue."
)
"""What is said of rows that are not in the order of the official files."""

LABEL_KEYS: dict[tuple[str, LabelKind], tuple[str, ...]] = {
    ("CIFAR-10", "fine"): ("labels", "fine_labels"),
    ("CIFAR-100", "fine"): ("fine_labels", "labels"),
    ("CIFAR-100", "coarse"): ("coarse_labels",),
}
"""What labels are called in a pickle, by layout: the first that is there counts."""


def read_batch(file: BatchFile, layout: Layout, labels: LabelKind, remarks: list[str]) -> Split:
    """Read one file.

    Parameters
    ----------
    file : BatchFile
        The file, at its beginning.
    layout : Layout
        What it is.
    labels : {"fine", "coarse"}
        Which labels of the layout of CIFAR-100.
    remarks : list of str
        What was guessed is added to it.

    Raises
    ------
    DataError
        It is damaged, or holds something else than pictures of 32×32 pixels with a label each.
    """
    read = _read_binary if layout.is_binary else _read_pickle
    data, targets = read(file, layout, labels)
    return Split(_as_pictures(data, remarks), targets)


def _read_binary(
    file: BatchFile, layout: Layout, labels: LabelKind
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    label_bytes = 1 if layout.title == "CIFAR-10" else 2  # CIFAR-100: coarse, then fine
    row = label_bytes + _PIXELS
    if not file.size or file.size % row:
        raise DataError(
            f"{file.called} is cut off, or not in the layout of {layout.title}: its length is no multiple of "
            f"{row:,} bytes ({counted(label_bytes, 'label')} and 32×32 pixels of three colours). Get it again."
        )
    rows = np.frombuffer(file.read(), dtype=np.uint8).reshape(-1, row)
    column = 0 if labels == "coarse" else label_bytes - 1
    return rows[:, label_bytes:], rows[:, column].astype(np.int64)


def _read_pickle(
    file: BatchFile, layout: Layout, labels: LabelKind
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    name = file.called
    batch = text_keys(load_arrays(file, name=name))
    data = _numbers_of_pixels(name, batch)
    keys = LABEL_KEYS[layout.title, labels]
    key = next((key for key in keys if key in batch), None)
    if key is None:
        there = _what_lies_in(batch)
        raise DataError(
            f"{name} holds no labels: neither of {' or '.join(f'“{key}”' for key in keys)}, but {there}. Write "
            "them under one of these names."
            if len(keys) > 1
            else f"{name} holds no “{keys[0]}”, but {there}. Get the official file, or leave out “#coarse”."
        )
    return data, _whole_numbers(name, key, batch[key], len(data))


def _numbers_of_pixels(name: str, batch: Mapping[str, object]) -> NDArray[np.uint8]:
    """Return what lies under ``data``, if it is what pictures are made of, in whatever order.

    Raises
    ------
    DataError
        It is something else; the sentence says what.
    """
    if not batch:
        raise DataError(
            f"{name} holds no dictionary with “data” and “labels”, as the files of CIFAR do. Write "
            "one with these names."
        )
    if "data" not in batch:
        raise DataError(
            f"{name} holds no pictures: there is no “data” in it, but {_what_lies_in(batch)}. Write them under that "
            "name."
        )
    data = batch["data"]
    wanted = f"“data” should be whole numbers from 0 to 255 (uint8), a row of {_PIXELS:,} or 32×32×3 for each picture"
    if not isinstance(data, np.ndarray):
        raise DataError(f"{name} holds pictures as {_kind(data)}, not as an array: {wanted}.")
    if data.dtype.kind not in "ui":
        raise DataError(f"{name} holds pictures as {data.dtype} numbers: {wanted}.")
    if data.shape[1:] not in ((_PIXELS,), (SIDE, SIDE, 3), (3, SIDE, SIDE)):
        sizes = "×".join(map(str, data.shape[1:])) or "one number"
        raise DataError(
            f"{name} holds {sizes} for each picture: {wanted}. Pictures of another size can be read from class folders."
        )
    if not len(data):
        raise DataError(
            f"{name} holds no pictures: “data” is empty. Take the file out, or write pictures into it."
        )
    if data.dtype != np.uint8 and (data.min() < 0 or data.max() > 255):
        raise DataError(f"{name} holds numbers from {data.min():,} to {data.max():,} as pictures: {wanted}.")
    return data.astype(np.uint8, copy=False)


def _whole_numbers(name: str, key: str, labels: object, count: int) -> NDArray[np.int64]:
    """Return labels as an array of one dimension.

    Raises
    ------
    DataError
        They are no whole numbers from 0 to :data:`MOST_CLASSES` − 1, one for each picture.
    """
    wrong = DataError(
        f"The labels in {name} (“{key}”) are not whole numbers from 0 to {MOST_CLASSES - 1}, one for each picture. "
        "Write them anew as such."
    )
    is_array = isinstance(labels, np.ndarray) and labels.ndim > 0
    # Lists within lists may stand for any number of numbers, and NumPy would make all of them.
    is_list = isinstance(labels, list | tuple) and all(type(one) in (int, float) for one in labels)
    if not is_array and not is_list:
        raise wrong
    try:
        array = np.asarray(labels)
    except (TypeError, ValueError, OverflowError):
        raise wrong from None
    if array.ndim == 2 and array.shape[1] == 1:  # as Keras gives them
        array = array[:, 0]
    if array.ndim != 1 or array.dtype.kind not in "uif":
        raise wrong
    if len(array) != count:
        raise DataError(
            f"{name} does not hold one label for each of its {counted(count, 'picture')}. Write as many "
            "labels as rows."
        )
    # Compared as what they are: 10³⁰ would be another number once it is made an integer.
    if not np.isfinite(array).all() or array.min() < 0 or array.max() >= MOST_CLASSES:
        raise wrong
    if (array != np.floor(array)).any():
        raise wrong
    return array.astype(np.int64)


def _as_pictures(data: NDArray[np.uint8], remarks: list[str]) -> NDArray[np.uint8]:
    """Put the colours of a pixel side by side, as everything else here has them."""
    if data.shape[1:] == (SIDE, SIDE, 3):
        return np.ascontiguousarray(data)
    if data.ndim == 2 and _is_by_pixel(data):
        if BY_PIXEL not in remarks:
            remarks.append(BY_PIXEL)
        return np.ascontiguousarray(data.reshape(-1, SIDE, SIDE, 3))
    return np.ascontiguousarray(data.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1))


def _is_by_pixel(rows: NDArray[np.uint8]) -> bool:
    """Tell whether rows hold red, green and blue of each pixel together: the right order gives smooth pictures."""
    some = rows[:: 1 + len(rows) // 200].astype(np.int16)
    by_plane = some.reshape(-1, 3, SIDE, SIDE)
    by_pixel = some.reshape(-1, SIDE, SIDE, 3).transpose(0, 3, 1, 2)
    return _roughness(by_pixel) < _CLEARLY_SMOOTHER * _roughness(by_plane)


def _roughness(planes: NDArray[np.int16]) -> float:
    return float(sum(np.abs(np.diff(planes, axis=axis)).mean() for axis in (2, 3)))


def text_keys(content: object) -> dict[str, object]:
    """Return a dictionary from a pickle with keys as text: Python 2 wrote bytes."""
    if not isinstance(content, dict):
        return {}
    return {
        key.decode("utf-8", "replace") if isinstance(key, bytes) else key: value
        for key, value in content.items()
        if isinstance(key, bytes | str)
    }


def _what_lies_in(batch: Mapping[str, object]) -> str:
    shown = ", ".join(f"“{visible(key, 30)}”" for key in list(batch)[:6])
    return shown if len(batch) <= 6 else f"{shown} and {len(batch) - 6:,} more"


def _kind(value: object) -> str:
    kinds = {"list": "a list", "tuple": "a tuple", "dict": "a dictionary", "bytes": "bytes", "str": "text"}
    return kinds.get(type(value).__name__, "something else")
