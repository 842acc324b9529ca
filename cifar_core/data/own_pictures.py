"""Somebody's own pictures that were brought in on a page: folders of this machine, and archives that were sent."""

import re
import secrets
import shutil
import stat
import time
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from cifar_core.archive import ArchiveError, open_archive
from cifar_core.data.folder.listing import MOST_LEVELS
from cifar_core.errors import DataError
from cifar_core.names import visible
from cifar_core.settings import Settings
from cifar_core.sizes import data_size
from cifar_core.system.files import read_document, remove_folder, replace, write_atomically
from cifar_core.system.refusals import refused

FOLDER_NAME = ".pictures"
"""In the runs folder: unlike the cache, what lies there cannot be computed again."""

MOST_BYTES = 500_000_000
"""How much an archive may unpack to: all of CIFAR-10 as PNG files is a third of that."""

MOST_TIMES = 50
"""How many times its own size an archive may unpack to; pictures are packed already and hardly get smaller."""

_WHAT_TO_SEND = "Send a ZIP of one folder with your pictures, packed anew."

_KEYS = TypeAdapter(tuple[str, ...])
_FREE = 10_000_000
_SECONDS_TO_DECIDE = 3600.0


class OwnPictures:
    """Which own pictures are in the list of data sets, and those that came as archives.

    Parameters
    ----------
    settings : Settings
        Names the runs folder.
    """

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.runs_dir / FOLDER_NAME
        self._list = self.folder / "taken.json"

    def taken(self) -> tuple[str, ...]:
        """Return the keys of the data sets that were taken, the newest first; none where the list is damaged."""
        try:
            return _KEYS.validate_json(read_document(self._list))
        except (OSError, ValidationError):
            return ()

    def take(self, key: str) -> None:
        """Put a data set into the list.

        Raises
        ------
        DataError
            The list cannot be written.
        """
        self._change(add=(key,), without=key)

    def forget(self, key: str) -> None:
        """Take a data set out of the list; what came as an archive is deleted, any other folder stays as it is.

        Raises
        ------
        DataError
            The list cannot be written.
        """
        self._change(add=(), without=key)
        self.discard(key)

    def discard(self, key: str) -> None:
        """Delete what was unpacked of an archive, unless it was taken."""
        path = Path(key.split("#")[0])
        taken = {Path(one.split("#")[0]) for one in self.taken()}
        if path.parent.parent == self.folder and path not in taken:
            remove_folder(path.parent)

    def _change(self, *, add: tuple[str, ...], without: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock"):
                kept = (one for one in self.taken() if one != without)
                write_atomically(self._list, _KEYS.dump_json((*add, *kept)))
        except OSError as error:
            raise DataError(f"The list of own pictures cannot be written {refused(error)}") from error

    def unpack(self, file: BinaryIO, name: str) -> str:
        """Unpack an archive of pictures; it is in no list until it is taken.

        Parameters
        ----------
        file : binary file
            A ZIP archive.
        name : str
            What the file was called; names the data set.

        Returns
        -------
        str
            Key of the data set.

        Raises
        ------
        DataError
            It is none, is damaged, asks for too much, or holds what is neither a file nor a folder.
        """
        self._remove_undecided()
        place = self.folder / secrets.token_hex(8)
        target = place / _folder_name(name)
        half = place / ".half"
        size = file.seek(0, 2)
        try:
            with open_archive(file, most_bytes=MOST_BYTES) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
                if not members:
                    raise ArchiveError("there is no file in it")
                unpacked = sum(member.file_size for member in members)
                if unpacked > _FREE + MOST_TIMES * size:
                    raise ArchiveError(
                        f"it would unpack to {data_size(unpacked)}, {unpacked / size:,.0f} times its size, as no "
                        "pictures do"
                    )
                for member in members:
                    _check_member(member)
                _check_names([member.filename for member in members])
                half.mkdir(parents=True)
                for member in members:
                    _write_member(archive, member, half)
            replace(half, target)
        except ArchiveError as problem:
            remove_folder(place)
            raise DataError(f"{visible(name, 80)} is not unpacked: {problem}. {_WHAT_TO_SEND}") from problem
        except OSError as problem:
            remove_folder(place)
            raise DataError(f"{visible(name, 80)} cannot be unpacked {refused(problem)}") from problem
        return str(target)

    def _remove_undecided(self) -> None:
        """Delete what was unpacked and then neither taken nor refused: its tab was closed."""
        for path in self.folder.glob("*/*/"):
            if time.time() - path.stat().st_mtime > _SECONDS_TO_DECIDE:
                self.discard(str(path))


def _folder_name(name: str) -> str:
    """Return a name that every system takes as one of a folder."""
    stem = re.sub(r"[^\w .()+-]", "_", PurePosixPath(visible(name).replace("\\", "/")).stem)[:60].strip(" .")
    return stem or "pictures"


def _check_member(member: zipfile.ZipInfo) -> None:
    """Refuse what would lie outside of the folder, or is no plain file."""
    kind, parts = stat.S_IFMT(member.external_attr >> 16), PurePosixPath(member.filename).parts
    shown = visible(member.filename, 80)
    if kind not in (0, stat.S_IFREG):
        raise ArchiveError(f"it holds “{shown}”, which is a link or no plain file")
    if not parts or parts[0] == "/" or ".." in parts or set(member.filename) & set("\\:\0"):
        raise ArchiveError(f"it holds “{shown}”, which would lie outside of its folder")
    if len(parts) > MOST_LEVELS:
        raise ArchiveError(f"it holds “{shown}”, more than {MOST_LEVELS} folders deep")


def _check_names(names: Sequence[str]) -> None:
    """Refuse names that many systems take for one: of two files one would be lost there, of two classes one be made."""
    seen: dict[str, PurePosixPath] = {}
    for path in map(PurePosixPath, names):
        for place in (path, *path.parents[:-1]):
            composed = unicodedata.normalize("NFC", str(place))
            other = seen.setdefault(composed.lower(), place)
            # A folder whose accents are written in two ways is one class everywhere.
            if other != place and (place is path or unicodedata.normalize("NFC", str(other)) != composed):
                raise ArchiveError(
                    f"it holds “{visible(str(other), 80)}” and “{visible(str(place), 80)}”, which Windows and macOS "
                    "take for one name; rename one of them"
                )


def _write_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / member.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as written, archive.open(member) as packed:
            shutil.copyfileobj(packed, written)
    except FileExistsError:
        raise ArchiveError(f"it holds two files called “{visible(member.filename, 80)}”") from None
    except OSError:
        raise
    except Exception as error:  # What a damaged archive raises depends on where the damage is.
        raise ArchiveError(f"“{visible(member.filename, 80)}” in it cannot be read") from error
