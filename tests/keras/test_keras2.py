"""Files of Keras 2: what Keras 2 wrote about each layer is read, and what cannot be read is named with what to do."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from cifar_core.errors import NetworkFileError
from cifar_core.models.saved import open_network

layers = keras.layers

SPARE = {
    "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
    "kernel_regularizer": {"class_name": "L2", "config": {"l2": 1e-4}},
    "kernel_constraint": None,
}
SCALED = {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None, "dtype": "float32"}
HALF = {"class_name": "Policy", "config": {"name": "mixed_float16"}}

# The layer, what Keras 2 wrote beside what Keras 3 writes, and what stands before it in a network for pictures.
ROWS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "Conv2D": (
        lambda: layers.Conv2D(4, 3),
        {"groups": 1, "dynamic": False, "batch_input_shape": [None, 8, 8, 3]},
    ),
    "Conv2D, an initializer of TensorFlow 1": (
        lambda: layers.Conv2D(4, 3),
        {
            "kernel_initializer": {"class_name": "VarianceScaling", "config": SCALED},
            "bias_initializer": {"class_name": "Zeros", "config": {"dtype": "float32"}},
        },
    ),
    "Conv2D, in mixed precision": (lambda: layers.Conv2D(4, 3), {"dtype": HALF}),
    "Conv2D, with a regularizer": (
        lambda: layers.Conv2D(4, 3),
        {"kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 1e-4}}},
    ),
    "DepthwiseConv2D": (lambda: layers.DepthwiseConv2D(3), {"groups": 1, "dynamic": False, **SPARE}),
    "SeparableConv2D": (lambda: layers.SeparableConv2D(4, 3), {"groups": 1, **SPARE}),
    "Conv2DTranspose": (lambda: layers.Conv2DTranspose(4, 3), {"groups": 1, "output_padding": None}),
    "BatchNormalization": (lambda: layers.BatchNormalization(), {"axis": [3]}),
    "BatchNormalization of TensorFlow 1": (
        lambda: layers.BatchNormalization(),
        {"axis": [3], "renorm": False, "fused": True, "virtual_batch_size": None, "adjustment": None},
    ),
    **{
        f"BatchNormalization, called {name}": (
            lambda: layers.BatchNormalization(),
            {"class_name": name, "axis": [3], "fused": None},
        )
        for name in ("BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization")
    },
    "ThresholdedReLU": (
        lambda: layers.ReLU(threshold=0.7),
        {
            "class_name": "ThresholdedReLU",
            "theta": 0.7,
            "threshold": ...,
            "max_value": ...,
            "negative_slope": ...,
        },
    ),
    "LayerNormalization": (lambda: layers.LayerNormalization(), {"axis": [3]}),
    "SpatialDropout2D": (lambda: layers.SpatialDropout2D(0.1), {"noise_shape": None, "seed": None}),
    "Dropout": (lambda: layers.Dropout(0.1), {"noise_shape": None, "seed": None, "dynamic": False}),
    "LeakyReLU": (lambda: layers.LeakyReLU(negative_slope=0.25), {"alpha": 0.25, "negative_slope": ...}),
    "ReLU": (lambda: layers.ReLU(6.0), {"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}),
    "Dense": (lambda: layers.Dense(4, activation="relu"), {"dynamic": False, "activation": "relu"}),
    "MaxPooling2D": (lambda: layers.MaxPooling2D(), {"dynamic": False}),
    "AveragePooling2D": (lambda: layers.AveragePooling2D(2), {"dynamic": None}),
    "Rescaling": (lambda: layers.Rescaling(1 / 127.5, -1.0), {"dynamic": False}),
    "Resizing": (lambda: layers.Resizing(8, 8), {"crop_to_aspect_ratio": False, "dynamic": False}),
    "RandomFlip": (lambda: layers.RandomFlip(), {"mode": "horizontal", "seed": None}),
    "ZeroPadding2D": (lambda: layers.ZeroPadding2D(), {"dynamic": False}),
    "UpSampling2D": (lambda: layers.UpSampling2D(), {"interpolation": "nearest", "dynamic": False}),
    "Activation": (lambda: layers.Activation("relu"), {"dynamic": False}),
}
SEQUENCES: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "LSTM": (lambda: layers.LSTM(4), {"implementation": 2, "time_major": False, "unroll": False}),
    "GRU": (lambda: layers.GRU(4), {"implementation": 2, "time_major": False, "reset_after": True}),
    "SeparableConv1D": (lambda: layers.SeparableConv1D(4, 3), {"groups": 1, **SPARE}),
    "DepthwiseConv1D": (lambda: layers.DepthwiseConv1D(3), {"groups": 1}),
    "Conv1DTranspose": (lambda: layers.Conv1DTranspose(4, 3), {"groups": 1, "output_padding": None}),
}


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what an .h5 file says of its network; what Keras 3 alone writes goes."""
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        for layer in config["config"]["layers"]:
            for key in ("module", "registered_name", "build_config"):
                layer.pop(key, None)
            if layer["class_name"] == "InputLayer":
                shape = layer["config"].pop("batch_shape")
                layer["config"].update(batch_input_shape=shape, sparse=False, ragged=False)
        change(config)
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.11.0"


@pytest.mark.parametrize("name", [*ROWS, *SEQUENCES])
def test_what_keras_2_wrote_is_read_and_computes_the_same(tmp_path: Path, name: str) -> None:
    make, old = (ROWS | SEQUENCES)[name]
    before = [layers.Reshape((8, 24))] if name in SEQUENCES else [layers.Conv2D(3, 1)]
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((8, 8, 3)), *before, make(), layers.Flatten(), layers.Dense(10)])
    path = tmp_path / "old.h5"
    network.save(path)

    def change(config: dict[str, Any]) -> None:
        layer = config["config"]["layers"][-3]
        settings = layer["config"] | old
        layer["class_name"] = settings.pop("class_name", layer["class_name"])
        layer["config"] = settings
        for key in [key for key, value in settings.items() if value is ...]:
            del settings[key]

    rewrite(path, change)
    pictures = np.random.default_rng(0).uniform(0, 255, (4, 8, 8, 3)).astype(np.float32)
    opened = open_network(path)
    np.testing.assert_allclose(
        opened(pictures, training=False), network(pictures, training=False), rtol=1e-5, atol=1e-5
    )
    if name.startswith(("Depthwise", "SpatialDropout", "LSTM")):
        with pytest.raises(Exception, match=r"nrecognized keyword|unexpected keyword"):
            keras.saving.load_model(path, compile=False)  # so there is something to leave out


def as_keras_2(part: dict[str, Any]) -> dict[str, Any]:
    """Describe a network as the ``.keras`` files of Keras 2.13 do."""
    name, settings = part["class_name"], dict(part["config"])
    if name == "InputLayer":
        settings = {"batch_input_shape": settings["batch_shape"], "name": settings["name"], "sparse": False}
    if name == "DepthwiseConv2D":
        settings["groups"] = 1
    if "layers" in settings:
        settings["layers"] = [as_keras_2(layer) for layer in settings["layers"]]
        for ends in ("input_layers", "output_layers"):
            settings[ends] = [settings[ends]]
    nodes = [
        [
            [*tensor["config"]["keras_history"], {}]
            for argument in node["args"]
            for tensor in as_list(argument)
        ]
        for node in part.get("inbound_nodes", [])
    ]
    module = "keras.src.engine.functional" if name == "Functional" else "keras.layers"
    registered = "Functional" if name == "Functional" else None
    old = {"module": module, "class_name": name, "config": settings, "registered_name": registered}
    return old | {"name": part.get("name"), "inbound_nodes": nodes}


def as_list(argument: Any) -> list[Any]:
    return argument if isinstance(argument, list) else [argument]


def of_keras_2(path: Path, *, units: int | None = None) -> None:
    """Rewrite a ``.keras`` file as Keras 2.13 would have written it; with ``units``, its last layer lies."""
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
        weights = io.BytesIO(archive.read("model.weights.h5"))
    if units is not None:
        config["config"]["layers"][-1]["config"]["units"] = units
    old_weights = io.BytesIO()
    with h5py.File(weights) as new, h5py.File(old_weights, "w") as old:

        def copy(name: str, thing: Any) -> None:
            if isinstance(thing, h5py.Dataset):
                old[name.replace("layers/", "_layer_checkpoint_dependencies/")] = thing[()]

        new.visititems(copy)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.13.1"}))
        archive.writestr("config.json", json.dumps(as_keras_2(config)))
        archive.writestr("model.weights.h5", old_weights.getvalue())


def test_a_keras_file_of_keras_2_is_read_and_computes_the_same(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    inside = keras.Input((8, 8, 3))
    deep = layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same")(inside))
    inner = keras.Model(inside, layers.Add()([deep, inside]))
    pixels = keras.Input((8, 8, 3))
    network = keras.Model(pixels, layers.Dense(10)(layers.Flatten()(inner(pixels))))
    path = tmp_path / "old.keras"
    network.save(path)
    of_keras_2(path)
    with pytest.raises(Exception, match=r"keras\.src\.engine\.functional"):
        keras.saving.load_model(path, compile=False)  # so there is something to mend
    pictures = np.random.default_rng(0).uniform(0, 255, (4, 8, 8, 3)).astype(np.float32)
    opened = open_network(path)
    np.testing.assert_allclose(opened([pictures]), network(pictures), rtol=1e-5, atol=1e-5)


def test_a_keras_file_of_keras_2_is_behind_the_same_fence(tmp_path: Path) -> None:
    pixels = keras.Input((8, 8, 3))
    path = tmp_path / "old.keras"
    keras.Model(pixels, layers.Dense(10)(layers.Flatten()(pixels))).save(path)
    of_keras_2(path, units=5_000_000)
    with pytest.raises(NetworkFileError, match="has 965,000,000 parameters, and at most") as refused:
        open_network(path)
    assert str(path) in str(refused.value)  # and not that of a copy


def test_a_sequential_model_that_is_a_mere_list_is_read(tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    path = tmp_path / "old.h5"
    network.save(path)
    rewrite(path, lambda config: config.update(config=config["config"]["layers"]))
    assert open_network(path).count_params() == 15


def test_a_first_layer_that_says_what_it_takes_is_read(tmp_path: Path) -> None:
    network = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3)]
    )
    path = tmp_path / "old.h5"
    network.save(path)

    def change(config: dict[str, Any]) -> None:
        del config["config"]["layers"][0]
        config["config"]["layers"][0]["config"]["batch_input_shape"] = [None, 8, 8, 3]

    rewrite(path, change)
    assert open_network(path).input_shape == (None, 8, 8, 3)


def test_nested_networks_are_gone_through(tmp_path: Path) -> None:
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.DepthwiseConv2D(3)], name="inner")
    outer = keras.Sequential([keras.Input((8, 8, 3)), inner, layers.Flatten(), layers.Dense(2)])
    path = tmp_path / "old.h5"
    outer.save(path)

    def change(config: dict[str, Any]) -> None:
        (depthwise,) = (
            layer
            for layer in config["config"]["layers"][1]["config"]["layers"]
            if layer["class_name"] == "DepthwiseConv2D"
        )
        depthwise["config"]["groups"] = 1

    rewrite(path, change)
    assert open_network(path).count_params() == outer.count_params()


def test_what_is_not_neutral_is_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "old.h5"
    keras.Sequential([keras.Input((8, 8, 4)), layers.DepthwiseConv2D(3)]).save(path)
    rewrite(path, lambda config: config["config"]["layers"][-1]["config"].update(groups=2))
    with pytest.raises(NetworkFileError, match="groups"):
        open_network(path)


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        (
            "TFOpLambda",
            {"function": "math.multiply", "trainable": True},
            "TFOpLambda: math.multiply.*such as Rescaling",
        ),
        ("SlicingOpLambda", {"name": "tf.slice"}, "SlicingOpLambda: tf.slice"),
        ("TensorFlowOpLayer", {"name": "Mul", "node_def": "..."}, "TensorFlowOpLayer: Mul"),
        ("AddMetric", {"name": "m", "trainable": True}, "only computes a loss or a metric.*do not need it"),
        ("AddLoss", {"unconditional": True}, "only computes a loss or a metric"),
        ("LocallyConnected2D", {"filters": 3, "trainable": True}, "no longer has, LocallyConnected2D"),
        ("TrueDivide", {"name": "true_divide"}, "between its layers.*Save the model as “mine.keras”"),
        ("Add", {"name": "add"}, "between its layers.*Save the model as “mine.keras”"),
        ("Mine", {"trainable": True}, "of its author's own, “Mine”"),
        ("Custom>Mine", {"trainable": True}, "of its author's own, “Mine”"),
        ("Lambda", {"function": "x", "trainable": True}, "has a Lambda layer"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, name: str, settings: dict[str, Any], words: str
) -> None:
    path = tmp_path / "old.h5"
    keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(3)]).save(path)
    layer = {"class_name": name, "config": {"name": "it"} | settings}
    rewrite(path, lambda config: config["config"]["layers"].insert(1, layer))
    with pytest.raises(NetworkFileError, match=words) as caught:
        open_network(path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_loss_and_a_metric_of_ones_own_are_not_needed(tmp_path: Path, suffix: str) -> None:
    def my_loss(wanted: Any, given: Any) -> Any:
        return keras.ops.mean((wanted - given) ** 2)

    def my_metric(wanted: Any, given: Any) -> Any:
        return keras.ops.mean(wanted - given)

    network = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    network.compile("adam", my_loss, metrics=[my_metric])
    network.save(tmp_path / f"mine{suffix}")
    assert open_network(tmp_path / f"mine{suffix}").count_params() == 15


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize(
    ("setting", "base", "words"),
    [
        (
            "kernel_regularizer",
            keras.regularizers.Regularizer,
            "a regularizer of its author's own, “Own”.*training",
        ),
        (
            "kernel_constraint",
            keras.constraints.Constraint,
            "a constraint of its author's own, “Own”.*training",
        ),
        (
            "kernel_initializer",
            keras.initializers.Initializer,
            "an initializer of its author's own, “Own”.*training",
        ),
    ],
)
def test_what_only_training_needs_is_called_so(
    tmp_path: Path, setting: str, base: Any, words: str, suffix: str
) -> None:
    def compute(_: Any, value: Any, dtype: Any = None) -> Any:
        return keras.ops.zeros(value, dtype) if setting.endswith("initializer") else keras.ops.sum(value * 0)

    own = type("Own", (base,), {"__call__": compute, "get_config": lambda _: {}})
    registered = keras.saving.register_keras_serializable(package="mine")(own)
    path = tmp_path / f"mine{suffix}"
    keras.Sequential([keras.Input((4,)), layers.Dense(3, **{setting: registered()})]).save(path)
    with pytest.raises(NetworkFileError, match=words):
        open_network(path)
