"""Pictures in folders: ``train/<class>/*.png`` and ``test/<class>/*.png``, any number of classes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.data.picture.changes import as_counts
from cifar_core.data.picture.formats import COMMON, ENDINGS
from cifar_core.data.picture.framing import NETWORK_SIZE
from cifar_core.data.picture.limits import PictureProblem
from cifar_core.data.picture.reader import read_files
from cifar_core.data.reading import FOLDER_SOURCE, Preparation, ReadingReport
from cifar_core.errors import DataError

SUFFIXES = tuple(sorted(f".{ending}" for ending in ENDINGS))
"""Endings of the files that are read, in small or capital letters."""

PREPARATION = Preparation(framing="stretch")
"""Folders have always been read so; networks are trained on their pictures in this form."""


def is_image_folder(path: Path) -> bool:
    """Tell whether a path looks like an image folder: it has a folder ``train`` or ``test``."""
    return (path / "train").is_dir() or (path / "test").is_dir()


def picture_files(path: Path) -> list[Path]:
    """List all pictures of both splits; sorted by split, class and file name."""
    return [file for split in ("test", "train") for name in _classes(path / split) for file in name]


def read_folder(path: Path, *, key: str) -> Dataset:
    """Read an image folder into memory.

    Pictures are read as uploads are (:mod:`cifar_core.data.picture`). Those of another size are resized to 32×32
    by area, without keeping their proportions.

    Parameters
    ----------
    path : Path
        Holds ``train/<class>/`` and ``test/<class>/``. Class names are the folder names of ``train`` in
        alphabetical order; pictures are in the order of their file names.
    key : str
        Becomes ``Dataset.key``.

    Returns
    -------
    Dataset
        Named after the folder.

    Raises
    ------
    DataError
        When a split or all classes are missing, or a file cannot be read as a picture.
    """
    for split, use in (("train", "learn from"), ("test", "test with")):
        if not (path / split).is_dir():
            raise DataError(
                f"{path} has no folder “{split}” with pictures to {use}. Make one with a folder for each class."
            )
    class_names = tuple(sorted(folder.name for folder in _folders(path / "train")))
    if not class_names:
        raise DataError(
            f"{path / 'train'} has no classes. Put the pictures of each class into a folder with its name."
        )
    unknown = sorted(folder.name for folder in _folders(path / "test") if folder.name not in class_names)
    if unknown:
        raise DataError(
            f"{path / 'test'} has classes that are not in “train”: {', '.join(unknown[:3])}. "
            "Both need the same class names."
        )
    (train, in_train), (test, in_test) = (
        _read_split(path / split, class_names) for split in ("train", "test")
    )
    return Dataset(
        key=key,
        name=path.name or str(path),
        class_names=class_names,
        train=train,
        test=test,
        source=FOLDER_SOURCE,
        verified=False,
        fingerprint=fingerprint(class_names, train, test),
        preparation=PREPARATION,
        report=ReadingReport(changed=as_counts(in_train + in_test)),
    )


def _folders(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def _classes(path: Path) -> Iterator[list[Path]]:
    for folder in _folders(path):
        yield _pictures(folder)


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def _read_split(path: Path, class_names: tuple[str, ...]) -> tuple[Split, list[str]]:
    files = [
        (file, label)
        for label, name in enumerate(class_names)
        if (path / name).is_dir()
        for file in _pictures(path / name)
    ]
    if not files:
        raise DataError(f"{path} holds no pictures. {COMMON} files are read.")
    images = np.empty((len(files), NETWORK_SIZE, NETWORK_SIZE, 3), dtype=np.uint8)
    changes: list[str] = []
    unreadable: list[str] = []
    for index, picture in enumerate(read_files([file for file, _ in files], PREPARATION)):
        if isinstance(picture, PictureProblem):
            file = files[index][0]
            unreadable.append(f"{path.name}/{file.parent.name}/{file.name}")
        else:
            images[index] = picture.pixels
            changes += picture.changes
    if unreadable:
        more = f" and {len(unreadable) - 3} more" if len(unreadable) > 3 else ""
        raise DataError(
            f"Not readable as pictures: {', '.join(unreadable[:3])}{more}. Replace or delete these files."
        )
    return Split(images, np.array([label for _, label in files], dtype=np.int64)), changes
