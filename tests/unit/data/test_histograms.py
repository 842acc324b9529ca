"""Colour histograms against NumPy, as a student would count them."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.data import histograms as module
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.histograms import ColourHistograms, cached_histograms, colour_histograms

NAMES = ("red", "gray", "empty")


def split(n: int = 90) -> Split:
    rng = np.random.default_rng(3)
    images = rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
    labels = rng.integers(0, 2, n)
    images[labels == 0, ..., 0] = 255
    images[0] = 0
    return Split(images, labels.astype(np.int64))


def dataset() -> Dataset:
    return Dataset("k", "n", NAMES, split(), split(30), "s", False, "0123456789abcdef")


@pytest.mark.parametrize("at_once", [256, 7])
def test_counts_equal_numpy(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PICTURES_AT_ONCE", at_once)
    data = split()
    result = colour_histograms(data, NAMES)
    for label in range(3):
        for channel in range(3):
            values = data.images[data.labels == label][..., channel]
            expected, _ = np.histogram(values, bins=256, range=(0, 256))
            np.testing.assert_array_equal(result.counts[label, channel], expected)
    assert result.counts.dtype == np.int64
    assert result.pictures.tolist() == [int((data.labels == k).sum()) for k in range(3)]
    assert result.overall.sum() == data.images.size
    np.testing.assert_array_equal(result.overall[2], np.bincount(data.images[..., 2].ravel(), minlength=256))


def test_mean_colour_and_brightness() -> None:
    data = split()
    result = colour_histograms(data, NAMES)
    for label in range(2):
        mean = data.images[data.labels == label].reshape(-1, 3).mean(axis=0)
        np.testing.assert_allclose(result.mean_colour[label], mean)
        assert result.mean_brightness[label] == pytest.approx(
            0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2]
        )
        np.testing.assert_allclose(result.shares[label].sum(axis=1), 1)
    assert np.isnan(result.mean_colour[2]).all()
    assert np.isnan(result.mean_brightness[2])


def test_white_black_and_red_by_hand() -> None:
    images = np.zeros((3, 32, 32, 3), np.uint8)
    images[0] = 255
    images[2, ..., 0] = 100
    result = colour_histograms(Split(images, np.array([0, 1, 2])), ("white", "black", "red"))
    np.testing.assert_allclose(result.mean_brightness, [255, 0, 29.9])
    assert result.counts[0, 1, 255] == 1024
    assert result.counts[2, 0, 100] == 1024


def test_the_second_time_nothing_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cached_histograms(dataset(), "train", tmp_path)
    monkeypatch.setattr(module, "colour_histograms", None)
    second = cached_histograms(dataset(), "train", tmp_path)
    np.testing.assert_array_equal(first.counts, second.counts)
    np.testing.assert_array_equal(first.pictures, second.pictures)
    assert [path.name for path in (tmp_path / "histograms").iterdir()] == ["0123456789abcdef-train.npz"]


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_damaged_cache_is_counted_again(tmp_path: Path, content: bytes | None) -> None:
    first = cached_histograms(dataset(), "test", tmp_path)
    path = tmp_path / "histograms" / "0123456789abcdef-test.npz"
    path.write_bytes(path.read_bytes()[:200] if content is None else content)
    np.testing.assert_array_equal(cached_histograms(dataset(), "test", tmp_path).counts, first.counts)


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = cached_histograms(dataset(), "test", tmp_path / "file")
    assert isinstance(result, ColourHistograms)


def test_a_chart_of_them_is_known_again_by_the_same_arrays() -> None:
    result = colour_histograms(split(), NAMES)
    for name in (None, *NAMES):
        assert result.shares_of(name) is result.shares_of(name)
    assert result.mean_colour is result.mean_colour
    assert result.mean_brightness is result.mean_brightness
