"""Archives, pickles and names that ask for too much each cost little and end in a sentence."""

import io
import multiprocessing
import os
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from cifar_core.data.batches import layouts
from cifar_core.data.batches.archive import files_in_archive
from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.errors import DataError
from cifar_core.settings import Settings
from tests.costs import is_little
from tests.flaws import flaws
from tests.hostile_archives import ARCHIVES, END, GOOD, PICKLES, batch, member, packed

resource = pytest.importorskip("resource", reason="Windows does not tell what a process took at most")

SECONDS = 3.0  # of computing; one, on a machine that does nothing else
MEGABYTES = 200.0

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="measures a process that is a copy of this one"
)


def _open(path: Path, settings: Settings, answers: Any) -> None:
    """Open a data set in a process of its own, and say what became of it and what it took."""
    start, before = time.process_time(), psutil.Process().memory_info().rss
    try:
        said = open_dataset(str(path), settings).name
    except DataError as problem:
        said = str(problem)
    most = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    answers.put((said, time.process_time() - start, most / 1e6))


def said_of(path: Path, settings: Settings) -> str:
    """Return the sentence about a data set, and see to it that it cost little."""
    copy = multiprocessing.get_context("fork")
    answers = copy.Queue()
    process = copy.Process(target=_open, args=(path, settings, answers))
    process.start()
    said, seconds, megabytes = answers.get(timeout=60)
    process.join()
    assert process.exitcode == 0
    assert flaws(said) == []
    assert (is_little(seconds, SECONDS), megabytes < MEGABYTES) == (True, True), (seconds, megabytes)
    return str(said)


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive(name: str, tmp_path: Path, settings: Settings) -> None:
    write, expected = ARCHIVES[name]
    path = tmp_path / "mine.tar.gz"
    write(path)
    said = said_of(path, settings)
    assert expected.format(path=path) in said
    assert said.endswith(".")


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle(name: str, tmp_path: Path, settings: Settings) -> None:
    content, expected = PICKLES[name]
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "data_batch_1").write_bytes(content)
    said = said_of(folder, settings)
    assert expected in said
    assert len(said) < 600
    assert said.endswith(".")


@pytest.mark.parametrize("name", ["data_batch_1", "data_batch_1.bin"])
def test_a_batch_that_was_never_written(name: str, tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for number in range(1, 7):
        with (folder / name.replace("1", str(number))).open("wb") as file:
            file.write(batch()[:3_073])
            file.truncate(50_000 * 3_073)
    said = said_of(folder, settings)
    assert said.startswith(f"Most of {name} in {folder} was never written: it has holes")


def test_more_than_a_gigabyte_is_refused_before_it_is_read(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"data_batch_{number}").write_bytes(batch())
    monkeypatch.setattr("cifar_core.data.batches.files.MOST_BYTES", int(2.5 * len(batch())))
    with pytest.raises(DataError, match=r"holds more than 0 MB of pictures\. Take a part of them\."):
        open_dataset(str(folder), settings)


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.bz2"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_a_good_archive_is_read(ending: str, form: int, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / f"mine{ending}"
    mode: Any = "w:" + ending[5:]
    with tarfile.open(path, mode, format=form) as archive:
        for name in ("ü" * 30 + "/readme.html", "data_batch_1", "test_batch"):
            one = tarfile.TarInfo(f"a-folder/{name}")
            one.size = len(batch())
            archive.addfile(one, io.BytesIO(batch()))
    dataset = open_dataset(str(path), settings)
    assert (dataset.name, len(dataset.train), len(dataset.test)) == ("mine", 40, 40)


def test_a_gzip_file_in_several_pieces_with_zeros_behind_is_read(tmp_path: Path, settings: Settings) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    packed(first, GOOD[:5000])
    packed(second, GOOD[5000:], END)
    path = tmp_path / "mine.tar.gz"
    path.write_bytes(first.read_bytes() + second.read_bytes() + bytes(10_000))
    assert len(open_dataset(str(path), settings).train) == 40


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99, -1, -4, -8, -9])
def test_a_truncated_archive_is_never_taken_for_a_whole_one(
    kept: float, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "mine.tar.gz"
    packed(path, GOOD, member("data_batch_2", batch()), END)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept)] if kept < 0 else whole[: int(kept * len(whole))])
    with pytest.raises(DataError, match="cannot be read to its end"):
        open_dataset(str(path), settings)


@pytest.mark.parametrize("cut", [len(GOOD) // 2, len(GOOD) // 2 + 100, len(GOOD)])
def test_a_truncated_tar_is_never_taken_for_a_whole_one(cut: int, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "mine.tar"
    path.write_bytes((GOOD + END)[:cut])
    with pytest.raises(DataError, match="cannot be read to its end"):
        open_dataset(str(path), settings)


def test_a_checksum_that_is_wrong_is_noticed(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "mine.tar.gz"
    packed(path, GOOD, END)
    content = bytearray(path.read_bytes())
    content[-6] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"cannot be read to its end .*incorrect data check"):
        open_dataset(str(path), settings)


def test_the_list_opens_an_archive_once_until_it_changes(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def counting(path: Path, wanted: Any) -> Any:
        opened.append(path)
        return files_in_archive(path, wanted)

    monkeypatch.setattr("cifar_core.data.batches.files.files_in_archive", counting)
    layouts._look_into.clear()
    path = tmp_path / "mine.tar.gz"
    packed(path, GOOD, END)
    chosen = Settings(**{**vars(settings), "data": str(path)})
    for _ in range(5):
        assert list_choices(chosen)[0].available
    assert opened == [path]
    packed(path, b"x" * 2000)
    for _ in range(5):
        assert not list_choices(chosen)[0].available
    assert opened == [path, path]


def test_a_damaged_archive_is_read_once_until_it_changes(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def counting(path: Path, wanted: Any) -> Any:
        opened.append(path)
        return files_in_archive(path, wanted)

    monkeypatch.setattr("cifar_core.data.batches.files.files_in_archive", counting)
    layouts._look_into.clear()
    path = tmp_path / "mine.tar.gz"
    packed(path, GOOD)
    for _ in range(5):
        with pytest.raises(DataError, match="cannot be read to its end"):
            open_dataset(str(path), settings)
    assert opened == [path, path]  # to know what it is, and to read it
    packed(path, GOOD, END)
    assert len(open_dataset(str(path), settings).train) == 40


def test_the_list_opens_no_archive_of_the_keras_cache(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_core.data.batches.files.files_in_archive", None)
    settings.keras_dir.mkdir(parents=True)
    packed(settings.keras_dir / "cifar-10-python.tar.gz", GOOD, END)
    assert [choice.key for choice in list_choices(settings)] == ["cifar10", "drawn"]


@pytest.mark.parametrize(
    "content", [b"", b"x", bytes(10_000), b"\x1f\x8b", b"\x1f\x8b" * 1000, b"BZh9" * 1000]
)
def test_what_is_no_archive_is_a_sentence(content: bytes, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "mine.tar.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"holds no data set that is known here.*\."):
        open_dataset(str(path), settings)


def test_a_folder_that_nobody_may_look_into_leaves_the_list_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.keras_dir / "cifar-10-batches-py").mkdir(parents=True)

    def refuse(path: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert [choice.key for choice in list_choices(settings)] == ["drawn"]


def test_names_that_are_not_utf8_are_sentences(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = os.fsdecode(b"caf\xe9")
    (tmp_path / odd).mkdir()
    with pytest.raises(DataError, match=r"The name of .*caf� is not written in UTF-8"):
        open_dataset(str(tmp_path / odd), settings)
    monkeypatch.setenv("CIFAR_LAB_DATA", str(tmp_path / odd))
    choice = list_choices(Settings.from_environment())[0]
    assert not choice.available
    assert choice.name == "caf\ufffd"
    assert choice.location.endswith("caf\ufffd is not written in UTF-8. Rename the folder or file.")
    folder = tmp_path / "batches"
    folder.mkdir()
    (folder / "data_batch_1").write_bytes(batch())
    (folder / f"{odd}.txt").write_bytes(b"anger\ndisgust\nfear\njoy")
    dataset = open_dataset(str(folder), settings)
    assert dataset.report.remarks[0] == "The names of the classes are the lines of “caf\ufffd.txt”."
    assert np.bincount(dataset.train.labels).tolist() == [8, 8, 8, 8]
