"""What is read from the fields of a recipe, and that three readers need nothing else to offer a new setting."""

import argparse
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from cifar_core.commands.recipe_options import add_recipe_options
from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import Augmentation, Recipe, TrainingConfig
from cifar_core.recipes.fields import Setting, Shown, Suggestion, settings_of
from cifar_core.sweeps.space import SEARCHABLE, make_search, searchable

SETTINGS = settings_of(TrainingConfig)
RECIPE = settings_of(Recipe)


def test_a_number_has_bounds_step_unit_and_words() -> None:
    turn = SETTINGS["augmentation.rotate"]
    assert (turn.kind, turn.low, turn.high, turn.step, turn.default) == ("number", 0.0, 180.0, 1.0, 0.0)
    assert (turn.part, turn.name, turn.label) == ("augmentation", "rotate", "Turn (°)")
    assert turn.sentence == "Largest turn (rotation) either way; edges are reflected."
    assert [type(bound) for bound in turn.offered] == [float, float]


def test_a_whole_number_has_whole_bounds() -> None:
    cutout = SETTINGS["augmentation.cutout"]
    assert (cutout.kind, cutout.offered, cutout.step) == ("integer", (0, 32), 1)
    assert {type(bound) for bound in cutout.offered} == {int}


@pytest.mark.parametrize(
    ("path", "limits", "offered"),
    [
        ("augmentation.rotate", "0 to 180°", (0.0, 180.0)),
        ("schedule.warmup_epochs", "0 to 1,000 epochs", (0.0, 1000.0)),
        ("learning_rate", "above 0, at most 10", (1e-6, 10.0)),
        ("label_smoothing", "0 to below 1", (0.0, 1 - 1e-6)),
        ("seed", "0 to 2,147,483,647", (0, 2**31 - 1)),
        ("optimizer", "", (None, None)),
    ],
)
def test_a_bound_that_is_not_allowed_is_not_offered(path: str, limits: str, offered: tuple[Any, Any]) -> None:
    assert SETTINGS[path].limits == limits
    assert SETTINGS[path].offered == offered


class _Bounds(BaseModel):
    at_least: int = Field(3, ge=3)
    below: float = Field(0.0, lt=2.5)
    between: float = Field(1.0, gt=0, lt=2)


def test_limits_with_one_end_and_between_two_that_are_not_allowed() -> None:
    limits = {name: setting.limits for name, setting in settings_of(_Bounds).items()}
    assert limits == {"at_least": "at least 3", "below": "below 2.5", "between": "above 0, below 2"}


def test_choices_come_with_their_words() -> None:
    flip, keep, stop = (SETTINGS[path] for path in ("augmentation.flip", "keep", "early_stopping.monitor"))
    assert [flip.words(choice) for choice in flip.choices] == ["never", "random", "alternating"]
    assert [keep.words(choice) for choice in keep.choices] == ["best epoch", "last epoch"]
    assert (stop.choices, stop.shown.off) == (("loss", "val_loss"), "never")
    assert SETTINGS["test_time_augmentation"].choices == (False, True)


def test_the_value_of_a_part_that_is_switched_off_says_so() -> None:
    stop, patience = SETTINGS["early_stopping.monitor"], SETTINGS["early_stopping.patience"]
    off, on = MODELS["cnn-2conv"].recipe, MODELS["cnn-7x7"].recipe
    assert (stop.value_in(off), patience.value_in(off)) == ("never", 10)
    assert (stop.value_in(on), patience.value_in(on)) == ("loss", 3)


def test_every_setting_is_described_and_a_recipe_by_default_has_the_defaults() -> None:
    assert [path for path, setting in SETTINGS.items() if not (setting.title and setting.help)] == []
    recipe = Recipe()
    parts = {"early_stopping.monitor": "never"}  # whose default is what it becomes when switched on
    assert {path: setting.value_in(recipe) for path, setting in RECIPE.items()} == {
        path: parts.get(path, setting.default) for path, setting in RECIPE.items()
    }


@pytest.mark.parametrize("model", MODELS)
def test_what_a_preset_brings_can_be_chosen(model: str) -> None:
    for recipe in MODELS[model].presets.values():
        for setting in RECIPE.values():
            low, high = setting.offered
            if low is not None and high is not None:
                assert low <= setting.value_in(recipe) <= high


@pytest.mark.parametrize("setting", SEARCHABLE.values(), ids=lambda one: one.path)
def test_what_is_suggested_for_a_sweep_is_allowed(setting: Setting) -> None:
    suggested = setting.suggestion
    if setting.has_range:
        ends = {"low": suggested.low, "high": suggested.high, "log": suggested.log}
        assert make_search({"field": setting.path} | ends).low == suggested.low
    if suggested.values:
        values = make_search({"field": setting.path, "values": suggested.values}).values
        assert values == suggested.values


class _MoreAugmentation(Augmentation):
    shear: Annotated[
        float, Shown(unit="°", step=0.5, slider=True, suggestion=Suggestion(high=10.0, values=(0, 5)))
    ] = Field(2.0, ge=0, lt=45, title="Shear", description="largest shear either way")


class _MoreRecipe(TrainingConfig):
    augmentation: _MoreAugmentation = _MoreAugmentation()
    noise: Annotated[int, Shown(slider=True)] = Field(0, ge=0, le=8, title="Noise", description="added noise")
    clip: bool = Field(False, title="Clip gradients", description="keep steps short")


def test_a_new_field_is_an_option_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_recipe_options(parser, _MoreRecipe)
    given = vars(parser.parse_args(["--shear", "7", "--noise", "3", "--clip"]))
    assert (given["augmentation.shear"], given["noise"], given["clip"]) == ("7", "3", True)
    parser.print_help()
    assert "largest shear either way (0 to below 45°)" in " ".join(capsys.readouterr().out.split())


def test_a_new_field_can_be_searched_over() -> None:
    found = searchable(_MoreRecipe)
    assert set(found) - set(SEARCHABLE) == {"augmentation.shear", "noise", "clip"}
    assert found["augmentation.shear"].suggestion == Suggestion(low=0.0, high=10.0, values=(0, 5))
    assert found["noise"].suggestion == Suggestion(low=0, high=8)
