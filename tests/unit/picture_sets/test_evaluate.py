"""Which pictures an expression comes to, against plain lists."""

import dataclasses
import random

import numpy as np
import pytest

from cifar_core.data.attributes import ATTRIBUTES, measure_attributes
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ExpressionError, RunError
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.functions import FUNCTIONS
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings
from tests.fake_runs import write_run

Pictures = list[tuple[str, int]]
EVERY = {"fourth": 4, "third": 3, "second": 2}


def pictures(text: str, universe: Universe) -> Pictures:
    chosen, train = choose(text, universe).chosen.places.tolist(), len(universe.train_labels)
    return [("train", place) if place < train else ("test", place - train) for place in chosen]


def indices(universe: Universe) -> range:
    return range(len(universe.test_labels))


def is_wrong(run: str, index: int) -> bool:
    return index % EVERY[run] == 0


def said(universe: Universe, run: str, index: int) -> int:
    true = int(universe.test_labels[index])
    return (true + is_wrong(run, index)) % len(universe.class_names)


def test_right_and_wrong(universe: Universe) -> None:
    assert pictures("wrong(fourth)", universe) == [("test", i) for i in indices(universe) if i % 4 == 0]
    assert pictures("right(third)", universe) == [("test", i) for i in indices(universe) if i % 3]
    assert pictures("wrong(second)", universe) == [("test", i) for i in indices(universe) if i % 2 == 0]


def test_not_speaks_of_the_pictures_that_a_run_spoke_of(universe: Universe) -> None:
    assert pictures("not wrong(fourth)", universe) == pictures("right(fourth)", universe)
    cats = universe.class_names.index("cat")
    not_cats = pictures("not class(cat)", universe)
    assert not_cats == [
        *(("train", i) for i, label in enumerate(universe.train_labels) if label != cats),
        *(("test", i) for i, label in enumerate(universe.test_labels) if label != cats),
    ]
    assert pictures("not (class(cat) and wrong(fourth))", universe) == [
        ("test", i) for i in indices(universe) if universe.test_labels[i] != cats or i % 4
    ]


def test_cell_and_said(universe: Universe) -> None:
    cat, deer = (universe.class_names.index(name) for name in ("cat", "deer"))
    assert (cat + 1) % 10 == deer
    cell = [("test", i) for i in indices(universe) if universe.test_labels[i] == cat and i % 3 == 0]
    assert cell
    assert pictures("cell(third, cat, deer)", universe) == cell
    assert pictures("said(third, deer)", universe) == [
        ("test", i) for i in indices(universe) if said(universe, "third", i) == deer
    ]


def test_several_runs(universe: Universe) -> None:
    def those(wanted: object) -> Pictures:
        assert callable(wanted)
        return [("test", i) for i in indices(universe) if wanted(i)]

    assert pictures("flips(fourth, third)", universe) == those(lambda i: i % 4 and i % 3 == 0)
    assert pictures("all_wrong(fourth, third, second)", universe) == those(lambda i: i % 12 == 0)
    assert pictures("all_right(fourth, third)", universe) == those(lambda i: i % 4 and i % 3)
    assert pictures("only(third, second, fourth)", universe) == those(lambda i: i % 3 and i % 4 == 0)
    # Right, or wrong with the next class: two runs say the same where both are right or both are wrong.
    assert pictures("disagree(second, third)", universe) == those(lambda i: (i % 2 == 0) != (i % 3 == 0))


def test_measures_of_a_run(universe: Universe) -> None:
    (run,) = (run for run in universe.runs if run.id == "2026-second")
    predictions = evaluate_run(run).matrix.predictions  # in another order than the test split
    rows = {int(index): row for row, index in enumerate(predictions.indices)}
    confidence = [predictions.probabilities[rows[i]].max() for i in indices(universe)]
    of_true = [predictions.probabilities[rows[i]][universe.test_labels[i]] for i in indices(universe)]
    middle = float(np.median(confidence))
    found = pictures(f"confidence(second, {middle:.6f}..1)", universe)
    assert found == [("test", i) for i in indices(universe) if confidence[i] >= round(middle, 6)]
    assert 0 < len(found) < len(indices(universe))
    assert pictures("margin(second, ..-0.0001)", universe) == pictures("wrong(second)", universe)
    found = pictures("sort(split(test), loss(second), down)", universe)
    losses = [-np.log(of_true[i]) for _, i in found]
    assert len(found) == len(indices(universe))
    assert losses == sorted(losses, reverse=True)


def test_attributes(universe: Universe, dataset: Dataset) -> None:
    images = np.concatenate([dataset.train.images, dataset.test.images])
    measured = measure_attributes(images)
    for name in ATTRIBUTES:
        low, high = np.quantile(measured[name], [0.2, 0.6])
        low, high = float(f"{low:.9f}"), float(f"{high:.9f}")
        places = choose(f"{name}({low:.9f}..{high:.9f})", universe).chosen.places
        assert places.tolist() == [i for i, value in enumerate(measured[name]) if low <= value <= high]
        ordered = choose(f"sort(class(cat), {name})", universe).chosen.places
        assert measured[name][ordered].tolist() == sorted(measured[name][ordered].tolist())


def test_near_duplicate_count(universe: Universe, dataset: Dataset) -> None:
    train, test = np.array(dataset.train.images), np.array(dataset.test.images)
    train[5], test[2] = train[3], train[3]  # one picture three times, over both splits
    train[9] = train[7]
    copied = dataclasses.replace(
        dataset,
        train=dataclasses.replace(dataset.train, images=train),
        test=dataclasses.replace(dataset.test, images=test),
        fingerprint="c" * 16,
    )
    space = dataclasses.replace(universe, dataset=copied, fingerprint=copied.fingerprint, runs=())
    assert not space.duplicates_known
    assert pictures("near_duplicate_count(1..)", space) == [
        *(("train", i) for i in (3, 5, 7, 9)),
        ("test", 2),
    ]
    assert pictures("near_duplicate_count(2)", space) == [("train", 3), ("train", 5), ("test", 2)]
    assert len(choose("near_duplicate_count(0)", space)) == len(space) - 5
    found = choose("first(6, sort(split(train) or split(test), near_duplicate_count, down))", space)
    assert found.of_split("train").tolist() == [3, 5, 7, 9, 0]
    assert found.of_split("test").tolist() == [2]
    assert space.duplicates_known


def test_order(universe: Universe) -> None:
    assert pictures("list(test:7, 3, train:5, 7, 5)", universe) == [
        ("test", 7),
        ("test", 3),
        ("train", 5),
        ("train", 7),
    ]
    assert pictures("first(2, list(test:7, 3, 9))", universe) == [("test", 7), ("test", 3)]
    assert pictures("list(test:8, 3, 4, 1) and wrong(fourth)", universe) == [("test", 8), ("test", 4)]
    assert pictures("list(test:9, 4) or first(3, wrong(fourth))", universe) == [
        ("test", i) for i in (9, 4, 0, 8)
    ]
    wrong = pictures("sort(wrong(fourth), confidence(fourth))", universe)
    # The earlier a made-up picture, the more confident the run.
    assert wrong == [("test", i) for i in reversed(indices(universe)) if i % 4 == 0]
    assert pictures("sort(wrong(fourth), confidence(fourth), down)", universe) == wrong[::-1]


def test_what_has_no_number_has_no_place_in_an_order(universe: Universe) -> None:
    found = pictures("sort(class(cat), confidence(third))", universe)
    assert sorted(found) == sorted(pictures("class(cat) and split(test)", universe))


def test_nearest(universe: Universe, dataset: Dataset) -> None:
    apart = (dataset.train.images.astype(int) - dataset.test.images[3].astype(int)) ** 2
    nearest = np.argsort(apart.sum(axis=(1, 2, 3)), kind="stable")[:5]
    assert pictures("near(test:3, 5)", universe) == [("train", int(i)) for i in nearest]
    own = pictures("near(train:4, 3)", universe)
    assert ("train", 4) not in own
    assert len(own) == 3


def test_doubt(universe: Universe) -> None:
    found = pictures("doubt(fourth, third, second, 5)", universe)
    assert 0 < len(found) <= 5
    # The mean contradicts the label only where two of the three do.
    assert all(sum(is_wrong(run, i) for run in EVERY) >= 2 for _, i in found)


def test_it_is_written_in_full(universe: Universe) -> None:
    found = choose("FIRST( 3, Wrong(fourth) ) and not Class(CAT)", universe)
    assert found.text == "first(3, wrong(2026-fourth)) and not class(cat)"
    again = choose(found.text, universe)
    assert again.text == found.text
    assert again.chosen.places.tolist() == found.chosen.places.tolist()


def test_any_combination_is_that_of_plain_sets(universe: Universe) -> None:
    dice = random.Random(11)
    parts = [
        "wrong(fourth)",
        "right(third)",
        "said(second, dog)",
        "flips(fourth, second)",
        "class(cat) and split(test)",
    ]
    known = {part: set(pictures(part, universe)) for part in parts}
    all_tests = {("test", i) for i in indices(universe)}

    def some(depth: int) -> tuple[str, set[tuple[str, int]]]:
        kind = dice.randint(0, 3 if depth else 0)
        if kind == 0:
            part = dice.choice(parts)
            return f"({part})", known[part]
        one, members = some(depth - 1)
        if kind == 1:
            return f"not {one}", all_tests - members
        other, others = some(depth - 1)
        return (
            (f"({one} and {other})", members & others)
            if kind == 2
            else (f"({one} or {other})", members | others)
        )

    for _ in range(200):
        text, expected = some(4)
        found = pictures(text, universe)
        assert len(found) == len(set(found))
        assert set(found) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "wrnog(fourth)",
            "near “wrnog(fourth)” (character 1): nothing is called “wrnog”. Did you mean “wrong”?",
        ),
        ("xyzzy(fourth)", "nothing is called “xyzzy”. There are: class, split, cell"),
        (
            "wrong(fifth)",
            "there is no run “fifth”. Runs on these pictures: 2026-fourth, 2026-second, 2026-third.",
        ),
        ("wrong(2026)", "3 runs fit “2026”: 2026-fourth, 2026-second, 2026-third … Write more of the id."),
        ("class(dgo)", "near “dgo)” (character 7): there is no class “dgo”. Did you mean “dog”?"),
        ("class(cat, dog)", "it is written class(CLASS)."),
        ("flips(fourth)", "it is written flips(RUN, RUN)."),
        ("only(fourth)", "it is written only(RUN, RUN, …)."),
        ("doubt(fourth)", "it is written doubt(RUN, …, 20)."),
        ("near(test:1)", "it is written near(test:17, 20[, test][, RUN])."),
        ("wrong(class(cat))", "“wrong” takes RUN there, not a set."),
        ("first(3, cat)", "“cat” is no set; write one such as wrong(RUN) there."),
        ("first(0, class(cat))", "“0” is no whole number from 1 on."),
        ("first(9999999999, class(cat))", "is no whole number from 1 on."),
        ("first(-3, class(cat))", "“-3” is no whole number from 1 on."),
        ("first(²3, class(cat))", "“²3” is no whole number from 1 on."),
        ("brightness(dark)", "“dark” is no range; write one such as 0.9..1, ..40 or 2.."),
        ("brightness(..)", "“..” is no range"),
        ("brightness(3...9)", "“3...9” is no range"),
        ("brightness(nan)", "“nan” is no range"),
        ("brightness(40..0)", "the range “40..0” ends before it begins."),
        ("list(17)", "“17” is no picture; write one such as test:17."),
        ("list(valid:17)", "“valid:17” is no picture"),
        ("list(test:99999)", "there is no test picture 99999: they are counted from 0, and there are"),
        ("split(validation)", "“validation” is neither train nor test."),
        ("sort(class(cat), confidence)", "“confidence” is a run's: write confidence(RUN)."),
        ("sort(class(cat), brightness(1..2))", "sets are sorted by “brightness” alone, without brackets."),
        (
            "sort(class(cat), brigtness)",
            "nothing is measured that is called “brigtness”. Did you mean “brightness”?",
        ),
        ("sort(class(cat), hue, sideways)", "“sideways” is neither up nor down."),
        ("saved(mine)", "There is no saved set “mine”."),
    ],
)
def test_what_cannot_be_understood_is_told_with_the_place(universe: Universe, text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        choose(text, universe)
    assert words in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


def test_a_run_on_other_pictures_is_refused(universe: Universe, settings: Settings) -> None:
    other = open_dataset("drawn:80", settings)
    write_run(settings.runs_dir, "other", other)
    runs = Universe.of_dataset(other, (), settings.cache_dir).runs + universe.runs
    with pytest.raises(ExpressionError, match="the run “2026-third” was not tested on these pictures"):
        choose("wrong(2026-third)", Universe.of_dataset(other, runs, settings.cache_dir))


def test_without_the_pictures_what_runs_said_is_still_known(universe: Universe, settings: Settings) -> None:
    (run,) = (run for run in universe.runs if run.id == "2026-second")
    blind = Universe.of_run(run, universe.runs, settings.cache_dir)
    for text in (
        "wrong(fourth)",
        "cell(third, cat, deer)",
        "sort(wrong(second), loss(second)) and class(cat)",
    ):
        with_them = choose(f"({text}) and split(test)", universe).of_split("test")
        assert choose(text, blind).of_split("test").tolist() == with_them.tolist()
    for text in ("brightness(0..40)", "near(test:1, 5)", "sort(wrong(third), hue)"):
        with pytest.raises(
            ExpressionError, match="needs the pictures themselves, and they are not on this machine"
        ):
            choose(text, blind)


def test_saved_sets(universe: Universe) -> None:
    kept = {
        "mine": "wrong(third)",
        "theirs": "saved(mine) and class(cat)",
        "a": "saved(b)",
        "b": "not saved(a)",
    }
    kept["old"] = "wrong(gone)"

    def saved(name: str) -> str:
        if name not in kept:
            raise RunError(f"There is no saved set “{name}”.")
        return kept[name]

    with_sets = dataclasses.replace(universe, saved=saved)
    assert pictures("saved(theirs)", with_sets) == pictures("wrong(third) and class(cat)", universe)
    assert choose("saved(theirs)", with_sets).text == "saved(theirs)"
    with pytest.raises(ExpressionError, match=r"made of one another too often: “a” → “b” → “a”\."):
        choose("saved(a)", with_sets)
    with pytest.raises(
        ExpressionError, match=r"the saved set “old” does not fit here\..*there is no run “gone”"
    ):
        choose("saved(old)", with_sets)


def test_empty_sets_are_sets(universe: Universe) -> None:
    nothing = "right(third) and wrong(third)"
    assert pictures(nothing, universe) == []
    assert pictures(f"first(5, sort({nothing}, loss(third)))", universe) == []
    assert pictures(f"({nothing}) or list(test:3)", universe) == [("test", 3)]
    assert len(pictures(f"not ({nothing})", universe)) == len(indices(universe))


def test_every_function_has_a_help_and_a_usage() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.help
        assert function.usage.startswith(f"{name}(")
