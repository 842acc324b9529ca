"""A network that forgets what it learnt, from the top."""

from pathlib import Path

import keras
import numpy as np
import pytest

from cifar_core.explain.explainer import Explainer
from cifar_core.explain.faithfulness.randomised import randomise_from_top, weighing_layers
from cifar_core.explain.question import Question


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keras.utils.set_random_seed(1)
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 5, strides=4, name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.ReLU(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(3, name="logits"),
        ]
    )
    path = tmp_path_factory.mktemp("model") / "model.keras"
    network.save(path)
    return path


def test_the_uppermost_layers_are_shuffled_and_the_others_are_not(saved: Path) -> None:
    network = keras.saving.load_model(saved)
    # Dropout holds the state of its chance alone.
    assert weighing_layers(network) == ("logits", "norm", "conv")
    before = {layer.name: layer.get_weights() for layer in network.layers}
    assert randomise_from_top(network, 2) == ("logits", "norm")
    kernel, was = network.get_layer("logits").get_weights()[0], before["logits"][0]
    assert not np.array_equal(kernel, was)
    assert np.array_equal(np.sort(kernel.ravel()), np.sort(was.ravel()))
    for one, other in zip(network.get_layer("conv").get_weights(), before["conv"], strict=True):
        assert np.array_equal(one, other)
    again = keras.saving.load_model(saved)
    assert randomise_from_top(again, 9) == ("logits", "norm", "conv")
    assert np.array_equal(again.get_layer("logits").get_weights()[0], kernel)


def test_the_maps_change_and_the_network_that_is_kept_does_not(saved: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    explainer = Explainer()
    asked = Question(saved, pictures, class_index=1, method="hirescam")
    before = explainer.explain(asked)
    forgetful = explainer.explain(Question(saved, pictures, class_index=1, method="hirescam", randomised=1))
    assert [one.randomised for one in forgetful] == [("logits",)] * 3
    assert not any(np.allclose(a.logits, b.logits) for a, b in zip(before, forgetful, strict=True))
    after = explainer.explain(asked)
    assert all(one.randomised == () for one in after)
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one.logits, other.logits)
