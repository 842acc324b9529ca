import numpy as np

from cifar_core.training.augment import augment, random_flip, random_translation
from cifar_core.training.config import Augmentation

PICTURES = np.random.default_rng(0).integers(0, 256, (64, 8, 10, 3), dtype=np.uint8)


def test_a_flip_gives_the_picture_or_its_mirror_image_each_about_half_the_time() -> None:
    flipped = random_flip(PICTURES, np.random.default_rng(1))
    same = (flipped == PICTURES).all(axis=(1, 2, 3))
    mirrored = (flipped == PICTURES[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same | mirrored).all()
    assert 20 <= same.sum() <= 44


def test_a_translation_moves_whole_pixels_by_at_most_the_fraction_and_reflects_edges() -> None:
    moved = random_translation(PICTURES, 0.2, np.random.default_rng(2))
    padded = np.pad(PICTURES, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    shifts = []
    for number, picture in enumerate(moved):
        found = [
            (top, left)
            for top in range(5)
            for left in range(5)
            if (padded[number, top : top + 8, left : left + 10] == picture).all()
        ]
        assert len(found) == 1
        shifts.append(found[0])
    assert {top for top, _ in shifts} == {left for _, left in shifts} == {0, 1, 2, 3, 4}


def test_the_same_generator_state_gives_the_same_pictures_and_the_input_stays() -> None:
    before = PICTURES.copy()
    settings = Augmentation(flip=True, translate=0.1)
    first = augment(PICTURES, settings, np.random.default_rng(3))
    second = augment(PICTURES, settings, np.random.default_rng(3))
    assert (first == second).all()
    assert (before == PICTURES).all()
    assert (first != PICTURES).any()


def test_nothing_is_changed_where_nothing_is_asked_for() -> None:
    assert augment(PICTURES, Augmentation(), np.random.default_rng(0)) is PICTURES
