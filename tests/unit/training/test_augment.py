import numpy as np

from cifar_core.recipes.config import Augmentation
from cifar_core.training.augment import (
    augment,
    choose_mirrored,
    mix,
    random_colour,
    random_cutout,
    random_rotation,
)

PICTURES = np.random.default_rng(0).integers(0, 256, (64, 8, 10, 3), dtype=np.uint8)


NONE = np.zeros(64, bool)


def test_mirrored_pictures_are_mirrored_and_the_others_are_not() -> None:
    mirrored = np.arange(64) % 3 == 0
    changed = augment(PICTURES, Augmentation(flip=True), np.random.default_rng(1), mirrored)
    assert (changed[mirrored] == PICTURES[mirrored][:, :, ::-1]).all()
    assert (changed[~mirrored] == PICTURES[~mirrored]).all()


def test_a_random_flip_chooses_about_half_and_an_alternating_one_all_in_two_epochs() -> None:
    first = np.arange(1000) % 2 == 0
    chosen = choose_mirrored(True, first, 0, np.random.default_rng(1))
    assert 430 <= chosen.sum() <= 570
    epochs = [
        choose_mirrored("alternating", first, epoch, np.random.default_rng(epoch)) for epoch in range(4)
    ]
    assert (epochs[0] == first).all()
    assert (epochs[1] == ~first).all()
    assert (epochs[2] == first).all()
    assert not choose_mirrored(False, first, 1, np.random.default_rng(1)).any()


def test_a_translation_moves_whole_pixels_by_at_most_the_fraction_and_reflects_edges() -> None:
    moved = augment(PICTURES, Augmentation(translate=0.2), np.random.default_rng(2), NONE)
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
    settings = Augmentation(flip=True, translate=0.1, rotate=10, colour=0.2, cutout=3)
    first = augment(PICTURES, settings, np.random.default_rng(3), NONE)
    second = augment(PICTURES, settings, np.random.default_rng(3), NONE)
    assert (first == second).all()
    assert (before == PICTURES).all()
    assert (first != PICTURES).any()


def test_nothing_is_changed_where_nothing_is_asked_for() -> None:
    assert augment(PICTURES, Augmentation(), np.random.default_rng(0), NONE) is PICTURES


def test_a_rotation_leaves_the_centre_and_turns_a_line() -> None:
    line = np.zeros((200, 9, 9, 3), np.uint8)
    line[:, 4, 2:7] = 255
    turned = random_rotation(line, 90, np.random.default_rng(0))[..., 0].astype(float)
    assert (turned[:, 4, 4] > 200).all()
    away = np.abs(np.arange(9) - 4)
    upwards, sideways = (turned.sum(2) * away).sum(1), (turned.sum(1) * away).sum(1)
    assert 80 <= (upwards > sideways).sum() <= 120  # turned by more than 45° either way


def test_colour_changes_stay_within_the_strength() -> None:
    grey = np.full((200, 4, 4, 3), 100, np.uint8)
    changed = random_colour(grey, 0.3, np.random.default_rng(0))
    assert changed.min() >= 70
    assert changed.max() <= 130
    assert changed[:, 0, 0, 0].std() > 10
    assert (changed == changed[:, :1, :1, :1]).all()  # no contrast, no colour: none appears


def test_a_cutout_blanks_one_square_with_the_mean_colour() -> None:
    pictures = np.zeros((100, 16, 16, 3), np.uint8)
    pictures[:, :8] = 200
    holed = random_cutout(pictures, 5, np.random.default_rng(0))
    changed = (holed != pictures).any(axis=3)
    assert (holed[changed] == 100).all()
    sizes = changed.sum((1, 2))
    assert sizes.max() == 25
    assert sizes.min() >= 9  # a third of the square is the least that stays inside


TARGETS = np.eye(4, dtype=np.float32)[np.arange(64) % 4]


def test_mixup_mixes_pixels_and_targets_by_one_share() -> None:
    flat = np.repeat((np.arange(64) % 4 * 60).astype(np.uint8), 300).reshape(64, 10, 10, 3)
    pixels, targets = mix(flat, TARGETS, Augmentation(mixup=1.0), np.random.default_rng(5))
    np.testing.assert_allclose(targets.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(pixels[:, 3, 3, 0], targets @ (np.arange(4) * 60), rtol=1e-5, atol=1e-3)
    assert 0.01 < targets.max(1).min() < 0.999


def test_cutmix_targets_are_the_shares_of_the_area() -> None:
    flat = np.repeat((np.arange(64) % 4 * 60).astype(np.uint8), 768).reshape(64, 16, 16, 3)
    pixels, targets = mix(flat, TARGETS, Augmentation(cutmix=1.0), np.random.default_rng(4))
    for number in range(64):
        shares = [(pixels[number, ..., 0] == value * 60).mean() for value in range(4)]
        np.testing.assert_allclose(targets[number], shares, atol=1e-6)
    assert 0.01 < targets.max(1).min() < 0.999


def test_without_mixing_pixels_and_targets_are_what_they_were() -> None:
    pixels, targets = mix(PICTURES, TARGETS, Augmentation(), np.random.default_rng(0))
    assert pixels.dtype == np.float32
    assert (pixels == PICTURES).all()
    assert targets is TARGETS
