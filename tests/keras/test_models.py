from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.catalog import open_dataset
from cifar_core.models import architectures
from cifar_core.models.analysis import analyse
from cifar_core.models.architectures import known_architectures
from cifar_core.models.reference import REFERENCE
from cifar_core.models.registry import MODELS
from cifar_core.models.spec import ModelSpec
from cifar_core.runs.run import read_run
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.training.trainer import weight_penalty

SHIPPED = sorted(path.parent for path in (PROJECT_ROOT / "trained").glob("*/model.keras"))
PIXELS = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
PICTURES = np.concatenate((PIXELS, PIXELS / 255))
"""Some, and the same ones in the dark."""


@dataclass(frozen=True)
class Built:
    """A network for ten classes, and what it says of ``PICTURES``."""

    spec: ModelSpec
    network: Any
    logits: NDArray[np.float32]


@pytest.fixture(scope="module", params=MODELS)
def built(request: pytest.FixtureRequest) -> Built:
    """Build each network once: pytest goes through all that asks for one before it has the next one built."""
    keras.config.set_dtype_policy("float32")
    keras.utils.clear_session()  # Layers without a name of their own are numbered from the first again.
    spec = MODELS[request.param]
    network = spec.build(10)
    return Built(spec, network, np.asarray(network(PICTURES)))


def test_parameter_counts_are_those_of_the_reference(built: Built) -> None:
    assert built.network.count_params() == built.spec.parameters(10)
    assert built.network.output_shape == (None, 10)


@pytest.mark.parametrize("classes", [100, pytest.param(3, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("model_id", MODELS)
def test_for_other_classes_and_in_half_precision_it_counts_as_well_and_answers_in_float32(
    model_id: str, classes: int
) -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    spec = MODELS[model_id]
    network = spec.build(classes)
    assert network.count_params() == spec.parameters(classes)
    assert network.output_shape == (None, classes)
    assert network.outputs[0].dtype == "float32"
    assert (weight_penalty(network) > 0) == spec.weight_penalty


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


def test_outputs_are_logits_of_plain_pixels(built: Built) -> None:
    assert built.logits.dtype == np.float32
    assert (built.logits < 0).any()  # probabilities never are
    # A picture darker by a factor is another picture: scaling happens inside, by a constant.
    # (Random networks of dozens of layers say little: what counts is the difference beside what they say.)
    first, darker = np.split(built.logits, 2)
    assert np.abs(first - darker).max() > 1e-3 * np.abs(first).max()


def test_a_plain_call_answers_as_a_test_does_whatever_else_is_in_the_batch(built: Built) -> None:
    alone = np.asarray(built.network(PICTURES[:1], training=False))
    np.testing.assert_allclose(built.logits[:1], alone, rtol=1e-4, atol=1e-5)


def test_a_saved_model_is_plain_keras_and_says_the_same(built: Built, tmp_path: Path) -> None:
    built.network.save(tmp_path / "model.keras")
    # As Explain opens it: nothing of CIFAR Lab is registered, nothing but data is taken from the file.
    opened = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_allclose(np.asarray(opened(PICTURES)), built.logits, rtol=1e-5, atol=1e-5)


def test_the_file_of_architectures_is_up_to_date(built: Built) -> None:
    found = known_architectures()[built.spec.id]
    assert found == analyse(built.network), "run python -m cifar_core.models.architectures"


def test_the_file_of_architectures_has_all_models(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(known_architectures()) == list(MODELS)
    # Two that have layers without a name of their own.
    some = {name: MODELS[name] for name in ("cnn-2conv", "mobilenetv3-small")}
    monkeypatch.setattr(architectures, "MODELS", some)
    assert architectures.analyse_all() == {name: known_architectures()[name] for name in some}


@pytest.mark.parametrize("folder", SHIPPED, ids=[folder.name[16:] for folder in SHIPPED])
def test_shipped_models_open_and_recognise_what_their_run_says(folder: Path, settings: Settings) -> None:
    run = read_run(folder, shipped=True)
    assert run.record is not None
    network = keras.saving.load_model(run.paths.model, safe_mode=True, compile=False)
    drawn = open_dataset("drawn:200", settings)
    logits = np.asarray(network(drawn.test.images.astype(np.float32), training=False))
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()
    plainly = np.asarray(
        network(drawn.test.images[:4].astype(np.float32))
    )  # as somebody calls it in a notebook
    np.testing.assert_allclose(plainly, logits[:4], rtol=1e-3, atol=1e-3)
    assert network.count_params() == run.record.parameters
    # Only the built-in pictures are on every machine: runs that were trained on them are tested on them.
    if run.record.training.data == "drawn":
        assert (logits.argmax(1) == drawn.test.labels).mean() > 0.7


def test_convolutions_of_speedrun_begin_as_identities() -> None:
    network = MODELS["speedrun"].build(10)
    kernel = np.array(network.get_layer("conv_2_1").kernel)
    pictures = np.random.default_rng(0).normal(size=(2, 6, 6, 64)).astype(np.float32)
    passed = np.asarray(network.get_layer("conv_2_1")(pictures))
    assert kernel.shape == (3, 3, 64, 256)
    np.testing.assert_allclose(passed[..., :64], pictures, rtol=1e-5, atol=1e-5)
    # The other filters are drawn evenly from ±1/√576.
    assert np.abs(kernel[..., 64:]).max() == pytest.approx(1 / 24, rel=0.01)
    assert kernel[..., 64:].std() == pytest.approx(1 / 24 / 3**0.5, rel=0.02)
