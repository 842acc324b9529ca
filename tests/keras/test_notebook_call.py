"""Explaining any Keras model with one call: another size, another number of classes, with and without a graph."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain import evidence
from cifar_core.explain.explainer import LoadedModel, explain
from cifar_core.explain.methods.registry import METHODS
from cifar_core.explain.question import Question
from cifar_core.explain.spread import spread_maps

layers = keras.layers
PICTURES = np.random.default_rng(4).integers(0, 256, (2, 48, 64, 3), dtype=np.uint8)


def stack() -> list[Any]:
    keras.utils.set_random_seed(8)
    return [
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 7, strides=4, activation="relu", name="early"),
        layers.Conv2D(5, 3, activation="relu", name="maps"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3),
    ]


def functional(shape: tuple[int | None, ...] = (48, 64, 3)) -> Any:
    pixels = x = keras.Input(shape)
    for layer in stack():
        x = layer(x)
    return keras.Model(pixels, x)


class Subclassed(keras.Model):  # type: ignore[misc]
    """Has no graph and knows no size."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = stack()

    def call(self, x: Any) -> Any:
        for step in self.steps:
            x = step(x)
        return x


@pytest.mark.parametrize("method", [one.id for one in METHODS.values() if not one.at_patches])
def test_every_method_explains_a_functional_model_of_another_size(method: str) -> None:
    shares: list[float] = []
    answers = explain(functional(), PICTURES, method=method, class_index=2, told=shares.append)
    for answer in answers:
        assert answer.class_index == 2
        assert answer.logits.shape == (3,)
        assert answer.heatmap is not None
        assert answer.heatmap.method == method
        at_pixels = METHODS[method].at_pixels
        assert answer.heatmap.values.shape == ((48, 64) if at_pixels else (9, 13))
        assert np.isfinite(answer.heatmap.values).all()
        assert answer.heatmap.place is not None
    assert shares == sorted(shares)


@pytest.mark.parametrize(
    "method", ["gradcam", "cam", "ablationcam", "scorecam", "guided-backprop", "occlusion"]
)
def test_a_model_without_a_graph_or_a_size_has_the_same_maps(method: str) -> None:
    wanted = explain(functional(), PICTURES, method=method)
    sequential = keras.Sequential(stack())
    for network in (Subclassed(), functional((None, None, 3)), sequential):
        for answer, other in zip(explain(network, PICTURES, method=method), wanted, strict=True):
            assert answer.heatmap is not None
            assert other.heatmap is not None
            assert answer.logits == pytest.approx(other.logits, abs=1e-5)
            place = other.heatmap.place
            assert place is not None
            # Without a graph nobody knows where maps lie, nor which border is blind.
            if method != "scorecam" or answer.heatmap.place is not None:
                assert answer.heatmap.values[place.used] == pytest.approx(
                    other.heatmap.values[place.used], abs=1e-4
                )


def test_maps_of_several_layers_are_one_by_hand() -> None:
    """Each spread over the picture as a share of its maximum, and the mean taken."""
    network = functional()
    alone = [explain(network, PICTURES, method="layercam", layer=name) for name in ("early", "maps")]
    together = explain(network, PICTURES, method="layercam", layer="early, maps,early")
    for first, second, both in zip(*alone, together, strict=True):
        spread = [
            spread_maps(one.heatmap.values, place=one.heatmap.place, height=48, width=64)
            for one in (first, second)
            if one.heatmap is not None
        ]
        mean = (spread[0] + spread[1]) / 2
        assert both.heatmap is not None
        assert both.heatmap.place is not None
        mean[~both.heatmap.place.used] = 0
        assert both.heatmap.layer == "early,maps"
        assert both.heatmap.maximum == pytest.approx(mean.max())
        assert mean.max() > 0.4
        assert both.heatmap.values == pytest.approx(mean / mean.max(), abs=1e-5)
    with pytest.raises(ExplainError, match="no map at a layer “nowhere”"):
        explain(network, PICTURES, layer="maps,nowhere")


def test_many_pictures_go_through_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same maps as of all at once, with a word between two batches; what the word raises ends the work."""
    loaded, many = LoadedModel(functional()), np.concatenate([PICTURES, 255 - PICTURES] * 5)
    wanted = loaded.explain(Question(Path(), many))
    monkeypatch.setattr(evidence, "BATCH_PIXELS", 1)
    shares: list[float] = []
    for answer, other in zip(loaded.explain(Question(Path(), many), shares.append), wanted, strict=True):
        assert answer.class_index == other.class_index
        assert answer.logits == pytest.approx(other.logits, abs=1e-4)
        assert answer.heatmap is not None
        assert other.heatmap is not None
        assert answer.heatmap.values == pytest.approx(other.heatmap.values, abs=1e-4)
    assert shares == pytest.approx([0.4, 0.8, 1.0])
    classes = tuple(range(3)) * 6 + (1, 0)
    one_each = loaded.explain(Question(Path(), many, classes))
    assert tuple(one.class_index for one in one_each) == classes
    shares = []
    loaded.explain(Question(Path(), many, method="cam"), shares.append)
    assert len(shares) == 23
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)

    def leave(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loaded.explain(Question(Path(), many), leave)


def test_pixels_need_not_be_whole_numbers() -> None:
    (whole,), (same,) = (
        explain(functional(), one, method="rise") for one in (PICTURES[:1], PICTURES[:1] * 1.0)
    )
    assert whole.heatmap is not None
    assert same.heatmap is not None
    assert np.array_equal(whole.heatmap.values, same.heatmap.values)


def test_what_does_not_fit_is_a_sentence() -> None:
    with pytest.raises(ExplainError, match=r"takes pictures of the shape \(48, 64, 3\)"):
        explain(functional(), PICTURES[:, :32])
    with pytest.raises(ExplainError, match=r"\(N, H, W, 3\)"):
        explain(functional(), PICTURES[0])
    with pytest.raises(ExplainError, match="no class number 3"):
        explain(functional(), PICTURES, class_index=3)
