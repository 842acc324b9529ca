"""Pictures and labels of CIFAR files, and whether they are the official ones, a copy of them, or somebody's own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from cifar_core.data.batches.batch import read_batch
from cifar_core.data.batches.class_names import find_class_names
from cifar_core.data.batches.files import MOST_NAMES, read_files
from cifar_core.data.batches.layouts import LabelKind, Layout, holds_names
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.data.known import KNOWN_COPIES, OFFICIAL_BATCHES, OFFICIAL_FILES, official_checksum
from cifar_core.data.reading import OWN_SOURCE, ReadingReport
from cifar_core.data.splits import choose_test, set_apart_sentence
from cifar_core.errors import DataError
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.names import visible
from cifar_core.words.classes import name_list, untested_sentence
from cifar_core.words.counts import counted

OFFICIAL_SOURCE = "the official files"
COPY_SOURCE = "files in the official layout, other bytes"


def read_batches(path: Path, layout: Layout, *, key: str, labels: LabelKind = "fine") -> Dataset:
    """Read pictures and labels of both splits into memory.

    Only official bytes with official class names are called CIFAR-10. A copy has the official labels in the official
    order, whatever became of its pictures. Anything else bears the name of its folder or archive.

    Parameters
    ----------
    path : Path
        A folder that directly holds the batches, or a ``.tar.gz``; nothing is extracted to disk.
    layout : Layout
        As found by :func:`~cifar_core.data.batches.layouts.layout_of`.
    key : str
        Becomes ``Dataset.key``.
    labels : {"fine", "coarse"}
        Which labels of the layout of CIFAR-100: 100 classes or 20 groups. CIFAR-10 has only one kind.

    Returns
    -------
    Dataset
        ``verified`` is true when every file with pictures or labels is byte for byte the official one.

    Raises
    ------
    DataError
        When a file is missing, damaged or not what it should be.
    """
    remarks: list[str] = []
    batches: dict[str, Split] = {}
    named: dict[str, bytes] = {}
    official = set()
    for file in read_files(path, layout.is_read):
        name = file.called
        checksum = official_checksum(layout.key, name)
        if checksum is not None:
            file.checksum(checksum.algorithm)
        if holds_names(name):
            if file.size <= MOST_NAMES:
                named[name] = file.read()
            elif not name.endswith(".txt"):  # a long text is no list of names
                raise DataError(
                    f"{name} has {file.size:,} bytes, far more than names of classes take. Get it again."
                )
        else:
            batches[name] = read_batch(file, layout, labels, remarks)
        if checksum is not None and file.digest() == checksum.digits:
            official.add(name)
    train_files = sorted(
        (name for name in batches if name != layout.test_file),
        key=lambda name: layout.train_number(name) or 0,
    )
    _check_complete(path, layout, batches, train_files, official)
    train = _join([batches[name] for name in train_files])
    test = batches.get(layout.test_file)
    is_official_bytes = official >= batches.keys()
    is_copy = is_official_bytes or _has_official_labels(layout, labels, batches)
    highest = max(int(split.labels.max()) for split in batches.values())
    class_names = _names(layout, named, labels, highest, is_copy, remarks)
    if test is None:
        train, test = _set_apart(train, layout, remarks)
    class_names, train, test = _without_unused(class_names, train, test, remarks)
    untested = untested_sentence(class_names, np.bincount(test.labels, minlength=len(class_names)))
    if untested is not None:
        remarks.append(untested)
    verified = is_official_bytes and _has_official_names(layout, class_names, official)
    dataset = Dataset(
        key=key,
        name=own_name(path),
        class_names=class_names,
        train=train,
        test=test,
        source=OWN_SOURCE,
        verified=verified,
        fingerprint=fingerprint(class_names, train, test),
        report=ReadingReport(remarks=tuple(remarks)),
    )
    return _as_copy(dataset, layout, labels) if is_copy else dataset


def _as_copy(dataset: Dataset, layout: Layout, labels: LabelKind) -> Dataset:
    title = layout.title if labels == "fine" else f"{layout.title}, 20 groups"
    if dataset.verified:
        return replace(dataset, name=title, source=OFFICIAL_SOURCE)
    known = KNOWN_COPIES.get(dataset.fingerprint)
    if known is not None:
        return replace(dataset, name=known.name, source=known.source)
    return replace(dataset, name=f"{title} (unofficial copy)", source=COPY_SOURCE)


def _has_official_names(layout: Layout, class_names: tuple[str, ...], official: set[str]) -> bool:
    """Tell whether names are the official ones: other names, or another order of them, make other labels."""
    if layout.title == "CIFAR-10":
        return class_names == CIFAR10_CLASSES
    return official.issuperset(OFFICIAL_FILES[layout.key].keys() & set(layout.names_files))


def _check_complete(
    path: Path, layout: Layout, batches: Mapping[str, Split], train_files: list[str], official: set[str]
) -> None:
    """See to it that no file was lost on the way.

    Raises
    ------
    DataError
        There is nothing to learn from, a number is missing in the row, or only some of the official files are there.
    """
    if not train_files:
        raise DataError(
            f"{path} holds {layout.test_file} but nothing to learn from. Put {layout.train_files[0]} beside it."
        )
    missing = []
    if official.intersection(batches):  # of one's own set a part may be all that there is
        missing = [name for name in (*layout.train_files, layout.test_file) if name not in batches]
    elif len(layout.train_files) > 1:
        numbers = {layout.train_number(name) or 0 for name in train_files}
        missing = [
            layout.train_files[0].replace("1", str(number))
            for number in range(min(1, *numbers), max(numbers))
            if number not in numbers
        ]
    if missing:
        raise DataError(f"{path} lacks {name_list(missing)} of {layout.title}. Copy or download it again.")


def _has_official_labels(layout: Layout, labels: LabelKind, batches: Mapping[str, Split]) -> bool:
    """Tell whether every official file is there with as many pictures, and the labels of the first of them."""
    known = OFFICIAL_BATCHES[layout.title if labels == "fine" else f"{layout.title}, coarse"]
    found = {name.removesuffix(".bin"): split.labels for name, split in batches.items()}
    return found.keys() == known.keys() and all(
        len(found[name]) == batch.pictures and found[name][: len(batch.first)].tolist() == list(batch.first)
        for name, batch in known.items()
    )


def _names(
    layout: Layout,
    files: Mapping[str, bytes],
    labels: LabelKind,
    highest: int,
    is_copy: bool,
    remarks: list[str],
) -> tuple[str, ...]:
    """Return the name of each label, at least up to the highest.

    Raises
    ------
    DataError
        There are labels without a name, or the names of CIFAR-100 are missing.
    """
    found = find_class_names(files, labels, highest)
    if found is None and is_copy:
        if layout.title == "CIFAR-10":
            return CIFAR10_CLASSES
        raise DataError(
            f"The class names of CIFAR-100 ({name_list(layout.names_files)}) are missing. Get the files again."
        )
    if found is None:
        remarks.append(
            f"No file names the classes ({layout.names_files[0]}): they are called by their labels."
        )
        return tuple(f"class {label}" for label in range(highest + 1))
    if highest >= len(found.names):
        raise DataError(
            f"The highest label is {highest:,}, but {visible(found.file, 80)} names "
            f"{counted(len(found.names), 'class')}, and labels count from 0. Add the names that are missing, or mend "
            "the labels."
        )
    if found.is_guessed:
        remarks.append(f"The names of the classes are the lines of “{visible(found.file, 80)}”.")
    # The official names of CIFAR-100 are written “aquarium_fish”.
    return tuple(name.replace("_", " ") for name in found.names) if is_copy else found.names


def _without_unused(
    names: tuple[str, ...], train: Split, test: Split, remarks: list[str]
) -> tuple[tuple[str, ...], Split, Split]:
    """Leave out classes of which there is no picture.

    Raises
    ------
    DataError
        Of a class there are pictures to test with only.
    """
    learned, tested = (np.bincount(split.labels, minlength=len(names)) > 0 for split in (train, test))
    unlearned = [name for name, only in zip(names, tested & ~learned, strict=True) if only]
    if unlearned:
        raise DataError(
            f"There are pictures to test with, but none to learn from, of {_quoted(unlearned)}. Add some to the "
            "training batches, or take those pictures out."
        )
    if learned.all():
        return names, train, test
    unused = [name for name, used in zip(names, learned, strict=True) if not used]
    if unused and not all(name == f"class {label}" for label, name in enumerate(names)):
        noun = "class" if len(unused) == 1 else "classes"
        remarks.append(f"Left out, as no picture is of it: the {noun} {_quoted(unused)}.")
    places = np.cumsum(learned) - 1
    return (
        tuple(name for name, used in zip(names, learned, strict=True) if used),
        Split(train.images, places[train.labels]),
        Split(test.images, places[test.labels]),
    )


def _set_apart(train: Split, layout: Layout, remarks: list[str]) -> tuple[Split, Split]:
    """Choose pictures to test with where there is no file of them.

    Raises
    ------
    DataError
        Each class has one picture only.
    """
    chosen = choose_test(train.labels)
    if not chosen.any():
        raise DataError(
            f"There is no {layout.test_file}, and with one picture of each class none can be set apart to test with. "
            "Add some."
        )
    remarks.append(set_apart_sentence(f"There is no {layout.test_file}", chosen))
    return Split(train.images[~chosen], train.labels[~chosen]), Split(
        train.images[chosen], train.labels[chosen]
    )


def own_name(path: Path) -> str:
    """Name a set after its folder or archive."""
    name = path.name
    for ending in () if path.is_dir() else (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar"):
        name = name.removesuffix(ending)
    return name or str(path)


def _quoted(names: list[str]) -> str:
    return name_list([f"“{visible(name, 80)}”" for name in names])


def _join(splits: list[Split]) -> Split:
    if len(splits) == 1:
        return splits[0]
    return Split(
        np.concatenate([split.images for split in splits]), np.concatenate([split.labels for split in splits])
    )
