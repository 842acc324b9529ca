"""The row of the most alike training pictures, and what is said of one that is the same."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.maps.background import Background
from cifar_core.maps.features import RunFeatures
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.alike import alike_by_features, alike_by_pixels, begin_features, features_progress
from tests.fake_runs import write_run
from tests.waiting import wait_until


class MeanColours:
    """Stands in for the explanation process."""

    def features(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return images.mean(axis=(1, 2)).astype(np.float32)


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:200", settings)


@pytest.fixture
def run(settings: Settings, dataset: Dataset) -> Run:
    write_run(settings.runs_dir, "fourth", dataset, wrong_every=4)
    (found,) = RunStore.from_settings(settings).list()
    found.paths.model.write_bytes(b"weights")
    return found


def test_by_pixels(settings: Settings, dataset: Dataset) -> None:
    picture = np.asarray(dataset.test.images[3])
    found = alike_by_pixels(picture, dataset, settings.cache_dir)
    apart = ((dataset.train.images.astype(float) - picture) ** 2).mean(axis=(1, 2, 3)) ** 0.5
    nearest = np.argsort(apart, kind="stable")[:10]
    assert list(found.indices) == nearest.tolist()
    name = dataset.class_names[dataset.train.labels[nearest[0]]]
    assert found.captions[0] == f"{name} {apart[nearest[0]]:.0f}"
    assert found.hover[0] == f"{name}, train picture {nearest[0]}"
    assert (found.images == dataset.train.images[nearest]).all()


def test_a_training_picture_is_no_neighbour_of_its_own(settings: Settings, dataset: Dataset) -> None:
    found = alike_by_pixels(np.asarray(dataset.train.images[5]), dataset, settings.cache_dir, own=5)
    assert 5 not in found.indices
    assert len(found.indices) == 10


def test_a_twin_is_told_and_a_stranger_is_not(settings: Settings, dataset: Dataset) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    smooth = np.asarray(dataset.train.images).copy()
    smooth[:60] = noise
    mixed = dataclasses.replace(
        dataset, train=dataclasses.replace(dataset.train, images=smooth), fingerprint="0123456789abcdef"
    )
    same = alike_by_pixels(noise[7], mixed, settings.cache_dir)
    name = mixed.class_names[mixed.train.labels[7]]
    assert same.twin == f"Training picture 7 ({name}) has the very same pixels (exact duplicate)."
    brighter = np.clip(noise[7].astype(int) + 9, 0, 255).astype(np.uint8)
    near = alike_by_pixels(brighter, mixed, settings.cache_dir).twin
    assert near is not None
    assert near.startswith("Training picture 7 (")
    assert "near-duplicate, similarity 0.9" in near
    other = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    assert alike_by_pixels(other, mixed, settings.cache_dir).twin is None


def test_by_features(settings: Settings, dataset: Dataset, run: Run) -> None:
    picture = np.asarray(dataset.test.images[3])
    assert alike_by_features(picture, dataset, run, MeanColours(), settings.cache_dir) is None
    work = Background()
    begin_features(run, dataset, MeanColours(), settings.cache_dir, work)
    wait_until(lambda: features_progress(run, dataset, work) is None)
    found = alike_by_features(picture, dataset, run, MeanColours(), settings.cache_dir)
    assert found is not None
    apart = np.linalg.norm(dataset.train.images.mean(axis=(1, 2)) - picture.mean(axis=(0, 1)), axis=1)
    nearest = np.argsort(apart)[:10]
    assert list(found.indices) == nearest.tolist()
    assert found.captions[0].endswith(f" {apart[nearest[0]] / np.median(apart):.2f}")


def test_a_training_picture_needs_no_network(settings: Settings, dataset: Dataset, run: Run) -> None:
    features = np.arange(200, dtype=np.float32)[:, None]
    RunFeatures(run, dataset, "train", settings.cache_dir).keep([features])
    found = alike_by_features(
        np.asarray(dataset.train.images[50]),
        dataset,
        run,
        None,
        settings.cache_dir,
        own=50,  # type: ignore[arg-type]
    )
    assert found is not None
    assert sorted(found.indices) == [*range(45, 50), *range(51, 56)]
