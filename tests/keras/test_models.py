import numpy as np
import pytest

from cifar_core.models.reference import REFERENCE
from cifar_core.models.registry import MODELS


@pytest.mark.parametrize("model_id", MODELS)
@pytest.mark.parametrize("classes", [10, 3, 100])
def test_parameter_counts_are_those_of_the_reference(model_id: str, classes: int) -> None:
    spec = MODELS[model_id]
    network = spec.build(classes)
    assert network.count_params() == spec.parameters(classes)
    assert network.output_shape == (None, classes)


def test_the_stated_counts_are_the_published_ones() -> None:
    assert {spec.id: spec.parameters() for spec in REFERENCE} == {
        "mlp-3000-1000": 12_230_010,
        "mlp-batchnorm": 1_748_554,
        "cnn-2conv": 167_562,
        "cnn-7x7": 382_858,
        "cnn-baseline": 620_362,
        "cnn-improved": 856_938,
        "resnet-student": 33_889_770,
        "resnet-dense": 17_001_930,
        "cnn-custom": 1_806_762,  # "about 1.8 million"
        "resnet18": 11_183_562,  # 11,173,962 of them trained: "about 11.2 million"
    }


@pytest.mark.parametrize("model_id", MODELS)
def test_outputs_are_logits_of_plain_pixels(model_id: str) -> None:
    network = MODELS[model_id].build(10)
    pixels = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    logits = np.asarray(network(pixels))
    assert logits.dtype == np.float32
    assert (logits < 0).any()  # probabilities never are
    # A picture darker by a factor is another picture: scaling happens inside, by a constant.
    assert not np.allclose(logits, np.asarray(network(pixels / 255)), atol=1e-4)
