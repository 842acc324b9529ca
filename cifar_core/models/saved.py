"""Saved networks: how one is opened, and what lies in it."""

from typing import Any


def flatten_layers(model: Any) -> dict[str, Any]:
    """Return every layer of a model by name, those of nested models as ``"outer/inner"``."""
    found: dict[str, Any] = {}
    for layer in model.layers:
        if getattr(layer, "layers", None):
            found.update({f"{layer.name}/{name}": inner for name, inner in flatten_layers(layer).items()})
        else:
            found[layer.name] = layer
    return found


def cause_of(error: Exception) -> str:
    """Return in one line why Keras cannot open a file: it wraps the cause in a page about each layer around it."""
    cause = str(error).rsplit("Exception encountered:", 1)[-1].strip()
    return (cause or type(error).__name__).splitlines()[0][:200]
