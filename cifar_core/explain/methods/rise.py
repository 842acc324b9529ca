"""RISE: how the class is scored when a random half of the picture is seen, a thousand times."""

import cv2
import numpy as np

from cifar_core.explain.methods.method import GREY, Arrays, Batched, Method

MASKS = 1000
CELLS = 7
SEEN = 0.5
"""Each of the 7×7 cells of a mask is seen with this probability."""


class Masks:
    """Random masks: a coarse grid of seen and hidden, moved by less than a cell, with soft edges.

    Parameters
    ----------
    height, width : int
        Size of the picture.
    seed : int
        The same one gives the same masks.
    """

    def __init__(self, height: int, width: int, seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        self._size = (height, width)
        self._cell = (-(-height // CELLS), -(-width // CELLS))
        self._seen = (generator.random((MASKS, CELLS + 1, CELLS + 1)) < SEEN).astype(np.float32)
        self._moved = generator.integers(0, self._cell, (MASKS, 2))

    def __getitem__(self, part: slice) -> Arrays:
        """Return some of them, float32 (n, height, width), 0 for hidden to 1 for seen."""
        (height, width), (down, across) = self._size, self._cell
        whole = ((CELLS + 1) * across, (CELLS + 1) * down)
        return np.stack(
            [
                cv2.resize(seen, whole, interpolation=cv2.INTER_LINEAR)[y : y + height, x : x + width]
                for seen, (y, x) in zip(self._seen[part], self._moved[part], strict=True)
            ]
        )


def score_where_seen(picture: Arrays, scores: Batched) -> Arrays:
    """Compare the score where a pixel is seen with the score in general.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    scores : callable
        The score of variants of the picture.

    Returns
    -------
    ndarray of float32, shape (H, W)
        The mean score, weighed by how much of the pixel is seen, less the mean of all. The publication leaves the
        latter on, which is the same number everywhere.

    References
    ----------
    V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018,
    arXiv:1806.07421, equation 6.
    """
    masks = Masks(*picture.shape[:2])
    scored = scores(MASKS, lambda part: GREY + masks[part][..., None] * (picture - GREY))
    scored -= scored.mean()
    found, seen = (np.zeros(picture.shape[:2]) for _ in range(2))
    for start in range(0, MASKS, 100):  # a thousand masks of a large picture take much memory
        part = slice(start, start + 100)
        found += np.tensordot(scored[part], masks[part], axes=1)
        seen += masks[part].sum(axis=0)
    return np.asarray(found / np.maximum(seen, 1), np.float32)


RISE = Method(
    id="rise",
    title="RISE",
    summary="Hides random halves of the picture, 1,000 times: how much higher the score is where a pixel is seen.",
    reference="Petsiuk et al. 2018, arXiv:1806.07421",
    unit="score where the pixel is seen, less the mean score",
    needs=("picture", "scores"),
    evidence=score_where_seen,
    cost="1,000 passes",
)
