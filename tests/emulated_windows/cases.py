"""What only makes sense under emulated Windows; ``test_suites.py`` runs it there."""

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cifar_core.data.cache import cache_folder, open_cached
from cifar_core.data.dataset import Dataset, Split
from cifar_core.errors import RunError
from cifar_core.evaluation.predictions import load_predictions
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs import processes
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import detached
from cifar_core.scheduling.supervisor import ensure_supervisor
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import files, posix, this_system, windows
from tests.waiting import wait_until

NAME = "Küche ✓ 猫"
"""A name of which code page 1252 knows the first word alone."""


def test_windows_is_played() -> None:
    assert isinstance(this_system(), windows.Windows)
    assert windows.os.name == "nt"
    assert not any(hasattr(posix.os, name) for name in ("killpg", "getpgid", "sched_getaffinity"))
    assert not hasattr(posix.signal, "SIGKILL")
    with pytest.raises(ValueError, match="9 is not a valid Signals"):
        posix.signal.Signals(9)
    with pytest.raises(AssertionError, match="Ctrl-C"):
        posix.Posix().start_detached([sys.executable, "-c", ""])


def test_files_are_held_as_on_windows(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with path.open("rb") as reader, pytest.raises(OSError, match="Bad file descriptor"):
        os.fsync(reader.fileno())
    with pytest.raises(PermissionError):
        files.os.open(tmp_path, os.O_RDONLY)
    other = tmp_path / "other"
    other.write_bytes(b"new")
    for forbidden in (
        path.unlink,
        lambda: other.replace(path),
        lambda: tmp_path.rename(tmp_path.with_name("b")),
    ):
        with path.open("rb"), pytest.raises(PermissionError) as caught:
            forbidden()
        assert caught.value.winerror in (5, 32)  # type: ignore[attr-defined]
    np.save(tmp_path / "array.npy", np.arange(3))
    mapped = np.load(tmp_path / "array.npy", mmap_mode="r")
    with pytest.raises(PermissionError):
        (tmp_path / "array.npy").unlink()
    del mapped
    (tmp_path / "array.npy").unlink()
    other.replace(path)
    assert path.read_bytes() == b"new"


def test_a_killed_process_takes_its_child_along(tmp_path: Path) -> None:
    program = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()'], stdin=-1).wait()"
    log = tmp_path / "log"
    with log.open("wb") as output:
        parent = this_system().start_detached([sys.executable, "-c", program], stdout=output, stderr=output)
    seen = processes.psutil.Process(parent.pid)
    wait_until(lambda: seen.children())
    (child,) = seen.children()
    processes.kill_with_children(parent.pid)
    assert parent.wait(10) == 1  # no signal: an exit code
    wait_until(lambda: not processes.is_alive(child))


@pytest.fixture
def reading() -> "object":
    """Return what reads files again and again, each for a moment, until the test is over."""
    done = threading.Event()
    threads: list[threading.Thread] = []

    def read(folder: Path) -> None:
        while not done.is_set():
            for path in folder.iterdir() if folder.is_dir() else ():
                try:
                    with path.open("rb") as file:
                        file.read(10)
                        time.sleep(0.01)
                except OSError:
                    continue
            time.sleep(0.005)

    def start(folder: Path) -> None:
        threads.append(threading.Thread(target=read, args=(folder,), daemon=True))
        threads[-1].start()

    yield start
    done.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return a folder of pictures whose names the code page does not know."""
    folder = tmp_path / NAME
    rng = np.random.default_rng(0)
    for split, count in (("train", 30), ("test", 10)):
        for label in ("café ✓", "猫"):
            (folder / split / label).mkdir(parents=True)
            for number in range(count):
                pixels = rng.integers(0, 256, (32, 32, 3)).astype(np.uint8)
                Image.fromarray(pixels).save(folder / split / label / f"{number}.png")
    return folder


def config(pictures: Path, epochs: int = 2) -> TrainingConfig:
    values = {"name": NAME, "model": "cnn-2conv", "data": str(pictures), "epochs": epochs, "batch_size": 20}
    return TrainingConfig.from_values(values)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("own_cache")
def test_a_training_in_the_background(
    tmp_path: Path, pictures: Path, reading: Callable[[Path], None]
) -> None:
    """While somebody reads every file of it all the time; then it is resumed, and deleted."""
    store = RunStore(tmp_path / "runs")
    paths = store.create(config(pictures)).paths
    reading(paths.folder)
    reading(paths.checkpoint)
    ensure_supervisor(store.runs_dir, ["--idle-seconds", "1"])
    wait_until(lambda: not store.get(paths.folder.name).active, 200)
    record = RunRecord.read(paths.record)
    assert record.status == "finished", paths.log.read_text(encoding="utf-8")
    assert record.data is not None
    assert record.data.name == NAME
    assert NAME in paths.log.read_text(encoding="utf-8")
    assert len(load_predictions(paths.predictions, "test")) == 20
    assert not list(paths.folder.glob(".*.part"))


@pytest.mark.usefixtures("own_cache")
def test_a_training_in_the_foreground_prints_what_the_code_page_does_not_know(
    tmp_path: Path, pictures: Path
) -> None:
    words = ["--runs", str(tmp_path / "runs"), "--data", str(pictures), "train", "--model", "cnn-2conv"]
    done = subprocess.run(
        [sys.executable, "-m", "cifar_core", *words, "--epochs", "1", "--name", NAME],
        cwd=PROJECT_ROOT, capture_output=True, env={**os.environ, "PYTHONUTF8": "0"}, timeout=250,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Küche \\u2713 \\u732b".encode("cp1252") in done.stdout
    (run,) = RunStore(tmp_path / "runs").list()
    assert run.status == "finished"


def test_a_run_that_is_open_is_not_deleted_but_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.05)
    store = RunStore(tmp_path / "runs")
    run = store.create(TrainingConfig(name="a", model="cnn-2conv", data="drawn"))
    with run.paths.record.open("rb"), pytest.raises(RunError, match=r"cannot be deleted .*Close the program"):
        store.delete(run.id)
    assert store.get(run.id).status == "queued"
    store.delete(run.id)
    assert store.list() == ()


def test_a_damaged_cache_that_is_mapped_gets_a_new_name(tmp_path: Path) -> None:
    def made() -> Dataset:
        images, labels = np.arange(20 * 3072).astype(np.uint8).reshape(20, 32, 32, 3), np.arange(20) % 2
        split = Split(images, labels.astype(np.int64))
        return Dataset("k", "K", ("a", "b"), split, split, "here", False, "f")

    def opened() -> Dataset:
        return open_cached(tmp_path, key="k", source="here", state="s", convert=made)

    first, folder = opened(), cache_folder(tmp_path, "here", "s")
    (folder / "dataset.json").write_text("{", encoding="utf-8")
    second = opened()
    np.testing.assert_array_equal(second.train.images, first.train.images)
    assert Path(second.train.images.filename).parent == folder.with_name(f"{folder.name}.2")  # type: ignore[attr-defined]
    again = opened()
    assert again.train.images.filename == second.train.images.filename  # type: ignore[attr-defined]


def test_a_log_that_cannot_be_written_is_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    from cifar_core.training.worker import _print_now

    _print_now("epoch 1")


def test_a_process_outlives_its_starter(tmp_path: Path) -> None:
    lock, log = tmp_path / "lock", tmp_path / "log"
    process = detached.start_unless_locked(lock, "this", [], log)
    assert process is not None
    assert process.wait(30) == 0
    assert "Zen" in log.read_text(encoding="utf-8")
