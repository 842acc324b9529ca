"""The process that measures in the background, with a stand-in for it."""

import json
import sys
from pathlib import Path

import pytest

from cifar_core.recipes.config import Augmentation, TrainingConfig
from cifar_core.settings import Settings
from cifar_core.speed.background import BackgroundMeasurement
from tests.waiting import wait_until

CONFIG = TrainingConfig(
    name="one",
    model="cnn-2conv",
    data="drawn",
    batch_size=64,
    device="cpu",
    augmentation=Augmentation(cutout=8),
)
OTHER = CONFIG.model_copy(update={"batch_size": 32})


def background(settings: Settings, script: str) -> BackgroundMeasurement:
    return BackgroundMeasurement(settings, (sys.executable, "-c", f"import os, sys, time; {script}"))


def ended(one: BackgroundMeasurement) -> bool:
    return one.seconds is None


def test_the_process_is_told_all_that_matters(settings: Settings, tmp_path: Path) -> None:
    said = tmp_path / "said.json"
    one = background(
        settings,
        f"import json; json.dump([sys.argv[1:], os.environ['CIFAR_LAB_CACHE']], open({str(said)!r}, 'w'))",
    )
    one.start(CONFIG)
    wait_until(lambda: ended(one))
    assert one.problem(CONFIG) is None
    (model, device_option, device, recipe_option, recipe), cache = json.loads(said.read_text())
    assert (model, device_option, device, recipe_option) == ("cnn-2conv", "--device", "cpu", "--recipe")
    assert cache == str(settings.cache_dir.resolve())
    rebuilt = json.loads(recipe) | {"name": "one", "model": model, "data": "drawn", "device": device}
    assert TrainingConfig.from_values(rebuilt) == CONFIG


def test_one_at_a_time(settings: Settings, tmp_path: Path) -> None:
    go = tmp_path / "go"
    one = background(settings, f"\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)")
    one.start(CONFIG)
    one.start(OTHER.model_copy(update={"model": "cnn-7x7"}))
    assert one.seconds is not None
    assert one.model == "cnn-2conv"
    go.touch()
    wait_until(lambda: ended(one))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("print('a note\\nThe disk is full.', file=sys.stderr); sys.exit(1)", "The disk is full."),
        ("raise ValueError('inside')", "ended with exit code 1 (ValueError: inside) before it was done."),
        ("os.kill(os.getpid(), 9)", "Most often the machine had run out of memory: try a smaller batch."),
    ],
)
def test_a_failure_is_a_sentence_for_what_was_measured(
    settings: Settings, script: str, sentence: str
) -> None:
    one = background(settings, script)
    one.start(CONFIG)
    wait_until(lambda: ended(one))
    assert (one.problem(CONFIG) or "").endswith(sentence)
    assert one.problem(OTHER) is None


def test_a_process_that_hangs_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cifar_core.speed.background.LIMIT_SECONDS", 0.1)
    one = background(settings, "time.sleep(600)")
    one.start(CONFIG)
    wait_until(lambda: ended(one))
    assert "it took far too long" in (one.problem(CONFIG) or "")


def test_a_program_that_is_not_there_is_a_sentence(settings: Settings) -> None:
    one = BackgroundMeasurement(settings, ("/nowhere/python",))
    one.start(CONFIG)
    assert one.problem(CONFIG) == "The measurement could not be started (No such file or directory)."
    assert one.seconds is None
