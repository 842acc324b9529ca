"""Smaller files of the same network."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.errors import RunError
from cifar_core.exports.compact import write_compact
from cifar_core.models.model_file import check_model_file
from cifar_core.settings import Settings
from tests.fake_runs import write_run

PICTURES = np.random.default_rng(1).integers(0, 256, (8, 32, 32, 3)).astype(np.float32)


def network(precision: str) -> Any:
    """Every kind of weights: kernels, vectors, an attention with layers inside, a head in float32."""
    keras.config.set_dtype_policy(precision)
    pixels = keras.Input((32, 32, 3))
    x = layers.Conv2D(48, 4, strides=4, name="conv")(layers.Rescaling(1 / 255)(pixels))
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Reshape((64, 48))(x)
    x = layers.MultiHeadAttention(4, 12, name="attention")(x, x)
    x = layers.Dense(256, activation="relu", name="dense")(layers.GlobalAveragePooling1D()(x))
    model = keras.Model(pixels, layers.Dense(10, dtype="float32", name="logits")(x))
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.1, weights.shape) + (weights == 1) for weights in model.get_weights()])
    return model


def saved(model: Any, path: Path) -> Path:
    model.save(path)
    return path


def test_less_than_half_the_room_and_the_same_predictions(tmp_path: Path) -> None:
    model = network("mixed_bfloat16")
    source = saved(model, tmp_path / "model.keras")
    write_compact(source, tmp_path / "small.keras")
    assert (tmp_path / "small.keras").stat().st_size < 0.6 * source.stat().st_size
    assert check_model_file(tmp_path / "small.keras").suffix == ".keras"
    small = keras.saving.load_model(tmp_path / "small.keras", compile=False)
    np.testing.assert_array_equal(small(PICTURES), model(PICTURES))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.keras", "small.keras"]


def test_only_what_is_rounded_anyway_changes(tmp_path: Path) -> None:
    model = network("mixed_bfloat16")
    write_compact(saved(model, tmp_path / "model.keras"), tmp_path / "small.keras")
    small = keras.saving.load_model(tmp_path / "small.keras", compile=False)
    before, after = ({weight.path: weight.numpy() for weight in one.weights} for one in (model, small))
    changed = {path for path in before if not np.array_equal(before[path], after[path])}
    assert min(before[path].ndim for path in changed) > 1
    assert {"conv/kernel", "dense/kernel", "attention/query/kernel"} <= changed
    assert "logits/kernel" not in changed
    for path in changed:
        np.testing.assert_allclose(after[path], before[path], rtol=2**-8)


def test_a_network_in_float32_keeps_every_weight(tmp_path: Path) -> None:
    model = network("float32")
    write_compact(saved(model, tmp_path / "model.keras"), tmp_path / "small.keras")
    small = keras.saving.load_model(tmp_path / "small.keras", compile=False)
    for one, other in zip(model.get_weights(), small.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_would_change_predictions_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = saved(network("mixed_bfloat16"), tmp_path / "model.keras")

    def too_much(layer: Any) -> None:
        layer.set_weights([weights.round(1) for weights in layer.get_weights()])

    monkeypatch.setattr("cifar_core.exports.compact._round_kernels", too_much)
    with pytest.raises(RunError, match="cannot be made smaller without changing what the network says"):
        write_compact(source, tmp_path / "small.keras")
    assert [file.name for file in tmp_path.iterdir()] == ["model.keras"]


def test_a_run_is_exported_with_a_smaller_model(settings: Settings, tmp_path: Path) -> None:
    paths = write_run(settings.runs_dir, "a-run", open_dataset("drawn:40", settings))
    model = network("mixed_bfloat16")
    saved(model, paths.model)
    command = [
        "--runs",
        str(settings.runs_dir),
        "runs",
        "export",
        "a-run",
        str(tmp_path / "class"),
        "--compact",
    ]
    assert main(command) == 0
    copy = tmp_path / "class" / "a-run" / "model.keras"
    assert copy.stat().st_size < 0.6 * paths.model.stat().st_size
    np.testing.assert_array_equal(keras.saving.load_model(copy, compile=False)(PICTURES), model(PICTURES))


def test_a_model_that_cannot_be_made_smaller_leaves_no_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = write_run(settings.runs_dir, "a-run", open_dataset("drawn:40", settings))
    saved(network("mixed_bfloat16"), paths.model)

    def too_much(layer: Any) -> None:
        layer.set_weights([weights.round(1) for weights in layer.get_weights()])

    monkeypatch.setattr("cifar_core.exports.compact._round_kernels", too_much)
    command = ["--runs", str(settings.runs_dir), "runs", "export", "a-run", str(tmp_path / "copies")]
    assert main([*command, "--compact"]) != 0
    assert "cannot be made smaller" in capsys.readouterr().err
    assert not (tmp_path / "copies").exists()


def test_a_network_for_pictures_of_any_size(tmp_path: Path) -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(pixels := keras.Input((None, None, 3))))
    model = keras.Model(pixels, layers.Dense(10, dtype="float32")(x))
    write_compact(saved(model, tmp_path / "model.keras"), tmp_path / "small.keras")
    small = keras.saving.load_model(tmp_path / "small.keras", compile=False)
    np.testing.assert_array_equal(small(PICTURES), model(PICTURES))
