"""What the data check finds, on pictures of which it is known what is wrong with them."""

import dataclasses

import numpy as np
import pytest

from cifar_core.data.attributes import measure_attributes
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.reading import LeftOut, ReadingReport
from cifar_core.errors import RunError
from cifar_core.picture_sets.check import Finding, check_data
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings


def universe_of(dataset: Dataset, settings: Settings, mark: str) -> Universe:
    return Universe.of_dataset(dataclasses.replace(dataset, fingerprint=mark), (), settings.cache_dir)


def by_what(universe: Universe) -> dict[str, Finding]:
    return {one.what: one for one in check_data(universe)}


@pytest.fixture
def spoilt(dataset: Dataset, settings: Settings) -> Universe:
    """Two test pictures stand in the training split too, one of them as another class; a class has no test picture."""
    train, test = dataset.train, dataset.test
    images = np.array(train.images)
    images[3], images[8] = test.images[5], test.images[6]
    images[11] = images[12] = 77
    labels = np.array(train.labels)
    labels[3], labels[8] = test.labels[5], (test.labels[6] + 1) % 10
    kept = test.labels != 9
    small = Split(np.array(test.images)[kept], np.array(test.labels)[kept])
    assert kept[:7].all()
    report = ReadingReport(left_out=(LeftOut.of("broken", ["a.jpg", "b.jpg"]),))
    changed = dataclasses.replace(dataset, train=Split(images, labels), test=small, report=report)
    return universe_of(changed, settings, "spoilt")


def test_what_is_wrong_is_found_and_each_line_opens_its_pictures(spoilt: Universe) -> None:
    found = by_what(spoilt)
    train = len(spoilt.train_labels)
    for finding in found.values():
        if finding.expression is not None and finding.topic != "classes":
            assert len(choose(finding.expression, spoilt)) == finding.count
    leak = found["test pictures, the very same pixels in the training split"]
    assert leak.expression is not None
    assert choose(leak.expression, spoilt).chosen.places.tolist() == [train + 5, train + 6]
    inside = found["training pictures, the very same pixels in the training split"]
    assert inside.expression is not None
    assert choose(inside.expression, spoilt).chosen.places.tolist() == [11, 12]
    labels = found["pictures whose near-duplicate has another class"]
    assert labels.expression is not None
    assert {8, train + 6} <= set(choose(labels.expression, spoilt).chosen.places.tolist())
    untested = found["classes without test pictures"]
    assert (untested.count, untested.expression) == (1, f"class({spoilt.class_names[9]})")
    assert found["blank: contrast 2 or less"].count == 2
    assert found["files left out (broken, or no pictures)"].count == 2


def test_alike_pictures_stand_side_by_side(spoilt: Universe) -> None:
    places = choose("duplicates(train) or duplicates(test)", spoilt).chosen.places.tolist()
    assert sorted(places) == sorted([3, 8, 11, 12, *(len(spoilt.train_labels) + one for one in (5, 6))])
    both = choose("near_duplicates(train) and split(train)", spoilt).chosen.places.tolist()
    assert both.index(12) == both.index(11) + 1


def test_outliers_lie_beyond_the_fences_of_a_box_plot(universe: Universe, dataset: Dataset) -> None:
    images = np.concatenate([dataset.train.images, dataset.test.images])
    values = measure_attributes(images)["brightness"]
    lower, upper = np.percentile(values, [25, 75])
    low = [one for one in check_data(universe) if one.what.startswith("low brightness")]
    high = [one for one in check_data(universe) if one.what.startswith("high brightness")]
    for found, beyond, fence in (
        (low, values <= lower - 1.5 * (upper - lower), lower - 1.5 * (upper - lower)),
        (high, values >= upper + 1.5 * (upper - lower), upper + 1.5 * (upper - lower)),
    ):
        assert len(found) == (0 < fence < 255)
        assert all(one.count == beyond.sum() for one in found)


def test_a_range_of_similarity_and_a_sentence_for_a_wrong_split(universe: Universe) -> None:
    most, some = (len(choose(f"near_duplicates(train, {low}..1)", universe)) for low in (0.75, 0.9))
    assert most >= some == len(choose("near_duplicates(train)", universe))
    assert len(choose("near_duplicates(train, 0..0.1)", universe)) == 0
    with pytest.raises(Exception, match="neither train nor test"):
        choose("duplicates(validation)", universe)


def test_imbalance_and_one_class_alone(dataset: Dataset, settings: Settings) -> None:
    labels = np.array(dataset.train.labels)
    kept = (labels != 3) | (np.cumsum(labels == 3) <= 2)
    uneven = dataclasses.replace(dataset, train=Split(np.array(dataset.train.images)[kept], labels[kept]))
    found = [
        one for one in check_data(universe_of(uneven, settings, "uneven")) if "half as large" in one.what
    ]
    assert [(one.count, one.expression) for one in found] == [
        (1, f"(class({dataset.class_names[3]})) and split(train)")
    ]
    one = Split(np.array(dataset.train.images)[:1], np.zeros(1, np.int64))
    alone = dataclasses.replace(dataset, train=one, test=one, class_names=("thing",))
    told = by_what(universe_of(alone, settings, "alone"))
    assert told["test pictures, the very same pixels in the training split"].count == 1
    assert not any(name.startswith(("low", "high")) for name in told)


def test_without_pictures_there_is_a_sentence(universe: Universe) -> None:
    with pytest.raises(RunError, match="pictures themselves"):
        check_data(dataclasses.replace(universe, dataset=None))
