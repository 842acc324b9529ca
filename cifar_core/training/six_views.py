"""Test-time augmentation: the mean of what a network says of several views of one picture.

References
----------
The six views and their weights are those of Jordan 2024, arXiv:2404.00498, section 3.5.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


def six_view_logits(
    predict: Callable[[NDArray[np.uint8]], Logits], images: NDArray[np.uint8], unchanged: Logits
) -> Logits:
    """Average a network's outputs over six views of each picture.

    The views are the picture and its mirror image, where they are (weight ½) and moved by one pixel up and to the
    left or down and to the right (¼ each); edges are reflected.

    Parameters
    ----------
    predict : callable
        Takes ``uint8`` pictures of shape (N, 32, 32, 3), gives logits of shape (N, classes).
    images : ndarray of uint8, shape (N, 32, 32, 3)
        RGB, 0–255.
    unchanged : ndarray of float32, shape (N, classes)
        What ``predict`` gave for the pictures as they are: the first view.

    Returns
    -------
    ndarray of float32, shape (N, classes)
    """
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    others = [(images[:, :, ::-1], 1 / 4)]
    for moved in (padded[:, :-2, :-2], padded[:, 2:, 2:]):
        others += [(moved, 1 / 8), (moved[:, :, ::-1], 1 / 8)]
    mean = np.float32(1 / 4) * unchanged
    for view, weight in others:
        mean += np.float32(weight) * predict(np.ascontiguousarray(view))
    return mean
