"""Files are read anew when they have changed, and only then."""

import os
import threading
from pathlib import Path

import pytest

from cifar_core.file_cache import FileCache, FileVersion, file_cached


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "file"
    file.write_text("one")
    return file


class Reader:
    """Reads text and counts how often."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, path: Path) -> str:
        self.read.append(path.name)
        return path.read_text()


def test_an_unchanged_file_is_read_once(file: Path) -> None:
    reader = Reader()
    cached = FileCache(reader, most=2)
    assert [cached(file) for _ in range(3)] == ["one"] * 3
    assert reader.read == ["file"]
    cached.clear()
    assert cached(file) == "one"
    assert reader.read == ["file"] * 2


def test_another_time_size_or_inode_is_another_version(file: Path) -> None:
    cached, before = FileCache(Path.read_text, most=2), FileVersion.of(file)
    assert cached(file) == "one"

    os.utime(file, ns=(before.modified, before.modified + 1))  # only the time
    assert FileVersion.of(file) == before._replace(modified=before.modified + 1)
    file.write_text("two")
    os.utime(file, ns=(before.modified, before.modified + 2))
    assert cached(file) == "two"

    file.write_text("three")  # only the size
    os.utime(file, ns=(before.modified, before.modified + 2))
    assert cached(file) == "three"

    replacement = file.with_name("replacement")  # only the inode
    replacement.write_text("seven")
    os.utime(replacement, ns=(before.modified, before.modified + 2))
    replacement.replace(file)
    changed = FileVersion.of(file)
    assert (changed.modified, changed.size) == (before.modified + 2, 5)
    assert cached(file) == "seven"


def test_further_arguments_are_further_results(file: Path) -> None:
    calls: list[tuple[int, bool]] = []

    @file_cached(most=4)
    def first_letters(path: Path, count: int, loud: bool) -> str:
        """Return the first letters."""
        calls.append((count, loud))
        return path.read_text()[:count].upper() if loud else path.read_text()[:count]

    assert [first_letters(file, 1, False), first_letters(file, 2, True), first_letters(file, 1, False)] == [
        "o",
        "ON",
        "o",
    ]
    assert calls == [(1, False), (2, True)]
    assert first_letters.__doc__ == "Return the first letters."


def test_no_more_than_so_many_are_kept_and_the_oldest_goes_first(tmp_path: Path) -> None:
    files = [tmp_path / name for name in "abc"]
    for one in files:
        one.write_text(one.name)
    reader = Reader()
    cached = FileCache(reader, most=2)
    a, b, c = files
    for one in (a, b, a, c):  # b was asked for longest ago
        cached(one)
    assert reader.read == ["a", "b", "c"]
    cached(a)
    assert reader.read == ["a", "b", "c"]
    cached(b)
    assert reader.read == ["a", "b", "c", "b"]


def test_errors_are_not_kept(file: Path) -> None:
    answers: list[Exception | str] = [ValueError("damaged"), "mended"]

    def read(path: Path) -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cached = FileCache(read, most=2)
    with pytest.raises(ValueError, match="damaged"):
        cached(file)
    assert cached(file) == "mended"
    assert cached(file) == "mended"


def test_where_there_is_no_file_the_reader_says_so(tmp_path: Path) -> None:
    cached = FileCache(Path.read_text, most=2)
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            cached(tmp_path / "missing")
    tolerant = FileCache(Path.exists, most=2)
    assert not tolerant(tmp_path / "missing")
    (tmp_path / "missing").touch()
    assert tolerant(tmp_path / "missing")


def test_a_folder_changes_with_its_entries(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.utime(folder, ns=(0, 0))
    count = FileCache(lambda path: len(list(path.iterdir())), most=2)
    assert count(folder) == 0
    (folder / "entry").touch()
    assert count(folder) == 1


def test_threads_that_ask_together_read_once(file: Path) -> None:
    reader, begun, go = Reader(), threading.Event(), threading.Event()

    def read(path: Path) -> str:
        begun.set()
        assert go.wait(20)
        return reader(path)

    cached, answers = FileCache(read, most=2), []
    threads = [threading.Thread(target=lambda: answers.append(cached(file))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    go.set()
    for thread in threads:
        thread.join()
    assert answers == ["one"] * 4
    assert reader.read == ["file"]
