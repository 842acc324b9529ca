"""Any form of network gets the right map, or a sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel, explain
from cifar_core.explain.layers import default_cam_layer
from cifar_core.explain.question import Question
from cifar_core.explain.scores import Score

layers = keras.layers
PIXELS = (12, 12, 3)
PICTURES = np.random.default_rng(1).integers(0, 256, (2, *PIXELS), dtype=np.uint8)


def stem() -> list[Any]:
    return [
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(5, 2, activation="relu", name="last"),
    ]


def flat_head() -> list[Any]:
    return [layers.Flatten(), layers.Dense(3)]


def pooled_head() -> list[Any]:
    return [layers.GlobalAveragePooling2D(), layers.Dense(6, activation="gelu"), layers.Dense(3)]


def functional(middle: Callable[[Any], Any], head: Callable[[], list[Any]] = pooled_head) -> Any:
    pixels = keras.Input(PIXELS)
    x = middle(pixels)
    for layer in head():
        x = layer(x)
    return keras.Model(pixels, x)


class Subclassed(keras.Model):
    """Has a call of its own, and no graph."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [*stem(), *pooled_head()]

    def call(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x


class Block(layers.Layer):
    """A layer of one's own, made of layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = layers.Conv2D(4, 3, padding="same"), layers.Conv2D(3, 3, padding="same")

    def call(self, x: Any) -> Any:
        return keras.ops.relu(x + self.second(self.first(x)))


def branches(pixels: Any) -> Any:
    ways = [
        layers.Conv2D(3, size, strides=2, padding="same", activation="relu")(pixels) for size in (1, 3, 5)
    ]
    return layers.Concatenate()(ways)


def squeeze_excite(pixels: Any) -> Any:
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(pixels)
    weights = layers.Dense(4, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return layers.Multiply()([x, weights])


def attention(pixels: Any) -> Any:
    x = layers.Rescaling(1 / 255)(pixels)
    x = layers.Reshape((16, 6))(layers.Conv2D(6, 3, strides=3)(x))
    normed = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 3)(normed, normed)])
    return layers.LayerNormalization()(x)


def token_head() -> list[Any]:
    return [layers.GlobalAveragePooling1D(), layers.Dense(3)]


def half() -> Any:
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = keras.Sequential(
        [keras.Input(PIXELS), *stem(), layers.Flatten(), layers.Dense(3, dtype="float32")]
    )
    keras.config.set_dtype_policy("float32")
    return network


FORMS: dict[str, Callable[[], Any]] = {
    "sequential": lambda: keras.Sequential([keras.Input(PIXELS), *stem(), *flat_head()]),
    "sequential without Input": lambda: keras.Sequential([*stem(), *flat_head()]),
    "functional, pooled": lambda: functional(keras.Sequential(stem())),
    "functional, flat": lambda: functional(keras.Sequential(stem()), flat_head),
    "subclassed": Subclassed,
    "nested": lambda: keras.Sequential([keras.Sequential(stem()), keras.Sequential(pooled_head())]),
    "a block of one's own": lambda: functional(lambda pixels: Block()(layers.Rescaling(1 / 255)(pixels))),
    "branches": lambda: functional(branches),
    "squeeze and excitation": lambda: functional(squeeze_excite),
    "attention": lambda: functional(attention, token_head),
    "bfloat16": half,
}


@pytest.mark.parametrize("form", [*FORMS, "reloaded"])
def test_the_map_is_the_slope_of_the_logit(form: str, tmp_path: Path) -> None:
    """HiResCAM adds up to how fast the logit grows as the whole output of the layer does: found here by trying."""
    keras.utils.set_random_seed(7)
    network = FORMS["sequential" if form == "reloaded" else form]()
    if form == "reloaded":
        network.save(tmp_path / "model.keras")
        network = keras.saving.load_model(tmp_path / "model.keras")
    answers = explain(network, PICTURES, method="hirescam", class_index=1)
    known = getattr(network, "input_shape", None) == (None, *PIXELS)
    model = LoadedModel(network if known else functional(network, list))
    layer = default_cam_layer(model.layers)
    features = layer.as_maps(
        model.compiled.gradients(layer.name, "logit")(PICTURES, np.ones(2, np.int32), np.ones(2, np.int32))[1]
    )
    step = 0.1 if form == "bfloat16" else 0.01
    more, less = (model.compiled.replaced(layer)(PICTURES, features * (1 + by))[:, 1] for by in (step, -step))
    for answer, slope in zip(answers, (more - less) / (2 * step), strict=True):
        assert answer.heatmap is not None
        assert str(answer.heatmap.layer).split("/")[-1] == layer.name.split("/")[-1]
        assert answer.heatmap.values.shape == (layer.height, layer.width)
        assert answer.heatmap.total == pytest.approx(slope, rel=0.1 if form == "bfloat16" else 0.02, abs=1e-3)


@pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize` method")
def test_int8_weights_are_explained_by_the_slope_of_what_they_stand_for() -> None:
    keras.utils.set_random_seed(7)
    network = FORMS["sequential"]()
    (before, _) = explain(network, PICTURES, method="hirescam", class_index=1)
    network.quantize("int8")
    (after, _) = explain(network, PICTURES, method="hirescam", class_index=1)
    assert before.heatmap is not None
    assert after.heatmap is not None
    assert np.abs(after.heatmap.values - before.heatmap.values).max() < 0.1


def test_a_network_of_dense_layers_is_explained_at_its_pixels() -> None:
    network = keras.Sequential([keras.Input(PIXELS), layers.Flatten(), layers.Dense(3)])
    (answer, _) = explain(network, PICTURES)
    assert answer.heatmap is not None
    assert answer.heatmap.layer is None
    assert answer.instead_of == "Grad-CAM"


class Squashed(keras.Model):
    """Ends in a softmax in its call."""

    def __init__(self, inner: Any, squash: Callable[[Any], Any]) -> None:
        super().__init__()
        self.inner, self.squash = inner, squash

    def call(self, x: Any) -> Any:
        return self.squash(self.inner(x))


def by_hand(x: Any) -> Any:
    """A softmax that nobody recognises as one."""
    shares = keras.ops.exp(x - keras.ops.max(x, axis=1, keepdims=True))
    return shares / keras.ops.sum(shares, axis=1, keepdims=True)


def with_activation(network: Any, name: str) -> Any:
    network.layers[-1].activation = keras.activations.get(name)
    return network


ENDS: dict[str, Callable[[Any], Any]] = {
    "activation": lambda network: with_activation(network, "softmax"),
    "layer": lambda network: keras.Sequential([keras.Input(PIXELS), *network.layers, layers.Softmax()]),
    "activation layer": lambda network: keras.Sequential([network, layers.Activation("softmax")]),
    "operation of a graph": lambda network: functional(lambda x: keras.ops.softmax(network(x)), list),
    "nested": lambda network: functional(with_activation(network, "softmax"), list),
    "call": lambda network: Squashed(network, keras.ops.softmax),
    "call, by hand": lambda network: Squashed(network, by_hand),
}


@pytest.mark.parametrize("end", ENDS)
def test_of_probabilities_the_logits_are_explained(end: str) -> None:
    keras.utils.set_random_seed(7)
    plain = FORMS["sequential"]()
    squashed = keras.models.clone_model(plain)
    squashed.set_weights(plain.get_weights())
    squashed = ENDS[end](squashed)
    before = np.asarray(squashed(PICTURES.astype("float32")))
    assert before.sum(axis=1) == pytest.approx(1)
    # Logarithms of probabilities are logits up to one number: what is explained is how far apart two classes are.
    score: Score = "margin" if end == "call, by hand" else "logit"
    both = zip(explain(squashed, PICTURES, score=score), explain(plain, PICTURES, score=score), strict=True)
    for got, wanted in both:
        assert np.allclose(got.probabilities, wanted.probabilities, atol=1e-5)
        assert np.allclose(got.logits, wanted.logits, atol=1e-5) == (score == "logit")
        assert got.heatmap is not None
        assert wanted.heatmap is not None
        assert wanted.heatmap.maximum > 0
        assert got.heatmap.maximum == pytest.approx(wanted.heatmap.maximum, rel=1e-3)
        assert np.allclose(got.heatmap.values, wanted.heatmap.values, atol=1e-3)
    assert np.array_equal(np.asarray(squashed(PICTURES.astype("float32"))), before)  # it is as it was


def test_a_softmax_on_the_way_is_no_end() -> None:
    """Weights of a mixture are left alone: the answer is what it was."""
    keras.utils.set_random_seed(7)
    pixels = keras.Input(PIXELS)
    ways = [layers.Dense(3)(layers.Flatten()(layers.Conv2D(3, 5, strides=3)(pixels))) for _ in "ab"]
    network = keras.Model(pixels, layers.Multiply()([layers.Softmax()(ways[0]), ways[1]]))
    (answer, _) = explain(network, PICTURES)
    assert answer.logits == pytest.approx(np.asarray(network(PICTURES.astype("float32")))[0], rel=1e-4)


def one_output(end: str) -> tuple[Any, Any]:
    """A network with one output, and the same with its logit."""
    keras.utils.set_random_seed(7)
    plain = keras.Sequential([keras.Input(PIXELS), *stem(), layers.GlobalAveragePooling2D(), layers.Dense(1)])
    plain.layers[-1].bias.assign([0.3])
    other = keras.models.clone_model(plain)
    other.set_weights(plain.get_weights())
    if end == "sigmoid":
        other = with_activation(other, "sigmoid")
    elif end == "call":
        other = functional(Squashed(other, keras.ops.sigmoid), list)
    return other, plain


@pytest.mark.parametrize("end", ["sigmoid", "logit", "call"])
def test_one_output_speaks_for_the_second_class_and_against_the_first(end: str) -> None:
    """Worked out by hand: the map is feature times weight over the cells, and its sign that of the class."""
    network, plain = one_output(end)
    loaded = LoadedModel(network)
    given = PICTURES.astype("float32")
    logits = np.asarray(plain(given))[:, 0]
    features = np.asarray(keras.Model(plain.inputs[0], plain.get_layer("last").output)(given))
    for class_index, sign in ((0, -1), (1, 1)):
        answers = loaded.explain(Question(Path(), PICTURES, class_index, method="hirescam"))
        wanted = sign * (features @ plain.layers[-1].kernel.numpy()[:, 0]) / features[0, ..., 0].size
        for answer, logit, evidence in zip(answers, logits, wanted, strict=True):
            assert answer.score == "logit"
            assert answer.against is None
            assert answer.probabilities[1] == pytest.approx(1 / (1 + np.exp(-logit)), rel=1e-4)
            assert answer.heatmap is not None
            used = answer.heatmap.place.used if answer.heatmap.place else np.ones(evidence.shape, bool)
            assert answer.heatmap.total == pytest.approx(evidence[used].sum(), rel=1e-3)
            assert answer.heatmap.maximum == pytest.approx(evidence.max(where=used, initial=0), rel=1e-3)
    for answer, logit in zip(loaded.explain(Question(Path(), PICTURES, method="cam")), logits, strict=True):
        assert answer.class_index == int(logit > 0)
        assert answer.heatmap is not None
        assert answer.heatmap.total / answer.heatmap.values.size == pytest.approx(
            abs(logit) - (0.3 if logit > 0 else -0.3), rel=1e-3
        )
    with pytest.raises(ExplainError, match="no class number 2"):
        loaded.explain(Question(Path(), PICTURES, 2))


def test_a_sure_network_of_one_output_still_has_a_map() -> None:
    network, plain = one_output("sigmoid")
    for one in (network, plain):
        one.layers[-1].kernel.assign(one.layers[-1].kernel * 1e4)
    assert set(np.asarray(network(PICTURES.astype("float32"))).ravel()) <= {0.0, 1.0}
    for got, wanted in zip(explain(network, PICTURES), explain(plain, PICTURES), strict=True):
        assert got.heatmap is not None
        assert wanted.heatmap is not None
        assert got.heatmap.maximum == pytest.approx(wanted.heatmap.maximum, rel=1e-4) != 0


def test_channels_first_is_explained_where_the_library_computes_it() -> None:
    """As the same network channels last; a sentence where TensorFlow has no such convolution on this processor."""
    keras.utils.set_random_seed(8)
    pixels = keras.Input(PIXELS)
    convolutions = [
        layers.Conv2D(4, 3, data_format=order, name="last") for order in ("channels_first", "channels_last")
    ]
    to_first, dense = layers.Permute((3, 1, 2)), layers.Dense(3)
    first = keras.Model(pixels, dense(layers.Flatten()(convolutions[0](to_first(pixels)))))
    last = keras.Model(pixels, dense(layers.Flatten()(layers.Permute((3, 1, 2))(convolutions[1](pixels)))))
    convolutions[1].set_weights(convolutions[0].get_weights())
    try:
        first(PICTURES.astype("float32"))
    except Exception:
        with pytest.raises(ExplainError, match="channels first"):
            explain(first, PICTURES)
        return
    for got, wanted in zip(
        *(explain(one, PICTURES, method="hirescam") for one in (first, last)), strict=True
    ):
        assert got.heatmap is not None
        assert wanted.heatmap is not None
        assert got.heatmap.values == pytest.approx(wanted.heatmap.values, abs=1e-4)
        assert got.heatmap.maximum == pytest.approx(wanted.heatmap.maximum, rel=1e-4) != 0
