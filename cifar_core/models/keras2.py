"""Files of Keras 2: what it wrote about a layer and Keras 3 no longer takes, though it changes nothing."""

import inspect
from collections.abc import Iterator
from typing import Any

_OF_EVERY_LAYER = frozenset({"name", "trainable", "dtype"})
_SHAPE = "batch_input_shape"
_TRAINING_ALONE = ("_initializer", "_regularizer", "_constraint")
"""Endings of settings that say how weights begin and change; a saved network has them."""

_ANY_VALUE = frozenset(
    {"fused", "query_shape", "key_shape", "value_shape", "autocast", _SHAPE, "input_shape"}
)
"""How it was computed, and shapes that follow from what a layer is given."""

_GONE = frozenset(
    {
        "CuDNNGRU", "CuDNNLSTM", "DenseFeatures", "LocallyConnected1D", "LocallyConnected2D", "RandomHeight",
        "RandomWidth",
    }
)  # fmt: skip
_NOW_CALLED = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "ThresholdedReLU": "ReLU",
}
"""Layers that compute, once trained, what another one does."""

_SETTINGS_NOW_CALLED = {"LeakyReLU": ("alpha", "negative_slope"), "ReLU": ("theta", "threshold")}
_OPERATIONS = frozenset(
    {
        "TFOpLambda",
        "SlicingOpLambda",
        "TensorFlowOpLayer",
        "ClassMethod",
        "InstanceMethod",
        "InstanceProperty",
    }
)
_FIGURES = frozenset({"AddLoss", "AddMetric"})
_ROOMS = ("keras.src.", "keras.engine.", "keras.layers.")
"""Modules of Keras 2 that Keras 3 has elsewhere; what stands in a public one is found there still."""

_MODELS = frozenset({"Functional", "Model", "Sequential"})


def for_keras3(config: dict[str, Any]) -> dict[str, Any]:
    """Leave out what Keras 3 would stumble over, where the network computes the same without it.

    Parameters
    ----------
    config : dict
        What the file says of its network.

    Returns
    -------
    dict
        A new one where anything had to be changed. What is unknown and not neutral stays, for Keras to complain about.
    """
    changed: dict[str, Any] = _changed(config)
    return changed


def unknown_part(config: dict[str, Any]) -> str | None:
    """Say which layer of an old file Keras 3 does not know, and what to do about it; ``None`` if it knows all.

    Parameters
    ----------
    config : dict
        What the file says of its network.
    """
    import keras

    for layer in _layers(config):
        name, settings = str(layer.get("class_name")), layer.get("config")
        name = _NOW_CALLED.get(name, name)
        settings = settings if isinstance(settings, dict) else {}
        if name in _OPERATIONS:
            what = settings.get("function") or settings.get("name") or "unknown"
            return (
                f"The model has an operation of TensorFlow in the place of a layer ({name}: {str(what)[:60]}), which "
                "Keras 3 cannot read. Put a layer of Keras in its place (such as Rescaling, Add or Reshape), then save "
                "the model again."
            )
        if name in _FIGURES:
            return (
                f"The model has a part that only computes a loss or a metric ({name}). Predictions do not need it, and "
                "Keras 3 does not know it. Build the model without add_loss and add_metric, give it the weights, and "
                "save it again."
            )
        if name in _GONE:
            return (
                f"The model has a layer that Keras 3 no longer has, {name}. Put another one in its place, then save "
                "the model again."
            )
        # Of an operation that stands between layers, Keras 3 writes its name alone.
        operation = not {"trainable", "dtype", "layers", "layer"} & set(settings)
        if operation and name not in _MODELS and name != "InputLayer":
            return (
                f"The model computes something between its layers ({name[:60]}), which an .h5 file cannot keep. Save "
                "the model as “mine.keras”, and take that file."
            )
        if name not in _MODELS and not hasattr(keras.layers, name):
            return (
                f"The model has a layer of its author's own, “{name[:60]}”, whose program is not in the file. Put "
                "layers of Keras in its place, then save the model again: only they can be opened."
            )
    return None


def _layers(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the layers of a network, those of nested networks too."""
    waiting = [config]
    while waiting:
        inner = waiting.pop().get("config")
        layers = inner.get("layers") if isinstance(inner, dict) else inner
        for layer in layers if isinstance(layers, list) else []:
            if isinstance(layer, dict):
                yield layer
                waiting.append(layer)


def _changed(value: Any) -> Any:
    if isinstance(value, list):
        return [_changed(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "Sequential" and isinstance(value.get("config"), list):
        value = value | {"config": {"name": "sequential", "layers": value["config"]}}  # before Keras 2.2.3
    if isinstance(value.get("class_name"), str) and isinstance(value.get("config"), dict):
        value = _where_it_is_now(value)
        settings = _neutral_left_out(value["class_name"], value["config"])
        if value["class_name"] == "Sequential" and isinstance(settings.get("layers"), list):
            settings = settings | {"layers": _with_input(settings["layers"])}
        value = value | {"config": settings}
    return {key: _changed(one) for key, one in value.items()}


def _where_it_is_now(part: dict[str, Any]) -> dict[str, Any]:
    """Name a layer and its module as Keras 3 does."""
    import keras

    name = _NOW_CALLED.get(part["class_name"], part["class_name"])
    part = part | {"class_name": name}
    if str(part.get("module")).startswith(_ROOMS):
        if name in _MODELS:
            return part | {"module": "keras" if name == "Sequential" else "keras.src.models.functional"}
        if hasattr(keras.layers, name):
            return part | {"module": "keras.layers"}
    return part


def _with_input(layers: list[Any]) -> list[Any]:
    """Put a layer in front that says what the network takes, where the first one says it itself."""
    first = layers[0] if layers and isinstance(layers[0], dict) else {}
    settings = first.get("config")
    if first.get("class_name") == "InputLayer" or not isinstance(settings, dict) or _SHAPE not in settings:
        return layers
    shape = {"class_name": "InputLayer", "config": {"name": "input", "batch_shape": settings[_SHAPE]}}
    return [shape, *layers]


def _neutral_left_out(class_name: str, settings: dict[str, Any]) -> dict[str, Any]:
    import keras

    kept = settings
    policy = settings.get("dtype")
    if isinstance(policy, dict) and str(policy.get("class_name")).startswith("Policy"):
        kept = kept | {"dtype": policy.get("config", {}).get("name", "float32")}
    rooms = (keras.layers, keras.initializers, keras.regularizers, keras.constraints)
    known_class = next((found for room in rooms if (found := getattr(room, class_name, None))), None)
    if not inspect.isclass(known_class) or class_name == "InputLayer":
        return kept
    layer = issubclass(known_class, keras.layers.Layer)
    known = _settings_of(known_class) | (_OF_EVERY_LAYER if layer else frozenset())
    before, after = _SETTINGS_NOW_CALLED.get(class_name, ("", ""))
    kept = {after if key == before else key: value for key, value in kept.items()}
    return {
        key: value for key, value in kept.items() if key in known or not _is_neutral(key, value, layer=layer)
    }


def _is_neutral(key: str, value: Any, *, layer: bool) -> bool:
    if not layer:
        return key == "dtype" or value is None  # of an initializer: weights have theirs
    return (
        value is None
        or value is False
        or (key == "groups" and value == 1)
        or key.endswith(_TRAINING_ALONE)
        or key in _ANY_VALUE
    )


def _settings_of(known_class: type) -> set[str]:
    """Return the names of the settings that a class takes: those of its bases too, where it hands others on."""
    names: set[str] = set()
    for base in known_class.__mro__[:-1]:
        if "__init__" in base.__dict__:
            parameters = inspect.signature(base.__dict__["__init__"]).parameters.values()
            names |= {parameter.name for parameter in parameters}
            if all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters):
                break
    return names
