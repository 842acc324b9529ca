"""Saved networks: the one way to open one, and what lies in it."""

import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

from cifar_core.errors import NetworkFileError, NetworkRefusedError
from cifar_core.models.keras2 import for_keras3, unknown_part
from cifar_core.models.model_file import (
    CONFIG,
    METADATA,
    MOST_BYTES,
    WEIGHTS,
    ModelFile,
    check_model_file,
)
from cifar_core.system.files import copy_file, temporary_folder
from cifar_core.words.counts import counted

MOST_PARAMETERS = 128 * 1024 * 1024
"""As many as a file of the largest size holds in float32."""

MOST_VALUES = 32 * 1024 * 1024
"""Of one layer's output for one picture: ten times those of VGG16 at 224 pixels."""


def open_network(path: Path, *, float32: bool = True) -> Any:
    """Read a network without running code from its file, and without its optimizer.

    What the file says of the network is judged before anything is built: by its words alone
    (:func:`~cifar_core.models.model_file.check_model_file`), then by the shapes of weights and outputs, for which Keras
    puts it together without memory for them.

    Parameters
    ----------
    path : Path
        A ``.keras`` or ``.h5`` file.
    float32 : bool
        Compute in float32 whatever the network was trained in. Half precision was for speed in training; a small
        gradient would vanish in it, and a CPU is slower with it. Otherwise each layer computes as it did in training.

    Returns
    -------
    keras.Model
        Uncompiled.

    Raises
    ------
    NetworkRefusedError
        It is not opened: it holds code, is damaged, or too large.
    NetworkFileError
        Keras cannot open it. The message tells the cause; what to do about it is for the caller to say.
    """
    given = check_model_file(path)
    checked = given
    if given.of_keras2:
        if problem := unknown_part(given.config):
            raise NetworkRefusedError(path, problem)
        checked = replace(given, config=for_keras3(given.config))
    import keras

    try:
        with _readable(path, given, checked) as file:
            # In a thread of its own: Keras lists per thread the variables that wait for a value, and a layer built
            # later in this one would make room for all that was only looked at here.
            with ThreadPoolExecutor(1) as apart:
                apart.submit(_check_shapes, path, file, checked).result()
            network = keras.saving.load_model(file, compile=False, safe_mode=True)
        if float32:
            _compute_in_float32(network)
    except (MemoryError, NetworkFileError):  # The one says nothing of the file.
        raise
    except Exception as error:  # Keras raises a dozen types for a file that is not a model
        raise NetworkFileError(path, _cause(error)) from error
    return network


def flatten_layers(model: Any) -> dict[str, Any]:
    """Return every layer of a model by name, those of nested models and of layers of one's own as ``"outer/inner"``."""
    found: dict[str, Any] = {}
    for layer in model.layers if hasattr(model, "layers") else model._layers:
        nested = bool(getattr(layer, "layers", None))
        if nested or (is_home_made(layer) and layer._layers):
            found.update({f"{layer.name}/{name}": inner for name, inner in flatten_layers(layer).items()})
        if not nested:
            found[layer.name] = layer
    return found


def is_home_made(layer: Any) -> bool:
    """Say whether a layer's class is none of Keras's, so that nobody knows what it does."""
    return not type(layer).__module__.startswith("keras.")


def _compute_in_float32(network: Any) -> None:
    """Let all layers compute in float32, those too that a layer is made of, as attention is of dense ones."""
    for layer in network._flatten_layers(include_self=False):
        mode = layer.quantization_mode
        layer.dtype_policy = "float32" if mode is None else f"{mode}_from_float32"


@contextmanager
def _readable(path: Path, given: ModelFile, checked: ModelFile) -> Iterator[Path]:
    """Give a file that Keras 3 reads: of an old one a copy without what it would stumble over, where needed."""
    if checked.config == given.config:
        yield path
        return
    import h5py

    with temporary_folder() as folder:
        copy = Path(folder) / f"model{checked.suffix}"
        if checked.suffix == ".keras":
            with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
                target.writestr(CONFIG, json.dumps(checked.config))
                for name in (METADATA, WEIGHTS):
                    target.writestr(name, source.read(name))
        else:
            copy_file(path, copy, MOST_BYTES)
            with h5py.File(copy, "r+") as file:
                file.attrs["model_config"] = json.dumps(checked.config)
        yield copy


def _check_shapes(path: Path, file: Path, checked: ModelFile) -> None:
    """Refuse a network whose weights or outputs would take gigabytes; ``file`` may be a copy of the one at ``path``."""
    import keras

    # Within such a scope a variable has a shape and no value.
    with keras.StatelessScope(initialize_variables=False):
        if checked.suffix == ".keras":
            network = keras.saving.deserialize_keras_object(checked.config, safe_mode=True)
        else:
            network = keras.saving.load_model(file, compile=False, safe_mode=True)
    parameters = sum(prod(variable.shape) for variable in network.variables)
    if parameters > MOST_PARAMETERS:
        raise NetworkRefusedError(
            path,
            f"The network has {counted(parameters, 'parameter')}, and at most {MOST_PARAMETERS:,} are opened.",
        )
    largest = max((prod(side or 1 for side in shape[1:]) for shape in _output_shapes(network)), default=0)
    if largest > MOST_VALUES:
        raise NetworkRefusedError(
            path,
            f"A layer gives {largest:,} numbers for each picture, and at most {MOST_VALUES:,} are computed.",
        )


def _output_shapes(network: Any) -> Iterator[tuple[int | None, ...]]:
    """Yield the shape of every output of every layer and operation, the first side that of the batch."""
    for operation in getattr(network, "operations", network.layers):
        if getattr(operation, "layers", None):
            yield from _output_shapes(operation)
        for node in operation._inbound_nodes:
            yield from (tuple(tensor.shape) for tensor in node.output_tensors)


def _cause(error: Exception) -> str:
    """Return in one line why Keras cannot open a file: it wraps the cause in a page about each layer around it."""
    cause = str(error).rsplit("Exception encountered:", 1)[-1].strip()
    return (cause or type(error).__name__).splitlines()[0][:200]
