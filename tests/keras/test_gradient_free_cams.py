"""CAM, Score-CAM and Ablation-CAM of real Keras models, against plain loops and what is known of linear heads."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.question import Question
from cifar_core.explain.scores import SCORES, Score
from cifar_core.explain.spread import spread_maps

layers = keras.layers
SHAPE = (20, 24, 3)
PICTURES = np.random.default_rng(1).integers(0, 256, (2, *SHAPE), dtype=np.uint8)


def network(*head: Any) -> Any:
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Rescaling(1 / 128, -1),
            layers.Conv2D(4, 5, strides=3, activation="relu", name="early"),
            layers.Conv2D(6, 3, activation="relu", name="maps"),
            *head,
            layers.Dense(3, bias_initializer="ones", name="logits"),
        ]
    )


def pooled() -> Any:
    return network(layers.GlobalAveragePooling2D(), layers.Dropout(0.5))


def explain(model: Any, method: str, *, layer: str | None = None, score: Score = "logit") -> list[Heatmap]:
    asked = Question(Path(), PICTURES, 1, layer, method, score)
    maps = [answer.heatmap for answer in LoadedModel(model).explain(asked)]
    return [one for one in maps if one is not None]


def features_of(model: Any, layer: str, pictures: np.ndarray) -> np.ndarray:
    inner = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return np.asarray(inner(pictures.astype(np.float32)))


@pytest.mark.parametrize("score", SCORES)
def test_cam_is_grad_cam_times_the_number_of_cells(score: Score) -> None:
    for cam, grad_cam in zip(
        explain(pooled(), "cam", score=score), explain(pooled(), "gradcam", score=score), strict=True
    ):
        cells = cam.values.size
        assert cam.total == pytest.approx(grad_cam.total * cells, rel=1e-4)
        assert cam.values == pytest.approx(grad_cam.values, abs=1e-4)


def test_cam_and_the_bias_are_the_logit() -> None:
    model = pooled()
    logits = LoadedModel(model).predict(PICTURES)[:, 1]
    for cam, logit in zip(explain(model, "cam"), logits, strict=True):
        assert cam.total / cam.values.size + 1 == pytest.approx(logit, rel=1e-4)


def test_cam_knows_the_head_in_a_nested_model_and_without_bias() -> None:
    flat = pooled()
    nested = keras.Sequential(
        [
            keras.Input(SHAPE),
            keras.Sequential([keras.Input(SHAPE), *flat.layers[:3]], name="trunk"),
            *flat.layers[3:],
        ]
    )
    for one, other in zip(explain(nested, "cam"), explain(flat, "cam"), strict=True):
        assert one.layer == "trunk/maps"
        assert one.values == pytest.approx(other.values, abs=1e-5)


def test_cam_of_a_network_of_convolutions_alone_is_the_map_of_the_class() -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Rescaling(1 / 128, -1),
            layers.Conv2D(4, 5, strides=3, activation="relu"),
            layers.Conv2D(3, 1, name="maps"),
            layers.GlobalAveragePooling2D(),
        ]
    )
    for own, found in zip(features_of(model, "maps", PICTURES), explain(model, "cam"), strict=True):
        assert found.total == pytest.approx(own[:, :, 1].sum(), rel=1e-4)
        assert found.values * max(found.maximum, 0) == pytest.approx(np.maximum(own[:, :, 1], 0), abs=1e-5)


@pytest.mark.parametrize(
    "head",
    [
        lambda: [layers.Flatten()],
        lambda: [layers.GlobalMaxPooling2D()],
        lambda: [layers.GlobalAveragePooling2D(), layers.Dense(6, activation="relu")],
        lambda: [layers.BatchNormalization(beta_initializer="ones"), layers.GlobalAveragePooling2D()],
    ],
)
def test_another_head_has_no_cam(head: Any) -> None:
    with pytest.raises(ExplainError, match="global average pooling"):
        explain(network(*head()), "cam", layer="maps")


def test_an_earlier_layer_has_no_cam() -> None:
    with pytest.raises(ExplainError, match="global average pooling"):
        explain(pooled(), "cam", layer="early")


@pytest.mark.parametrize("score", ["logit", "log_probability"])
def test_ablation_cam_is_a_plain_loop_over_maps(score: Score) -> None:
    """Each map set to 0 in a network that is cut in two by hand."""
    model = network(layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(9, activation="gelu"))
    features = features_of(model, "maps", PICTURES)

    def scored(given: np.ndarray) -> float:
        logits = np.asarray(tail(given[None]), np.float64)[0]
        return logits[1] if score == "logit" else logits[1] - np.log(np.exp(logits).sum())

    tail = keras.Sequential([keras.Input(features.shape[1:]), *model.layers[3:]])
    for own, found in zip(features, explain(model, "ablationcam", layer="maps", score=score), strict=True):
        expected = np.zeros(own.shape[:2])
        for number in range(own.shape[2]):
            without = own.copy()
            without[:, :, number] = 0
            expected += (scored(own) - scored(without)) * own[:, :, number]
        expected[:, 4] = 0  # the pooling drops the last column
        assert found.values * max(found.maximum, 0) == pytest.approx(np.maximum(expected, 0), abs=1e-4)


def test_ablation_is_the_exact_slope_of_a_linear_head() -> None:
    """What is lost without a map is then its gradient times itself, added up."""
    model = network(layers.Flatten())
    kernel = model.layers[-1].get_weights()[0][:, 1]
    for own, found in zip(
        features_of(model, "maps", PICTURES), explain(model, "ablationcam", layer="maps"), strict=True
    ):
        slopes = (own * kernel.reshape(own.shape)).sum(axis=(0, 1))
        expected = np.maximum(own @ slopes, 0)
        assert found.values * max(found.maximum, 0) == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_ablation_with_a_way_around_the_layer() -> None:
    """The shortcut goes on with what the layer was given."""
    keras.utils.set_random_seed(2)
    pixels = keras.Input(SHAPE)
    x = layers.Conv2D(4, 3, strides=4, padding="same", name="first")(layers.Rescaling(1 / 255)(pixels))
    y = layers.Conv2D(4, 3, padding="same", name="second")(x)
    y = layers.Add()([x, y])
    model = keras.Model(pixels, layers.Dense(3)(layers.GlobalAveragePooling2D()(y)))
    kernel = model.layers[-1].get_weights()[0][:, 1]
    for own, found in zip(
        features_of(model, "second", PICTURES), explain(model, "ablationcam", layer="second"), strict=True
    ):
        expected = np.maximum(own @ (own.mean(axis=(0, 1)) * kernel), 0)
        assert found.values * max(found.maximum, 0) == pytest.approx(expected, rel=1e-3, abs=1e-5)


def test_score_cam_is_a_plain_loop_over_maps() -> None:
    model = network(layers.Flatten())
    loaded = LoadedModel(model)
    place = next(layer.place for layer in loaded.layers if layer.name == "maps")
    height, width = SHAPE[:2]
    for picture, own, found in zip(
        PICTURES, features_of(model, "maps", PICTURES), explain(model, "scorecam", layer="maps"), strict=True
    ):
        scores, kept = [], []
        for number in range(own.shape[2]):
            one = own[:, :, number]
            if one.max() == one.min():
                continue
            mask = spread_maps((one - one.min()) / np.ptp(one), place=place, height=height, width=width)
            shown = 127.5 + mask[..., None] * (picture - 127.5)
            scores.append(float(loaded.predict(shown[None].astype(np.float32))[0, 1]))
            kept.append(one)
        weights = np.exp(scores) / np.exp(scores).sum()
        expected = np.maximum(sum(weight * one for weight, one in zip(weights, kept, strict=True)), 0)
        assert found.values * max(found.maximum, 0) == pytest.approx(expected, rel=1e-3, abs=1e-5)


def test_score_cam_of_maps_that_say_nothing_is_empty() -> None:
    model = pooled()
    weights = model.get_weights()
    model.set_weights([np.zeros_like(one) for one in weights[:4]] + weights[4:])
    for found in explain(model, "scorecam", layer="maps"):
        assert found.is_empty
