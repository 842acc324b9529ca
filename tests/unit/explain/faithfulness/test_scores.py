"""Faithfulness of maps of hand-made networks, of which everything is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.evaluation.means import Mean
from cifar_core.explain.faithfulness.baselines import BASELINES
from cifar_core.explain.faithfulness.scores import MEASURES, Logits, MapScores, score_maps

SIDE = 16
WEIGHTS = np.zeros((SIDE, SIDE))
WEIGHTS[4:8, 8:12] = 0.002  # all that the network looks at


def linear(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Score class 1 by the red of sixteen pixels, up to 8, and class 0 always by 3."""
    seen = (pictures[..., 0] * WEIGHTS).sum(axis=(1, 2))
    return np.stack([np.full(len(pictures), 3.0), seen], axis=1)


def constant(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.tile([0.0, 1.0], (len(pictures), 1))


def pictures_of(count: int) -> NDArray[np.uint8]:
    """Return dark pictures, with a bright red square where the network looks."""
    pictures = np.random.default_rng(7).integers(0, 40, (count, SIDE, SIDE, 3), dtype=np.uint8)
    pictures[:, 4:8, 8:12, 0] += 200
    return pictures


def score(
    maps: NDArray[np.float32], logits_of: Logits = linear, pictures: NDArray[np.uint8] | None = None
) -> MapScores:
    pictures = pictures_of(len(maps)) if pictures is None else pictures
    classes = np.ones(len(maps), np.int64)
    return score_maps(pictures, maps, classes, logits_of, np.random.default_rng(0))


def truth(count: int) -> NDArray[np.float32]:
    return np.tile(WEIGHTS.astype(np.float32), (count, 1, 1))


def test_deletion_and_fall_are_those_worked_out_by_hand() -> None:
    pictures = pictures_of(1)
    found = score(truth(1), pictures=pictures)
    red, fill = pictures[0, ..., 0].astype(float), np.rint(pictures[0, ..., 0].mean())
    # The first of eight steps takes 32 pixels, and 16 are all that count. Nothing changes from there on.
    whole, gone = (WEIGHTS * red).sum(), WEIGHTS.sum() * fill
    logits = np.array([whole] + [gone] * 8)
    chances = 1 / (1 + np.exp(3 - logits))
    np.testing.assert_allclose(found.deletion_curve[0], chances)
    np.testing.assert_allclose(found.deletion[0], (chances[:-1] + chances[1:]).sum() / 16)
    np.testing.assert_allclose(found.drop[0], whole - gone)


def test_insertion_ends_where_deletion_begins() -> None:
    found = score(truth(3))
    np.testing.assert_allclose(found.insertion_curve[:, -1], found.deletion_curve[:, 0])
    np.testing.assert_allclose(found.insertion_curve[:, 1:], found.insertion_curve[:, -1:].repeat(8, axis=1))


def test_road_takes_the_truth_at_once_or_not_before_nine_tenths() -> None:
    found = score(truth(2))
    whole = found.deletion_curve[:, :1]
    # Of 256 pixels 16 count: the least important 90% leave them all, the most important 10% take them all.
    np.testing.assert_allclose(found.least_first, whole.repeat(9, axis=1))
    assert (found.most_first < 0.3).all()
    np.testing.assert_allclose(found.road, (found.least_first - found.most_first).mean(axis=1))


def test_the_truth_beats_every_map_that_knows_nothing() -> None:
    count = 12
    true = score(truth(count))
    for baseline in BASELINES.values():
        other = score(np.ascontiguousarray(baseline((count, SIDE, SIDE), np.random.default_rng(3))))
        for measure, better in (("deletion", -1), ("insertion", 1), ("road", 1), ("drop", 1)):
            assert Mean.of(better * (true.of(measure) - other.of(measure))).sign == 1, measure


def test_the_truth_upside_down_is_worse_than_chance() -> None:
    wrong, chance = score(-truth(12)), score(BASELINES["random"]((12, SIDE, SIDE), np.random.default_rng(3)))
    assert Mean.of(wrong.deletion - chance.deletion).sign == 1
    assert Mean.of(wrong.road).sign == -1


@pytest.mark.parametrize("heat", [0.0, 1.0])
def test_a_flat_map_is_worth_what_chance_is_worth(heat: float) -> None:
    count = 40
    flat = score(np.full((count, SIDE, SIDE), heat, np.float32))
    chance = score(BASELINES["random"]((count, SIDE, SIDE), np.random.default_rng(3)))
    for measure in MEASURES:
        assert Mean.of(flat.of(measure) - chance.of(measure)).sign == 0, measure
    assert abs(flat.road.mean()) < 0.05


def test_a_network_that_says_the_same_of_all_gives_no_measure_anything() -> None:
    found = score(truth(5), constant)
    assert found.road.tolist() == found.drop.tolist() == [0] * 5
    np.testing.assert_allclose(found.deletion, 1 / (1 + np.exp(-1)))
    np.testing.assert_allclose(found.insertion, found.deletion)


def test_several_groups_are_put_together_in_order() -> None:
    one, two = score(truth(2)), score(-truth(3))
    joined = MapScores.joined([one, two])
    assert len(joined) == 5
    assert joined.deletion.tolist() == [*one.deletion, *two.deletion]
    assert joined.most_first.shape == (5, 9)


def test_steps_that_miss_the_quarter_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 4"):
        score_maps(pictures_of(1), truth(1), np.ones(1, np.int64), linear, np.random.default_rng(0), steps=6)
