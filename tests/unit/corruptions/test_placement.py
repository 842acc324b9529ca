"""Pictures turned, moved, resized, hidden in part."""

import numpy as np
import pytest

from cifar_core.corruptions.placement import GREY, hidden, placed

PICTURES = np.random.default_rng(3).integers(0, 256, (4, 32, 32, 3), np.uint8)


def test_nothing_asked_changes_nothing() -> None:
    assert (placed(PICTURES) == PICTURES).all()
    assert (hidden(PICTURES, row=4, column=4, side=0) == PICTURES).all()


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_counterclockwise_and_exact(turns: int) -> None:
    assert (placed(PICTURES, angle=90 * turns) == np.rot90(PICTURES, turns, axes=(1, 2))).all()


def test_whole_pixels_are_moved_and_the_edge_mirrors() -> None:
    moved = placed(PICTURES, right=3, down=-2)
    assert (moved[:, :30, 3:] == PICTURES[:, 2:, :29]).all()
    assert (moved[:, :30, 2] == PICTURES[:, 2:, 1]).all()  # the first column is the mirror, then the second
    assert (moved[:, 30, 3:] == PICTURES[:, 30, :29]).all()


def test_twice_as_large_shows_the_middle() -> None:
    ramp = np.broadcast_to(np.arange(0, 256, 8, dtype=np.uint8), (1, 32, 32))[..., None].repeat(3, axis=3)
    large = placed(ramp, scale=2)[0, 0, :, 0].astype(float)
    assert large == pytest.approx(124 + (np.arange(32) - 15.5) * 4, abs=1)
    small = placed(ramp, scale=0.5)[0, 16, 8:24, 0].astype(float)
    assert small == pytest.approx(124 + (np.arange(8, 24) - 15.5) * 16, abs=1)


def test_turning_there_and_back_gives_the_smooth_picture_again() -> None:
    rows, columns = np.mgrid[:32, :32]
    smooth = (
        (128 + 60 * np.sin(rows / 7) + 50 * np.cos(columns / 6))
        .astype(np.uint8)[None, ..., None]
        .repeat(3, 3)
    )
    back = placed(placed(smooth, angle=20), angle=-20)
    assert np.abs(back.astype(int) - smooth)[:, 8:24, 8:24].max() <= 4


def test_a_square_hides_its_pixels_and_no_other() -> None:
    covered = hidden(PICTURES, row=28, column=3, side=8)
    assert (covered[:, 28:, 3:11] == GREY).all()
    covered[:, 28:, 3:11] = PICTURES[:, 28:, 3:11]
    assert (covered == PICTURES).all()
