"""JAX and PyTorch compute what TensorFlow computes for an explanation, on the same weights."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.explain.backends.backend import PREDICTED, RUNNER_UP, current_backend
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.question import Question

ROOT = Path(__file__).parents[2]


def network() -> Any:
    """A convolution, two ReLUs, a shortcut around the second layer, attention with one, three classes."""
    layers = keras.layers
    pixels = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="first")(pixels)
    x = layers.BatchNormalization()(x)
    y = layers.ReLU()(layers.Conv2D(4, 3, padding="same", name="second")(x))
    x = layers.Reshape((16, 4), name="tokens")(layers.Add()([x, y]))
    normed = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 3, name="attention")(normed, normed)])
    return keras.Model(pixels, layers.Dense(3, name="logits")(layers.Flatten()(x)))


def computed(network: Any) -> Iterator[tuple[str, np.ndarray]]:
    """Yield everything that a backend offers."""
    backend = current_backend()
    pictures = np.random.default_rng(1).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)
    predicted = np.full(3, PREDICTED, np.int32), np.full(3, RUNNER_UP, np.int32)
    named = np.array([0, 1, 2], np.int32), np.array([2, 0, 1], np.int32)
    yield "logits", backend.compile_logits(network)(pictures)
    yield "features", backend.compile_features(network, "logits")(pictures)
    for layer in ("second", None):
        for score in ("logit", "margin", "log_probability"):
            gradients = backend.compile_gradients(network, layer, score)
            for classes, others in (predicted, named):
                for number, array in enumerate(gradients(pictures, classes, others)):
                    yield f"{layer} {score} {classes[0]} {number}", array
    yield "guided", backend.compile_gradients(network, None, guided=True)(pictures, *named)[2]
    replaced = backend.compile_replaced(network, "second", lambda output, maps: output * 0 + maps)
    yield "replaced", replaced(pictures, np.random.default_rng(2).normal(size=(3, 4, 4, 4)).astype("float32"))
    attention = backend.compile_attention(network, ["attention"], "margin")
    for number, ((weights,), (gradients,)) in enumerate(
        [attention(pictures, *predicted), attention(pictures, *named)]
    ):
        yield f"attention {number}", weights
        yield f"gradients of attention {number}", gradients
    sure = LoadedModel(keras.Model(network.inputs[0], keras.ops.softmax(network.outputs[0] * 20)))
    single = LoadedModel(keras.Model(network.inputs[0], keras.ops.sigmoid(network.outputs[0][:, :1])))
    loaded = LoadedModel(network)
    for what, one, asked in (
        ("several layers", loaded, {"layer": "first,second", "method": "layercam"}),
        ("rollout", loaded, {"method": "rollout"}),
        ("relevance", loaded, {"method": "attention-relevance"}),
        ("softmax", sure, {"layer": "second"}),
        ("one output", single, {"layer": "second", "class_index": 0, "method": "hirescam"}),
    ):
        answers = one.explain(Question(Path(), pictures, **asked))
        yield (
            what,
            np.stack([one.heatmap.values * max(one.heatmap.maximum, 0) for one in answers if one.heatmap]),
        )
        yield f"{what}: logits", np.stack([one.logits for one in answers])


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_it_computes_what_tensorflow_computes(name: str, tmp_path: Path) -> None:
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("this process does not compute with TensorFlow")
    keras.utils.set_random_seed(5)
    here = network()
    weights = [
        np.random.default_rng(3).normal(0, 0.3, one.shape).astype("float32") for one in here.get_weights()
    ]
    here.set_weights([np.abs(one) if one.ndim == 1 else one for one in weights])
    np.savez(tmp_path / "weights.npz", *here.get_weights())
    done = subprocess.run(
        [sys.executable, "-m", "tests.keras.test_explain_backends", str(tmp_path)],
        env=os.environ | {"KERAS_BACKEND": name, "CUDA_VISIBLE_DEVICES": "-1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(tmp_path / "computed.npz") as there:
        for what, expected in computed(here):
            scale = np.abs(expected).max()
            assert scale > 0, what
            assert np.abs(there[what] - expected).max() <= 1e-4 * scale, what


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    model = network()
    with np.load(folder / "weights.npz") as saved:
        model.set_weights([saved[one] for one in saved.files])
    np.savez(folder / "computed.npz", **dict(computed(model)))
