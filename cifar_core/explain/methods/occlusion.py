"""Occlusion: what the class's score loses when a grey square covers a place."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import GREY, Arrays, Batched, Method

SHARE = 8
"""The square's side is the shorter side of the picture divided by this; it moves by half of that."""


def squares(height: int, width: int) -> NDArray[np.bool_]:
    """Return what each position of the square covers, shape (M, height, width); together they cover everything.

    Parameters
    ----------
    height, width : int
        Size of the picture.
    """
    side = max(1, min(height, width) // SHARE)
    step = max(1, side // 2)
    down, across = (sorted({*range(0, length - side, step), length - side}) for length in (height, width))
    covers = np.zeros((len(down), len(across), height, width), bool)
    for i, top in enumerate(down):
        for j, left in enumerate(across):
            covers[i, j, top : top + side, left : left + side] = True
    return covers.reshape(-1, height, width)


def lost_scores(picture: Arrays, scores: Batched) -> Arrays:
    """Cover one square after the other, and give each pixel the mean loss of the squares that cover it.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    scores : callable
        The score of variants of the picture.

    Returns
    -------
    ndarray of float32, shape (H, W)
        Positive where the score is lower without this place.

    References
    ----------
    M. D. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, arXiv:1311.2901,
    section 4.2.
    """
    covers = squares(*picture.shape[:2])
    (whole,) = scores(1, lambda _: picture[None])
    covered = scores(len(covers), lambda part: np.where(covers[part, :, :, None], GREY, picture))
    return np.asarray(np.tensordot(whole - covered, covers, axes=1) / covers.sum(axis=0), np.float32)


OCCLUSION = Method(
    id="occlusion",
    title="Occlusion",
    summary="Covers the picture with a small grey square, place by place: what the score loses without a place.",
    reference="Zeiler and Fergus 2014, arXiv:1311.2901",
    unit="loss of score under a grey square",
    needs=("picture", "scores"),
    evidence=lost_scores,
    cost="a pass for each place of the square, 225 of a picture of 32×32",
)
