"""Which files of a data set could not be read: kept in the cache, so that who asks need not read all of them again."""

import contextlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from cifar_core.errors import BrokenPicturesError
from cifar_core.system.files import remove, write_atomically

_ENDING = "-broken.json"


class _Broken(BaseModel):
    model_config = ConfigDict(frozen=True)
    files: int
    broken: dict[str, str]
    without: str


def keep_broken(folder: Path, problem: BrokenPicturesError) -> None:
    """Write down what was broken in this state of a data set; that of an earlier state goes.

    Parameters
    ----------
    folder : Path
        Where it would lie converted: ``cache.cache_folder``.
    problem : BrokenPicturesError
        What its conversion ended with.
    """
    forget_broken(folder)
    record = _Broken(files=problem.files, broken=dict(problem.broken), without=problem.without)
    with contextlib.suppress(OSError):  # What is wrong with the pictures is to be told, not this.
        write_atomically(_place(folder), record.model_dump_json(indent=1).encode())


def forget_broken(folder: Path) -> None:
    """Delete what was written down for any state of this data set."""
    for place in folder.parent.glob(f"{folder.name.split('-')[0]}-*{_ENDING}"):
        with contextlib.suppress(OSError):
            remove(place)


def known_broken(folder: Path) -> BrokenPicturesError | None:
    """Return what was broken when this state of a data set was read; ``None`` where nothing was, or nobody read it."""
    try:
        record = _Broken.model_validate_json(_place(folder).read_bytes())
    except (OSError, ValidationError):
        return None
    return BrokenPicturesError(record.files, record.broken, record.without)


def _place(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_ENDING}")
