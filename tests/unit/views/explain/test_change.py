"""The picture on Explain, changed."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.corruptions.kinds import KINDS, corrupt
from cifar_core.corruptions.placement import GREY
from cifar_core.data.picture.framing import prepare
from cifar_core.errors import ConfigError
from cifar_core.explain.result import Explanation
from cifar_core.views.explain.change import (
    ATTACKS,
    CHANGES,
    Change,
    attacked_subject,
    before_and_after,
    changed_subject,
    square_at,
)
from cifar_core.views.subject import Subject

PIXELS = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
SUBJECT = Subject("test picture 7", prepare(PIXELS), "cat", ("Read.",), "test-7")


def answer(attacked: NDArray[np.uint8] | None = None) -> Explanation:
    return Explanation(np.log(np.array([0.9, 0.1], np.float32)), 0, None, (), attacked=attacked)


def test_a_corruption_is_the_one_of_the_pictures_own_number() -> None:
    found = changed_subject(SUBJECT, Change("gaussian_noise", 4), 7)
    expected = corrupt(np.stack([PIXELS] * 8), "gaussian_noise", 4)[7]
    assert (found.seen.pixels == expected).all()
    assert (found.seen.shown == expected).all()
    assert found.true_class == "cat"
    assert found.notes == ("Read.", "The picture is changed: Gaussian noise, severity 4 of 5.")
    assert found.file_stem == "test-7-gaussian_noise"


def test_turned_moved_and_hidden() -> None:
    turned = changed_subject(SUBJECT, Change("placed", angle=90), 0).seen.pixels
    assert (turned == np.rot90(PIXELS)).all()
    moved = changed_subject(SUBJECT, Change("placed", right=-4, down=2), 0).seen.pixels
    assert (moved[2:, :28] == PIXELS[:30, 4:]).all()
    covered = changed_subject(SUBJECT, Change("square", row=1, column=30, side=5), 0).seen.pixels
    assert (covered[1:6, 30:] == GREY).all()
    assert (covered == PIXELS).mean() > 0.98


@pytest.mark.parametrize(
    "sent",
    [None, [1], [1, 2, 3], [-1, 0], [0, 32], [1.0, 2], ["1", "2"], [True, False], {"row": 1}, "12", [[1], 2]],
)
def test_a_browser_moves_the_square_to_places_that_there_are(sent: object) -> None:
    assert square_at(sent) is None
    assert square_at([0, 31]) == (0, 31)


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_says_what_it_does(what: str) -> None:
    assert what in ("placed", "square", *ATTACKS, *KINDS)
    if what in ATTACKS:
        changed = attacked_subject(SUBJECT, Change(what), answer(attacked=PIXELS))
    else:
        changed = changed_subject(SUBJECT, Change(what), 0)
    assert changed.notes[-1].startswith("The picture is changed: ")


def test_what_there_is_not_is_said() -> None:
    with pytest.raises(ConfigError, match="no corruption “haze”"):
        changed_subject(SUBJECT, Change("haze"), 0)


def test_both_answers_stand_beside_each_other() -> None:
    before = Explanation(np.log(np.array([0.9, 0.1], np.float32)), 0, None, ())
    after = Explanation(np.log(np.array([0.25, 0.75], np.float32)), 1, None, ())
    changed = changed_subject(SUBJECT, Change("fog", 5), 0)
    both = before_and_after(SUBJECT, before, changed, after, ("cat", "dog"))
    assert both.said == ("**As it is:** **cat** (90%)", "**Changed:** **dog** (75%)")
    assert both.pictures[0] != both.pictures[1]


def test_an_attacked_picture_stands_beside_its_difference() -> None:
    pixels = np.full((32, 32, 3), 100, np.uint8)
    attacked = pixels.copy()
    attacked[0, 0] = (104, 100, 96)
    original = Subject("test picture 7", prepare(pixels), "cat", (), "test-7", test_index=7)
    changed = attacked_subject(original, Change("fgsm", epsilon=4), answer(attacked))
    assert (changed.seen.pixels == attacked).all()
    assert changed.test_index is None
    assert changed.notes == (
        "The picture is changed: Attacked in one step (FGSM), no value by more than 4 of 255 (ε).",
    )
    both = before_and_after(original, answer(), changed, answer(), ("cat", "dog"), difference=True)
    assert both.said[1] == "**Difference**, ×31 about grey: at most 4 of 255"
    drawn = cv2.cvtColor(
        cv2.imdecode(np.frombuffer(both.pictures[1], np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB
    )
    assert drawn[0, 0].tolist() == [128 + 124, 128, 128 - 124]
    assert (drawn[-1, -1] == 128).all()


@pytest.mark.parametrize(
    ("after", "said"),
    [(0, "**Difference:** none"), (255, "**Difference**, ×1 about grey: at most 255 of 255")],
)
def test_no_difference_and_the_largest_one(after: int, said: str) -> None:
    black, other = (
        Subject("", prepare(np.full((32, 32, 3), value, np.uint8)), None, (), "") for value in (0, after)
    )
    assert before_and_after(black, answer(), other, answer(), ("cat", "dog"), difference=True).said[1] == said
