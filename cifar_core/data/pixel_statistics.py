"""The mean picture of some pictures, how far they differ from it, and how their colour channels hang together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.colour_spaces import SpaceName, in_space

_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class PixelStatistics:
    """What all pixels of some pictures say together.

    Attributes
    ----------
    count : int
        Pictures.
    mean : ndarray of float64, shape (H, W, 3)
        The mean picture, RGB from 0 to 255; NaN of no pictures.
    deviation : ndarray of float64, shape (H, W, 3)
        Standard deviation of each value around it, from 0 to 127.5: the root of the variance picture.
    correlation : ndarray of float64, shape (3, 3)
        Pearson's correlation of the channels over all pixels; NaN where a channel has one value alone.
    """

    count: int
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    correlation: NDArray[np.float64]


def pixel_statistics(images: NDArray[np.uint8], space: SpaceName) -> PixelStatistics:
    """Compute them, a few hundred pictures at once.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    space : {"RGB", "HSV", "Lab"}
        Of the channels whose correlation is asked for. Hue is an angle, and its correlation means little.
    """
    count, shape = len(images), images.shape[1:]
    total, squares = np.zeros(shape), np.zeros(shape)
    sums, products = np.zeros(3), np.zeros((3, 3))
    for start in range(0, count, _AT_ONCE):
        part = images[start : start + _AT_ONCE]
        values = part.astype(np.float64)
        total += values.sum(axis=0)
        squares += np.einsum("nijc,nijc->ijc", values, values)
        pixels = in_space(part, space).reshape(-1, 3).astype(np.float64)
        sums += pixels.sum(axis=0)
        products += pixels.T @ pixels
    if not count:
        return PixelStatistics(0, np.full(shape, np.nan), np.full(shape, np.nan), np.full((3, 3), np.nan))
    mean = total / count
    # Whole numbers below 2⁵³: the difference is exact up to the division, and never below 0 by more than rounding.
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0))
    number = count * shape[0] * shape[1]
    covariance = products / number - np.outer(sums, sums) / number**2
    spread = np.sqrt(np.maximum(np.diag(covariance), 0))
    spread[spread < 1e-4] = np.nan  # rounding alone
    return PixelStatistics(count, mean, deviation, np.clip(covariance / np.outer(spread, spread), -1, 1))
