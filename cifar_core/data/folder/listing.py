"""What lies in a folder of pictures, without what file managers and other programs left there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.picture.formats import ENDINGS, HEAD_BYTES, foreign_kind, format_of
from cifar_core.errors import DataError

MOST_FILES = 1_000_000
"""More would not fit into memory as pictures: a million take 3 GB."""

MOST_LEVELS = 20
"""Folders within folders within a class; more are a mistake, or links in a circle."""

_IGNORED_FOLDERS = frozenset(
    (
        *("@eadir", "#recycle", "@tmp", "#snapshot"),
        *("@recycle", "@__thumb", "@recently-snapshot"),
        "__macosx",
        *("$recycle.bin", "recycler", "recycled", "found.000"),
        "system volume information",
        *("lost+found", "lost.dir", "~snapshot"),
        "__pycache__",
    )
)
"""Synology, QNAP, macOS, Windows, Linux, Android, NetApp and Python make these; small letters."""

_IGNORED_FILES = frozenset(
    (
        "thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "picasa.ini",
        "zbthumbnail.info",
        "icon\r",
    )
)

_NEVER_PICTURES = frozenset(
    (
        *(
            "txt",
            "md",
            "csv",
            "tsv",
            "json",
            "jsonl",
            "xml",
            "yaml",
            "yml",
            "toml",
            "html",
            "htm",
            "log",
            "py",
            "ipynb",
        ),
        *(
            "pdf",
            "doc",
            "docx",
            "xls",
            "xlsx",
            "zip",
            "tar",
            "gz",
            "7z",
            "rar",
            "npy",
            "npz",
            "mat",
            "pkl",
            "pt",
            "h5",
        ),
        *("py", "ipynb", "mp4", "mov", "avi", "mp3", "wav"),
    )
)
"""Endings for which nobody need look into the file."""


@dataclass(frozen=True)
class File:
    """A file in a folder of pictures.

    Attributes
    ----------
    path : Path
        Where it lies.
    name : str
        Its path within the folder that is read, with ``/``; files are in the order of these names.
    """

    path: Path
    name: str


def is_ignored(name: str, *, is_folder: bool) -> bool:
    """Tell whether a file or folder is one that nobody put there on purpose.

    Parameters
    ----------
    name : str
        Its own name, without the folder that it lies in.
    is_folder : bool
        Whether it is a folder.
    """
    small = name.lower()
    return name.startswith(".") or small in (_IGNORED_FOLDERS if is_folder else _IGNORED_FILES)


def folders_in(path: Path) -> list[Path]:
    """List the folders directly in a folder, links to folders too; in the order of their names."""
    return sorted(
        (Path(entry.path) for entry in _entries(path) if _is_folder(entry)), key=lambda folder: folder.name
    )


def files_in(path: Path) -> list[Path]:
    """List the files directly in a folder, in the order of their names."""
    return sorted(
        (Path(entry.path) for entry in _entries(path) if not _is_folder(entry)), key=lambda file: file.name
    )


def files_below(path: Path, root: Path) -> list[File]:
    """List all files in a folder and the folders in it.

    Parameters
    ----------
    path : Path
        The folder; links to folders are followed, each folder is visited once.
    root : Path
        Names are given relative to this folder.

    Returns
    -------
    list of File
        In the order of their names.

    Raises
    ------
    DataError
        There are far too many, or folders lie too deep.
    """
    found = [File(Path(entry.path), Path(entry.path).relative_to(root).as_posix()) for entry in _walk(path)]
    return sorted(found, key=lambda file: tuple(file.name.split("/")))


def kind_of(file: Path) -> str | None:
    """Say what a file is, where it is no picture; ``None`` for a picture.

    The ending decides, or else the content: a picture without an ending is a picture.

    Parameters
    ----------
    file : Path
        Where it lies.

    Returns
    -------
    str or None
        A phrase such as ``".txt"``, ``"HEIC"`` or ``"without an ending"``.
    """
    ending = file.suffix[1:].lower()
    shown = f".{ending}" if ending else "without an ending"
    if not file.is_file():
        return "no files (broken links, pipes)"
    if ending in ENDINGS:
        return None
    if ending in _NEVER_PICTURES:
        return shown
    try:
        with file.open("rb") as content:
            head = content.read(HEAD_BYTES)
    except OSError:
        return "not readable"
    return None if format_of(head) is not None else foreign_kind(head) or shown


def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            yield from (entry for entry in entries if not is_ignored(entry.name, is_folder=_is_folder(entry)))
    except OSError as problem:
        raise DataError(
            f"The folder {path} cannot be read ({problem.strerror}). Check its permissions."
        ) from None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _walk(path: Path) -> Iterator[os.DirEntry[str]]:
    waiting, seen, count = [(path, 0)], set(), 0
    while waiting:
        folder, level = waiting.pop()
        state = folder.stat()
        if (state.st_dev, state.st_ino) in seen:
            continue
        seen.add((state.st_dev, state.st_ino))
        if level > MOST_LEVELS:
            raise DataError(
                f"{folder} lies more than {MOST_LEVELS} folders deep. Put its pictures nearer to their class."
            )
        for entry in _entries(folder):
            if _is_folder(entry):
                waiting.append((Path(entry.path), level + 1))
                continue
            count += 1
            if count > MOST_FILES:
                raise DataError(f"{path} holds more than {MOST_FILES:,} files. Take a part of them.")
            yield entry
