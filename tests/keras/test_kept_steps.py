"""A step that another process has traced computes the same bits, and serves nobody for whom it is not right."""

import gc
import json
import os
import threading
import zlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tensorflow.python.eager import context

from cifar_core.recipes.config import Recipe
from cifar_core.training import engine, kept_steps
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.feeding import feeding
from cifar_core.training.kept_steps import FOLDER, WRITER
from cifar_core.training.trainer import Trainer

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (20, 32, 32, 3), np.uint8)
LABELS = RNG.integers(0, 3, 20)
RECIPE = Recipe(batch_size=8, epochs=2, label_smoothing=0.1, average=0.9)


def small_network() -> Any:
    """Return a network with all that a step may need: statistics, random states, a formula that XLA compiles."""
    keras.utils.set_random_seed(3)
    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    x = layers.AveragePooling2D(8, name="pool")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Activation("gelu", name="gelu")(x)
    x = layers.Dropout(0.3, name="dropout")(layers.Flatten(name="flatten")(x))
    return keras.Model(pixels, layers.Dense(3, name="logits")(x), name="small")


def made(cache: Path | None, recipe: Recipe) -> tuple[Any, Any, Any]:
    """Return network, trainer and what it is fed with."""
    network = small_network()
    batches = TrainingBatches(
        PICTURES, LABELS, 3, np.arange(20), batch_size=recipe.batch_size, augmentation=recipe.augmentation,
        seed=0,
    )  # fmt: skip
    return network, *engine.make_trainer(network, recipe, batches, cache_dir=cache)


def train(cache: Path | None, recipe: Recipe = RECIPE) -> list[np.ndarray]:
    """Train as a process of its own would; return all weights, states and figures."""
    network, trainer, steps = made(cache, recipe)
    held_out = feeding(PICTURES.astype(np.float32), np.eye(3, dtype=np.float32)[LABELS], batch_size=16)
    seen = trainer.fit(
        feeding(steps), epochs=recipe.epochs, verbose=0, shuffle=False, validation_data=held_out
    ).history
    for thread in threading.enumerate():
        if thread.name == WRITER:
            thread.join()
    weights, states = engine.training_state(network, trainer)
    return [*weights, *states, *(np.array(seen[name]) for name in sorted(seen))]


def files(cache: Path) -> dict[str, int]:
    """Return the kept steps, with the numbers of their files on the disk."""
    return {file.name: file.stat().st_ino for file in (cache / FOLDER).iterdir()}


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[np.ndarray]]:
    """Return a cache after one training, and what that training gave."""
    cache = tmp_path_factory.mktemp("cache")
    return cache, train(cache)


class Untraceable:
    """Stands in for steps that have been traced before."""

    def train_step(self, data: Any) -> None:
        raise AssertionError

    def test_step(self, data: Any) -> None:
        raise AssertionError


def test_a_step_is_traced_once_and_gives_the_same_bits(
    traced: tuple[Path, list[np.ndarray]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, first = traced
    before = files(cache)
    assert len(before) == 2  # one that trains and one that validates
    monkeypatch.setattr(Trainer, "train_step", Untraceable.train_step)  # called where a step is traced
    monkeypatch.setattr(Trainer, "test_step", Untraceable.test_step)
    for one, other in zip(first, train(cache), strict=True):
        np.testing.assert_array_equal(one, other)
    # Weights, learning rates and how long is trained are no part of it.
    quicker = train(cache, RECIPE.model_copy(update={"learning_rate": 0.5, "epochs": 1}))
    assert (quicker[0] != first[0]).any()
    assert files(cache) == before


@pytest.mark.thorough
def test_without_a_cache_the_bits_are_the_same(traced: tuple[Path, list[np.ndarray]]) -> None:
    for one, other in zip(traced[1], train(None), strict=True):
        np.testing.assert_array_equal(one, other)


def whole_file(cache: Path) -> tuple[Path, str]:
    """Return one of the kept steps and its key."""
    path = min((cache / FOLDER).iterdir())
    return path, json.loads(path.read_bytes().partition(b"\n")[0])["key"]


def test_tensorflow_knows_a_kept_step_as_long_as_somebody_uses_it(
    traced: tuple[Path, list[np.ndarray]],
) -> None:
    path, key = whole_file(traced[0])
    kept, again = kept_steps._read(path, key), kept_steps._read(path, key)
    assert kept is not None
    assert again is not None
    header, functions = kept
    assert again[1] is functions
    assert context.context().has_function(header.function)
    del kept, again, functions
    gc.collect()
    assert not context.context().has_function(header.function)


def test_a_damaged_file_is_as_none(traced: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    path, key = whole_file(traced[0])
    whole = path.read_bytes()
    copy = tmp_path / path.name
    for ruined in (
        b"", b"{}\n", whole[:100], whole[:-20], whole[:-20] + bytes([whole[-20] ^ 255]) + whole[-19:],
        whole.partition(b"\n")[0] + b"\n" + zlib.compress(b"no functions"),
    ):  # fmt: skip
        copy.write_bytes(ruined)
        assert kept_steps._read(copy, key) is None
    copy.write_bytes(whole)
    assert kept_steps._read(copy, key) is not None
    assert kept_steps._read(copy, f"{key} ") is None
    assert kept_steps._read(tmp_path / "missing", key) is None


def test_all_that_changes_a_step_is_in_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = (tf.TensorSpec((None, 3)),)

    def key(**changes: Any) -> str:
        _, trainer, _ = made(tmp_path, RECIPE.model_copy(update=changes))
        return str(trainer.kept_steps.key("train_step", spec))

    first = key()
    assert key(learning_rate=0.5, epochs=4, validation_fraction=0.5) == first
    changed = [key(label_smoothing=0.0), key(optimizer="sgd")]
    _, trainer, _ = made(tmp_path, RECIPE)
    changed.append(trainer.kept_steps.key("test_step", spec))
    changed.append(trainer.kept_steps.key("train_step", (tf.TensorSpec((None, 4)),)))
    trainer.note_validation(7)
    changed.append(trainer.kept_steps.key("train_step", spec))
    monkeypatch.setattr(kept_steps, "_program", lambda: "another program")
    changed.append(trainer.kept_steps.key("train_step", spec))
    assert len({first, *changed}) == 1 + len(changed)


def test_a_step_is_described_by_the_variables_and_constants_that_it_reads() -> None:
    more = tf.constant(np.arange(200, dtype=np.float32))
    other, variable = keras.Variable(1.0), keras.Variable(np.full(200, 2.0, np.float32))
    both = tf.function(lambda: {"sum": tf.reduce_sum(variable.value * more)}).get_concrete_function()
    header = kept_steps._described(both, [other, variable], "key")
    assert header is not None
    assert (header.outputs, header.key, len(header.given)) == (["sum"], "key", 2)
    numbers = [one for one in header.given if isinstance(one, int)]
    (constant,) = [kept_steps._constant(one) for one in header.given if isinstance(one, str)]
    assert numbers == [1]
    np.testing.assert_array_equal(constant, more)
    # A variable that nobody knows by its number, and results without names.
    assert kept_steps._described(both, [other], "key") is None
    nameless = tf.function(lambda: variable.value + 1.0).get_concrete_function()
    assert kept_steps._described(nameless, [variable], "key") is None


def test_the_oldest_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_steps, "MOST_FILES", 3)
    for age in range(4):
        (tmp_path / f"{age}.graph").touch()
        os.utime(tmp_path / f"{age}.graph", (1000 - age, 1000 - age))
    variable = keras.Variable(1.0)
    traced = tf.function(lambda: {"sum": variable.value + 1.0}).get_concrete_function()
    header = kept_steps._described(traced, [variable], "key")
    assert header is not None
    kept_steps._keep(tmp_path / "new.graph", header, traced)
    assert {file.name for file in tmp_path.iterdir()} == {"new.graph", "0.graph", "1.graph"}
    assert kept_steps._read(tmp_path / "new.graph", "key") is not None
