"""The cache of converted pictures: shared, rebuilt when damaged, safe for several processes."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.cache import cache_folder, open_cached, peek, source_state
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.errors import DataError


def made(seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    train, test = (
        Split(rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8), np.arange(n, dtype=np.int64) % 2)
        for n in (20, 6)
    )
    names = ("left", "right")
    return Dataset("made", "Made", names, train, test, "a test", False, fingerprint(names, train, test))


def opened(cache: Path, state: str = "s", seed: int = 0) -> Dataset:
    return open_cached(cache, key="k", source="here", state=state, convert=lambda: made(seed))


def refuse() -> Dataset:
    pytest.fail("converted again")


def test_what_comes_back_is_what_went_in(tmp_path: Path) -> None:
    dataset, original = opened(tmp_path), made()
    np.testing.assert_array_equal(dataset.train.images, original.train.images)
    np.testing.assert_array_equal(dataset.test.labels, original.test.labels)
    assert (dataset.key, dataset.name, dataset.class_names) == ("k", "Made", ("left", "right"))
    assert dataset.fingerprint == original.fingerprint
    assert fingerprint(dataset.class_names, dataset.train, dataset.test) == original.fingerprint


def test_arrays_are_read_only_memory_maps(tmp_path: Path) -> None:
    images = opened(tmp_path).train.images
    assert isinstance(images, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        images[0] = 0


def test_the_second_time_nothing_is_converted(tmp_path: Path) -> None:
    opened(tmp_path)
    open_cached(tmp_path, key="k", source="here", state="s", convert=refuse)


def test_a_changed_source_is_converted_again_and_the_old_one_removed(tmp_path: Path) -> None:
    opened(tmp_path, state="s", seed=0)
    dataset = opened(tmp_path, state="t", seed=1)
    assert dataset.fingerprint == made(1).fingerprint
    assert [path.name for path in (tmp_path / "data").iterdir() if path.is_dir()] == [
        cache_folder(tmp_path, "here", "t").name
    ]


@pytest.mark.parametrize(
    "damage",
    ["truncated", "missing", "overwritten", "record", "no record", "deep", "a folder", "other shape"],
)
def test_a_damaged_cache_is_rebuilt(tmp_path: Path, damage: str) -> None:
    opened(tmp_path)
    folder = cache_folder(tmp_path, "here", "s")
    images, record = folder / "train_images.npy", folder / "dataset.json"
    if damage == "truncated":
        images.write_bytes(images.read_bytes()[:-100])
    elif damage == "missing":
        images.unlink()
    elif damage == "overwritten":
        images.write_bytes(bytes(images.stat().st_size))
    elif damage == "record":
        record.write_text("{")
    elif damage == "no record":
        record.unlink()
    elif damage == "deep":
        record.write_text("[" * 200_000)
    elif damage == "a folder":
        record.unlink()
        record.mkdir()
    else:
        record.write_text(record.read_text().replace('"train_count": 20', '"train_count": 19'))
    dataset = opened(tmp_path)
    np.testing.assert_array_equal(dataset.train.images, made().train.images)
    assert peek(folder) is not None


@pytest.mark.posix
@pytest.mark.parametrize("place", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_in_the_cache_is_not_waited_for(
    tmp_path: Path, place: Callable[[Path], object]
) -> None:
    opened(tmp_path)
    record = cache_folder(tmp_path, "here", "s") / "dataset.json"
    record.unlink()
    place(record)
    assert peek(record.parent) is None
    np.testing.assert_array_equal(opened(tmp_path).train.images, made().train.images)


def test_a_conversion_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> Dataset:
        raise DataError("No such pictures.")

    with pytest.raises(DataError, match="No such pictures"):
        open_cached(tmp_path, key="k", source="here", state="s", convert=fail)
    assert not [path for path in (tmp_path / "data").iterdir() if path.is_dir()]


def test_a_cache_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="CIFAR_LAB_CACHE"):
        opened(tmp_path / "file")


def _open_and_count(cache: Path, results: "Queue[tuple[str, int]]") -> None:
    converted = 0

    def convert() -> Dataset:
        nonlocal converted
        converted += 1
        return made()

    dataset = open_cached(cache, key="k", source="here", state="s", convert=convert)
    results.put((fingerprint(dataset.class_names, dataset.train, dataset.test), converted))


def test_of_several_processes_at_once_one_converts(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results: Queue[tuple[str, int]] = context.Queue()
    workers = [context.Process(target=_open_and_count, args=(tmp_path, results)) for _ in range(4)]
    for worker in workers:
        worker.start()
    answers = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    assert {answer[0] for answer in answers} == {made().fingerprint}
    assert sum(answer[1] for answer in answers) == 1


def test_the_state_of_a_source_changes_with_its_files(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"1")
    first = source_state([file], tmp_path)
    assert source_state([file, tmp_path / "not there"], tmp_path) == first
    file.write_bytes(b"12")
    second = source_state([file], tmp_path)
    (tmp_path / "b").write_bytes(b"")
    assert len({first, second, source_state([file, tmp_path / "b"], tmp_path)}) == 3
