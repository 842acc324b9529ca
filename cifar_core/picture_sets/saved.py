"""Sets that were given a name: ``.sets/`` in the runs folder, a file for each."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.names import check_name, visible
from cifar_core.picture_sets.expression import MOST_CHARACTERS, parse
from cifar_core.runs.bounds import ShownText
from cifar_core.system.files import read_document, remove, write_atomically
from cifar_core.system.refusals import refused
from cifar_core.words.classes import name_list
from cifar_core.words.counts import counted

FOLDER_NAME = ".sets"

MOST_SETS = 500
"""How many one person may save."""

MOST_FILES = 2 * MOST_SETS
"""So many files are looked into."""

LONGEST_NOTE = 2000


class SavedSet(BaseModel):
    """A picture set that was given a name.

    Attributes
    ----------
    name : str
        What it is called; one person's sets have different names.
    expression : str
        What chooses its pictures, on whichever data set is open.
    note : str
        What was noticed about it.
    saved : datetime
        When it was saved last.
    """

    model_config = ConfigDict(frozen=True)
    name: ShownText
    expression: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]
    note: Annotated[ShownText, StringConstraints(max_length=LONGEST_NOTE)] = ""
    saved: datetime


@dataclass(frozen=True)
class SavedSets:
    """What lies in the folder of somebody's sets.

    Attributes
    ----------
    sets : tuple of SavedSet
        By name.
    damaged : tuple of str
        Names of files that are no saved set, or not the one that their name stands for.
    """

    sets: tuple[SavedSet, ...]
    damaged: tuple[str, ...]

    @property
    def problem(self) -> str | None:
        """A sentence on the damaged files, where there are any."""
        if not self.damaged:
            return None
        files = name_list([visible(name, 60) for name in self.damaged])
        return (
            f"{counted(len(self.damaged), 'saved set')} left out, because damaged: {files} in {FOLDER_NAME}. "
            "What is saved again under its name is whole again; delete what you don't miss."
        )


class SetStore:
    """Lists, saves and deletes the sets of one person.

    Parameters
    ----------
    runs_dir : Path
        The runs folder; a folder for sets is made in it with the first one.
    user : User, optional
        Whose sets; without one, those of whoever uses this machine.
    """

    def __init__(self, runs_dir: Path, user: User | None = None) -> None:
        # An address may hold what no folder's name may.
        owner = "own" if user is None else hashlib.sha256(user.id.encode()).hexdigest()[:16]
        self.folder = runs_dir / FOLDER_NAME / owner

    def list(self) -> tuple[SavedSet, ...]:
        """Return all of them by name; what is no such file is left out."""
        return self.read().sets

    def read(self) -> "SavedSets":
        """Return all of them by name, and what lies among them and is none."""
        try:
            with os.scandir(self.folder) as entries:
                paths = sorted(Path(entry) for entry in entries if entry.name.endswith(".json"))
        except OSError:
            return SavedSets((), ())
        found, damaged = [], [path.name for path in paths[MOST_FILES:]]
        for path in paths[:MOST_FILES]:
            one = _read(path)
            # A copy under another name would be a second set of the same name, and nobody could open it.
            if one is None or self._path(one.name) != path:
                damaged.append(path.name)
            else:
                found.append(one)
        return SavedSets(tuple(sorted(found, key=lambda one: one.name.lower())), tuple(damaged))

    def get(self, name: str) -> SavedSet:
        """Open one.

        Raises
        ------
        RunError
            There is none of this name, or its file is damaged.
        """
        path = self._path(name)
        found = _read(path)
        if found is None and path.exists():
            raise RunError(f"The saved set “{name[:80]}” is damaged: delete {path}, and save it again.")
        if found is None:
            known = ", ".join(f"“{one.name}”" for one in self.list()[:10])
            there = f"There are: {known}." if known else "None was saved yet."
            raise RunError(f"There is no saved set “{visible(name, 80)}”. {there}")
        return found

    def expression(self, name: str) -> str:
        """Return the expression of a set, as :class:`~cifar_core.picture_sets.universe.Universe` asks for it.

        Raises
        ------
        RunError
            There is none of this name, or its file is damaged.
        """
        return self.get(name).expression

    def save(self, name: str, expression: str, note: str = "") -> SavedSet:
        """Keep a set under a name; one of the same name is replaced.

        Parameters
        ----------
        name : str
            Up to 80 characters.
        expression : str
            What chooses its pictures.
        note : str
            Up to 2,000 characters.

        Raises
        ------
        ExpressionError
            The expression cannot be understood.
        RunError
            The name cannot be used, there are too many sets, or the folder cannot be written.
        """
        parse(expression)
        try:
            name = check_name(name)
        except ValueError as problem:
            raise RunError(f"The name of the set cannot be used: {problem}.") from None
        if len(note) > LONGEST_NOTE:
            raise RunError(f"The note has {len(note):,} characters; write at most {LONGEST_NOTE:,}.")
        path = self._path(name)
        if not path.exists() and len(self.list()) >= MOST_SETS:
            raise RunError(f"There are {MOST_SETS} saved sets already. Delete some of them first.")
        made = SavedSet(name=name, expression=expression, note=note, saved=datetime.now(UTC))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, (made.model_dump_json(indent=1) + "\n").encode())
        except OSError as error:
            helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
            raise RunError(f"The set cannot be written to {self.folder} {helps}") from None
        return made

    def delete(self, name: str) -> None:
        """Forget one.

        Raises
        ------
        RunError
            There is none of this name, or its file cannot be removed.
        """
        path = self._path(name)
        if not path.exists():
            raise RunError(f"There is no saved set “{name[:80]}”.")
        try:
            remove(path)
        except OSError as error:
            raise RunError(f"The set cannot be deleted from {self.folder} {refused(error, '')}") from None

    def _path(self, name: str) -> Path:
        with contextlib.suppress(ValueError):
            name = check_name(name)
        # A name may hold what no file's name may, and two that differ by case alone are one on some disks.
        return self.folder / f"{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:24]}.json"


def _read(path: Path) -> SavedSet | None:
    try:
        return SavedSet.model_validate_json(read_document(path))
    except (OSError, ValidationError, ValueError):
        return None
