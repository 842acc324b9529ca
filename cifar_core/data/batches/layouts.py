"""The four layouts of CIFAR files, told by the names of files alone."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cifar_core.data.batches.files import names_of_files
from cifar_core.errors import DataError
from cifar_core.file_cache import file_cached

LabelKind = Literal["fine", "coarse"]


@dataclass(frozen=True)
class Layout:
    """One of the four layouts.

    Attributes
    ----------
    key : str
        ``"cifar10-python"``, ``"cifar10-binary"``, ``"cifar100-python"`` or ``"cifar100-binary"``.
    title : str
        ``"CIFAR-10"`` or ``"CIFAR-100"``.
    train_files : tuple of str
        The files of the official training split, in order; people have other numbers of them.
    test_file : str
        The file of the test split.
    names_files : tuple of str
        The official files with the class names.
    """

    key: str
    title: str
    train_files: tuple[str, ...]
    test_file: str
    names_files: tuple[str, ...]

    @property
    def is_binary(self) -> bool:
        """Whether the files hold plain bytes, not pickles."""
        return self.key.endswith("binary")

    def train_number(self, name: str) -> int | None:
        """Return the place of a training file among the others, or ``None`` for a file that is none.

        Parameters
        ----------
        name : str
            Of the file, without its folder.
        """
        if len(self.train_files) == 1:
            return 1 if name == self.train_files[0] else None
        found = re.fullmatch(r"data_batch_([0-9]{1,3})" + (r"\.bin" if self.is_binary else ""), name)
        return int(found[1]) if found else None

    def is_batch(self, name: str) -> bool:
        """Tell whether a file with this name holds pictures.

        Parameters
        ----------
        name : str
            Of the file, without its folder.
        """
        return name == self.test_file or self.train_number(name) is not None

    def is_read(self, name: str) -> bool:
        """Tell whether a file with this name holds pictures or may hold names of classes.

        Parameters
        ----------
        name : str
            Of the file, without its folder.
        """
        return self.is_batch(name) or holds_names(name)


def holds_names(name: str) -> bool:
    """Tell whether a file with this name may hold the names of classes.

    Parameters
    ----------
    name : str
        Of the file, without its folder.
    """
    return name in ("batches.meta", "meta") or (name.lower().endswith(".txt") and not name.startswith("."))


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "cifar10-python",
        "CIFAR-10",
        tuple(f"data_batch_{i}" for i in range(1, 6)),
        "test_batch",
        ("batches.meta",),
    ),
    Layout(
        "cifar10-binary",
        "CIFAR-10",
        tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
        "test_batch.bin",
        ("batches.meta.txt",),
    ),
    Layout("cifar100-python", "CIFAR-100", ("train",), "test", ("meta",)),
    Layout(
        "cifar100-binary",
        "CIFAR-100",
        ("train.bin",),
        "test.bin",
        ("fine_label_names.txt", "coarse_label_names.txt"),
    ),
)


def layout_of(path: Path) -> Layout | None:
    """Recognise the layout of a folder or archive by its file names alone.

    An archive is looked into once, until it changes: pages ask with every click.

    Parameters
    ----------
    path : Path
        A folder that directly holds the batches, or a ``.tar.gz``.

    Returns
    -------
    Layout or None
        None when no batch file is there. A layout with some files missing is still recognised, so that
        :func:`~cifar_core.data.batches.read.read_batches` can say which.
    """
    if path.is_dir():
        try:
            names = sorted(names_of_files(path, _is_batch))
        except DataError:  # nobody may look into it
            return None
        return next((layout for layout in LAYOUTS if any(map(layout.is_batch, names))), None)
    return _look_into(path)[0]


def problem_with_archive(path: Path) -> str | None:
    """Say in a sentence why a file cannot be read as an archive; ``None`` where it can, or where it is a folder."""
    return None if path.is_dir() else _look_into(path)[1]


@file_cached(most=32)
def _look_into(path: Path) -> tuple[Layout | None, str | None]:
    # The first batch decides: to see all names one would have to unpack the whole archive.
    try:
        name = next(names_of_files(path, _is_batch), None)
    except DataError as problem:
        return None, str(problem)
    return next((layout for layout in LAYOUTS if name is not None and layout.is_batch(name)), None), None


def _is_batch(name: str) -> bool:
    return any(layout.is_batch(name) for layout in LAYOUTS)
