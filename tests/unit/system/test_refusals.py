"""What is advised where the operating system refuses something fits why it does."""

import errno
import os
from pathlib import Path

import pytest

from cifar_core.errors import CifarLabError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.outcome import DISK_FULL
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.supervisor import ensure_supervisor
from cifar_core.system import refusals
from cifar_core.system.posix import Posix
from cifar_core.system.refusals import refused
from cifar_core.system.windows import Windows
from cifar_core.training.worker import explain_failure

CONFIG = TrainingConfig(name="a", model="cnn-2conv", data="drawn")
ADVICE = {
    errno.ENOSPC: "Free some space",
    errno.EDQUOT: "Free some space",
    errno.EROFS: "Make that disk writable",
    errno.EACCES: "Allow yourself to write there",
    errno.EPERM: "Allow yourself to write there",
    errno.EMFILE: "Close other programs, or allow more open files",
    errno.ENFILE: "Close other programs, or allow more open files",
    errno.ENOMEM: "Close other programs, or wait",
    errno.EIO: "Check that disk",
    errno.EEXIST: "Rename what already has that name",
    errno.ENOTDIR: "Rename the file that lies where a folder is needed",
    errno.EISDIR: "Rename the folder that lies where a file is needed",
}


def error_of(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/some/where")


@pytest.mark.parametrize(("number", "words"), ADVICE.items())
def test_each_error_has_its_own_advice(number: int, words: str, tmp_path: Path) -> None:
    said = refused(error_of(number), "choose another folder")
    assert said.startswith(f"({os.strerror(number)}). {words}")
    assert ("Free some space" in said) == (number in (errno.ENOSPC, errno.EDQUOT))
    # Another folder helps against neither too many open files nor too little memory.
    assert ("choose another folder" in said) == (number not in (errno.EMFILE, errno.ENFILE, errno.ENOMEM))


@pytest.mark.parametrize(("number", "words"), ADVICE.items())
def test_pages_and_commands_pass_it_on(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error_of(number)

    monkeypatch.setattr("cifar_core.runs.record.write_atomically", refuse)
    with pytest.raises(CifarLabError, match=words):
        RunStore(tmp_path).create(CONFIG)
    monkeypatch.setattr("cifar_core.scheduling.supervisor.start_unless_locked", refuse)
    with pytest.raises(CifarLabError, match=words):
        ensure_supervisor(tmp_path)


@pytest.mark.parametrize("number", ADVICE)
def test_a_training_that_breaks_off_says_what_helps_before_it_is_resumed(number: int) -> None:
    said = explain_failure(error_of(number), CONFIG, logged=True)
    if number in (errno.ENOSPC, errno.EDQUOT):
        assert said == DISK_FULL
    else:
        assert said.startswith(f"Training broke off ({os.strerror(number)}: /some/where). {ADVICE[number]}")
        assert said.endswith(", then resume the run: all finished epochs are kept.")


def test_where_nobody_knows_what_helps_nothing_is_made_up() -> None:
    assert refused(OSError("strange")) == "(strange)."
    assert refused(error_of(errno.ENOENT), "choose another folder") == (
        "(No such file or directory). Choose another folder."
    )


@pytest.mark.parametrize("number", [5, 32, 33, 1224])
def test_what_is_open_on_windows_is_to_be_closed(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    error = PermissionError(errno.EACCES, "Access is denied", "C:/runs/a")
    error.winerror = number  # type: ignore[attr-defined]
    monkeypatch.setattr(refusals, "this_system", Posix)
    assert refused(error) == "(Access is denied). Allow yourself to write there, then try again."
    monkeypatch.setattr(refusals, "this_system", Windows)
    assert refused(error) == (
        "(Access is denied). Close the program that has it open, or allow yourself to write there, then try again."
    )
    error.winerror = 19  # type: ignore[attr-defined]  # A disk that is write-protected.
    assert refused(error) == "(Access is denied). Allow yourself to write there, then try again."
