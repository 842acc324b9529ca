"""What the classes of CIFAR files are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from cifar_core.data.batches.batch import MOST_CLASSES, text_keys
from cifar_core.data.batches.layouts import LabelKind
from cifar_core.data.safe_pickle import load_arrays
from cifar_core.errors import DataError

_PICKLES = ("batches.meta", "meta")

_TEXTS: dict[LabelKind, tuple[str, ...]] = {
    "fine": ("batches.meta.txt", "fine_label_names.txt", "label_names.txt", "labels.txt", "classes.txt"),
    "coarse": ("coarse_label_names.txt",),
}

_KEYS: dict[LabelKind, tuple[str, ...]] = {
    "fine": ("label_names", "fine_label_names"),
    "coarse": ("coarse_label_names",),
}


@dataclass(frozen=True)
class ClassNames:
    """Names by label.

    Attributes
    ----------
    names : tuple of str
        The index is the label.
    file : str
        Where they stand.
    is_guessed : bool
        That file has a name of its own.
    """

    names: tuple[str, ...]
    file: str
    is_guessed: bool = False


def find_class_names(files: Mapping[str, bytes], labels: LabelKind, highest: int) -> ClassNames | None:
    """Find the names of classes.

    Parameters
    ----------
    files : mapping of str to bytes
        Files that may hold them, by name.
    labels : {"fine", "coarse"}
        For which labels.
    highest : int
        The highest label that there is.

    Returns
    -------
    ClassNames or None
        From a file that has always held them; or else from the only text file, if it has just one line for each
        label; or else ``None``.

    Raises
    ------
    DataError
        A file that should hold them is damaged.
    """
    for file in _PICKLES:
        if file in files:
            listed = text_keys(load_arrays(files[file], name=file))
            found = next((listed[key] for key in _KEYS[labels] if key in listed), None)
            if found is not None:
                return ClassNames(_as_names(file, found), file)
    for file in _TEXTS[labels]:
        if file in files:
            return ClassNames(_lines(file, files[file]), file)
    others = [
        name
        for name in files
        if name.endswith(".txt") and not any(name in known for known in _TEXTS.values())
    ]
    if len(others) == 1 and labels == "fine":
        lines = _lines(others[0], files[others[0]])
        if len(lines) == highest + 1:
            return ClassNames(lines, others[0], is_guessed=True)
    return None


def _as_names(file: str, listed: object) -> tuple[str, ...]:
    if isinstance(listed, dict) and listed.keys() == set(range(len(listed))):  # {0: "cat", 1: "dog"}
        listed = [listed[label] for label in range(len(listed))]
    if not isinstance(listed, list | tuple) or not listed or len(listed) > MOST_CLASSES:
        raise DataError(
            f"{file} holds no list of at most {MOST_CLASSES:,} class names. Write one text for each class."
        )
    return tuple(_text(file, name) for name in listed)


def _lines(file: str, content: bytes) -> tuple[str, ...]:
    names = [line.strip() for line in _text(file, content).splitlines()]
    while names and not names[-1]:  # the official file ends with an empty line
        names.pop()
    if len(names) > MOST_CLASSES:
        raise DataError(f"{file} has more than {MOST_CLASSES:,} lines: it holds no class names. Take it out.")
    return tuple(names)


def _text(file: str, value: object) -> str:
    if isinstance(value, str):
        return value
    try:
        if isinstance(value, bytes):
            return value.decode("utf-8-sig")  # Windows' editors begin with a mark
    except UnicodeDecodeError:
        raise DataError(
            f"The class names in {file} are not written in UTF-8. Save it again as UTF-8."
        ) from None
    raise DataError(f"{file} holds a class name that is no text. Write all of them as text.")
