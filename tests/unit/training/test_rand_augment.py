import cv2
import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from cifar_core.recipes.config import Augmentation
from cifar_core.training import rand_augment as module
from cifar_core.training.augment import augment
from cifar_core.training.geometry import rotated, sheared, shifted
from cifar_core.training.rand_augment import OPERATIONS, rand_augment

# Smooth colours rather than noise, as in photographs; none reaches from 0 to 255.
PICTURES = np.stack(
    [
        cv2.resize(small, (32, 32), interpolation=cv2.INTER_CUBIC)
        for small in np.random.default_rng(0).integers(40, 200, (12, 5, 5, 3), dtype=np.uint8)
    ]
)


def by_pillow(picture: np.ndarray, name: str, strength: float) -> np.ndarray:
    """Do the same with Pillow, with which the paper's authors did it."""
    image, size = Image.fromarray(picture), abs(strength)
    enhancers = {
        "brightness": ImageEnhance.Brightness,
        "contrast": ImageEnhance.Contrast,
        "colour": ImageEnhance.Color,
        "sharpness": ImageEnhance.Sharpness,
    }
    if name in enhancers:
        return np.asarray(enhancers[name](image).enhance(1 + 0.9 * strength))
    others = {
        "identity": lambda: image,
        "posterize": lambda: ImageOps.posterize(image, 8 - round(4 * size)),
        "solarize": lambda: ImageOps.solarize(image, round(256 * (1 - size))),
        "autocontrast": lambda: ImageOps.autocontrast(image),
    }
    return np.asarray(others[name]())


@pytest.mark.parametrize("strength", [-1.0, -0.5, 0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("identity", 0),
        ("posterize", 0),
        ("solarize", 0),
        ("brightness", 1),
        ("colour", 2),
        ("contrast", 2),
        ("sharpness", 2),
        ("autocontrast", 1),
    ],
)
def test_changes_of_values_are_those_of_pillow(name: str, strength: float, tolerance: int) -> None:
    changed = OPERATIONS[name](PICTURES, np.full(len(PICTURES), strength))
    assert changed.dtype == np.uint8
    for picture, ours in zip(PICTURES, changed, strict=True):
        expected = by_pillow(picture, name, strength).astype(int)
        assert np.abs(ours.astype(int) - expected).max() <= tolerance


def test_equalized_values_are_their_ranks() -> None:
    # Pillow divides 1,024 pixels into 255 steps of three whole ones, and runs over: no peer for pictures this small.
    equalized = OPERATIONS["equalize"](PICTURES, np.ones(len(PICTURES)))
    for before, after in zip(PICTURES.reshape(-1, 1024, 3), equalized.reshape(-1, 1024, 3), strict=True):
        for channel in range(3):
            values = before[:, channel]
            up_to = (values[:, None] >= values).sum(1)
            lowest = (values == values.min()).sum()
            expected = 255 * (up_to - lowest) / (1024 - lowest)
            np.testing.assert_allclose(after[:, channel], expected, atol=0.51)


def test_a_shift_moves_whole_pixels_and_reflects_edges() -> None:
    moved = shifted(PICTURES[:2], np.array([3, 0]), np.array([0, -5]))
    assert (moved[0, 3:] == PICTURES[0, :-3]).all()
    assert (moved[0, :3] == PICTURES[0, 3:0:-1]).all()
    assert (moved[1, :, :-5] == PICTURES[1, :, 5:]).all()
    strongest = OPERATIONS["translate x"](PICTURES, np.ones(len(PICTURES)))
    assert (strongest[:, :, 14:] == PICTURES[:, :, :-14]).all()  # 0.45 × 32 pixels
    upwards = OPERATIONS["translate y"](PICTURES, np.full(len(PICTURES), -0.5))
    assert (upwards[:, :-7] == PICTURES[:, 7:]).all()


def test_a_shear_moves_rows_or_columns_by_their_distance_from_the_centre() -> None:
    upright = np.zeros((1, 33, 33, 3), np.uint8)
    upright[:, :, 16] = 255
    slanted = sheared(upright, np.array([0.25]), along=1)
    assert slanted[0, :, :, 0].argmax(1)[::4].tolist() == [16 + (row - 16) // 4 for row in range(0, 33, 4)]
    sideways = sheared(upright.swapaxes(1, 2), np.array([0.25]), along=0)
    assert (sideways.swapaxes(1, 2) == slanted).all()


def test_a_quarter_turn_is_that_of_numpy() -> None:
    assert (rotated(PICTURES, np.full(len(PICTURES), 90.0)) == np.rot90(PICTURES, axes=(1, 2))).all()


def test_each_picture_draws_its_own_operation_and_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, list[float]] = {name: [] for name in OPERATIONS}

    def spy(name: str) -> module.Operation:
        return lambda images, strengths: (seen[name].extend(strengths), images)[1]

    monkeypatch.setattr(module, "OPERATIONS", {name: spy(name) for name in OPERATIONS})
    rand_augment(np.zeros((1400, 2, 2, 3), np.uint8), 3, 4, np.random.default_rng(0))
    assert len(seen) == 14
    for strengths in seen.values():
        assert 240 <= len(strengths) <= 360  # 300 expected
        assert set(strengths) == {-0.4, 0.4}


def test_the_generator_alone_decides_and_the_input_stays() -> None:
    before = PICTURES.copy()
    settings = Augmentation(rand_augment=2, rand_augment_magnitude=9)
    calm = np.zeros(len(PICTURES), bool)
    first, again, other = (
        augment(PICTURES, settings, np.random.default_rng(seed), calm) for seed in (3, 3, 4)
    )
    assert (first == again).all()
    assert (first != other).any()
    assert (before == PICTURES).all()


def test_a_higher_magnitude_changes_more() -> None:
    def change(magnitude: int) -> float:
        many = np.repeat(PICTURES, 20, axis=0)
        return float(
            np.abs(rand_augment(many, 1, magnitude, np.random.default_rng(0)) - many.astype(int)).mean()
        )

    assert change(0) < change(3) < change(6) < change(10)


def test_pictures_of_one_colour_stay_defined() -> None:
    flat = np.full((50, 32, 32, 3), 7, np.uint8)
    with np.errstate(all="raise"):
        changed = rand_augment(flat, 4, 10, np.random.default_rng(0))
    assert (changed == changed[:, :1, :1]).all()
