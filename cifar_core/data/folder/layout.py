"""Where in a folder the pictures lie that are trained on and tested with: layouts that people have."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cifar_core.data.folder.listing import files_in, folders_in
from cifar_core.data.picture.formats import ENDINGS
from cifar_core.errors import DataError
from cifar_core.names import visible
from cifar_core.words.counts import counted

TRAIN = ("train", "training", "trainset", "trainingset")
TEST = ("test", "testing", "testset", "testingset")
VALIDATION = ("val", "valid", "validation", "valset", "validationset", "dev", "eval", "evaluation")
"""Names of folders, in any letters; or one of the words in it, as in ``train_images`` beside ``test_images``."""

_WORDS = re.compile("[a-z]+")
_MOST_DESCENTS = 3

NEEDED = (
    "Put the pictures of each class into a folder with its name: train/<class>/… to learn from and test/<class>/… to "
    "test with, or just <class>/…."
)
"""What to do about a folder that cannot be used."""


@dataclass
class Layout:
    """Where pictures lie.

    Attributes
    ----------
    root : Path
        Names of files are given relative to this folder.
    train : Path
        Holds a folder for each class.
    test : Path or None
        Likewise; ``None`` where pictures must be set apart from those to train with.
    remarks : list of str
        What was found in another place than expected, in sentences.
    """

    root: Path
    train: Path
    test: Path | None
    remarks: list[str] = field(default_factory=list)

    @property
    def places(self) -> tuple[Path, ...]:
        """The folders that are read."""
        return (self.train,) if self.test is None else (self.train, self.test)


def find_layout(path: Path) -> Layout:
    """Find training and test pictures, looking at the names of folders only.

    Known are ``train`` and ``test`` in any letters, ``val`` or ``validation`` in place of ``test``, a folder for each
    class without either, and each of these one folder deeper.

    Parameters
    ----------
    path : Path
        A folder.

    Raises
    ------
    DataError
        There is nothing of the kind; the sentence says what lies there instead.
    """
    remarks: list[str] = []
    root = path
    for _ in range(_MOST_DESCENTS):
        layout = _splits_in(root, remarks)
        if layout is not None:
            break
        inside = folders_in(root)
        if len(inside) != 1 or _pictures_in(root) or not folders_in(inside[0]):
            layout = Layout(root, root, None, remarks)
            break
        root = inside[0]
    else:
        layout = Layout(root, root, None, remarks)
    if root != path:
        remarks.insert(
            0, f"Read from “{_shown(root, path.parent)}”, as nothing else lies in “{_shown(path)}”."
        )
    layout.train = _class_folders_in(layout.train, remarks)
    if layout.test is not None:
        layout.test = _class_folders_in(layout.test, remarks)
    return layout


def _splits_in(root: Path, remarks: list[str]) -> Layout | None:
    """Look for folders called train, test or validation; ``None`` where there is none of them."""
    folders = folders_in(root)
    train, test, validation = _of_each_kind(folders)
    if _is_class(folders, [one for one in (train, test, validation) if one], remarks):
        return None
    if train is None:
        if test is None and validation is None:
            return None
        there = test or validation
        assert there is not None
        raise DataError(
            f"{visible(str(root))} has a folder “{visible(there.name, 80)}” but no folder “train” with pictures to "
            "learn from. Make one with a folder for each class."
        )
    if test is None and validation is not None:
        remarks.append(f"The pictures to test with are those in “{visible(validation.name, 80)}”.")
        test = validation
    elif validation is not None:
        remarks.append(
            f"“{visible(validation.name, 80)}” is not read: pictures for validation are held out of those to train "
            "with."
        )
    others = [folder.name for folder in folders if folder not in (train, test, validation)]
    if others:
        remarks.append(f"Not read, as it lies beside “{visible(train.name, 80)}”: {listed(others)}.")
    return Layout(root, train, test, remarks)


def _of_each_kind(folders: Sequence[Path]) -> tuple[Path | None, Path | None, Path | None]:
    """Return the folders to train, test and validate with, as far as they are there.

    Where none is called just so, a word in the name tells it, but only of two that belong together: a class may be
    called “train station”.

    Raises
    ------
    DataError
        There are several of one kind.
    """
    kinds = (TRAIN, TEST, VALIDATION)
    named = [_called(names, folders) for names in kinds]
    worded = [one or _with_word(names, folders) for one, names in zip(named, kinds, strict=True)]
    train, test, validation = worded if any(named) or (worded[0] and any(worded[1:])) else named
    return train, test, validation


def _with_word(names: Sequence[str], folders: Sequence[Path]) -> Path | None:
    """Return the only folder with one of these words in its name, such as ``seg_train``."""
    found = [folder for folder in folders if set(_WORDS.findall(folder.name.lower())) & set(names)]
    return found[0] if len(found) == 1 else None


def _is_class(folders: Sequence[Path], kinds: Sequence[Path], remarks: list[str]) -> bool:
    """Tell whether the only folder that is called like a split is a class, as “train” beside “bus” and “car”."""
    if len(kinds) != 1 or folders_in(kinds[0]) or not _pictures_in(kinds[0]):
        return False
    alike = [one for one in folders if one != kinds[0] and not folders_in(one) and _pictures_in(one)]
    if len(alike) < 2:
        return False
    remarks.append(f"“{visible(kinds[0].name, 80)}” is a class here, as pictures lie directly in it.")
    return True


def _called(names: Sequence[str], folders: Sequence[Path]) -> Path | None:
    """Return the folder with one of these names.

    Raises
    ------
    DataError
        There are several.
    """
    found = [folder for folder in folders if folder.name.lower() in names]
    if len(found) > 1:
        raise DataError(
            f"{visible(str(found[0].parent))} has several folders of one kind: {listed([one.name for one in found])}. "
            "Keep one of them."
        )
    return found[0] if found else None


def _class_folders_in(split: Path, remarks: list[str]) -> Path:
    """Return the folder that holds the folders of classes: this one, or the only one in it.

    Raises
    ------
    DataError
        There are no folders in it.
    """
    inside = folders_in(split)
    if (
        len(inside) == 1
        and not _pictures_in(split)
        and not _pictures_in(inside[0])
        and len(folders_in(inside[0])) > 1
    ):
        remarks.append(
            f"The classes are the folders in “{_shown(inside[0], split.parent)}”, as nothing else lies in "
            f"“{_shown(split)}”."
        )
        return inside[0]
    if inside:
        return split
    pictures = len(_pictures_in(split))
    if pictures:
        verb = "lies" if pictures == 1 else "lie"
        raise DataError(
            f"{counted(pictures, 'picture')} {verb} directly in {visible(str(split))}, not in class folders. {NEEDED}"
        )
    raise DataError(f"{visible(str(split))} holds no classes: {what_lies_in(split)}. {NEEDED}")


def what_lies_in(path: Path) -> str:
    """Say in a few words what a folder holds that has no class folders."""
    files = files_in(path)
    if not files:
        return "it is empty"
    endings = [
        file.suffix.lower() or "without an ending" if file.exists() else "leading nowhere (broken link)"
        for file in files
    ]
    kinds = sorted(set(endings), key=lambda ending: (-endings.count(ending), ending))
    named = ", ".join(f"{endings.count(kind):,} {visible(kind, 30)}" for kind in kinds[:4])
    return f"it holds {counted(len(files), 'file')} ({named}) and no folder"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Name the first of many things.

    Parameters
    ----------
    names : sequence of str
        Of files or folders; they may hold anything.
    most : int
        So many are named.
    """
    shown = ", ".join(f"“{visible(name, 80)}”" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def _pictures_in(path: Path) -> list[Path]:
    return [file for file in files_in(path) if file.suffix[1:].lower() in ENDINGS]


def _shown(path: Path, root: Path | None = None) -> str:
    return visible(path.relative_to(root or path.parent).as_posix())
