"""Saved networks: the one way to open one, and what lies in it."""

from pathlib import Path
from typing import Any

from cifar_core.errors import NetworkFileError


def open_network(path: Path, *, float32: bool = True) -> Any:
    """Read a network without running code from its file, and without its optimizer.

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
    NetworkFileError
        Keras cannot open it. The message tells the cause; what to do about it is for the caller to say.
    """
    import keras

    try:
        network = keras.saving.load_model(path, compile=False, safe_mode=True)
        if float32:
            for layer in flatten_layers(network).values():
                layer.dtype_policy = "float32"
    except MemoryError:  # says nothing of the file
        raise
    except Exception as error:  # Keras raises a dozen types for a file that is not a model
        raise NetworkFileError(path, _cause(error)) from error
    return network


def flatten_layers(model: Any) -> dict[str, Any]:
    """Return every layer of a model by name, those of nested models as ``"outer/inner"``."""
    found: dict[str, Any] = {}
    for layer in model.layers:
        if getattr(layer, "layers", None):
            found.update({f"{layer.name}/{name}": inner for name, inner in flatten_layers(layer).items()})
        else:
            found[layer.name] = layer
    return found


def _cause(error: Exception) -> str:
    """Return in one line why Keras cannot open a file: it wraps the cause in a page about each layer around it."""
    cause = str(error).rsplit("Exception encountered:", 1)[-1].strip()
    return (cause or type(error).__name__).splitlines()[0][:200]
