"""CIFAR-10 and CIFAR-100 as their authors publish them: pickled or binary batches, as folder or ``.tar.gz``."""

import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.data.known import KNOWN_COPIES, is_official
from cifar_core.data.safe_pickle import load_arrays
from cifar_core.errors import DataError
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.words.counts import counted

LabelKind = Literal["fine", "coarse"]

_PIXELS = 3 * 32 * 32
_LARGEST_FILE = 400_000_000  # bytes; the largest official file has 155 million


@dataclass(frozen=True)
class Layout:
    """One of the four official layouts.

    Attributes
    ----------
    key : str
        ``"cifar10-python"``, ``"cifar10-binary"``, ``"cifar100-python"`` or ``"cifar100-binary"``.
    title : str
        ``"CIFAR-10"`` or ``"CIFAR-100"``.
    train_files : tuple of str
        The files of the training split, in order.
    test_file : str
        The file of the test split.
    names_files : tuple of str
        The files with the class names; CIFAR-10 needs none.
    folders : tuple of str
        What the folder with these files is usually called.
    """

    key: str
    title: str
    train_files: tuple[str, ...]
    test_file: str
    names_files: tuple[str, ...]
    folders: tuple[str, ...]

    @property
    def is_binary(self) -> bool:
        """Whether the files hold plain bytes, not pickles."""
        return self.key.endswith("binary")

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that must be there."""
        return (*self.train_files, self.test_file, *self.names_files)


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "cifar10-python",
        "CIFAR-10",
        tuple(f"data_batch_{i}" for i in range(1, 6)),
        "test_batch",
        (),
        ("cifar-10-batches-py",),
    ),
    Layout(
        "cifar10-binary",
        "CIFAR-10",
        tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
        "test_batch.bin",
        (),
        ("cifar-10-batches-bin",),
    ),
    Layout("cifar100-python", "CIFAR-100", ("train",), "test", ("meta",), ("cifar-100-python",)),
    Layout(
        "cifar100-binary",
        "CIFAR-100",
        ("train.bin",),
        "test.bin",
        ("fine_label_names.txt", "coarse_label_names.txt"),
        ("cifar-100-binary",),
    ),
)


def layout_of(path: Path) -> Layout | None:
    """Recognise the official layout of a folder or archive by its file names alone.

    Parameters
    ----------
    path : Path
        A folder that directly holds the batches, or a ``.tar.gz``.

    Returns
    -------
    Layout or None
        None when no batch file is there. A layout with some files missing is still recognised, so that
        :func:`read_official` can say which.
    """
    if path.is_dir():
        return _layout_with(name for layout in LAYOUTS for name in layout.files if (path / name).is_file())
    if not path.is_file():
        return None
    try:
        with tarfile.open(path) as archive:
            # The first batch decides: to see all names one would have to unpack the whole archive.
            return _layout_with(Path(member.name).name for member in archive if member.isfile())
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        return None


def _layout_with(names: Iterator[str]) -> Layout | None:
    for name in names:
        for layout in LAYOUTS:
            if name in (*layout.train_files, layout.test_file):
                return layout
    return None


def read_official(path: Path, layout: Layout, *, key: str, labels: LabelKind = "fine") -> Dataset:
    """Read pictures and labels of both splits into memory.

    Parameters
    ----------
    path : Path
        A folder that directly holds the batches, or a ``.tar.gz``; nothing is extracted to disk.
    layout : Layout
        As found by :func:`layout_of`.
    key : str
        Becomes ``Dataset.key``.
    labels : {"fine", "coarse"}
        Which labels of CIFAR-100: 100 classes or 20 groups. CIFAR-10 has only one kind.

    Returns
    -------
    Dataset
        ``verified`` is true when every file with pictures or labels is byte for byte the official one.

    Raises
    ------
    DataError
        When a file is missing, damaged or not what it should be.
    """
    splits: dict[str, Split] = {}
    names: dict[str, bytes] = {}
    verified = True
    for name, content in _files(path, layout.files):
        verified = verified and is_official(layout.key, name, content)
        if name in layout.names_files:
            names[name] = content
        else:
            splits[name] = _read_batch(name, content, layout, labels)
    missing = [name for name in layout.files if name not in splits and name not in names]
    if missing:
        raise DataError(f"{path} lacks {', '.join(missing)} of {layout.title}. Copy or download it again.")
    class_names = _class_names(layout, names, labels)
    train = _join([splits[name] for name in layout.train_files])
    test = splits[layout.test_file]
    for split in (train, test):
        if split.labels.min() < 0 or split.labels.max() >= len(class_names):
            raise DataError(
                f"{path} has labels beyond the {counted(len(class_names), 'class')} of {layout.title}."
            )
    title = layout.title if labels == "fine" else f"{layout.title}, 20 groups"
    dataset = Dataset(
        key=key,
        name=title,
        class_names=class_names,
        train=train,
        test=test,
        source="the official files",
        verified=verified,
        fingerprint=fingerprint(class_names, train, test),
    )
    return dataset if verified else _as_copy(dataset)


def _as_copy(dataset: Dataset) -> Dataset:
    known = KNOWN_COPIES.get(dataset.fingerprint)
    if known is not None:
        return replace(dataset, name=known.name, source=known.source)
    return replace(
        dataset, name=f"{dataset.name} (unofficial copy)", source="files in the official layout, other bytes"
    )


def _files(path: Path, wanted: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the wanted files of a folder or archive, each once."""
    try:
        if path.is_dir():
            for name in wanted:
                if (path / name).is_file():
                    yield name, (path / name).read_bytes()
            return
        remaining = set(wanted)
        with tarfile.open(path) as archive:
            for member in archive:
                name = Path(member.name).name
                # Only the content of plain files is read: links and paths in an archive are never followed.
                if not member.isfile() or name not in remaining:
                    continue
                if member.size > _LARGEST_FILE:
                    raise DataError(f"{name} in {path} is far larger than the official file. Get it again.")
                stream = archive.extractfile(member)
                if stream is not None:
                    remaining.discard(name)
                    yield name, stream.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error) as problem:
        raise DataError(
            f"{path} cannot be read to its end ({problem}). Copy or download it again."
        ) from problem


def _read_batch(name: str, content: bytes, layout: Layout, labels: LabelKind) -> Split:
    flat, targets = (
        _read_binary(name, content, layout, labels)
        if layout.is_binary
        else _read_pickle(name, content, layout, labels)
    )
    # Stored as all red, all green, all blue; everything else here has the colours of a pixel side by side.
    images = np.ascontiguousarray(flat.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
    return Split(images, targets)


def _read_binary(
    name: str, content: bytes, layout: Layout, labels: LabelKind
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    label_bytes = 1 if layout.title == "CIFAR-10" else 2  # CIFAR-100: coarse, then fine
    row = label_bytes + _PIXELS
    if not content or len(content) % row:
        raise DataError(f"{name} is cut off: its length is no multiple of {row:,} bytes. Get it again.")
    rows = np.frombuffer(content, dtype=np.uint8).reshape(-1, row)
    column = 0 if labels == "coarse" else label_bytes - 1
    return rows[:, label_bytes:], rows[:, column].astype(np.int64)


def _read_pickle(
    name: str, content: bytes, layout: Layout, labels: LabelKind
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    batch = _text_keys(load_arrays(content, name=name))
    data = batch.get("data")
    targets = batch.get("labels" if layout.title == "CIFAR-10" else f"{labels}_labels")
    if (
        not isinstance(data, np.ndarray)
        or data.dtype != np.uint8
        or data.ndim != 2
        or data.shape[1] != _PIXELS
    ):
        raise DataError(f"{name} holds no pictures in the official form (rows of {_PIXELS:,} bytes).")
    try:
        target_array = np.asarray(targets, dtype=np.int64)
    except (TypeError, ValueError) as problem:
        raise DataError(f"{name} holds no whole numbers as labels.") from problem
    if target_array.shape != (len(data),) or not len(data):
        raise DataError(f"{name} does not hold one label for each of its {counted(len(data), 'picture')}.")
    return data, target_array


def _text_keys(content: object) -> dict[str, object]:
    if not isinstance(content, dict):
        return {}
    return {_text(key): value for key, value in content.items()}


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _class_names(layout: Layout, names: Mapping[str, bytes], labels: LabelKind) -> tuple[str, ...]:
    if layout.title == "CIFAR-10":
        return CIFAR10_CLASSES
    if layout.is_binary:
        found = names[f"{labels}_label_names.txt"].decode("utf-8", "replace").split()
    else:
        listed = _text_keys(load_arrays(names["meta"], name="meta")).get(f"{labels}_label_names")
        found = [_text(name) for name in listed] if isinstance(listed, list) else []
    expected = 100 if labels == "fine" else 20
    if len(set(found)) != expected:
        raise DataError(
            f"The class names of CIFAR-100 are damaged: {expected} are expected. Get the files again."
        )
    return tuple(name.replace("_", " ") for name in found)


def _join(splits: list[Split]) -> Split:
    if len(splits) == 1:
        return splits[0]
    return Split(
        np.concatenate([split.images for split in splits]), np.concatenate([split.labels for split in splits])
    )
