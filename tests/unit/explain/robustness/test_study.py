"""Counting on corrupted pictures, with a network that anybody can compute."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.corruptions.kinds import KINDS, corrupt
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.explain.robustness.study import RobustnessStudy
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.costs import Cost
from tests.fake_runs import write_run


def classes_of(pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Tell classes by the sum of the pixels: any change of a picture changes the answer."""
    return pictures.reshape(len(pictures), -1).astype(np.int64).sum(axis=1) % 10


class Network:
    """Says :func:`classes_of`, and counts the pictures that it was asked about."""

    def __init__(self) -> None:
        self.asked = 0

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += len(images)
        return np.eye(10, dtype=np.float32)[classes_of(images)]


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dataset:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    return open_dataset(None, Settings.from_environment())


@pytest.fixture
def run(dataset: Dataset, tmp_path: Path) -> Run:
    paths = write_run(tmp_path / "runs", "run-a", dataset)
    paths.model.write_bytes(b"weights")
    return RunStore(tmp_path / "runs").get("run-a")


def test_counts_are_those_of_a_second_count(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    network, told = Network(), list[float]()
    study = RobustnessStudy(run, dataset, tmp_path, pictures=7, seed=3)
    assert study.stored() is None
    found = study.measure(network, lambda doing, share: told.append(share))
    numbers = np.sort(np.random.default_rng(3).permutation(len(dataset.test))[:7])
    images, labels = dataset.test.images[numbers], dataset.test.labels[numbers]
    assert (found.pictures, found.of, found.seed) == (7, len(dataset.test), 3)
    assert found.clean == (classes_of(images) == labels).sum()
    for kind in KINDS:
        for severity in (1, 5):
            changed = corrupt(images, kind, severity, numbers=numbers, seed=3)
            assert found.right[kind][severity - 1] == (classes_of(changed) == labels).sum()
    assert told == sorted(told)
    assert network.asked == 7 * 76


def test_what_was_counted_is_kept_while_the_weights_stay(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    network = Network()
    first = RobustnessStudy(run, dataset, tmp_path, pictures=2).measure(network, lambda *_: None)
    again = RobustnessStudy(run, dataset, tmp_path, pictures=2)
    assert again.measure(network, lambda *_: None) == first
    assert network.asked == 2 * 76
    assert RobustnessStudy(run, dataset, tmp_path, pictures=2, seed=1).stored() is None
    for wrong in (
        "{",
        "[" * 100_000,
        "1e999",
        first.model_dump_json().replace('"pictures":2', '"pictures":3'),
        first.model_dump_json().replace('"seed":0', '"seed":1'),
        first.model_dump_json().replace('"of":20', f'"of":{"9" * 400}'),
        first.model_copy(update={"run": "run-b"}).model_dump_json(),
    ):
        again.path.write_text(wrong, encoding="utf-8")
        assert again.stored() is None
    run.paths.model.write_bytes(b"other weights")
    assert RobustnessStudy(run, dataset, tmp_path, pictures=2).path != again.path


@pytest.mark.skipif(sys.platform == "win32", reason="makes a pipe, and links")
def test_what_is_no_file_is_as_none(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    study = RobustnessStudy(run, dataset, tmp_path, pictures=2)
    study.path.parent.mkdir()
    for place in (os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")):
        place(study.path)
        with Cost() as cost:
            assert study.stored() is None
        assert cost.megabytes < 50
        study.path.rmdir() if study.path.is_dir() else study.path.unlink()


def test_each_question_is_told_before_it_is_asked(
    run: Run, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_core.explain.robustness.study._AT_ONCE", 3)
    network, asked = Network(), list[int]()
    RobustnessStudy(run, dataset, tmp_path, pictures=7).measure(
        network, lambda *_: asked.append(network.asked)
    )
    assert asked[:4] == [0, 3, 6, 7]
    assert len(asked) == 3 * 76


def test_who_stops_it_leaves_nothing(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    def told(doing: str, share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    study = RobustnessStudy(run, dataset, tmp_path, pictures=2)
    with pytest.raises(KeyboardInterrupt):
        study.measure(Network(), told)
    assert study.stored() is None


def test_more_pictures_than_there_are_means_all(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    assert RobustnessStudy(run, dataset, tmp_path, pictures=10**6).pictures == len(dataset.test)
    with pytest.raises(ConfigError, match="not 0 and 0"):
        RobustnessStudy(run, dataset, tmp_path, pictures=0)


def test_a_run_without_weights_says_so(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    run.paths.model.unlink()
    with pytest.raises(RunError, match="Train it again"):
        RobustnessStudy(run, dataset, tmp_path)
