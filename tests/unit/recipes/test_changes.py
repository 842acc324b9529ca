"""Chosen settings laid over a recipe."""

from cifar_core.models.registry import MODELS
from cifar_core.recipes.changes import with_settings
from cifar_core.recipes.config import Recipe

IN_STAGES = MODELS["resnet-dense"].presets["published"]
STOPS_EARLY = MODELS["cnn-7x7"].presets["published"]


def test_what_is_not_chosen_stays_as_the_recipe_has_it() -> None:
    for recipe in (IN_STAGES, STOPS_EARLY):
        assert Recipe.model_validate(with_settings(recipe, {})) == recipe
    changed = Recipe.model_validate(with_settings(IN_STAGES, {"augmentation.rotate": 90.0, "epochs": 3}))
    rotated = IN_STAGES.augmentation.model_copy(update={"rotate": 90.0})
    assert changed == IN_STAGES.model_copy(update={"augmentation": rotated, "epochs": 3})


def test_another_schedule_has_no_stages_and_the_same_one_keeps_them() -> None:
    assert Recipe.model_validate(with_settings(IN_STAGES, {"schedule.kind": "stages"})) == IN_STAGES
    changed = Recipe.model_validate(with_settings(IN_STAGES, {"schedule.kind": "cosine"}))
    assert (changed.schedule.kind, changed.schedule.stages) == ("cosine", ())


def test_a_part_is_switched_off_and_on() -> None:
    off = {"early_stopping.monitor": "never", "early_stopping.patience": 3}
    assert with_settings(STOPS_EARLY, off)["early_stopping"] is None
    on = {"early_stopping.monitor": "val_loss", "early_stopping.patience": 7}
    assert with_settings(Recipe(), on)["early_stopping"] == {"monitor": "val_loss", "patience": 7}
