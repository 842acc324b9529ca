"""Features of a run: kept and read again, and the pictures that lie nearest by them, against scikit-learn."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.explain.features import AT_ONCE, compute_features
from cifar_core.maps.features import (
    FeaturesMissingError,
    RunFeatures,
    nearest_by_features,
)
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import MapMissingError, open_map
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:300", settings)


@pytest.fixture
def run(settings: Settings, dataset: Dataset) -> Run:
    write_run(settings.runs_dir, "fourth", dataset, wrong_every=4)
    (found,) = RunStore.from_settings(settings).list()
    found.paths.model.write_bytes(b"weights")
    return found


class MeanColours:
    """Stands in for the explanation process: the features of a picture are its mean colours."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def features(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert model_path.name == "model.keras"
        self.asked.append(len(images))
        return images.mean(axis=(1, 2)).astype(np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_nearest_is_that_of_scikit_learn(seed: int) -> None:
    draws = np.random.default_rng(seed)
    features = (draws.normal(size=(3000, 40)) * 5 + 100).astype(np.float32)
    wanted = features[17] + np.float32(0.01)
    found, distances = nearest_by_features(features, wanted, 12)
    far, near = (
        NearestNeighbors(n_neighbors=12, algorithm="brute").fit(features.astype(float)).kneighbors([wanted])
    )
    assert found.tolist() == near[0].tolist()
    every = np.linalg.norm(features.astype(float) - wanted, axis=1)
    assert distances == pytest.approx(far[0] / np.median(every), rel=1e-3)


def test_ties_one_picture_and_none() -> None:
    same = np.ones((9, 4), np.float32)
    found, distances = nearest_by_features(same, same[0], 3)
    assert found.tolist() == [0, 1, 2]
    assert distances.tolist() == [0, 0, 0]
    found, _ = nearest_by_features(same[:1], same[0] + 3, 5)
    assert found.tolist() == [0]
    assert len(nearest_by_features(same[:0], same[0], 5)[0]) == 0


def test_features_are_computed_once_and_kept(settings: Settings, dataset: Dataset, run: Run) -> None:
    with pytest.raises(FeaturesMissingError, match=r"training pictures.*maps features fourth --split train$"):
        RunFeatures(run, dataset, "train", settings.cache_dir).read()
    service, told = MeanColours(), list[float]()
    compute_features(
        run, dataset, "train", service, settings.cache_dir, lambda doing, share: told.append(share)
    )
    assert service.asked == [AT_ONCE, 300 - AT_ONCE]
    assert told == [0, AT_ONCE / 300]
    found = RunFeatures(run, dataset, "train", settings.cache_dir).read()
    assert found == pytest.approx(dataset.train.images.mean(axis=(1, 2)), abs=1e-4)
    compute_features(run, dataset, "train", service, settings.cache_dir, lambda *_: None)
    assert len(service.asked) == 2
    assert RunFeatures(run, dataset, "test", settings.cache_dir).stored() is None


def test_other_weights_are_asked_anew(settings: Settings, dataset: Dataset, run: Run) -> None:
    RunFeatures(run, dataset, "train", settings.cache_dir).keep([np.zeros((300, 2), np.float32)])
    assert RunFeatures(run, dataset, "train", settings.cache_dir).stored() is not None
    run.paths.model.write_bytes(b"other weights")
    assert RunFeatures(run, dataset, "train", settings.cache_dir).stored() is None
    run.paths.model.unlink()
    with pytest.raises(RunError, match="weights of fourth are not on this machine"):
        RunFeatures(run, dataset, "train", settings.cache_dir).read()


def test_a_damaged_file_and_an_interrupted_computation_leave_nothing(
    settings: Settings, dataset: Dataset, run: Run
) -> None:
    class Breaks(MeanColours):
        def features(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
            if self.asked:
                raise RunError("It broke.")
            return super().features(model_path, images)

    with pytest.raises(RunError, match=r"It broke\."):
        compute_features(run, dataset, "train", Breaks(), settings.cache_dir, lambda *_: None)
    assert os.listdir(settings.cache_dir / "features") == []  # noqa: PTH208
    RunFeatures(run, dataset, "train", settings.cache_dir).keep([np.zeros((300, 2), np.float32)])
    (kept,) = (settings.cache_dir / "features").iterdir()
    kept.write_bytes(kept.read_bytes()[:500])
    assert RunFeatures(run, dataset, "train", settings.cache_dir).stored() is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system makes no pipes")
def test_a_pipe_or_a_nested_header_is_as_none(settings: Settings, dataset: Dataset, run: Run) -> None:
    features = RunFeatures(run, dataset, "train", settings.cache_dir)
    features.keep([np.zeros((300, 2), np.float32)])
    features.path.write_bytes(b"\x93NUMPY\x01\x00\x28\x23" + b"(" * 9000)
    assert features.stored() is None
    features.path.unlink()
    os.mkfifo(features.path)
    assert features.stored() is None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_features_that_are_no_numbers_are_a_sentence_and_are_not_kept(
    settings: Settings, dataset: Dataset, run: Run, value: float
) -> None:
    features = RunFeatures(run, dataset, "train", settings.cache_dir)
    with pytest.raises(RunError, match=r"no finite numbers, so nothing can be laid out"):
        features.keep([np.zeros((200, 2), np.float32), np.full((100, 2), value, np.float32)])
    assert features.stored() is None
    features.keep([np.zeros((300, 2), np.float32)])
    np.save(features.path, np.full((300, 2), value, np.float32))
    with pytest.raises(MapMissingError):
        open_map(MapName("pca", "train", "fourth"), dataset, run, settings.cache_dir)
