"""Six views of a picture are those of the paper, and the first one is not computed again."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.training.six_views import six_view_logits


def test_mean_over_six_views() -> None:
    row, column = np.indices((4, 4))
    picture = (10 * row + column).astype(np.uint8)[None, :, :, None]
    asked: list[NDArray[np.uint8]] = []

    def second_row_first_column(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        asked.append(images)
        return images[:, 1, 0].astype(np.float32)

    unchanged = second_row_first_column(picture)
    mean = six_view_logits(second_row_first_column, picture, unchanged)
    # As it is 10, mirrored 13; moved down and right 1, mirrored 2; moved up and left 21, mirrored 22.
    assert [int(images[0, 1, 0, 0]) for images in asked] == [10, 13, 1, 2, 21, 22]
    np.testing.assert_allclose(mean, [[(10 + 13) / 4 + (1 + 2 + 21 + 22) / 8]])
    assert unchanged.tolist() == [[10.0]]  # what is written down of the plain test stays
