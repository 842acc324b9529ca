"""Files that others read at the same moment."""

import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from cifar_core.system import files
from cifar_core.system.windows import Windows
from tests.clock import replace_clock


class Held:
    """A file that somebody lets go after some tries, on Windows."""

    def __init__(self, tries: int, error: int, action: Callable[..., None]) -> None:
        self.tries, self.error, self.action = tries, error, action
        self.asked = 0

    def __call__(self, *arguments: object, **named: object) -> None:
        self.asked += 1
        if self.asked <= self.tries:
            refused = PermissionError(errno.EACCES, "Access is denied")
            refused.winerror = self.error  # type: ignore[attr-defined]
            raise refused
        self.action(*arguments, **named)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how long was waited each time; nothing waits."""
    waited: list[float] = []
    monkeypatch.setattr(files, "this_system", Windows)
    replace_clock(monkeypatch, files, sleep=waited.append)
    return waited


@pytest.mark.parametrize("error", [5, 32, 33, 1224])
def test_a_file_is_replaced_once_its_reader_has_closed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float], error: int
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b"old")
    held = Held(4, error, os.replace)
    monkeypatch.setattr(os, "replace", held)
    files.write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert held.asked == 5
    assert pauses == [0.002, 0.004, 0.008, 0.016]
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_that_does_not_let_go_is_an_error_after_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", Held(10**6, 5, os.replace))
    with pytest.raises(PermissionError):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert 5.0 <= sum(pauses) < 5.2
    assert max(pauses) == 0.1
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_reader_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_atomically(tmp_path / "run.json", b"new")
    assert pauses == []


def test_on_posix_a_refusal_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_clock(monkeypatch, files, sleep=lambda seconds: pytest.fail("waited"))
    monkeypatch.setattr(os, "replace", Held(1, 5, os.replace))
    with pytest.raises(PermissionError):
        files.write_atomically(tmp_path / "run.json", b"new")


def test_a_file_that_is_just_replaced_is_read_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    path = tmp_path / "heartbeat.json"
    path.write_bytes(b"beat")
    opened: list[BinaryIO] = []
    open_it = files.open_regular
    held = Held(2, 32, lambda path: opened.append(open_it(path)))
    monkeypatch.setattr(files, "open_regular", lambda path: held(path) or opened[-1])
    assert files.read_bytes(path, 4) == b"beat"
    assert len(pauses) == 2
    path.unlink()
    with pytest.raises(FileNotFoundError):
        files.read_bytes(path, 4)


def test_a_folder_takes_no_other_ones_place(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    with pytest.raises(OSError, match="b"):
        files.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b" / "file").read_text() == "b"
    files.replace(tmp_path / "a", tmp_path / "c")
    assert (tmp_path / "c" / "file").read_text() == "a"


def test_what_is_gone_is_no_error(tmp_path: Path) -> None:
    files.remove(tmp_path / "gone")
    files.remove_folder(tmp_path / "gone")


def test_a_folder_is_removed_as_far_as_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    folder = tmp_path / "run"
    (folder / "checkpoint").mkdir(parents=True)
    for name in ("free", "held", "checkpoint/free"):
        (folder / name).write_text("")
    unlink = os.unlink

    def remove(path: str, **named: object) -> None:
        if Path(path).name == "held":
            Held(1, 32, unlink)(path)
        unlink(path, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "unlink", remove)
    files.remove_folder(folder)
    assert [path.name for path in folder.rglob("*")] == ["held"]


def test_a_folder_that_others_list_is_gone_at_once_or_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    listed: list[list[str]] = []
    for stays in (True, False):
        folder.mkdir(exist_ok=True)
        (folder / "run.json").write_text("{}")

        def look(doomed: Path) -> None:
            listed.append(sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")))

        def refuse(source: Path, target: Path) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        with monkeypatch.context() as patched:
            patched.setattr(files, "remove_folder", look)
            if stays:
                patched.setattr(files, "replace", refuse)
                with pytest.raises(OSError, match="Read-only"):
                    files.delete_folder(folder)
                assert (folder / "run.json").read_text() == "{}"
            else:
                files.delete_folder(folder)
    assert listed == [[]]


def test_everything_is_synced_in_a_way_that_every_system_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    modes: list[int] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        modes.append(fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE)
        sync(descriptor)

    path = tmp_path / "file"
    path.write_bytes(b"content")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", noted)
        patch.setattr(files, "this_system", Windows)
        files.write_atomically(path, b"new")
        files.sync_path(path)
        files.sync_folder(tmp_path)
    assert modes == [os.O_WRONLY, os.O_RDWR]  # never a file that is only read, and no folder
    assert path.read_bytes() == b"new"


def test_many_readers_of_a_file_that_is_replaced_all_the_time(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    contents = [bytes([65 + number]) * 2000 for number in range(20)]
    files.write_atomically(path, contents[0])
    done, torn = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            if files.read_bytes(path, 10**6) not in contents:
                torn.append(True)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for content in contents:
        files.write_atomically(path, content)
    done.set()
    for thread in threads:
        thread.join()
    assert not torn


@pytest.mark.skipif(sys.platform != "linux", reason="not every system has files with holes")
def test_what_was_never_written_of_a_file_is_known(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w+b") as file:
        file.write(b"x" * 65_536)
        file.flush()
        assert files.bytes_of_holes(file.fileno(), 65_536) == 0
        file.truncate(1_048_576)
        file.seek(524_288)
        file.write(b"y" * 65_536)
        file.flush()
        assert files.bytes_of_holes(file.fileno(), 1_048_576) == 1_048_576 - 2 * 65_536
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 0
