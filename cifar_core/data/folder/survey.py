"""Which pictures a folder holds and of which classes, without opening one; what is left out, and what is guessed."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.folder.layout import NEEDED, Layout, find_layout, listed
from cifar_core.data.folder.listing import File, files_below, files_in, folders_in, kind_of
from cifar_core.data.reading import LeftOut, ReadingReport
from cifar_core.errors import DataError
from cifar_core.names import is_utf8, visible

LOOSE = "in no class folder"
"""What is said of pictures that lie beside the folders of classes."""


@dataclass(frozen=True)
class Survey:
    """The pictures of a folder, by class and split.

    Attributes
    ----------
    layout : Layout
        Where they lie, with remarks.
    class_names : tuple of str
        In alphabetical order; the index is the label.
    train : tuple of (File, int)
        Pictures to learn from with their labels, in the order of classes and names.
    test : tuple of (File, int) or None
        Pictures to test with; ``None`` where they must be set apart.
    left_out : tuple of (str, str)
        Kind and name of each other file.
    """

    layout: Layout
    class_names: tuple[str, ...]
    train: tuple[tuple[File, int], ...]
    test: tuple[tuple[File, int], ...] | None
    left_out: tuple[tuple[str, str], ...]

    @property
    def report(self) -> ReadingReport:
        """What is left out or guessed."""
        return ReadingReport(remarks=tuple(self.layout.remarks), left_out=sorted_by_kind(self.left_out))


def survey_folder(path: Path) -> Survey:
    """List the pictures of a folder.

    Parameters
    ----------
    path : Path
        Holds ``train/<class>/`` and ``test/<class>/``, or another layout of
        :func:`~cifar_core.data.folder.layout.find_layout`. Classes are the folders in ``train`` with a picture in them.

    Raises
    ------
    DataError
        There are no classes, no pictures, or pictures to test with of a class that has none to learn from.
    """
    layout = find_layout(path)
    train = _list_split(layout.train, layout)
    test = None if layout.test is None else _list_split(layout.test, layout)
    class_names = _class_names(train, test, layout)
    _remark_on_same_folders(train, layout)
    return Survey(
        layout,
        class_names,
        _labelled(train, class_names),
        None if test is None else _labelled(test, class_names),
        tuple(train.left_out + (test.left_out if test else [])),
    )


def source_files(path: Path) -> list[Path]:
    """List all files that a data set is made from: when one of them changes, it is another data set.

    Parameters
    ----------
    path : Path
        The folder.

    Raises
    ------
    DataError
        It cannot be used.
    """
    layout = find_layout(path)
    return [file.path for place in layout.places for file in files_below(place, place)]


def sorted_by_kind(left_out: Iterable[tuple[str, str]]) -> tuple[LeftOut, ...]:
    """Sort files that are left out by kind, the most frequent first.

    Parameters
    ----------
    left_out : iterable of (str, str)
        Kind and name of each.
    """
    kinds: dict[str, list[str]] = {}
    for kind, name in left_out:
        kinds.setdefault(kind, []).append(visible(name, 300))
    return tuple(
        LeftOut.of(kind, names)
        for kind, names in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    )


@dataclass(frozen=True)
class _Listing:
    """The picture files of one split by class, and what is left out."""

    classes: dict[str, list[File]]
    left_out: list[tuple[str, str]]


def _labelled(listing: _Listing, class_names: tuple[str, ...]) -> tuple[tuple[File, int], ...]:
    return tuple(
        (file, label) for label, name in enumerate(class_names) for file in listing.classes.get(name, ())
    )


def _list_split(split: Path, layout: Layout) -> _Listing:
    classes: dict[str, list[File]] = {}
    left_out = []
    for file in files_in(split):
        kind = kind_of(file)
        left_out.append((kind or LOOSE, file.relative_to(layout.root).as_posix()))
    for folder in folders_in(split):
        if not is_utf8(folder.name):
            raise DataError(
                f"The name of the class folder “{visible(folder.name, 80)}” in {visible(str(split))} is not written in "
                "UTF-8. Rename it."
            )
        # macOS writes “é” as two signs, others as one: it is the same class.
        name = unicodedata.normalize("NFC", folder.name)
        pictures = classes.setdefault(name, [])
        for found in files_below(folder, layout.root):
            kind = kind_of(found.path)
            if kind is None:
                pictures.append(found)
            else:
                left_out.append((kind, found.name))
    return _Listing(classes, left_out)


def _class_names(train: _Listing, test: _Listing | None, layout: Layout) -> tuple[str, ...]:
    """Return the classes that have a picture to learn from; those without any are left out.

    Raises
    ------
    DataError
        There are none, or a class has pictures to test with only.
    """
    found = tuple(sorted(name for name, files in train.classes.items() if files))
    tested = set() if test is None else {name for name, files in test.classes.items() if files}
    place = layout.train.relative_to(layout.root).as_posix()
    if not found:
        raise DataError(
            f"{visible(str(layout.train))} holds no pictures in its folders. {_instead(train)}{NEEDED}"
        )
    unlearned = sorted(tested.difference(found))
    if unlearned and not tested.intersection(found):
        assert layout.test is not None
        raise DataError(
            f"No folder in “{visible(layout.test.relative_to(layout.root).as_posix(), 80)}” ({listed(unlearned)}) is "
            f"called like one in “{visible(place, 80)}” ({listed(found)}): both are to bear the names of the classes. "
            "Sort the pictures to test with into such folders, or take them out."
        )
    if unlearned:
        close = {name.casefold(): name for name in train.classes}
        alike = [close[name.casefold()] for name in unlearned if name.casefold() in close]
        hint = (
            f" (“{visible(alike[0], 80)}” differs in capitals only)"
            if alike and alike[0] not in unlearned
            else ""
        )
        raise DataError(
            f"There are pictures to test with, but none to learn from, of {listed(unlearned)}{hint}. Put some into "
            f"“{visible(place, 80)}”, or take the folder out of the test pictures."
        )
    empty = sorted(set(train.classes) | (set(test.classes) if test else set()) - set(found))
    empty = [name for name in empty if name not in found]
    if empty:
        noun = "class" if len(empty) == 1 else "classes"
        layout.remarks.append(f"Left out, as no picture lies in it: the {noun} {listed(empty)}.")
    layout.remarks.extend(_alike(found))
    return found


def _remark_on_same_folders(train: _Listing, layout: Layout) -> None:
    """Say so where all classes hold the same folders: these may be the classes, or a split."""
    inner: set[tuple[str, ...]] = set()
    for files in filter(None, train.classes.values()):
        places = [file.path.relative_to(layout.train).parts[1:] for file in files]
        inner.add(tuple(sorted({parts[0] if len(parts) > 1 else "" for parts in places})))
    same = inner.pop() if len(inner) == 1 else ()
    if len(same) > 1 and "" not in same and sum(map(bool, train.classes.values())) > 1:
        layout.remarks.append(
            f"In each class lie the same folders, {listed(same)}: their pictures are taken together. If these are the "
            "classes, or parts to train and to test with, put them outside."
        )


def _alike(names: tuple[str, ...]) -> Iterator[str]:
    """Say which classes are called alike but for capitals: they may be meant as one."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.lower(), []).append(name)
    for group in groups.values():
        if len(group) > 1:
            yield f"{listed(group)} differ in capitals only, and are two classes: rename one if they are the same."


def _instead(listing: _Listing) -> str:
    kinds = sorted(
        Counter(kind for kind, _ in listing.left_out).items(), key=lambda item: (-item[1], item[0])
    )[:4]
    return f"What lies there: {', '.join(f'{count:,} {kind}' for kind, count in kinds)}. " if kinds else ""
