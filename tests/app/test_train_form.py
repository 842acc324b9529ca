"""The form of a new run is what the fields of the recipe say."""

import re
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import Augmentation, Recipe
from cifar_core.recipes.fields import Shown, settings_of
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from pages.parts.train import setting as drawing
from pages.parts.train.setting import KEYS, NOT_DRAWN, SETTINGS
from tests.fake_runs import write_run
from tests.open_page import open_form, open_page

START = "cnn-2conv_published"


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


def widgets(app: AppTest) -> dict[str, Any]:
    """Return the widgets for the settings of the recipe, by path."""
    kinds = (app.slider, app.number_input, app.selectbox, app.segmented_control, app.toggle)
    found = {widget.key: widget for kind in kinds for widget in kind}
    keys = {path: f"{KEYS.get(path, setting.name)}_{START}" for path, setting in SETTINGS.items()}
    return {path: found[key] for path, key in keys.items() if key in found}


def test_every_setting_is_drawn_as_its_field_says_or_listed_with_a_reason() -> None:
    app = open_form()
    only_with_others = {"muon_other_rate", "augmentation.rand_augment_magnitude", "early_stopping.patience"}
    assert set(SETTINGS) - set(widgets(app)) == set(NOT_DRAWN) | only_with_others
    assert all(NOT_DRAWN.values())
    first = {path: widget.value for path, widget in widgets(app).items()}
    assert first == {path: SETTINGS[path].value_in(MODELS["cnn-2conv"].recipe) for path in first}

    app.selectbox(key=f"optimizer_{START}").select("muon")
    app.slider(key=f"rand_augment_{START}").set_value(2)
    app.selectbox(key=f"monitor_{START}").select("loss")
    app.run()
    assert not app.exception
    drawn = widgets(app)
    assert set(SETTINGS) - set(drawn) == set(NOT_DRAWN)
    for path, widget in drawn.items():
        setting = SETTINGS[path]
        assert (widget.label, widget.help) == (setting.label, setting.sentence)
        if path in only_with_others:
            assert widget.value == setting.default
        if setting.has_range:
            assert (path, widget.min, widget.max) == (path, *setting.offered)
            assert (path, widget.step) == (path, setting.step)
            assert (path, widget.type) == (path, "slider" if setting.shown.slider else "number_input")
        elif setting.kind == "choice":
            off = [setting.shown.off] if setting.shown.off else []
            offered = [setting.words(choice) for choice in setting.choices if choice != "stages"]
            assert (path, widget.options) == (path, [*off, *offered])


def test_the_form_offers_all_that_a_recipe_allows() -> None:
    drawn = widgets(open_form())
    assert drawn["augmentation.rotate"].max == 180.0
    assert drawn["augmentation.mixup"].max == 10.0
    assert drawn["label_smoothing"].max == pytest.approx(1, abs=1e-5)
    assert 0 < drawn["learning_rate"].min < 1e-5


def test_stages_are_offered_where_the_recipe_brings_them() -> None:
    app = open_form()
    app.selectbox(key="train_model").select("resnet-dense").run()
    schedule = app.selectbox(key="schedule_resnet-dense_published")
    assert (schedule.value, schedule.options[-1]) == ("stages", "in stages")
    app.segmented_control(key="preset_resnet-dense").set_value("lab").run()
    assert "in stages" not in app.selectbox(key="schedule_resnet-dense_lab").options


def test_what_is_chosen_is_in_the_address_and_opens_there_again() -> None:
    app = open_form()
    assert not any(name.startswith("new.") for name in app.query_params)
    app.selectbox(key="train_model").select("cnn-7x7").run()
    app.segmented_control(key="preset_cnn-7x7").set_value("lab").run()
    app.pills(key="augmentation_cnn-7x7_lab").set_value("strong").run()
    app.slider(key="cutout_cnn-7x7_lab_strong").set_value(8)
    app.number_input(key="epochs_cnn-7x7_lab").set_value(2)
    app.number_input(key="train_seed").set_value(7)
    app.segmented_control(key="how_many").set_value("sweep").run()
    app.multiselect(key="sweep_fields").set_value(["batch_size"]).run()
    app.text_input(key="list_batch_size").set_value("32, 48").run()
    address = {name: value for name, value in app.query_params.items() if name.startswith("new.")}
    assert address == {
        "new.model": "cnn-7x7",
        "new.recipe": "lab",
        "new.augmentation": "strong",
        "new.epochs": "2",
        "new.augmentation.cutout": "8",
        "new.seed": "7",
        "new.many": "sweep",
        "new.try": "batch_size=32,48",
    }

    again = open_form(**address)
    assert again.selectbox(key="train_model").value == "cnn-7x7"
    assert again.segmented_control(key="preset_cnn-7x7").value == "lab"
    assert again.pills(key="augmentation_cnn-7x7_lab").value == "strong"
    assert again.slider(key="cutout_cnn-7x7_lab_strong").value == 8
    assert again.slider(key="rand_augment_cnn-7x7_lab_strong").value == 2
    assert again.number_input(key="epochs_cnn-7x7_lab").value == 2
    assert again.number_input(key="train_seed").value == 7
    assert again.text_input(key="list_batch_size").value == "32, 48"
    assert again.button(key="start").label == "Start a sweep of 2 runs"
    # Another model begins with its own recipe, and what is set back is no longer in the address.
    again.number_input(key="train_seed").set_value(0)
    again.selectbox(key="train_model").select("cnn-2conv").run()
    assert again.number_input(key="epochs_cnn-2conv_published").value == 10
    left = {name for name in again.query_params if name.startswith("new.")}
    assert left == {"new.many", "new.try"}


def test_what_was_chosen_in_a_part_holds_when_it_is_closed() -> None:
    app = open_form()
    app.pills(key=f"augmentation_{START}").set_value("strong").run()
    app.slider(key=f"cutout_{START}_strong").set_value(8)
    app.number_input(key=f"batch_{START}").set_value(48)
    app.number_input(key="train_seed").set_value(7)
    app.text_input(key="name_cnn-2conv").set_value("mine").run()
    address = {name: value for name, value in app.query_params.items() if name.startswith("new.")}
    assert {"new.augmentation.cutout", "new.batch_size", "new.seed", "new.name"} <= set(address)
    for part in ("optimizer_part", "augmentation_part", "end_part", "circumstances_part"):
        app.session_state[part] = False
        del app.query_params[part]
    for _ in range(2):
        app.run()
        assert widgets(app).keys() == {"epochs"}
        assert {name: app.query_params[name] for name in address} == address
    app.session_state["optimizer_part"] = app.session_state["circumstances_part"] = True
    app.run()
    assert app.number_input(key=f"batch_{START}").value == 48
    assert app.number_input(key="train_seed").value == 7
    assert app.text_input(key="name_cnn-2conv").value == "mine"
    # A part that nobody has opened is as the address says.
    again = open_page("train", **address)
    assert widgets(again).keys() == {"epochs"}
    assert {name: again.query_params[name] for name in address} == address


def test_an_address_that_asks_for_what_cannot_be_had_says_so_and_sets_the_rest() -> None:
    address = {
        "new.epochs": "0",
        "new.shear": "3",
        "new.device": "gpu:7",
        "new.seeds": "4",
        "new.many": "seeds",
    }
    app = open_page("train", **address)
    (warning,) = app.warning
    said = warning.value.replace("\\", "").replace("\u2060", "")
    assert "Epochs: must be greater than or equal to 1 (given: '0')" in said
    assert "There is no setting “shear”" in said
    assert "there is no gpu:7 here" in said
    assert app.number_input(key=f"epochs_{START}").value == 10
    assert app.button(key="start").label == "Start 4 runs"
    (many,) = open_page("train", **{f"new.setting{number}": "1" for number in range(40)}).warning
    assert many.value.count("There is no setting") == 5
    assert many.value.endswith("And 35 more.")
    assert {name for name in app.query_params if name.startswith("new.")} == {"new.many", "new.seeds"}


def test_the_model_stays_chosen_when_a_better_run_of_it_ends(tmp_path: Path) -> None:
    """A browser knows what is chosen by its label, which then is another one."""
    app = open_page("train")
    app.selectbox(key="train_model").select("cnn-7x7").run()
    assert app.selectbox(key="train_model").options[3] == "cnn-7x7: not trained here yet, 383 k parameters"
    dataset = open_dataset("drawn:80", Settings.from_environment())
    paths = write_run(tmp_path / "runs", "good", dataset)
    record = RunRecord.read(paths.record)
    config = record.config.model_copy(update={"model": "cnn-7x7"})
    record.model_copy(update={"config": config}).write(paths.record)
    recent_runs(
        RunStore.from_settings(Settings.from_environment()), renew=True
    )  # as a page that follows a run has them
    app.run()
    assert not app.exception
    label = app.selectbox(key="train_model").options[3]
    assert re.fullmatch(r"cnn-7x7: \d+\.\d%.*, 383 k parameters", label)
    recipe = MODELS["cnn-7x7"].recipe
    assert app.number_input(key="epochs_cnn-7x7_published").value == recipe.epochs


class _MoreAugmentation(Augmentation):
    shear: Annotated[float, Shown(unit="°", slider=True)] = Field(
        2.0, ge=0, le=45, title="Shear", description="largest shear either way"
    )


class _MoreRecipe(Recipe):
    augmentation: _MoreAugmentation = _MoreAugmentation()
    noise: int = Field(3, ge=0, le=8, title="Noise", description="added noise")
    clip: bool = Field(False, title="Clip gradients", description="keep steps short")


def _draw_others() -> None:
    import streamlit as st

    from pages.parts.train.augmentation import LISTED as AUGMENTATIONS
    from pages.parts.train.recipe import LISTED
    from pages.parts.train.setting import draw_settings, others
    from tests.app.test_train_form import _MoreRecipe

    new = [*others(["", "schedule"], LISTED), *others(["augmentation"], AUGMENTATIONS)]
    st.session_state["chosen"] = draw_settings([new], _MoreRecipe(), "here")


def test_a_new_field_is_drawn_before_anybody_gives_it_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SETTINGS", settings_of(_MoreRecipe))
    app = AppTest.from_function(_draw_others).run()
    assert not app.exception
    assert (
        app.session_state["chosen"].items() >= {"noise": 3, "clip": False, "augmentation.shear": 2.0}.items()
    )
    shear = app.slider(key="shear_here")
    assert (shear.label, shear.min, shear.max, shear.help) == (
        "Shear (°)",
        0.0,
        45.0,
        "Largest shear either way.",
    )
    app.number_input(key="noise_here").set_value(8).run()
    app.toggle(key="clip_here").set_value(True).run()
    assert (
        app.session_state["chosen"].items() >= {"noise": 8, "clip": True, "augmentation.shear": 2.0}.items()
    )
