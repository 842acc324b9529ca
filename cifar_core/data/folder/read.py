"""Pictures in folders named after their class, read into memory; what is left out or guessed is said."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.data.folder.layout import NEEDED, Layout, listed
from cifar_core.data.folder.listing import File
from cifar_core.data.folder.survey import sorted_by_kind, survey_folder
from cifar_core.data.picture.changes import as_counts
from cifar_core.data.picture.framing import NETWORK_SIZE
from cifar_core.data.picture.limits import PictureProblem
from cifar_core.data.picture.reader import read_files
from cifar_core.data.reading import FOLDER_SOURCE, Preparation, ReadingReport
from cifar_core.data.splits import choose_test, set_apart_sentence
from cifar_core.errors import BrokenPicturesError, DataError
from cifar_core.names import visible
from cifar_core.words.classes import untested_sentence

PREPARATION = Preparation(framing="stretch")
"""Folders have always been read so; networks are trained on their pictures in this form."""

BROKEN = "not readable as a picture"


def read_folder(
    path: Path, *, key: str, preparation: Preparation = PREPARATION, skip_broken: bool = False
) -> Dataset:
    """Read an image folder into memory.

    Pictures are read as uploads are (:mod:`cifar_core.data.picture`), in the order of their names. The report of the
    data set says what was left out, changed or guessed.

    Parameters
    ----------
    path : Path
        Holds ``train/<class>/`` and ``test/<class>/``, or another layout of
        :func:`~cifar_core.data.folder.layout.find_layout`. Classes are the folders in ``train`` with a picture in them,
        in alphabetical order.
    key : str
        Becomes ``Dataset.key``.
    preparation : Preparation
        How pictures of any size are made 32×32.
    skip_broken : bool
        Leave out files that cannot be read as pictures, and say so.

    Returns
    -------
    Dataset
        Named after the folder.

    Raises
    ------
    BrokenPicturesError
        Files cannot be read as pictures; it names all of them.
    DataError
        There are no classes, or no pictures to learn from or to test with.
    """
    survey = survey_folder(path)
    class_names, layout = survey.class_names, survey.layout
    files = [*survey.train, *(survey.test or ())]
    images, broken, changed = _read([file for file, _ in files], preparation)
    if broken and not skip_broken:
        shown = {visible(name, 300): what for name, what in broken.items()}
        raise BrokenPicturesError(len(files), shown, f"{key}#skip-broken")
    labels = np.array([label for _, label in files], dtype=np.int64)
    kept = np.array([file.name not in broken for file, _ in files])
    is_train = np.arange(len(files)) < len(survey.train)
    if survey.test is None:
        is_train = _set_apart(labels, kept, layout.remarks)
    learned_from, tested_with = (
        Split(images[chosen], labels[chosen]) for chosen in (kept & is_train, kept & ~is_train)
    )
    _check_and_remark(class_names, learned_from, tested_with, layout)
    left_out = sorted_by_kind((*survey.left_out, *((BROKEN, name) for name in broken)))
    return Dataset(
        key=key,
        name=path.name or str(path),
        class_names=class_names,
        train=learned_from,
        test=tested_with,
        source=FOLDER_SOURCE,
        verified=False,
        fingerprint=fingerprint(class_names, learned_from, tested_with),
        preparation=preparation,
        report=ReadingReport(changed=as_counts(changed), remarks=tuple(layout.remarks), left_out=left_out),
    )


def _read(files: list[File], preparation: Preparation) -> tuple[NDArray[np.uint8], dict[str, str], list[str]]:
    """Read pictures; those that cannot be read are named, and their place stays as it is."""
    images = np.zeros((len(files), NETWORK_SIZE, NETWORK_SIZE, 3), dtype=np.uint8)
    broken: dict[str, str] = {}
    changed: list[str] = []
    for index, picture in enumerate(read_files([file.path for file in files], preparation)):
        if isinstance(picture, PictureProblem):
            broken[files[index].name] = picture.problem
        else:
            images[index] = picture.pixels
            changed += picture.changes
    return images, broken, changed


def _set_apart(labels: NDArray[np.int64], kept: NDArray[np.bool_], remarks: list[str]) -> NDArray[np.bool_]:
    """Choose pictures to test with where there is no folder for them: of each class the same share."""
    places = np.flatnonzero(kept)
    is_test = choose_test(labels[places])
    is_train = np.ones(len(labels), dtype=bool)
    is_train[places[is_test]] = False
    remarks.append(set_apart_sentence("There is no folder “test”", is_test))
    return is_train


def _check_and_remark(class_names: tuple[str, ...], train: Split, test: Split, layout: Layout) -> None:
    """Say which classes have no picture to test with.

    Raises
    ------
    DataError
        A class has lost its last picture to learn from, or there is nothing to test with.
    """
    counts = [np.bincount(split.labels, minlength=len(class_names)) for split in (train, test)]
    lost = [name for name, count in zip(class_names, counts[0], strict=True) if not count]
    if lost:
        raise DataError(
            f"No picture of {listed(lost)} can be read. Replace the files, or take the folder out."
        )
    if not len(test) and layout.test is None:
        raise DataError(
            f"{visible(str(layout.train))} has one picture of each class, so none can be set apart to test with. Add "
            "some, at least two more of each class."
        )
    if not len(test):
        place = layout.test or layout.train
        raise DataError(f"{visible(str(place))} holds no picture to test with. {NEEDED}")
    untested = untested_sentence(class_names, counts[1])
    if untested is not None:
        layout.remarks.append(untested)
