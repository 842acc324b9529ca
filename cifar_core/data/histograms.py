"""How often each class uses each colour: 256-bin histograms of red, green and blue."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, Split, SplitName
from cifar_core.data.derived import Arrays, DerivedArrays

_LUMA = np.array([0.299, 0.587, 0.114])
# Few enough to stay in the processor's cache between gathering and counting, and far below the 16.7 million
# pixels to which OpenCV's float32 counts are exact.
_PICTURES_AT_ONCE = 256


@dataclass(frozen=True)
class ColourHistograms:
    """Counts of pixel values by class and colour channel.

    Attributes
    ----------
    class_names : tuple of str
        The index is the label.
    counts : ndarray of int64, shape (classes, 3, 256)
        How many pixels of a class have the value 0 to 255 in red, green or blue.
    pictures : ndarray of int64, shape (classes,)
        How many pictures a class has.
    """

    class_names: tuple[str, ...]
    counts: NDArray[np.int64]
    pictures: NDArray[np.int64]

    @cached_property
    def overall(self) -> NDArray[np.int64]:
        """Counts over all classes, int64, shape (3, 256)."""
        total: NDArray[np.int64] = self.counts.sum(axis=0)
        return total

    @cached_property
    def mean_colour(self) -> NDArray[np.float64]:
        """Mean red, green and blue of each class, 0 to 255, shape (classes, 3); NaN for a class without pictures."""
        return np.asarray(self.shares @ np.arange(256), dtype=np.float64)

    @cached_property
    def mean_brightness(self) -> NDArray[np.float64]:
        """Mean luma of each class, 0 to 255, shape (classes,); NaN for a class without pictures.

        Luma is 0.299 R + 0.587 G + 0.114 B (Recommendation ITU-R BT.601) of the stored values, the weights by
        which the eye finds green brighter than red and red brighter than blue. It is linear, so the mean over
        pixels is that of the mean colour.
        """
        return np.asarray(self.mean_colour @ _LUMA, dtype=np.float64)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """Share of a class's pixels with each value, shape (classes, 3, 256); NaN for a class without pictures."""
        pixels = self.counts.sum(axis=2, keepdims=True)
        shares = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, pixels, out=shares, where=pixels > 0)
        return shares

    def shares_of(self, class_name: str | None) -> NDArray[np.float64]:
        """Return the share of pixels with each value.

        Parameters
        ----------
        class_name : str or None
            One of ``class_names``; ``None`` for all classes together.

        Returns
        -------
        ndarray of float64, shape (3, 256)
            For red, green and blue; each row sums to 1. NaN for a class without pictures.
        """
        if class_name is not None:
            return self._shares_of_each[self.class_names.index(class_name)]
        return self._shares_of_all

    @cached_property
    def _shares_of_each(self) -> tuple[NDArray[np.float64], ...]:
        # The same objects each time, by which a chart of them is known again.
        return tuple(self.shares)

    @cached_property
    def _shares_of_all(self) -> NDArray[np.float64]:
        return np.asarray(self.overall / max(1, self.overall[0].sum()), dtype=np.float64)


def colour_histograms(split: Split, class_names: Sequence[str]) -> ColourHistograms:
    """Count the pixel values of every class.

    Parameters
    ----------
    split : Split
        Pictures and labels.
    class_names : sequence of str
        The index is the label.

    Returns
    -------
    ColourHistograms
        Exact counts.
    """
    import cv2  # its counting loop is several times as fast as numpy.bincount

    counts = np.zeros((len(class_names), 3, 256), dtype=np.int64)
    order = np.argsort(split.labels, kind="stable")
    pictures = np.bincount(split.labels, minlength=len(class_names))
    for label, indices in enumerate(np.split(order, np.cumsum(pictures)[:-1])):
        for start in range(0, len(indices), _PICTURES_AT_ONCE):
            pixels = split.images[indices[start : start + _PICTURES_AT_ONCE]].reshape(-1, 32, 3)
            for channel in range(3):
                found = cv2.calcHist([pixels], [channel], None, [256], [0, 256])
                counts[label, channel] += found.ravel().astype(np.int64)
    return ColourHistograms(tuple(class_names), counts, pictures.astype(np.int64))


def cached_histograms(dataset: Dataset, split: SplitName, cache_dir: Path) -> ColourHistograms:
    """Read the histograms of a split from the cache, counting them first when they are not there.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the cache file.
    split : {"train", "test"}
        Which split.
    cache_dir : Path
        ``Settings.cache_dir``. A cache that cannot be written costs time, not the result.
    """
    classes = len(dataset.class_names)

    def compute() -> Arrays:
        counted = colour_histograms(dataset.split(split), dataset.class_names)
        return {"counts": counted.counts, "pictures": counted.pictures}

    shapes = {"counts": (classes, 3, 256), "pictures": (classes,)}
    arrays = DerivedArrays(dataset, split, "histograms", shapes, cache_dir).stored_or(compute)
    return ColourHistograms(
        dataset.class_names, arrays["counts"].astype(np.int64), arrays["pictures"].astype(np.int64)
    )
