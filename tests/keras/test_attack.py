"""Attacks on networks of Keras: the sign of a linear softmax worked out by hand, sure networks, the process."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.explain.attack import Attack
from cifar_core.explain.cross_entropy import cross_entropy
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.question import Question

PICTURES = np.random.default_rng(3).integers(20, 236, (4, 4, 4, 3), dtype=np.uint8)


def linear(times: float) -> tuple[LoadedModel, NDArray[np.float64]]:
    """A softmax of three weighted sums of the pixels; also the weights, (48, 3)."""
    dense = keras.layers.Dense(3, use_bias=False)
    network: Any = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(), dense])
    weights = np.random.default_rng(7).normal(size=(48, 3)) * times
    dense.set_weights([weights.astype(np.float32)])
    return LoadedModel(network), weights.astype(np.float32).astype(np.float64)


def by_hand(
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Classes, losses and gradients: W (p - e) over 1 - p of the class itself, in double precision."""
    logits = PICTURES.reshape(4, -1).astype(np.float64) @ weights
    said = logits.argmax(axis=1).astype(np.int32)
    behind = logits - logits.max(axis=1, keepdims=True)
    rest = np.where(np.arange(3) == said[:, None], -np.inf, behind)
    shares = np.exp(rest - rest.max(axis=1, keepdims=True))
    slopes = shares / shares.sum(axis=1, keepdims=True) - np.eye(3)[said]
    return said, np.log1p(np.exp(rest).sum(axis=1)), (slopes @ weights.T).reshape(PICTURES.shape)


@pytest.mark.parametrize("times", [1e-4, 1e-2, 0.05, 1])
def test_fgsm_of_a_linear_network_is_the_sign_worked_out_by_hand(times: float) -> None:
    """With large weights the network is so sure that the gradient of its softmax is 0 in single precision."""
    model, weights = linear(times)
    said, losses, gradients = by_hand(weights)
    asked = Question(Path(), PICTURES, method="saliency", attack=Attack("fgsm", 5))
    found = [one.attacked for one in model.explain(asked)]
    clear = np.abs(gradients) > 1e-3 * np.abs(gradients).max()
    expected = PICTURES + 5 * np.sign(gradients).astype(int)
    assert clear.mean() > 0.95
    assert (np.stack(found)[clear] == expected[clear]).all()  # type: ignore[arg-type]
    assert cross_entropy(model.compiled, said)(PICTURES)[0] == pytest.approx(losses, rel=1e-3, abs=1e-30)


def test_the_explanation_is_that_of_the_changed_picture() -> None:
    model, _ = linear(1e-3)
    for kind in ("fgsm", "pgd"):
        asked = Question(Path(), PICTURES, method="saliency", attack=Attack(kind, 9))  # type: ignore[arg-type]
        for one in model.explain(asked):
            assert one.attacked is not None
            assert one.logits == pytest.approx(model.predict(one.attacked[None])[0], abs=1e-5)
    (same, *_) = model.explain(Question(Path(), PICTURES, method="saliency", attack=Attack("pgd", 0)))
    assert (same.attacked == PICTURES[0]).all()
    assert model.explain(Question(Path(), PICTURES, method="saliency"))[0].attacked is None


def test_a_walk_raises_the_loss_of_a_curved_network_more_than_one_step() -> None:
    keras.utils.set_random_seed(2)
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((8, 8, 3)), layers.Rescaling(1 / 255), layers.Conv2D(8, 3, activation="tanh"),
            layers.Flatten(), layers.Dense(16, activation="tanh"), layers.Dense(4),
        ]
    )  # fmt: skip
    model = LoadedModel(network)
    shown = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 3), dtype=np.uint8)
    loss = cross_entropy(model.compiled, model.predict(shown).argmax(axis=1).astype(np.int32))
    one, many = (
        loss(np.stack([answer.attacked for answer in model.explain(Question(Path(), shown, attack=attack))]))[
            0
        ]  # type: ignore[misc]
        for attack in (Attack("fgsm", 16), Attack("pgd", 16))
    )
    assert (many >= one - 1e-4).all()
    assert (many > loss(shown)[0]).all()
