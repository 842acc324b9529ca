"""Near-duplicates are found whatever was done to a copy, and nothing else is."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from cifar_core.data import duplicates
from cifar_core.data.catalog import open_dataset
from cifar_core.data.duplicates import (
    ALIKE,
    KEPT,
    Duplicates,
    duplicates_known,
    duplicates_of,
    find_duplicates,
    fingerprints_of,
)
from cifar_core.settings import Settings

RANDOM = np.random.default_rng(17)


def photographs(count: int) -> NDArray[np.uint8]:
    """Return pictures with the spectrum of photographs, amplitude 1/frequency."""
    frequency = np.hypot(np.fft.fftfreq(32)[:, None], np.fft.fftfreq(32)[None]) * 32
    frequency[0, 0] = np.inf
    waves = np.fft.fft2(RANDOM.normal(size=(count, 32, 32, 3)), axes=(1, 2)) / frequency[None, :, :, None]
    values = np.fft.ifft2(waves, axes=(1, 2)).real
    return np.clip(128 + 40 * values / values.std(), 0, 255).astype(np.uint8)


def found(images: NDArray[np.uint8], train: int) -> Duplicates:
    arrays = find_duplicates(images, train)
    return Duplicates(arrays["similarity"], arrays["twin"].astype(np.int64), arrays["exact"])


def test_copies_are_found_and_others_not() -> None:
    pictures = photographs(60)
    copies = pictures[:5].astype(float)
    copies[0] = 0.6 * copies[0] + 30  # less contrast, brighter
    copies[1] = np.roll(copies[1], 1, axis=1)
    copies[2] += RANDOM.normal(scale=6, size=copies[2].shape)
    copies[3] = 255 * (copies[3] / 255) ** 1.3
    images = np.concatenate([pictures, np.clip(copies, 0, 255).astype(np.uint8)])
    result = found(images, 60)
    assert result.twin[60:, 0].tolist() == [0, 1, 2, 3, 4]
    assert (result.similarity[60:, 0] >= ALIKE).all()
    assert np.flatnonzero(result.similarity[:, 1] >= KEPT).tolist() == [0, 1, 2, 3, 4]
    assert np.flatnonzero(result.exact.any(axis=1)).tolist() == [4, 64]
    assert (result.similarity[5:60] == 0).all()
    assert (result.twin[5:60] == -1).all()
    assert result.groups().tolist() == [*range(60), 0, 1, 2, 3, 4]


@pytest.mark.parametrize("train", [0, 1, 20, 39, 40])
def test_twins_are_those_of_scikit_learn(train: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(duplicates, "KEPT", -0.99)
    images = photographs(40)
    arrays = find_duplicates(images, train)
    vectors = fingerprints_of(images)
    for column, split in enumerate((range(train), range(train, 40))):
        for picture in range(40):
            others = [one for one in split if one != picture]
            if not others:
                assert arrays["twin"][picture, column] == -1
                continue
            search = NearestNeighbors(n_neighbors=1, metric="cosine").fit(vectors[others])
            distance, which = search.kneighbors(vectors[[picture]])
            if distance[0, 0] < 1:  # What is less alike than nothing is not remembered.
                assert arrays["twin"][picture, column] == others[which[0, 0]]
                assert arrays["similarity"][picture, column] == pytest.approx(1 - distance[0, 0], abs=1e-5)


def test_pictures_of_one_colour_are_twins_only_where_they_are_the_same() -> None:
    images = np.zeros((5, 32, 32, 3), np.uint8)
    images[1:3] = 200
    images[3] = RANDOM.integers(100, 102, (32, 32, 3))  # noise of one step
    images[4] = RANDOM.integers(100, 102, (32, 32, 3))
    result = found(images, 5)
    assert result.exact[:, 0].tolist() == [False, True, True, False, False]
    assert result.twin[:, 0].tolist() == [-1, 2, 1, -1, -1]


def test_all_the_same_no_picture_and_one_picture() -> None:
    same = found(np.repeat(photographs(1), 6, axis=0), 4)
    assert same.exact.all()
    assert same.similarity.tolist() == [[1, 1]] * 6
    assert same.groups().tolist() == [0] * 6
    assert same.counts().tolist() == [5] * 6
    assert found(np.empty((0, 32, 32, 3), np.uint8), 0).groups().tolist() == []
    assert found(np.empty((0, 32, 32, 3), np.uint8), 0).counts().tolist() == []
    alone = found(photographs(1), 1)
    assert (alone.twin.tolist(), alone.groups().tolist()) == ([[-1, -1]], [0])
    assert alone.counts().tolist() == [0]


def test_a_group_is_all_that_hangs_together() -> None:
    # 0 → 3 → 5 in a chain over both splits, 1 and 4 as a pair; 2 is alike to 6, but not alike enough, and so alone.
    links = {0: (3, -1), 3: (-1, 5), 1: (-1, 4), 4: (1, -1), 2: (-1, 6)}
    twin = np.full((7, 2), -1, np.int64)
    for picture, pair in links.items():
        twin[picture] = pair
    similarity = np.where(twin >= 0, np.float32(ALIKE), np.float32(0))
    similarity[2] = [0, np.nextafter(np.float32(ALIKE), np.float32(0))]
    chained = Duplicates(similarity, twin, np.zeros((7, 2), np.bool_))
    assert chained.groups().tolist() == [0, 1, 2, 0, 1, 0, 6]
    assert chained.counts().tolist() == [2, 1, 0, 2, 1, 2, 0]


def test_the_search_is_made_once_and_says_how_far_it_is(settings: Settings, tmp_path: Path) -> None:
    dataset, told = open_dataset("drawn:200", settings), list[float]()
    assert not duplicates_known(dataset, settings.cache_dir)
    first = duplicates_of(dataset, settings.cache_dir, told.append)
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1
    again = duplicates_of(dataset, settings.cache_dir, lambda share: pytest.fail("searched again"))
    assert np.array_equal(again.twin, first.twin)
    assert duplicates_known(dataset, settings.cache_dir)
