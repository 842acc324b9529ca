"""ImageNet's weights are stood in for by random ones: tests download nothing."""

from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ConfigError, RunError
from cifar_core.models.registry import MODELS, model_of
from cifar_core.models.spec import SCRATCH
from cifar_core.recipes.config import TrainingConfig

APPLICATIONS = {"mobilenetv3-small": "MobileNetV3Small", "efficientnetv2-b0": "EfficientNetV2B0"}


@pytest.mark.parametrize("model", APPLICATIONS)
def test_all_layers_but_the_last_take_the_pretrained_weights(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = APPLICATIONS[model]
    make = getattr(keras.applications, application)
    asked: list[Any] = []
    pretrained: list[Any] = []

    def stand_in(*, weights: str, **options: Any) -> Any:
        asked.append(weights)
        pretrained.append(make(weights=None, **options))
        for variable in pretrained[0].weights:
            variable.assign(np.random.default_rng(0).normal(size=variable.shape))
        return pretrained[0]

    spec = MODELS[model]
    network = spec.build(10)
    head = [np.array(value) for value in network.get_layer("logits").get_weights()]
    monkeypatch.setattr(keras.applications, application, stand_in)
    assert spec.load_pretrained is not None
    spec.load_pretrained(network)

    assert asked == ["imagenet"]
    ours = network.weights[: -len(head)]
    assert len(ours) == len(pretrained[0].weights) > 100
    for mine, theirs in zip(ours, pretrained[0].weights, strict=True):
        assert mine.path == theirs.path
        np.testing.assert_array_equal(np.array(mine), np.array(theirs))
    for now, before in zip(network.get_layer("logits").get_weights(), head, strict=True):
        np.testing.assert_array_equal(now, before)


def test_without_a_connection_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**options: Any) -> Any:
        raise OSError("URL fetch failure")

    spec = MODELS["mobilenetv3-small"]
    monkeypatch.setattr(keras.applications, "MobileNetV3Small", unreachable)
    assert spec.load_pretrained is not None
    with pytest.raises(RunError, match=r"MobileNetV3Small .* connection to the internet.* from scratch"):
        spec.load_pretrained(None)


@pytest.mark.parametrize("model", APPLICATIONS)
def test_from_scratch_differs_in_where_the_weights_begin(model: str) -> None:
    presets = MODELS[model].presets
    assert MODELS[model].recipe.initial_weights == "imagenet"
    assert presets[SCRATCH].initial_weights == "random"


def test_a_model_without_pretrained_weights_refuses_them() -> None:
    values = {"name": "try", "model": "cnn-2conv", "data": "drawn", "initial_weights": "imagenet"}
    with pytest.raises(ConfigError, match=r"cnn-2conv.*ImageNet.*mobilenetv3-small"):
        model_of(TrainingConfig.from_values(values))
    values["model"] = "mobilenetv3-small"
    assert model_of(TrainingConfig.from_values(values)).id == "mobilenetv3-small"
