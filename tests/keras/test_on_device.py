"""Training with all pictures on the device is the same training; here a processor plays the device."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.hardware.devices import assigned_device
from cifar_core.recipes.config import Augmentation, Recipe, Schedule, TrainingConfig
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training import engine, on_device
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.on_device import DeviceTrainer, StepPlans, suits_device
from cifar_core.training.worker import run_to_the_end

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (90, 32, 32, 3), dtype=np.uint8)
LABELS = np.arange(90) % 3
RECIPE = Recipe(
    epochs=2, batch_size=8, optimizer="adam", learning_rate=0.01, schedule=Schedule(kind="linear"),
    weight_decay=1e-3, augmentation=Augmentation(flip=True, translate=0.1), average=0.9,
    label_smoothing=0.1,
)  # fmt: skip


def batches(augmentation: Augmentation = RECIPE.augmentation, batch_size: int = 8) -> TrainingBatches:
    return TrainingBatches(
        PICTURES, LABELS, 3, np.arange(10, 90), batch_size=batch_size, augmentation=augmentation,
        seed=4,
    )  # fmt: skip


def small_network() -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.AveragePooling2D(4),
            keras.layers.Flatten(),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(3),
        ]
    )


def train(*, whole: bool, batch_size: int = 8, jit_compile: Any = False) -> tuple[dict[str, Any], list[Any]]:
    """Return curves and variables after two epochs, with pictures from the host or on the device."""
    network = small_network()
    data = batches(batch_size=batch_size)
    trainer = engine.compile_for_training(network, RECIPE, len(data), on_device=whole)
    trainer.jit_compile = jit_compile
    steps = data
    if whole:
        trainer.hold(data)
        steps = StepPlans(data)
    held_out = PICTURES[:10].astype(np.float32), np.eye(3, dtype=np.float32)[LABELS[:10]]
    history = trainer.fit(steps, epochs=2, verbose=0, shuffle=False, validation_data=held_out).history
    weights, optimizer = engine.training_state(network, trainer)
    return history, [*weights, *optimizer]


@pytest.fixture
def as_if_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    device = assigned_device()
    elsewhere = type(device)(**{**vars(device), "id": "gpu:0"})
    monkeypatch.setattr(on_device, "assigned_device", lambda: elsewhere)


@pytest.mark.parametrize("flip", [False, True, "alternating"])
@pytest.mark.parametrize("translate", [0.0, 0.1, 0.5])
def test_the_device_makes_the_same_pictures(flip: Any, translate: float) -> None:
    augmentation = Augmentation(flip=flip, translate=translate)
    expected, data = batches(augmentation), batches(augmentation)
    trainer = engine.compile_for_training(small_network(), RECIPE, len(data), on_device=True)
    trainer.hold(data)
    for _ in range(2):  # epochs
        seen = 0
        for item in (StepPlans(data)[number] for number in range(len(StepPlans(data)))):
            for plan in item["plan"].reshape(-1, 8, 4)[: int(item["count"][0])]:
                images, targets = trainer._batch(trainer._pixels, trainer._targets, plan)
                np.testing.assert_array_equal(np.asarray(images), expected[seen][0])
                np.testing.assert_array_equal(np.asarray(targets), expected[seen][1])
                seen += 1
        assert seen == len(expected) == 10
        data.on_epoch_end()
        expected.on_epoch_end()


@pytest.mark.parametrize("batch_size", [8, 24, 80, 200])
def test_plans_hold_each_step_once_and_have_one_shape_but_for_the_rest(
    batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_device, "STEPS_PER_CALL", 4)
    data = batches(batch_size=batch_size)
    plans = StepPlans(data)
    items = [plans[number] for number in range(len(plans))]
    assert sum(int(item["count"][0]) for item in items) == len(data)
    whole = items[:-1] if 80 % batch_size else items
    assert len({item["plan"].shape for item in whole}) <= 1
    rows = [
        item["plan"].reshape(-1, min(batch_size, len(item["plan"])), 4)[: int(item["count"][0]), :, 0].ravel()
        for item in items
    ]
    assert sorted(np.concatenate(rows)) == list(range(80))


@pytest.mark.parametrize(("batch_size", "jit_compile"), [(8, False), (24, False), (24, True)])
def test_many_steps_in_one_call_are_the_same_steps(
    batch_size: int, jit_compile: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_device, "STEPS_PER_CALL", 2)
    curves, weights = train(whole=False, batch_size=batch_size, jit_compile=jit_compile)
    same_curves, same_weights = train(whole=True, batch_size=batch_size, jit_compile=jit_compile)
    for name, values in curves.items():
        assert same_curves[name] == pytest.approx(values, rel=1e-5), name
    for one, other in zip(weights, same_weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed")
def test_the_same_holds_with_jax() -> None:
    done = subprocess.run(
        [sys.executable, __file__],
        capture_output=True, text=True, check=False,
        env=os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    host, device = json.loads(done.stdout.splitlines()[-1])
    for name, values in host.items():
        assert device[name] == pytest.approx(values, rel=1e-4), name


def test_a_processor_is_sent_its_pictures_batch_by_batch() -> None:
    assert not suits_device(RECIPE.augmentation, PICTURES)
    trainer, steps = engine.make_trainer(small_network(), RECIPE, data := batches())
    assert steps is data
    assert not isinstance(trainer, DeviceTrainer)


@pytest.mark.usefixtures("as_if_gpu")
def test_a_gpu_holds_the_pictures_where_it_can_change_them() -> None:
    trainer, steps = engine.make_trainer(small_network(), RECIPE, batches())
    assert isinstance(steps, StepPlans)
    assert isinstance(trainer, DeviceTrainer)
    for augmentation in (Augmentation(), Augmentation(flip="alternating"), Augmentation(translate=0.2)):
        assert suits_device(augmentation, PICTURES)
    for change in (
        {"rotate": 5},
        {"colour": 0.1},
        {"rand_augment": 1},
        {"cutout": 8},
        {"mixup": 0.2},
        {"cutmix": 1},
    ):
        assert not suits_device(Augmentation(**change), PICTURES), change
    too_many = np.lib.stride_tricks.as_strided(PICTURES, (400_000, 32, 32, 3), (0, 96, 3, 1))
    assert not suits_device(RECIPE.augmentation, too_many)


def test_a_run_on_the_device_writes_what_any_run_writes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(on_device, "STEPS_PER_CALL", 3)
    monkeypatch.setattr("cifar_core.training.progress.TICK_SECONDS", 0.0)
    curves, ticks, results = [], [], []
    for whole in (False, True):
        if whole:
            request.getfixturevalue("as_if_gpu")
        values = {
            "name": "try", "model": "cnn-2conv", "data": "drawn:200", "epochs": 2, "batch_size": 16,
            "precision": "float32", "augmentation": {"flip": True, "translate": 0.1},
        }  # fmt: skip
        run = RunStore.from_settings(settings).create(TrainingConfig.from_values(values), foreground=True)
        record = run_to_the_end(run.paths, settings)
        assert record.status == "finished", record.error
        metrics = read_metrics(run.paths.metrics)
        curves.append(
            [
                (line.loss, line.val_loss, line.cross_entropy, line.val_cross_entropy)
                for line in metrics.epochs
            ]
        )
        # Without smoothing and penalty the loss is the cross-entropy, the smaller batch at the end included.
        for line in metrics.epochs:
            assert line.cross_entropy == pytest.approx(line.loss, rel=1e-5)
            assert line.val_cross_entropy == pytest.approx(line.val_loss, rel=1e-5)
            assert line.penalty == 0
        lines = [json.loads(line) for line in run.paths.metrics.read_text().splitlines()]
        ticks.append(
            [(line["step"], line["steps"]) for line in lines if line["kind"] == "tick" and line["epoch"] == 1]
        )
        results.append(record.results)
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-3)
    assert results[0].test_accuracy == pytest.approx(results[1].test_accuracy, abs=0.011)
    # 180 pictures are eleven batches of 16 and a smaller one.
    assert ticks[0] == [(step, 12) for step in range(1, 13)]
    assert ticks[1] == [(step, 12) for step in (3, 6, 9, 12)]


if __name__ == "__main__":  # with JAX, which needs a process of its own
    on_device.STEPS_PER_CALL = 2
    runs = [train(whole=whole, batch_size=24, jit_compile=True) for whole in (False, True)]
    print(json.dumps([curves for curves, _ in runs]))
