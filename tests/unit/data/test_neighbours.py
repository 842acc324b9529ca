"""Nearest pictures are exactly those that a look at every pixel finds."""

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.data.neighbours import nearest_pictures, thumbnails
from cifar_core.settings import Settings


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:2000", settings)


@pytest.mark.parametrize("count", [1, 10, 300])
def test_they_are_those_of_a_look_at_every_pixel(dataset: Dataset, settings: Settings, count: int) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (32, 32, 3), np.uint8)
    for picture in (dataset.test.images[7], dataset.train.images[3], noise, np.zeros_like(noise)):
        found, distances = nearest_pictures(dataset, picture, "train", count, settings.cache_dir)
        apart = dataset.train.images.astype(np.int64) - picture.astype(np.int64)
        every = (apart**2).sum(axis=(1, 2, 3))
        expected = np.lexsort((np.arange(len(every)), every))[:count]
        assert found.tolist() == expected.tolist()
        assert distances == pytest.approx(np.sqrt(every[expected] / 3072))


def test_a_picture_is_nearest_to_itself(dataset: Dataset, settings: Settings) -> None:
    found, distances = nearest_pictures(dataset, dataset.train.images[42], "train", 2, settings.cache_dir)
    assert (found[0], distances[0]) == (42, 0.0)
    assert distances[1] > 0


def test_fewer_pictures_than_asked_for_are_all(dataset: Dataset, settings: Settings) -> None:
    pictures = len(dataset.test)
    found, _ = nearest_pictures(dataset, dataset.test.images[0], "test", pictures + 50, settings.cache_dir)
    assert sorted(found.tolist()) == list(range(pictures))


def test_a_thumbnail_adds_up_blocks() -> None:
    picture = np.zeros((1, 32, 32, 3), np.uint8)
    picture[0, :4, 4:8, 1] = 255
    picture[0, 31, 31, 2] = 7
    sums = thumbnails(picture).reshape(8, 8, 3)
    assert sums[0, 1].tolist() == [0, 16 * 255, 0]
    assert sums[7, 7].tolist() == [0, 0, 7]
    assert sums.sum() == 16 * 255 + 7
