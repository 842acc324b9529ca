"""Grad-CAM of real Keras models: by hand, in batches, from disk, nested, with shortcuts, in half precision."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.backends.backend import current_backend
from cifar_core.explain.explainer import Explainer, LoadedModel
from cifar_core.explain.layers import default_cam_layer
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import Score
from cifar_core.models.registry import MODELS

layers = keras.layers


def explain(
    model: LoadedModel, images: np.ndarray, *, class_index: int | None = None, layer: str | None = None
) -> tuple[Explanation, ...]:
    return model.explain(Question(Path(), images, class_index, layer))


def pictures(count: int = 5) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


def fixed_model(factor: float = 1.0) -> Any:
    """Two maps of 2×2: red and green of the top left pixel of each quadrant; logits add them up as given."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(2, 16, strides=16, use_bias=False, activation="relu", name="conv"),
            layers.Flatten(),
            layers.Dense(3, use_bias=False, name="logits"),
        ]
    )
    kernel = np.zeros((16, 16, 3, 2), np.float32)
    kernel[0, 0, 0, 0] = kernel[0, 0, 1, 1] = 1
    # Flattened order: red and green of top left, top right, bottom left, bottom right.
    weights = np.zeros((8, 3), np.float32)
    weights[:, 0] = [2, 0, 0, -1, 0, -1, 0, 0]  # red mean 1/2, green mean −1/2
    weights[:, 1] = [-1, -1, -1, -1, -1, -1, -1, -1]  # everything speaks against class 1
    weights[:, 2] = [0, 0, 0, 4, 0, 0, 0, 0]  # green mean 1
    model.set_weights([kernel, weights * factor])
    return model


def fixed_picture() -> np.ndarray:
    picture = np.full((32, 32, 3), 77, np.uint8)
    for row in (0, 16):
        for column in (0, 16):
            picture[row, column] = 0
    picture[0, 0, 0], picture[0, 16, 0], picture[16, 0, 0], picture[16, 16, 0] = 10, 20, 30, 40
    picture[0, 0, 1] = 40
    return picture


@pytest.mark.parametrize("factor", [1.0, 1000.0])
def test_by_hand(factor: float) -> None:
    """Red 10 20 30 40 and green 40 0 0 0; factor 1000 saturates any softmax, yet the logit's map is the same."""
    model = LoadedModel(fixed_model(factor))
    (first,) = explain(model, fixed_picture()[None], class_index=0)
    assert first.heatmap is not None
    assert first.logits.tolist() == [20 * factor, -140 * factor, 0]
    # 1/2 · red − 1/2 · green = −15, 10, 15, 20
    assert first.heatmap.maximum == 20 * factor
    assert first.heatmap.values.tolist() == [[0.0, 0.5], [0.75, 1.0]]
    assert (first.heatmap.layer, first.heatmap.class_index) == ("conv", 0)

    (against,) = explain(model, fixed_picture()[None], class_index=1)
    assert against.heatmap is not None
    assert against.heatmap.is_empty
    assert against.heatmap.values.tolist() == [[0.0, 0.0], [0.0, 0.0]]

    (third,) = explain(model, fixed_picture()[None], class_index=2)
    assert third.heatmap is not None
    assert third.heatmap.values.tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert third.heatmap.maximum == 40 * factor


def test_without_a_class_the_predicted_one_is_explained() -> None:
    explained = explain(LoadedModel(fixed_model()), fixed_picture()[None])[0]
    assert explained.class_index == explained.predicted == 0
    assert explained.heatmap is not None
    assert explained.heatmap.values.tolist() == [[0.0, 0.5], [0.75, 1.0]]


def test_a_class_for_each_picture_by_hand() -> None:
    """The maps of :func:`test_by_hand`, in one question; a margin is to the most probable other class of each."""
    model = LoadedModel(fixed_model())
    three = fixed_picture()[None].repeat(3, axis=0)
    answers = model.explain(Question(Path(), three, (2, 0, 1)))
    assert [one.class_index for one in answers] == [2, 0, 1]
    maps = [one.heatmap.values.tolist() for one in answers if one.heatmap is not None]
    assert maps == [[[1, 0], [0, 0]], [[0, 0.5], [0.75, 1]], [[0, 0], [0, 0]]]
    assert [one.heatmap.maximum for one in answers if one.heatmap is not None][:2] == [40, 20]
    against = model.explain(Question(Path(), three, (2, 0, 1), score="margin"))
    assert [one.against for one in against] == [0, 2, 0]  # logits 20, −140, 0
    with pytest.raises(ExplainError, match="it knows 0 to 2"):
        model.explain(Question(Path(), three, (0, 1, 3)))
    with pytest.raises(ExplainError, match="one class for each picture: 3, and these are 2"):
        model.explain(Question(Path(), three, (0, 1)))


def small_cnn() -> Any:
    keras.utils.set_random_seed(1)
    pixels = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 255)(pixels)
    x = layers.Conv2D(4, 3, activation="relu", name="conv_1")(x)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(4)(x)
    x = layers.Conv2D(6, 3, name="conv_2")(x)
    x = layers.ReLU(name="relu_2")(x)
    x = layers.Flatten()(x)
    return keras.Model(pixels, layers.Dense(4, dtype="float32")(x))


def test_batch_and_single_agree() -> None:
    model = LoadedModel(small_cnn())
    together = explain(model, pictures())
    for picture, answer in zip(pictures(), together, strict=True):
        (alone,) = explain(model, picture[None])
        assert np.allclose(alone.logits, answer.logits, atol=1e-5)
        assert alone.class_index == answer.class_index
        assert alone.heatmap is not None
        assert answer.heatmap is not None
        assert np.allclose(alone.heatmap.values, answer.heatmap.values, atol=1e-4)


def test_agrees_with_a_plain_gradient() -> None:
    """The same map from a model cut in two by hand, the linear head differentiated on paper."""
    network = small_cnn()
    trunk = keras.Model(network.inputs[0], network.get_layer("relu_2").output)
    dense = network.layers[-1].get_weights()[0]
    features = np.asarray(trunk(pictures(1).astype(np.float32)))
    gradient = dense[:, 2].reshape(features.shape[1:])  # the head is linear: its weights are the gradient
    expected = np.maximum(np.einsum("hwk,k->hw", features[0], gradient.mean(axis=(0, 1))), 0)
    (answer,) = explain(LoadedModel(network), pictures(1), class_index=2)
    assert answer.heatmap is not None
    assert answer.heatmap.layer == "relu_2"
    assert np.allclose(answer.heatmap.values * max(answer.heatmap.maximum, 0), expected, atol=1e-4)


def test_what_is_scored_is_a_choice() -> None:
    """The score is a sum of logits, so that its gradient is the same sum of theirs."""
    network, images = fixed_model(0.01), pictures()
    logits = LoadedModel(network).predict(images)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    first, last = (np.full(len(images), index, np.int32) for index in (0, 2))

    def gradient(score: Score, classes: np.ndarray, others: np.ndarray = last) -> np.ndarray:
        return current_backend().compile_gradients(network, "conv", score)(images, classes, others)[2]

    each = np.stack([gradient("logit", np.full(len(images), index, np.int32)) for index in range(3)])
    assert np.allclose(gradient("margin", first), each[0] - each[2], atol=1e-6)
    expected = each[0] - np.einsum("nc,cnhwk->nhwk", probabilities, each)
    assert np.allclose(gradient("log_probability", first), expected, atol=1e-5)
    # Against the most probable other: that one is named, for the predicted class too.
    answers = LoadedModel(network).explain(Question(Path(), images, score="margin"))
    order = np.argsort(-logits, axis=1)
    assert [(one.class_index, one.against) for one in answers] == [tuple(row[:2]) for row in order.tolist()]
    runner_up = gradient("margin", order[:, 0].astype(np.int32), np.full(len(images), -1, np.int32))
    rows = np.arange(len(images))
    assert np.allclose(runner_up, each[order[:, 0], rows] - each[order[:, 1], rows], atol=1e-6)


def test_a_sure_network_of_two_classes_has_a_map_against_the_other() -> None:
    """Nothing ever speaks for its first class but what speaks against the second."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(1, 16, strides=16, use_bias=False, activation="relu", name="conv"),
            layers.Flatten(),
            layers.Dense(2, use_bias=False, name="logits"),
        ]
    )
    weights = np.full((4, 2), [-0.001, -1], np.float32)
    model.set_weights([np.ones((16, 16, 3, 1), np.float32), weights])
    loaded = LoadedModel(model)
    for answer in loaded.explain(Question(Path(), pictures())):
        assert answer.predicted == 0
        assert answer.probabilities[0] == pytest.approx(1)
        assert answer.heatmap is not None
        assert answer.heatmap.is_empty
    for answer in loaded.explain(Question(Path(), pictures(), score="margin")):
        assert (answer.class_index, answer.against) == (0, 1)
        assert answer.heatmap is not None
        assert not answer.heatmap.is_empty


def test_cells_that_change_no_answer_get_no_heat() -> None:
    model = LoadedModel(MODELS["cnn-7x7"].build(10))
    for answer in explain(model, pictures(), class_index=3, layer="conv_3"):
        assert answer.heatmap is not None
        assert answer.heatmap.place is not None
        assert answer.heatmap.place.rows.centres.tolist() == [10.5, 14.5, 18.5]
        assert not answer.heatmap.values[2].any()
        assert not answer.heatmap.values[:, 2].any()
        assert answer.used is not None
        assert int(answer.used.sum()) == 26 * 26
    changed = pictures().copy()
    changed[:, 26:] = 0
    changed[:, :, 26:] = 255
    assert np.array_equal(model.predict(changed), model.predict(pictures()))


def test_layers_in_the_order_of_computation() -> None:
    found = LoadedModel(small_cnn()).layers
    assert [(layer.name, layer.height, layer.width, layer.channels) for layer in found] == [
        ("conv_1", 30, 30, 4),
        ("conv_2", 5, 5, 6),
        ("relu_2", 5, 5, 6),
    ]


def test_another_layer_can_be_chosen() -> None:
    (answer,) = explain(LoadedModel(small_cnn()), pictures(1), layer="conv_1")
    assert answer.heatmap is not None
    assert answer.heatmap.values.shape == (30, 30)
    with pytest.raises(ExplainError, match="conv_1, conv_2, relu_2"):
        explain(LoadedModel(small_cnn()), pictures(1), layer="conv_9")


def test_sequential_from_disk(tmp_path: Path) -> None:
    network = fixed_model()
    network.save(tmp_path / "model.keras")
    (answer,) = explain(Explainer().model(tmp_path / "model.keras"), fixed_picture()[None], class_index=0)
    assert answer.heatmap is not None
    assert answer.heatmap.values.tolist() == [[0.0, 0.5], [0.75, 1.0]]


def test_nested_model(tmp_path: Path) -> None:
    flat = small_cnn()
    inner = keras.Sequential([keras.Input((32, 32, 3)), *flat.layers[1:5]], name="stem")
    outer = keras.Sequential([keras.Input((32, 32, 3)), inner, *flat.layers[5:]])
    outer.save(tmp_path / "model.keras")
    nested = Explainer().model(tmp_path / "model.keras")
    assert [layer.name for layer in nested.layers] == ["stem/conv_1", "conv_2", "relu_2"]
    for name in ("conv_1", "relu_2"):
        path = "stem/conv_1" if name == "conv_1" else name
        (expected,) = explain(LoadedModel(flat), pictures(1), layer=name)
        (answer,) = explain(nested, pictures(1), layer=path)
        assert answer.heatmap is not None
        assert expected.heatmap is not None
        assert np.allclose(answer.heatmap.values, expected.heatmap.values, atol=1e-5)


def test_shortcut_around_the_layer() -> None:
    keras.utils.set_random_seed(2)
    pixels = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 3, strides=4, padding="same", activation="relu", name="first")(pixels)
    y = layers.Conv2D(4, 3, padding="same", name="second")(x)
    y = layers.ReLU(name="end")(layers.Add(name="sum")([x, y]))
    model = LoadedModel(keras.Model(pixels, layers.Dense(3)(layers.GlobalAveragePooling2D()(y))))
    assert default_cam_layer(model.layers).name == "end"
    (answer,) = explain(model, pictures(1), layer="second")
    assert answer.heatmap is not None
    assert answer.heatmap.values.shape == (8, 8)


def test_half_precision_is_explained_in_full(tmp_path: Path) -> None:
    expected = explain(LoadedModel(small_cnn()), pictures())
    full = small_cnn()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        half = small_cnn()
    finally:
        keras.config.set_dtype_policy("float32")
    half.set_weights(full.get_weights())
    half.save(tmp_path / "model.keras")
    for answer, wanted in zip(
        explain(Explainer().model(tmp_path / "model.keras"), pictures()), expected, strict=True
    ):
        assert np.allclose(answer.logits, wanted.logits, atol=1e-5)
        assert answer.heatmap is not None
        assert wanted.heatmap is not None
        assert np.allclose(answer.heatmap.values, wanted.heatmap.values, atol=1e-4)


def test_a_network_without_convolutions_is_explained_at_its_pixels() -> None:
    network = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(3)])
    (answer,) = explain(LoadedModel(network), pictures(1), class_index=2)
    assert answer.class_index == 2
    assert answer.instead_of == "Grad-CAM"
    assert answer.heatmap is not None
    assert (answer.heatmap.method, answer.heatmap.layer) == ("occlusion", None)
    assert answer.heatmap.values.shape == (32, 32)
    assert np.allclose(answer.logits, np.asarray(network(pictures(1).astype(np.float32)))[0], atol=1e-3)


def test_every_layer_is_left_as_it_was() -> None:
    network = small_cnn()
    explain(LoadedModel(network), pictures(1))
    assert not any("call" in vars(layer) for layer in network.layers)


def test_a_class_that_is_not_there() -> None:
    with pytest.raises(ExplainError, match="it knows 0 to 2"):
        explain(LoadedModel(fixed_model()), pictures(1), class_index=3)


def test_a_diverged_network_is_a_sentence() -> None:
    with pytest.raises(ExplainError, match="diverged"):
        explain(LoadedModel(fixed_model(float("nan"))), pictures(1))


def test_what_is_not_a_model_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExplainError, match="no saved model"):
        Explainer().model(tmp_path / "model.keras")
    (tmp_path / "model.keras").write_bytes(b"nonsense")
    with pytest.raises(ExplainError, match="cannot be opened"):
        Explainer().model(tmp_path / "model.keras")
    other = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(3)])
    other.save(tmp_path / "other.keras")
    with pytest.raises(ExplainError, match=r"\(None, 28, 28, 1\)"):
        Explainer().model(tmp_path / "other.keras")


def test_code_in_a_model_file_is_not_run(tmp_path: Path) -> None:
    network = keras.Sequential(
        [keras.Input((32, 32, 3)), layers.Lambda(lambda x: x), layers.Flatten(), layers.Dense(2)]
    )
    network.save(tmp_path / "model.keras")
    with pytest.raises(ExplainError, match=r"cannot be opened.*[Ll]ambda"):
        Explainer().model(tmp_path / "model.keras")


def test_what_plain_keras_does_not_know_is_named(tmp_path: Path) -> None:
    def home_made(shape: tuple[int, ...], dtype: str | None = None) -> Any:
        return keras.ops.zeros(shape, dtype)

    pixels = keras.Input((32, 32, 3))
    made = layers.Dense(2, kernel_initializer=home_made)(layers.Flatten()(pixels))
    keras.Model(pixels, made).save(tmp_path / "model.keras")
    with pytest.raises(ExplainError, match="home_made") as caught:
        Explainer().model(tmp_path / "model.keras")
    assert "get_config" not in str(caught.value)  # Keras's advice to who wrote the layer


def test_a_model_is_loaded_again_when_its_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    fixed_model().save(path)
    explainer = Explainer(kept=1)
    first = explainer.model(path)
    assert explainer.model(path) is first
    fixed_model(2.0).save(path)
    second = explainer.model(path)
    assert second is not first
    assert second.predict(fixed_picture()[None]).tolist() == [[40, -280, 0]]
    fixed_model().save(tmp_path / "another.keras")
    explainer.model(tmp_path / "another.keras")
    assert explainer.model(path) is not second  # only one is kept


def test_a_backend_that_has_no_file_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert current_backend().__name__ == f"cifar_core.explain.backends.{keras.backend.backend()}"
    monkeypatch.setattr(keras.backend, "backend", lambda: "openvino")
    with pytest.raises(ExplainError, match="backend “openvino” yet"):
        current_backend()
