"""Nearest pictures are exactly those that a look at every pixel finds."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.data.neighbours import nearest_pictures, thumbnails
from cifar_core.settings import Settings


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def dataset(cache_dir: Path) -> Dataset:
    """Return five times as many pictures to train with as are looked at together."""
    return open_dataset("drawn:1300", Settings(None, cache_dir, cache_dir, cache_dir, cache_dir))


@pytest.mark.parametrize("count", [1, 10, 300])
def test_they_are_those_of_a_look_at_every_pixel(dataset: Dataset, cache_dir: Path, count: int) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (32, 32, 3), np.uint8)
    for picture in (dataset.test.images[7], dataset.train.images[3], noise, np.zeros_like(noise)):
        found, distances = nearest_pictures(dataset, picture, "train", count, cache_dir)
        apart = dataset.train.images.astype(np.int64) - picture.astype(np.int64)
        every = (apart**2).sum(axis=(1, 2, 3))
        expected = np.lexsort((np.arange(len(every)), every))[:count]
        assert found.tolist() == expected.tolist()
        assert distances == pytest.approx(np.sqrt(every[expected] / 3072))


def test_a_picture_is_nearest_to_itself(dataset: Dataset, cache_dir: Path) -> None:
    found, distances = nearest_pictures(dataset, dataset.train.images[42], "train", 2, cache_dir)
    assert (found[0], distances[0]) == (42, 0.0)
    assert distances[1] > 0


def test_fewer_pictures_than_asked_for_are_all(dataset: Dataset, cache_dir: Path) -> None:
    pictures = len(dataset.test)
    found, _ = nearest_pictures(dataset, dataset.test.images[0], "test", pictures + 50, cache_dir)
    assert sorted(found.tolist()) == list(range(pictures))


def test_a_thumbnail_adds_up_blocks() -> None:
    picture = np.zeros((1, 32, 32, 3), np.uint8)
    picture[0, :4, 4:8, 1] = 255
    picture[0, 31, 31, 2] = 7
    sums = thumbnails(picture).reshape(8, 8, 3)
    assert sums[0, 1].tolist() == [0, 16 * 255, 0]
    assert sums[7, 7].tolist() == [0, 0, 7]
    assert sums.sum() == 16 * 255 + 7
