"""Where a network with attention is explained: at its tokens, laid out as the patches that they stand for."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.layers import default_cam_layer
from cifar_core.explain.question import Question
from cifar_core.explain.tokens import same_values
from cifar_core.models.saved import open_network

layers = keras.layers


def pictures(count: int = 3) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


@keras.saving.register_keras_serializable("test_explain_tokens")
class ClassToken(layers.Layer):
    """Puts a token of its own before the others."""

    def build(self, shape: tuple[int, ...]) -> None:
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="random_normal")

    def call(self, tokens: Any) -> Any:
        own = keras.ops.tile(self.token, (keras.ops.shape(tokens)[0], 1, 1))
        return keras.ops.concatenate([own, tokens], axis=1)


def transformer(head: str, dtype: str = "float32") -> Any:
    """Two blocks of attention over 4×4 patches, eight wide; the answer from their mean or from a class token."""
    keras.utils.set_random_seed(4)
    pixels = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
    x = layers.Reshape((16, 8), name="sequence")(
        layers.Conv2D(8, 8, strides=8, name="patches", dtype=dtype)(x)
    )
    if head == "class token":
        x = ClassToken(name="with_token")(x)
    for block in (1, 2):
        normed = layers.LayerNormalization(name=f"norm_{block}")(x)
        attended = layers.MultiHeadAttention(2, 4, name=f"attention_{block}", dtype=dtype)(normed, normed)
        x = layers.Add(name=f"add_{block}")([x, attended])
    x = layers.LayerNormalization(name="norm")(x)
    x = x[:, 0] if head == "class token" else layers.GlobalAveragePooling1D()(x)
    return keras.Model(pixels, layers.Dense(3, name="logits")(x))


def test_a_mean_of_tokens_is_explained_at_the_last_of_them() -> None:
    """Behind them come a mean and one dense layer: the map adds up to the logit, less the bias."""
    network = transformer("mean")
    model = LoadedModel(network)
    kernel, bias = network.get_layer("logits").get_weights()
    tokens = keras.Model(network.inputs[0], network.get_layer("norm").output)(pictures().astype(np.float32))
    expected = np.maximum((np.asarray(tokens) @ kernel[:, 1] / 16).reshape(-1, 4, 4), 0)
    for method in ("hirescam", "gradcam"):
        answers = model.explain(Question(Path(), pictures(), 1, method=method))
        for answer, wanted in zip(answers, expected, strict=True):
            assert answer.heatmap is not None
            assert answer.heatmap.layer == "norm"
            got = answer.heatmap.values * max(answer.heatmap.maximum, 0)
            assert np.allclose(got, wanted, atol=1e-5)
    assert not bias.any()


def test_a_class_token_is_left_out_and_what_it_alone_reads_is_looked_at() -> None:
    """Behind the last attention no patch changes the answer: the last map is what goes into it."""
    model = LoadedModel(transformer("class token"))
    chosen = default_cam_layer(model.layers)
    assert (chosen.name, chosen.height, chosen.width, chosen.before) == ("norm_2", 4, 4, 1)
    (answer,) = model.explain(Question(Path(), pictures(1), 1, method="hirescam"))
    assert answer.heatmap is not None
    assert answer.heatmap.values.any()
    with pytest.raises(ExplainError, match="norm_2"):
        model.explain(Question(Path(), pictures(1), 1, "norm"))


def test_a_token_lies_where_its_patch_does_and_sees_what_it_has_looked_at() -> None:
    for head in ("mean", "class token"):
        places = {layer.name: layer.place for layer in LoadedModel(transformer(head)).layers}
        for name, last in (("norm_1", [7, 15, 23, 31]), ("add_1", [31] * 4)):
            place = places[name]
            assert place is not None
            assert place.rows.centres.tolist() == [3.5, 11.5, 19.5, 27.5]
            assert place.columns.last.tolist() == last


def test_last_digits_are_rounding_and_no_difference() -> None:
    ones = np.linspace(-1, 1, 9, dtype=np.float32)
    assert same_values(ones, ones + np.float32(3e-6))
    assert not same_values(ones, ones + np.float32(3e-5))
    assert same_values(np.zeros(3), np.zeros(3))


def test_attention_in_half_precision_is_opened_in_float32(tmp_path: Path) -> None:
    """Attention is made of dense layers, each with a precision of its own."""
    network = transformer("mean", "mixed_bfloat16")
    network.save(tmp_path / "model.keras")
    opened = open_network(tmp_path / "model.keras")
    assert {layer.compute_dtype for layer in opened._flatten_layers()} == {"float32"}
    full = transformer("mean")
    full.set_weights(network.get_weights())
    images = pictures().astype(np.float32)
    assert np.allclose(opened(images), full(images), atol=1e-6)
    assert not np.allclose(network(images), full(images), atol=1e-6)
