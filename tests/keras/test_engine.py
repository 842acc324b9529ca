"""Optimizers, schedules and weight averages do what their formulas say."""

import math
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.models.registry import get_model
from cifar_core.recipes.config import Recipe, Schedule
from cifar_core.training import engine
from cifar_core.training.muon import NEWTON_SCHULZ, Muon, orthogonalize
from cifar_core.training.optimizers import FusedAdam, PlannedRates, make_optimizer
from cifar_core.training.schedule import learning_rates

RNG = np.random.default_rng(0)
PIXELS = RNG.normal(size=(64, 6)).astype(np.float32)
TARGETS = np.eye(3, dtype=np.float32)[RNG.integers(0, 3, 64)]


def small_network() -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(3)])


def fit(recipe: Recipe, epochs: int = 2) -> Any:
    network = small_network()
    trainer = engine.compile_for_training(network, recipe, steps_per_epoch=4)
    trainer.fit(PIXELS, TARGETS, batch_size=16, epochs=epochs, shuffle=False, verbose=0)
    return trainer


def test_orthogonalizing_keeps_directions_and_evens_out_their_lengths() -> None:
    matrix = RNG.normal(size=(40, 12)).astype(np.float32) * np.geomspace(1, 30, 12, dtype=np.float32)
    even = np.asarray(keras.ops.cast(orthogonalize(keras.ops.convert_to_tensor(matrix), 5), "float32"))
    _, before, _ = np.linalg.svd(matrix)
    left, after, right = np.linalg.svd(even, full_matrices=False)
    assert before.max() / before.min() > 20
    assert 0.6 < after.min() <= after.max() < 1.3
    # The nearest matrix with orthonormal columns is the same for both.
    u, _, v = np.linalg.svd(matrix, full_matrices=False)
    np.testing.assert_allclose(left @ right, u @ v, atol=0.1)


def exactly(ratios: np.ndarray, iterations: int) -> np.ndarray:
    """Compute where exact arithmetic brings singular values, given as shares of the Frobenius norm; sorted."""
    a, b, c = NEWTON_SCHULZ
    for _ in range(iterations):
        ratios = a * ratios + b * ratios**3 + c * ratios**5
    return np.sort(ratios)


def singular_values(matrix: np.ndarray, iterations: int) -> np.ndarray:
    even = orthogonalize(keras.ops.convert_to_tensor(matrix.astype(np.float32)), iterations)
    return np.linalg.svd(np.asarray(keras.ops.cast(even, "float32")), compute_uv=False)[::-1]


ROUNDING = {3: 0.06, 5: 0.15}
"""How far bfloat16 moves the results, by the number of iterations: each one more makes what was rounded larger."""


@pytest.mark.parametrize("iterations", [3, 5])
@pytest.mark.parametrize("model_id", ["speedrun", "resnet20", "cnn-2conv"])
def test_singular_values_of_our_kernels_end_where_the_formula_brings_them(
    model_id: str, iterations: int
) -> None:
    network = get_model(model_id).build(10)
    kernels = [weight.shape for weight in network.trainable_variables if len(weight.shape) == 4]
    shapes = {(math.prod(shape[:-1]), shape[-1]) for shape in kernels}
    for rows, columns in sorted(shapes, key=math.prod)[:6]:
        matrix = RNG.normal(size=(rows, columns))
        before = np.linalg.svd(matrix, compute_uv=False)
        after, ratios = singular_values(matrix, iterations), before / np.linalg.norm(matrix)
        np.testing.assert_allclose(after, exactly(ratios, iterations), atol=ROUNDING[iterations])
        assert after.max() < 1.25
        if ratios.min() > 1 / 56:
            assert after.min() > 0.62


@pytest.mark.parametrize(("iterations", "reach", "steepest"), [(3, 56, 41), (5, 666, 485)])
def test_what_is_too_small_stays_small_and_nothing_stays_nothing(
    iterations: int, reach: int, steepest: int
) -> None:
    ratios = np.linspace(0, 1, 200_001)
    assert exactly(ratios, iterations).max() < 1.2025
    assert exactly(ratios[ratios >= 1 / reach], iterations).min() > 0.679
    assert exactly(np.array([1 / (1.05 * reach)]), iterations)[0] < 0.68
    small = np.geomspace(1e-6, 1 / reach, 100)
    assert (exactly(small, iterations) <= steepest * small).all()
    # 16×16, as a 1×1 convolution of mobilenetv3-small has it: drawn at random it is often nearly singular.
    u, _, v = np.linalg.svd(RNG.normal(size=(16, 16)))
    after = singular_values(u @ np.diag([*np.full(14, 1.0), 1e-3, 0.0]) @ v, iterations)
    assert after[0] < {3: 0.03, 5: 0.2}[iterations]
    expected = exactly(np.array([1e-3 / 14**0.5]), iterations)[0]
    assert after[1] == pytest.approx(expected, abs=ROUNDING[iterations])
    assert 0.62 < after[2] <= after[-1] < 1.25
    np.testing.assert_array_equal(singular_values(np.zeros((4, 3)), iterations), 0)


@pytest.mark.parametrize("shape", [(144, 32), (27, 512), (300, 1)])
def test_the_size_of_a_gradient_does_not_matter_within_the_bounds_named(shape: tuple[int, int]) -> None:
    matrix = RNG.normal(size=shape)
    matrix /= np.linalg.norm(matrix)
    usual = singular_values(matrix, 3)
    for norm in (1e-5, 1e18):
        np.testing.assert_allclose(singular_values(norm * matrix, 3), usual, atol=ROUNDING[3])
    assert singular_values(1e-9 * matrix, 3).max() < 41 * 0.01 + ROUNDING[3]  # of 1e-9 / (1e-9 + 1e-7)
    assert singular_values(1e21 * matrix, 3).max() == 0


def test_a_wide_matrix_is_treated_like_its_transpose() -> None:
    matrix = keras.ops.convert_to_tensor(RNG.normal(size=(5, 9)).astype(np.float32))
    one = np.asarray(keras.ops.cast(orthogonalize(matrix), "float32"))
    other = np.asarray(keras.ops.cast(orthogonalize(keras.ops.transpose(matrix)), "float32"))
    np.testing.assert_allclose(one, other.T, atol=0.02)


def test_what_is_no_convolution_moves_like_nesterov_momentum() -> None:
    steps = []
    for optimizer in (
        Muon(0.05, bias_share=1.0, head_share=1.0, other_momentum=0.9),
        keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    ):
        network = small_network()
        network.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True))
        network.fit(PIXELS, TARGETS, batch_size=16, epochs=2, shuffle=False, verbose=0)
        steps.append(network.get_weights())
    for mine, theirs in zip(*steps, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_the_rate_of_all_but_convolutions_has_a_factor_of_its_own() -> None:
    moved = []
    for factor in (1.0, 50.0):
        kernel = keras.Variable(np.ones((4, 3), np.float32))
        optimizer = make_optimizer(Recipe(epochs=1, optimizer="muon", muon_other_rate=factor), 5)
        optimizer.apply([keras.ops.ones((4, 3))], [kernel])
        moved.append(1.0 - np.array(kernel))
    np.testing.assert_allclose(moved[1], 50.0 * moved[0], rtol=1e-3)
    np.testing.assert_allclose(moved[0], 1e-3 * (0.67 / 0.24) * 1.85, rtol=1e-3)


@pytest.mark.parametrize("factor", [1.0, 0.05])
def test_muons_decay_does_not_shrink_with_the_rate_of_the_dense_kernels(factor: float) -> None:
    recipe = Recipe(epochs=1, optimizer="muon", learning_rate=0.1, weight_decay=0.01, muon_other_rate=factor)
    kernel = keras.Variable(np.ones((4, 3), np.float32))
    make_optimizer(recipe, 5).apply([keras.ops.zeros((4, 3))], [kernel])
    np.testing.assert_allclose(1.0 - np.array(kernel), 0.1 * 0.01 * (1 + 0.85), rtol=1e-3)


def test_a_convolution_keeps_its_length_and_moves_by_the_learning_rate() -> None:
    kernel = keras.Variable(RNG.normal(size=(3, 3, 4, 8)).astype(np.float32))
    gradient = keras.ops.convert_to_tensor(RNG.normal(size=(3, 3, 4, 8)).astype(np.float32))
    before = np.array(kernel)
    optimizer = Muon(0.1, momentum=0.0)
    optimizer.apply([gradient], [kernel])
    unit = before * np.sqrt(8) / np.linalg.norm(before)
    step = (np.array(kernel) - unit).reshape(-1, 8)
    singular = np.linalg.svd(step, compute_uv=False)
    assert 0.04 < singular.min() <= singular.max() < 0.13
    assert float((step.ravel() * np.asarray(gradient).ravel()).sum()) < 0  # downhill


def test_fused_adam_makes_the_steps_of_kerass_adamw() -> None:
    weights = []
    for optimizer in (FusedAdam(0.05, weight_decay=0.2), keras.optimizers.AdamW(0.05, weight_decay=0.2)):
        network = small_network()
        network.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True))
        network.fit(PIXELS, TARGETS, batch_size=16, epochs=5, shuffle=False, verbose=0)
        weights.append([*network.get_weights(), *map(np.array, optimizer.variables)])
    for mine, theirs in zip(*weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adamw_decays_as_much_as_the_recipe_says(fused: bool, decay: float) -> None:
    recipe = Recipe(epochs=1, optimizer="adamw", learning_rate=0.1, weight_decay=decay)
    kernel = keras.Variable(np.ones((4, 3), np.float32))
    optimizer = make_optimizer(recipe, 5, fused=fused)
    optimizer.build([kernel])
    optimizer.apply([keras.ops.zeros((4, 3))], [kernel])
    np.testing.assert_allclose(np.array(kernel), 1 - 0.1 * decay, rtol=1e-6)


def test_each_step_takes_its_own_learning_rate() -> None:
    recipe = Recipe(
        epochs=2, optimizer="sgd", learning_rate=0.5, schedule=Schedule(kind="linear", warmup_epochs=0.5)
    )
    rates = learning_rates(recipe, 4)
    planned = PlannedRates(rates)
    np.testing.assert_allclose([float(planned(step)) for step in range(8)], rates)
    assert float(planned(99)) == pytest.approx(float(rates[-1]))
    trainer = fit(recipe)
    assert int(trainer.optimizer.iterations) == 8
    assert float(trainer.optimizer.learning_rate) == pytest.approx(float(rates[-1]))


def test_weight_decay_shrinks_weights_by_rate_times_decay() -> None:
    plain, decayed = (
        fit(Recipe(epochs=1, optimizer="sgd", learning_rate=0.1, weight_decay=decay), epochs=0)
        for decay in (0.0, 0.2)
    )
    gradients = [keras.ops.zeros_like(variable) for variable in plain.trainable_variables]
    before = plain.get_weights()
    for trainer in (plain, decayed):
        trainer.optimizer.apply(gradients, trainer.trainable_variables)
    for weight, kept, shrunk in zip(before, plain.get_weights(), decayed.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weight)
        np.testing.assert_allclose(shrunk, weight * (1 - 0.1 * 0.2), rtol=1e-6, atol=1e-7)


# With float16 Keras puts an optimizer that scales the loss around the one that keeps the average.
@pytest.mark.parametrize("precision", ["float32", "mixed_float16"])
def test_the_average_is_the_moving_average_and_the_weights_come_back(precision: str) -> None:
    keras.config.set_dtype_policy(precision)
    recipe = Recipe(epochs=1, optimizer="sgd", learning_rate=0.1, average=0.75)
    steps: list[Any] = []
    averages: list[Any] = []
    afterwards: list[Any] = []

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            steps.append(self.model.get_weights())

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            with engine.averaged(self.model):
                averages.extend(self.model.get_weights())
            afterwards.extend(self.model.get_weights())

    trainer = engine.compile_for_training(small_network(), recipe, steps_per_epoch=4)
    trainer.fit(PIXELS, TARGETS, batch_size=16, epochs=1, shuffle=False, verbose=0, callbacks=[Watch()])
    expected = steps[0]  # The average begins with the first step's weights.
    for weights in steps[1:]:
        expected = [0.75 * mean + 0.25 * weight for mean, weight in zip(expected, weights, strict=True)]
    for mean, average in zip(expected, averages, strict=True):
        np.testing.assert_allclose(average, mean, rtol=1e-5, atol=1e-6)
    for last, weight in zip(steps[-1], afterwards, strict=True):
        np.testing.assert_array_equal(weight, last)


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_step_is_traced_once(optimizer: str) -> None:
    trainer = engine.compile_for_training(small_network(), Recipe(epochs=1, optimizer=optimizer), 4)
    traced: list[str] = []
    step = trainer.train_step

    def watched(data: Any) -> Any:
        traced.append("once")
        return step(data)

    trainer.train_step = watched
    trainer.fit(PIXELS, TARGETS, batch_size=16, shuffle=False, verbose=0)
    assert traced == ["once"]
