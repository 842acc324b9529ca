"""Each epoch's cross-entropy is what NumPy finds: without label smoothing, without penalty, in any precision."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.recipes.config import Augmentation, Recipe
from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.training import callbacks, engine
from cifar_core.training.augment import mix
from cifar_core.training.forecast import Forecast
from cifar_core.training.progress import ProgressReport
from cifar_core.training.trainer import weight_penalty

RNG = np.random.default_rng(5)
PIXELS = RNG.normal(size=(50, 6)).astype(np.float32)
HELD_OUT = RNG.normal(size=(30, 6)).astype(np.float32)
STILL = Recipe(epochs=2, optimizer="sgd", learning_rate=1e-12)
"""Weights that do not move: the mean over an epoch is then that of one network."""


def one_hot(count: int, classes: int) -> NDArray[np.float32]:
    return np.eye(classes, dtype=np.float32)[np.arange(count) % classes]


def network(classes: int, *, penalty: float = 0.0) -> Any:
    keras.utils.set_random_seed(2)
    regularizer = keras.regularizers.L2(penalty) if penalty else None
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(16, "relu", kernel_regularizer=regularizer),
            keras.layers.Dense(classes, kernel_initializer="he_normal", dtype="float32"),
        ]
    )


def trained(
    paths: RunPaths, trainer: Any, targets: NDArray[np.float32], held_out: NDArray[np.float32], *others: Any
) -> EpochMetrics:
    """Train one epoch as a run does, with a last batch that is smaller; return its line, as it was written."""
    progress = ProgressReport(
        paths, HeartbeatWriter(paths.heartbeat), forecast=Forecast(1, 4, 50), report=lambda line: None
    )
    trainer.fit(
        PIXELS, targets, batch_size=16, epochs=1, shuffle=False, verbose=0,
        validation_data=(HELD_OUT, held_out), validation_batch_size=8,
        callbacks=[progress, callbacks.AveragedValidation(), *others],
    )  # fmt: skip
    (line,) = read_metrics(paths.metrics).epochs
    return line


def expected(model: Any, pixels: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
    """Compute the mean cross-entropy in NumPy and float64 from the network's logits."""
    logits = np.asarray(model(pixels), np.float64)
    log_sum = np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1)) + logits.max(1)
    return float((log_sum - (targets * logits).sum(1)).mean())


# Each alone in float32, and all at once in each precision; the others are for “make thorough”.
@pytest.mark.parametrize(
    ("smoothing", "penalty", "precision"),
    [
        (0.0, 0.0, "float32"),
        (0.0, 0.3, "float32"),
        (0.2, 0.0, "float32"),
        (0.2, 0.3, "float32"),
        (0.2, 0.3, "mixed_bfloat16"),
        (0.2, 0.3, "mixed_float16"),
        *(
            pytest.param(smoothing, penalty, precision, marks=pytest.mark.thorough)
            for precision in ("mixed_bfloat16", "mixed_float16")
            for smoothing, penalty in ((0.0, 0.0), (0.0, 0.3), (0.2, 0.0))
        ),
    ],
)
def test_it_has_neither_smoothing_nor_penalty(
    tmp_path: Path, smoothing: float, penalty: float, precision: str
) -> None:
    keras.config.set_dtype_policy(precision)
    model = network(4, penalty=penalty)
    recipe = STILL.model_copy(update={"label_smoothing": smoothing})
    targets, held_out = one_hot(50, 4), one_hot(30, 4)
    line = trained(RunPaths(tmp_path), engine.compile_for_training(model, recipe, 4), targets, held_out)

    kernel = np.asarray(model.layers[0].kernel, np.float64)
    weighed = penalty * float((kernel**2).sum())
    smoothed = targets * (1 - smoothing) + smoothing / 4
    assert line.cross_entropy == pytest.approx(expected(model, PIXELS, targets), rel=2e-5)
    assert line.val_cross_entropy == pytest.approx(expected(model, HELD_OUT, held_out), rel=2e-5)
    assert line.penalty == pytest.approx(weighed, rel=1e-6)
    assert line.loss == pytest.approx(expected(model, PIXELS, smoothed) + weighed, rel=2e-5)
    assert line.val_loss == pytest.approx(line.val_cross_entropy + line.penalty, rel=1e-5)


@pytest.mark.filterwarnings("ignore:In loss categorical_crossentropy:SyntaxWarning")
def test_with_one_class_it_is_nothing(tmp_path: Path) -> None:
    model = network(1)
    recipe = STILL.model_copy(update={"label_smoothing": 0.1})
    ones = np.ones((50, 1), np.float32)
    line = trained(RunPaths(tmp_path), engine.compile_for_training(model, recipe, 4), ones, ones[:30])
    assert (line.cross_entropy, line.val_cross_entropy, line.penalty) == (0.0, 0.0, 0.0)
    assert (line.accuracy, line.val_accuracy) == (1.0, 1.0)


def test_of_mixed_pictures_it_is_that_of_the_mixed_labels(tmp_path: Path) -> None:
    model = network(4)
    recipe = STILL.model_copy(update={"label_smoothing": 0.1})
    pictures = np.zeros((50, 1, 1, 3), np.uint8)
    _, mixed = mix(pictures, one_hot(50, 4), Augmentation(mixup=1.0), np.random.default_rng(2))
    assert mixed.max(1).min() < 0.95
    line = trained(RunPaths(tmp_path), engine.compile_for_training(model, recipe, 4), mixed, one_hot(30, 4))
    assert line.cross_entropy == pytest.approx(expected(model, PIXELS, mixed), rel=2e-5)


def test_large_logits_are_not_cut_off(tmp_path: Path) -> None:
    model = network(4)
    model.layers[-1].kernel.assign(1000 * model.layers[-1].kernel)
    targets, held_out = one_hot(50, 4), one_hot(30, 4)
    line = trained(RunPaths(tmp_path), engine.compile_for_training(model, STILL, 4), targets, held_out)
    assert line.cross_entropy == pytest.approx(expected(model, PIXELS, targets), rel=1e-4)
    assert line.cross_entropy > 100


def test_validated_is_the_moving_average_penalty_included(tmp_path: Path) -> None:
    model = network(4, penalty=0.3)
    recipe = Recipe(epochs=1, optimizer="sgd", learning_rate=0.5, average=0.9)
    targets, held_out = one_hot(50, 4), one_hot(30, 4)
    trainer = engine.compile_for_training(model, recipe, 4)
    moved: list[float] = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: moved.append(weight_penalty(trainer))
    )
    line = trained(RunPaths(tmp_path), trainer, targets, held_out, look)
    # Keras ends a training with the average in place of the weights.
    assert line.penalty == pytest.approx(
        0.3 * float((np.asarray(model.layers[0].kernel) ** 2).sum()), rel=1e-5
    )
    assert line.penalty != pytest.approx(moved[0], rel=1e-3)
    assert line.val_cross_entropy == pytest.approx(expected(model, HELD_OUT, held_out), rel=1e-4)
