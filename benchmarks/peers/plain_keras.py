"""The other peer: a network trained as Keras's own tutorials show it, ``compile`` and ``fit`` on arrays.

Started by ``training.py`` in a process of its own; prints one JSON document.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

STARTED = time.perf_counter()
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import keras
import numpy as np

from cifar_core.data.catalog import open_dataset
from cifar_core.models.registry import get_model
from cifar_core.settings import Settings


class StepTimes(keras.callbacks.Callback):  # type: ignore[misc]
    """Seconds from the end of one step to the end of the next, by the clock and of the processor."""

    def __init__(self) -> None:
        super().__init__()
        self._ended: list[tuple[float, float]] = []

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        """Note the time."""
        self._ended.append((time.perf_counter(), time.process_time()))

    @property
    def first(self) -> tuple[float, float]:
        """When the first step had ended, by ``time.perf_counter`` and ``time.process_time``."""
        return self._ended[0]

    def figures(self, batch_size: float) -> dict[str, float]:
        """Return pictures per second: medians of all steps but the first three, which compile and warm up.

        A second of the processor counts both cores where both work; other programs disturb it less.
        """
        by_clock, of_processor = np.median(np.diff(self._ended, axis=0)[2:], axis=0)
        return {
            "images_per_second": batch_size / by_clock,
            "images_per_processor_second": batch_size / of_processor,
        }


def train_recipe(model: str, data: str) -> dict[str, float]:
    """Train by the recipe of ``cnn-7x7``, as its authors did: Adam, batch 32, stop when the training loss rises."""
    dataset = open_dataset(data, Settings.from_environment())
    recipe = get_model(model).recipe
    assert recipe.early_stopping is not None
    assert recipe.early_stopping.monitor == "loss"
    network = get_model(model).build(10)
    network.compile(
        "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
    )
    stop = keras.callbacks.EarlyStopping("loss", patience=recipe.early_stopping.patience)
    network.fit(
        dataset.train.images.astype(np.float32),
        dataset.train.labels,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        validation_split=recipe.validation_fraction,
        verbose=0,
        callbacks=[stop],
    )
    _, accuracy = network.evaluate(dataset.test.images.astype(np.float32), dataset.test.labels, verbose=0)
    return {"test_accuracy": accuracy, "seconds": time.perf_counter() - STARTED}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="speedrun")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--recipe", metavar="DATA", help="train by the model's recipe on a data set instead")
    args = parser.parse_args()
    keras.config.set_dtype_policy(args.precision)
    keras.utils.set_random_seed(0)
    if args.recipe:
        print(json.dumps(train_recipe(args.model, args.recipe)))
        return
    network = get_model(args.model).build(10)
    network.compile(
        "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
    )
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (args.batch * args.steps, 32, 32, 3)).astype(np.float32)
    times = StepTimes()
    network.fit(
        images,
        rng.integers(0, 10, len(images)),
        batch_size=args.batch,
        epochs=1,
        verbose=0,
        callbacks=[times],
    )
    print(json.dumps(times.figures(args.batch)))


if __name__ == "__main__":
    main()
