import math
from dataclasses import replace
from typing import Any

import pytest

from cifar_core.errors import ConfigError
from cifar_core.recipes.config import Augmentation, EarlyStopping, Schedule, TrainingConfig
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.space import (
    SEARCHABLE,
    Search,
    combinations,
    full_path,
    parse_search,
    value_words,
    with_values,
)

BASE = TrainingConfig(name="base", model="cnn-2conv", data="drawn")


def test_every_field_of_a_training_can_be_searched_but_name_and_data() -> None:
    leaves = {
        name
        for name in TrainingConfig.model_fields
        if name not in ("augmentation", "early_stopping", "schedule")
    }
    leaves |= {f"augmentation.{name}" for name in Augmentation.model_fields}
    leaves |= {f"early_stopping.{name}" for name in EarlyStopping.model_fields}
    leaves |= {f"schedule.{name}" for name in Schedule.model_fields}
    assert set(SEARCHABLE) == leaves - {"name", "data", "schedule.stages"}
    assert SEARCHABLE["batch_size"].kind == "integer"
    assert SEARCHABLE["augmentation.translate"].kind == "number"
    assert SEARCHABLE["augmentation.flip"].choices == (False, True, "alternating")
    assert SEARCHABLE["early_stopping.monitor"].choices == ("loss", "val_loss")
    assert "cnn-baseline" in SEARCHABLE["model"].choices
    assert SEARCHABLE["device"].kind == "text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("batch_size=64,128", {"field": "batch_size", "values": (64, 128)}),
        ("batch_size=64,64.0,128", {"field": "batch_size", "values": (64, 128)}),
        ("flip=yes,no", {"field": "augmentation.flip", "values": (True, False)}),
        ("optimizer = sgd , adam", {"field": "optimizer", "values": ("sgd", "adam")}),
        ("learning_rate=1e-4..1e-1:log", {"field": "learning_rate", "low": 1e-4, "high": 0.1, "log": True}),
        (
            "translate=0..0.2:step=0.05",
            {"field": "augmentation.translate", "low": 0.0, "high": 0.2, "step": 0.05},
        ),
        ("patience=2..8", {"field": "early_stopping.patience", "low": 2.0, "high": 8.0}),
    ],
)
def test_what_the_command_line_says_is_read(text: str, expected: dict[str, Any]) -> None:
    search = parse_search(text)
    assert search.model_dump(exclude_defaults=True) == expected
    assert Search.model_validate_json(search.model_dump_json()) == search
    assert [type(value) for value in search.values or ()] == [
        type(value) for value in expected.get("values", ())
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("learning_rate", "says not what to search over"),
        ("learning_rate=", "says not what to search over"),
        ("learning_rate=a..b", "cannot be read"),
        ("learning_rate=1e-4..1e-1:lög", "cannot be read"),
        ("learning_rate=0.1..0.2:step=0.1:step=0.2", "cannot be read"),
        ("momentum=0.5,0.9", "no hyper-parameter “momentum”"),
        ("name=a,b", "every trial gets a name of its own"),
        ("data=drawn,cifar10", "say nothing about each other"),
        ("batch_size=0,64", "batch_size: must be greater than or equal to 1 (given: '0')"),
        ("batch_size=1.5", "batch_size: must be a whole number"),
        ("optimizer=adam,foo", "'adam', 'adamw', 'sgd', 'rmsprop' or 'muon' (given: 'foo')"),
        ("model=vgg", "There is no model “vgg”"),
        ("optimizer=1..2", "optimizer has no range; list the values to try: adam, adamw, sgd, rmsprop"),
        ("learning_rate=0.1..0.01", "a lowest and a highest value (given: 0.1 and 0.01)"),
        ("learning_rate=1..100", "less than or equal to 10 (given: '100.0')"),
        ("translate=0..0.2:log", "a logarithmic range begins above 0"),
        ("learning_rate=1e-3..1e-1:log:step=0.1", "a logarithmic range has no step"),
        ("batch_size=32..64:step=0.5", "the step is a whole number (given: 0.5)"),
        ("batch_size=32..64:step=100", "the step 100 is wider than the range"),
        ("learning_rate=nan..1", "low: must be a finite number"),
    ],
)
def test_what_cannot_be_searched_is_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=r"\w") as caught:
        parse_search(text)
    assert words in str(caught.value)


def test_a_short_name_stands_for_the_whole_path() -> None:
    assert full_path("translate") == "augmentation.translate"
    assert full_path("augmentation.translate") == "augmentation.translate"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("batch_size=128,32", (128, 32)),
        ("augmentation.translate=0..0.3:step=0.1", (0.0, 0.1, 0.2, 0.3)),
        ("augmentation.translate=0..0.35:step=0.1", (0.0, 0.1, 0.2, 0.3)),
        ("epochs=3..6", (3, 4, 5, 6)),
        ("epochs=3..8:step=2", (3, 5, 7)),
    ],
)
def test_points_of_a_range(text: str, points: tuple[float, ...]) -> None:
    search = parse_search(text)
    assert search.points() == points
    assert search.count == len(points)


def test_combinations_change_the_last_field_fastest() -> None:
    space = [parse_search("batch_size=32,64"), parse_search("flip=no,yes")]
    assert [tuple(one.values()) for one in combinations(space)] == [
        (32, False),
        (32, True),
        (64, False),
        (64, True),
    ]


def test_values_are_laid_over_the_recipe() -> None:
    made = with_values(BASE, {"learning_rate": 0.01, "augmentation.flip": True, "early_stopping.patience": 3})
    assert made.learning_rate == 0.01
    assert made.augmentation == Augmentation(flip=True)
    assert made.early_stopping == EarlyStopping(patience=3)  # Switched on by a value in it.
    assert made.batch_size == BASE.batch_size
    assert BASE.early_stopping is None


def test_values_in_words() -> None:
    assert [value_words(one) for one in (True, 64, 0.0031622, 0.1, "adam")] == [
        "yes",
        "64",
        "0.00316",
        "0.1",
        "adam",
    ]


def plan_of(**changes: Any) -> Any:
    values = {"name": "try", "base": BASE, "space": [parse_search("batch_size=32,64,128")]}
    return make_plan(values | changes)


def test_a_grid_has_all_its_combinations_unless_fewer_are_asked_for() -> None:
    space = [parse_search("batch_size=32,64,128"), parse_search("flip=yes,no")]
    assert plan_of(space=space, method="grid").trials == 6
    assert plan_of(space=space, method="grid", trials=4).trials == 4
    assert plan_of(space=space, method="random", trials=50).trials == 6  # There are no more.
    assert plan_of(space=[parse_search("learning_rate=1e-4..1:log")]).trials == 20
    assert math.isinf(plan_of(space=[parse_search("learning_rate=1e-4..1:log")]).combinations)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"space": []}, "space: tuple should have at least 1 item"),
        ({"space": [parse_search("batch_size=1,2"), parse_search("batch_size=3")]}, "searched over twice"),
        (
            {"space": [parse_search("learning_rate=1e-4..1:log")], "method": "grid"},
            "learning_rate: a grid needs a list of values or a step",
        ),
        (
            {"space": [parse_search("batch_size=1..8000")], "method": "grid"},
            "The grid has 8,000 combinations",
        ),
        ({"method": "bayes"}, "method: must be 'grid', 'random' or 'tpe'"),
        ({"trials": 0}, "trials: must be greater than or equal to 1"),
        ({"parallel": 0}, "parallel"),
        ({"name": " "}, "name"),
        ({"objective": "test_accuracy"}, "objective: must be 'val_accuracy' or 'val_loss'"),
    ],
)
def test_a_plan_that_makes_no_sense_is_a_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=r"\w") as caught:
        plan_of(**changes)
    assert words in str(caught.value)


def test_the_lowest_loss_is_that_without_penalty_where_it_was_noted() -> None:
    line = EpochMetrics(1, 2.0, 0.2, 0.85, 0.25, 1e-3, 500.0, 4.0, 0.5, 0.42, 0.43)
    old = replace(line, cross_entropy=None, val_cross_entropy=None, penalty=None)
    assert [plan_of(objective="val_loss").objective_of(one) for one in (line, old)] == [0.42, 0.85]
    assert plan_of().objective_of(line) == 0.25


def test_pruning_waits_for_some_trials_and_some_epochs() -> None:
    long = BASE.model_copy(update={"epochs": 50})
    space = [parse_search("learning_rate=1e-4..1:log")]
    assert [plan_of(space=space, trials=n).pruning_trials for n in (2, 12, 16, 20, 100)] == [3, 3, 4, 5, 5]
    assert plan_of(space=space, base=long).pruning_epoch == 11
    assert plan_of(space=space, base=BASE.model_copy(update={"epochs": 3})).pruning_epoch == 2


@pytest.mark.parametrize("path", ["schedule.kind", "optimizer", "keep", "augmentation.flip"])
def test_every_choice_that_is_offered_can_be_tried(path: str) -> None:
    """The form begins with all of them: one that is refused would be an error before anything was touched."""
    choices = SEARCHABLE[path].choices
    assert len(choices) > 1
    assert Search(field=path, values=choices).values == choices
