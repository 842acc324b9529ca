"""Pictures that lose, or gain, what a heat map marks, step by step."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.faithfulness.ranks import Ranks

Pictures = NDArray[np.uint8]

STEPS = 8
"""From a whole picture to none of it; of 32×32 pixels each step takes 128."""

BLUR_SIGMA = 5.0
"""Of the Gaussian that leaves next to nothing to recognise of 32×32 pixels, in pixels."""


def mean_colours(pictures: Pictures) -> Pictures:
    """Fill each picture with its own mean colour: what deletion leaves behind.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    """
    means = np.rint(pictures.mean(axis=(1, 2), keepdims=True)).astype(np.uint8)
    return np.asarray(np.broadcast_to(means, pictures.shape))


def blurred(pictures: Pictures) -> Pictures:
    """Blur pictures until there is next to nothing to recognise: what insertion begins with.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    """
    return np.stack(
        [cv2.GaussianBlur(one, (0, 0), BLUR_SIGMA, borderType=cv2.BORDER_REFLECT) for one in pictures]
    ).astype(np.uint8)


def go_over(before: Pictures, after: Pictures, ranks: Ranks, steps: int = STEPS) -> Pictures:
    """Let the pixels of one picture go over to another, those of most heat first.

    Parameters
    ----------
    before, after : ndarray of uint8, shape (N, H, W, 3)
        Deletion goes from a picture to its mean colour, insertion from its blurred form to the picture.
    ranks : ndarray of int64, shape (N, H, W)
        From :func:`~cifar_core.explain.faithfulness.ranks.rank_pixels`.
    steps : int
        How many, ``>= 1``, all of equally many pixels as nearly as can be.

    Returns
    -------
    ndarray of uint8, shape (N, steps + 1, H, W, 3)
        The first is ``before``, the last is ``after``.

    References
    ----------
    V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018,
    arXiv:1806.07421, section 3.3.
    """
    gone = np.rint(np.linspace(0, ranks[0].size, steps + 1)).astype(np.int64)
    over = ranks[:, None] < gone[:, None, None]
    return np.where(over[..., None], after[:, None], before[:, None])


def area_under(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area under curves over the share of pixels, from 0 to 1, by the trapezoidal rule.

    Parameters
    ----------
    values : ndarray of float64, shape (N, steps + 1)
        At equal distances.

    Returns
    -------
    ndarray of float64, shape (N,)
        The mean height: of a curve that stays at 0.7 it is 0.7.
    """
    return np.asarray(np.trapezoid(values, dx=1 / (values.shape[1] - 1), axis=1))
