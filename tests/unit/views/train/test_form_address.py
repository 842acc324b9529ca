"""The form of a new run in an address: short, read back to the last digit, and what is wrong in it is named."""

import pytest

from cifar_core.models.registry import MODELS
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.sweeps.space import parse_search
from cifar_core.views.train.form_address import NewRunForm, SweepForm, params_of, read_form

SPACE = tuple(
    map(
        parse_search,
        ("learning_rate=1e-05..0.0123456789:log", "batch_size=32,64", "augmentation.flip=no,alternating"),
    )
)


def test_what_the_form_begins_with_is_not_in_the_address() -> None:
    assert params_of(NewRunForm()) == {}
    assert read_form({}) == (NewRunForm(), ())
    recipe = MODELS["resnet20"].recipe
    same = NewRunForm(
        "resnet20", next(iter(MODELS["resnet20"].presets)), name="resnet20", chosen={"epochs": recipe.epochs}
    )
    assert params_of(same) == {"model": ["resnet20"]}


@pytest.mark.parametrize(
    ("form", "params"),
    [
        (
            NewRunForm(
                chosen={"epochs": 3, "learning_rate": 0.0123456789, "augmentation.flip": "alternating"}
            ),
            {"epochs": ["3"], "learning_rate": ["0.0123456789"], "augmentation.flip": ["alternating"]},
        ),
        (
            NewRunForm("cnn-7x7", "lab", "strong", {"augmentation.cutout": 8}, "Über & uns", "cpu", 7),
            {
                "model": ["cnn-7x7"],
                "recipe": ["lab"],
                "augmentation": ["strong"],
                "augmentation.cutout": ["8"],
                "name": ["Über & uns"],
                "device": ["cpu"],
                "seed": ["7"],
            },
        ),
        (NewRunForm(how_many="seeds", seeds=12), {"many": ["seeds"], "seeds": ["12"]}),
        (
            NewRunForm(how_many="sweep", sweep=SweepForm(SPACE, "random", 30, "val_loss", False)),
            {
                "many": ["sweep"],
                "method": ["random"],
                "trials": ["30"],
                "objective": ["val_loss"],
                "pruning": ["no"],
                "try": [
                    "learning_rate=1e-05..0.0123456789:log",
                    "batch_size=32,64",
                    "augmentation.flip=False,alternating",
                ],
            },
        ),
        (NewRunForm(chosen={"early_stopping.monitor": "val_loss"}), {"early_stopping.monitor": ["val_loss"]}),
    ],
)
def test_what_differs_is_written_and_read_back(form: NewRunForm, params: dict[str, list[str]]) -> None:
    assert params_of(form) == params
    assert read_form(params) == (form, ())


def test_the_recipe_is_that_of_the_preset_with_what_is_chosen() -> None:
    form, _ = read_form(
        {"model": ["cnn-7x7"], "augmentation": ["strong"], "augmentation.cutout": ["8"], "epochs": ["2"]}
    )
    expected = MODELS["cnn-7x7"].recipe.model_copy(
        update={"epochs": 2, "augmentation": AUGMENTATIONS["strong"].model_copy(update={"cutout": 8})}
    )
    assert form.recipe == expected


def test_a_part_that_the_recipe_has_can_be_switched_off() -> None:
    form, problems = read_form({"model": ["cnn-baseline"], "early_stopping.monitor": ["never"]})
    assert (form.recipe.early_stopping, problems) == (None, ())
    assert params_of(form)["early_stopping.monitor"] == ["never"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("model", "resnet-999", "Model: there is no “resnet-999”. Choose from: "),
        ("recipe", "best", "Recipe: there is no “best”. Choose from: published, lab."),
        ("epochs", "0", "Epochs: must be greater than or equal to 1 (given: '0')."),
        ("epochs", "many", "Epochs: must be a whole number"),
        ("learning_rate", "nan", "Learning rate: "),
        ("optimizer", "adamw2", "Optimizer: "),
        ("augmentation.flip", "maybe", "Mirror left and right: "),
        ("epohcs", "3", "There is no setting “epohcs”."),
        ("schedule.stages", "[]", "There is no setting “schedule.stages”."),
        ("name", "   ", "Name: it is empty"),
        ("device", "tpu", "Device: there is no “tpu”. It can be auto, cpu or gpu:0."),
        ("seed", "-1", "Seed: a whole number from 0 to 2,147,483,647 is needed (given: -1)."),
        ("seed", "9" * 5000, "Seed: a whole number"),
        ("many", "all", "How many: there is no “all”. Choose from: one, seeds, sweep."),
        ("seeds", "1", "Seeds: a whole number from 2 to 50 is needed (given: 1)."),
        ("try", "learning_rate", "says not what to search over"),
        ("try", "colour=1..2..3", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_and_takes_nothing_else_with_it(name: str, value: str, words: str) -> None:
    drawn = ["epochs", "learning_rate", "optimizer", "augmentation.flip", "batch_size"]
    form, problems = read_form({name: [value], "batch_size": ["48"]}, drawn)
    assert len(problems) == 1
    assert words in problems[0]
    assert len(problems[0]) < 700
    assert form == NewRunForm(chosen={"batch_size": 48})
