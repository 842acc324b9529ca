"""Every setting of a recipe on the command line."""

import argparse
import re
from typing import Any

import pytest

from cifar_core.commands.main import main
from cifar_core.commands.recipe_options import option_name
from cifar_core.commands.train import add_configuration_options, configuration
from cifar_core.errors import ConfigError
from cifar_core.models.registry import MODELS
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.recipes.fields import Setting, settings_of
from cifar_core.settings import Settings

EACH: list[tuple[str, str, Any]] = [
    ("epochs", "--epochs 7", 7),
    ("batch_size", "--batch-size 96", 96),
    ("optimizer", "--optimizer muon", "muon"),
    ("learning_rate", "--learning-rate 2e-3", 0.002),
    ("schedule.kind", "--schedule one_cycle", "one_cycle"),
    ("schedule.warmup_epochs", "--warmup-epochs 1.5", 1.5),
    ("schedule.final_share", "--final-share 0.07", 0.07),
    ("weight_decay", "--weight-decay 5e-4", 0.0005),
    ("label_smoothing", "--label-smoothing 0.2", 0.2),
    ("average", "--average 0.99", 0.99),
    ("validation_fraction", "--validation-fraction 0.2", 0.2),
    ("muon_other_rate", "--muon-other-rate 300", 300.0),
    ("initial_weights", "--initial-weights imagenet", "imagenet"),
    ("training_share", "--training-share 0.5", 0.5),
    ("augmentation.flip", "--flip", True),
    ("augmentation.flip", "--flip alternating", "alternating"),
    ("augmentation.flip", "--no-flip", False),
    ("augmentation.translate", "--translate 0.25", 0.25),
    ("augmentation.rotate", "--rotate 12", 12.0),
    ("augmentation.colour", "--colour 0.3", 0.3),
    ("augmentation.rand_augment", "--rand-augment 2", 2),
    ("augmentation.rand_augment_magnitude", "--rand-augment-magnitude 9", 9),
    ("augmentation.cutout", "--cutout 8", 8),
    ("augmentation.mixup", "--mixup 0.4", 0.4),
    ("augmentation.cutmix", "--cutmix 1", 1.0),
    ("early_stopping.monitor", "--early-stopping loss", "loss"),
    ("early_stopping.patience", "--patience 3", 3),
    ("keep", "--keep best", "best"),
    ("test_time_augmentation", "--test-time-augmentation", True),
    ("test_time_augmentation", "--no-test-time-augmentation", False),
]


def another(setting: Setting) -> tuple[str, str, Any]:
    """Return what sets a setting to another value than it has by itself."""
    name = option_name(setting.path)
    if setting.kind == "switch":
        return setting.path, f"--no-{name[2:]}" if setting.default else name, not setting.default
    if setting.kind == "choice":
        value = next(choice for choice in setting.choices if choice != setting.default)
        return setting.path, f"{name} {value}", value
    value = next(end for end in setting.offered if end != setting.default)
    return setting.path, f"{name} {value}", value


EACH += [
    another(setting)
    for path, setting in settings_of(Recipe).items()
    if path not in {"schedule.stages", *(path for path, _, _ in EACH)}
]


def configured(words: str, settings: Settings) -> TrainingConfig:
    parser = argparse.ArgumentParser()
    add_configuration_options(parser)
    return configuration(parser.parse_args(words.split()), settings)


def singles(config: TrainingConfig) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in settings_of(Recipe):
        value: Any = config
        for part in path.split("."):
            value = getattr(value, part) if value is not None else None
        found[path] = value
    return found


@pytest.mark.parametrize(("path", "words", "expected"), EACH, ids=[words for _, words, _ in EACH])
def test_an_option_changes_its_setting_and_no_other(
    settings: Settings, path: str, words: str, expected: object
) -> None:
    # Only a transfer model can begin with weights from elsewhere.
    model = "mobilenetv3-small --preset scratch" if path == "initial_weights" else "cnn-2conv"
    before = singles(configured(f"--model {model}", settings))
    after = singles(configured(f"--model {model} {words}", settings))
    assert after[path] == expected
    assert type(after[path]) is type(expected)
    same = {name for name in before if before[name] == after[name]}
    # The first option of a part that was off switches on the whole of it.
    part = path.rpartition(".")[0]
    assert {name for name in before if name not in same} <= {
        name for name in before if name == path or (part == "early_stopping" and name.startswith(part))
    }


def test_every_setting_of_a_recipe_has_an_option_and_is_tried_here(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [path for path in settings_of(Recipe)]
    assert set(paths) == {path for path, _, _ in EACH} | {"schedule.stages"}
    for command in (["train"], ["sweep", "start"]):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        options = re.findall(r"^  (--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)
        assert len(options) == len(set(options))
        assert {option_name(path) for path in paths} <= set(options)


def test_every_setting_is_described() -> None:
    assert [path for path, setting in settings_of(Recipe).items() if not setting.help] == []


@pytest.mark.parametrize("model", MODELS)
def test_without_options_a_preset_is_what_it_is(settings: Settings, model: str) -> None:
    for name, recipe in MODELS[model].presets.items():
        config = configured(f"--model {model} --preset {name}", settings)
        assert Recipe.model_validate(config.model_dump(include=set(Recipe.model_fields))) == recipe


def test_stages_are_given_and_taken_away(settings: Settings) -> None:
    given = configured("--model cnn-2conv --stages 20:0.001,10:1e-4", settings).schedule
    assert given.kind == "stages"
    assert [(stage.epochs, stage.learning_rate) for stage in given.stages] == [(20, 0.001), (10, 0.0001)]
    published = configured("--model resnet-dense --preset published", settings).schedule
    assert published.kind == "stages"
    changed = configured("--model resnet-dense --preset published --schedule cosine", settings).schedule
    assert (changed.kind, changed.stages) == ("cosine", ())
    again = configured("--model resnet-dense --preset published --schedule stages", settings).schedule
    assert again == published


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_ready_augmentation_takes_the_place_of_the_recipes_and_can_be_changed(
    settings: Settings, name: str
) -> None:
    words = f"--model cnn-baseline --augmentation {name}"
    assert configured(words, settings).augmentation == AUGMENTATIONS[name]
    changed = configured(f"{words} --rotate 7", settings).augmentation
    assert changed == AUGMENTATIONS[name].model_copy(update={"rotate": 7.0})


def test_early_stopping_of_a_preset_is_switched_off(settings: Settings) -> None:
    model, preset = next(
        (spec.id, name)
        for spec in MODELS.values()
        for name, recipe in spec.presets.items()
        if recipe.early_stopping
    )
    words = f"--model {model} --preset {preset}"
    assert configured(words, settings).early_stopping is not None
    assert configured(f"{words} --early-stopping never", settings).early_stopping is None
    patient = configured(f"{words} --patience 99", settings).early_stopping
    assert patient is not None
    assert patient.patience == 99


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--epochs ten", r"epochs: must be a whole number.*\(given: 'ten'\)\.$"),
        ("--translate 0.7", r"augmentation\.translate: .* 0\.5 \(given: '0\.7'\)\.$"),
        ("--flip sometimes", r"augmentation\.flip: [^;]* or must be 'alternating' \(given: 'sometimes'\)\.$"),
        ("--rand-augment 9", r"augmentation\.rand_augment: .* 4 \(given: '9'\)\.$"),
        ("--augmentation heavy", r"^There is no augmentation “heavy”\. Choose one of: none, .*mixed; or give"),
        ("--optimizer adamax", r"optimizer: .*'muon' \(given: 'adamax'\)\.$"),
        ("--seed -1", r"seed: .* 0 \(given: '-1'\)\.$"),
        ("--schedule stages", r"schedule: stages must be given"),
        ("--stages 20", r"^“20” are no stages\. Write epochs and learning rate of each: 20:0\.001,10:0\.0001\.$"),
        ("--stages 20:0.1,x:3", r"schedule\.stages\.1\.epochs: .*\(given: 'x'\)\.$"),
        ("--schedule cosine --stages 9:1", r"schedule: stages must be given"),
        ("--early-stopping accuracy", r"early_stopping\.monitor: .*'val_loss' \(given: 'accuracy'\)\.$"),
        ("--early-stopping never --patience 3", r"^--early-stopping never leaves nothing .* take --patience away\.$"),
        ("--preset best", r"^“cnn-2conv” has no preset “best”\."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_a_sentence(settings: Settings, words: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        configured(f"--model cnn-2conv {words}", settings)


def test_the_answer_goes_to_standard_error_and_nothing_is_queued(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "train --model cnn-2conv --data drawn --queue --mixup much"
    assert main([*words.split(), "--runs", str(tmp_path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "augmentation.mixup" in output.err
    assert list(tmp_path.iterdir()) == []
