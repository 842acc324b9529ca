"""The one way to open a saved network: its precision, its optimizer, and what is no network."""

from pathlib import Path

import keras
import pytest

from cifar_core.errors import NetworkFileError
from cifar_core.models.saved import flatten_layers, open_network

layers = keras.layers


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """Save a compiled network that computes in bfloat16, one of its layers in a nested network."""
    inner = keras.Sequential(
        [keras.Input((4, 4, 3)), layers.Conv2D(2, 3, dtype="mixed_bfloat16", name="half")], name="inner"
    )
    network = keras.Sequential(
        [keras.Input((4, 4, 3)), inner, layers.Flatten(), layers.Dense(2, dtype="float32")]
    )
    network.compile("adam", "mse")
    network.save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


def test_it_computes_in_float32_unless_told_otherwise(half: Path) -> None:
    opened = flatten_layers(open_network(half))
    assert opened["inner/half"].compute_dtype == "float32"
    as_trained = flatten_layers(open_network(half, float32=False))
    assert as_trained["inner/half"].compute_dtype == "bfloat16"


def test_the_optimizer_stays_in_the_file(half: Path) -> None:
    assert not open_network(half).compiled


def test_what_is_no_network_is_told_with_its_cause(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(b"nonsense")
    with pytest.raises(NetworkFileError, match="cannot be opened") as caught:
        open_network(path)
    assert str(caught.value) == f"The model at {path} cannot be opened. {caught.value.cause}"
    assert caught.value.cause
    assert "\n" not in caught.value.cause
