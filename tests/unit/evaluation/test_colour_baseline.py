"""How far colour alone gets, on pictures of which it is known."""

import dataclasses
import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset, Split
from cifar_core.errors import DataError
from cifar_core.evaluation.colour_baseline import (
    CANDIDATES,
    ColourBaseline,
    colour_baseline,
    colour_shares,
    known_baseline,
)
from cifar_core.settings import Settings

COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))


def coloured(count: int, seed: int) -> Split:
    """Return pictures of three classes, each of one colour with noise."""
    dice = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    noise = dice.integers(-25, 26, (count, 32, 32, 3))
    return Split((np.array(COLOURS)[labels][:, None, None] + noise).astype(np.uint8), labels.astype(np.int64))


@pytest.fixture
def drawn(settings: Settings) -> Dataset:
    return open_dataset("drawn:80", settings)


def of(drawn: Dataset, settings: Settings, train: Split, test: Split, classes: int) -> ColourBaseline:
    names = tuple(f"class {number}" for number in range(classes))
    mark = f"{len(train)}-{len(test)}-{classes}-{train.labels.sum()}"
    dataset = dataclasses.replace(drawn, train=train, test=test, class_names=names, fingerprint=mark)
    return colour_baseline(dataset, settings.cache_dir)


def test_shares_are_those_of_a_count(drawn: Dataset) -> None:
    images = np.asarray(drawn.test.images[:3])
    found = colour_shares(images, 4).reshape(3, 4, 4, 4)
    assert found.sum(axis=(1, 2, 3)) == pytest.approx([1, 1, 1])
    for picture, (red, green, blue) in itertools.product(range(3), itertools.product(range(4), repeat=3)):
        inside = (images[picture] // 64 == (red, green, blue)).all(axis=-1)
        assert found[picture, red, green, blue] == pytest.approx(inside.mean())
    assert colour_shares(images[:0], 8).shape == (0, 512)


def test_where_colour_tells_all_it_is_always_right(drawn: Dataset, settings: Settings) -> None:
    found = of(drawn, settings, coloured(90, 1), coloured(30, 2), 3)
    assert found.predictions.accuracy == 1
    assert (found.trained_on, found.validated_on, found.validation_accuracy) == (90, 30, 1)


def test_where_colour_tells_nothing_it_guesses(drawn: Dataset, settings: Settings) -> None:
    dice = np.random.default_rng(3)
    train, test = coloured(300, 4), coloured(300, 5)
    shuffled = (
        Split(train.images, dice.permutation(train.labels)),
        Split(test.images, dice.permutation(test.labels)),
    )
    assert of(drawn, settings, *shuffled, 3).predictions.accuracy == pytest.approx(1 / 3, abs=0.1)


def test_it_is_the_regression_of_the_choice_on_all_its_pictures(drawn: Dataset, settings: Settings) -> None:
    found = colour_baseline(drawn, settings.cache_dir)
    assert (found.bins, found.strength) in CANDIDATES
    assert (found.trained_on, found.validated_on) == (80, 26)

    def features(images: NDArray[np.uint8]) -> NDArray[np.float64]:
        step = 256 // found.bins
        edges = [np.arange(0, 257, step)] * 3
        counts = [np.histogramdd(image.reshape(-1, 3), edges)[0].ravel() for image in images]
        return np.sqrt(np.array(counts) / 1024)

    model = LogisticRegression(C=found.strength, max_iter=1000).fit(
        features(drawn.train.images), drawn.train.labels
    )
    expected = model.predict_proba(features(drawn.test.images))
    assert found.predictions.probabilities == pytest.approx(expected, abs=0.01)
    assert found.predictions.labels.tolist() == drawn.test.labels.tolist()


def test_it_is_trained_once(drawn: Dataset, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_baseline(drawn, settings.cache_dir) is None
    first = colour_baseline(drawn, settings.cache_dir)
    monkeypatch.setattr(
        "cifar_core.evaluation.colour_baseline._train", lambda _: pytest.fail("trained again")
    )
    again = known_baseline(drawn, settings.cache_dir)
    assert again is not None
    assert np.array_equal(again.predictions.logits, first.predictions.logits)
    assert (again.bins, again.strength) == (first.bins, first.strength)


def test_the_test_pictures_have_no_part_in_the_choice(drawn: Dataset, settings: Settings) -> None:
    one = of(drawn, settings, coloured(60, 6), coloured(30, 7), 3)
    other = of(drawn, settings, coloured(60, 6), coloured(31, 8), 3)
    assert (one.bins, one.strength, one.validation_accuracy) == (
        other.bins, other.strength, other.validation_accuracy
    )  # fmt: skip


def test_one_class_one_picture_and_classes_that_it_never_saw(drawn: Dataset, settings: Settings) -> None:
    picture = coloured(1, 9)
    alone = of(drawn, settings, picture, coloured(4, 10), 3)
    assert alone.predictions.predicted.tolist() == [0, 0, 0, 0]
    assert (alone.validated_on, np.isnan(alone.validation_accuracy)) == (0, True)
    two = coloured(60, 11)
    kept = two.labels != 2
    unseen = of(drawn, settings, Split(two.images[kept], two.labels[kept]), coloured(30, 12), 100)
    assert unseen.predictions.logits.shape == (30, 100)
    assert unseen.predictions.accuracy == pytest.approx(2 / 3)
    assert np.isfinite(unseen.predictions.logits).all()
    nothing = Split(picture.images[:0], picture.labels[:0])
    for train, test in ((nothing, picture), (picture, nothing)):
        with pytest.raises(DataError, match="training and test pictures"):
            of(drawn, settings, train, test, 3)
