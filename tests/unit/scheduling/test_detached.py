"""A process of its own, unless one like it is at work."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from cifar_core.scheduling.detached import start_unless_locked

MODULE, ARGUMENTS = "platform", ("--terse",)  # prints one line and ends


def test_it_is_started_and_its_words_are_logged(tmp_path: Path) -> None:
    lock, log = tmp_path / ".lock", tmp_path / "log"
    process = start_unless_locked(lock, MODULE, ARGUMENTS, log)
    assert process is not None
    assert process.wait(20) == 0
    first = log.read_text()
    assert first.strip()
    again = start_unless_locked(lock, MODULE, ARGUMENTS, log)
    assert again is not None
    again.wait(20)
    assert log.read_text() == 2 * first


def test_nothing_is_started_while_the_lock_is_held(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"):
        assert start_unless_locked(tmp_path / ".lock", MODULE, ARGUMENTS, tmp_path / "log") is None
    assert not (tmp_path / "log").exists()


def test_a_log_that_has_grown_large_is_begun_anew(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 1_000_000)
    process = start_unless_locked(tmp_path / ".lock", MODULE, ARGUMENTS, log)
    assert process is not None
    process.wait(20)
    assert 0 < log.stat().st_size < 1000


@pytest.mark.posix
@pytest.mark.parametrize("place", [os.mkfifo, lambda path: path.symlink_to("/dev/full")])
def test_what_is_no_log_is_neither_waited_for_nor_followed(
    tmp_path: Path, place: Callable[[Path], object]
) -> None:
    place(tmp_path / "log")
    with pytest.raises(OSError, match="it is"):
        start_unless_locked(tmp_path / ".lock", MODULE, ARGUMENTS, tmp_path / "log")


@pytest.mark.skipif(os.name == "nt", reason="sessions are POSIX")
def test_it_outlives_the_terminal(tmp_path: Path) -> None:
    process = start_unless_locked(
        tmp_path / ".lock", "http.server", ("0", "--bind", "127.0.0.1"), tmp_path / "log"
    )
    assert process is not None
    try:
        assert os.getsid(process.pid) == process.pid
    finally:
        process.kill()
        process.wait(20)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="directory"):
        start_unless_locked(tmp_path / ".lock", MODULE, ARGUMENTS, tmp_path / "file" / "log")
