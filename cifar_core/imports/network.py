"""Fitting a network of somebody else's into what the pages expect: pixels 0–255 in, logits out.

Runs in the process that imports a model, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import InterchangeError, NetworkFileError, NetworkRefusedError
from cifar_core.evaluation.softmax import softmax
from cifar_core.models.saved import open_network
from cifar_core.words.counts import counted
from cifar_core.words.sentences import as_sentence

LARGEST_DIFFERENCE = 1e-3
"""How far outputs may move by being computed in another order; probabilities are shown to three digits."""

_SMALLEST_PROBABILITY = 1e-7


@dataclass(frozen=True)
class Logits:
    """A network whose last activation was taken off.

    Attributes
    ----------
    network : keras.Model
        Gives logits.
    activation : str
        What turns them into the outputs of the original: ``"softmax"``, ``"sigmoid"`` or ``"linear"``.
    sentence : str
        What was done.
    """

    network: Any
    activation: str
    sentence: str


def load_network(path: Path) -> Any:
    """Open a model of somebody else's; it computes in float32, as Explain does.

    Raises
    ------
    InterchangeError
        It is refused, or Keras cannot open it.
    """
    try:
        return open_network(path)
    except NetworkRefusedError as error:
        raise InterchangeError(error.cause) from error
    except NetworkFileError as error:
        raise InterchangeError(
            f"Keras cannot open the model: {as_sentence(error.cause)} "
            "Save it again with a current Keras, with Keras's own layers."
        ) from error


def one_output_as_two(network: Any, class_names: Sequence[str]) -> Logits | None:
    """Read a network with one output, as is usual for two classes, as one that gives a logit for each.

    Parameters
    ----------
    network : keras.Model
        As it was loaded; where its last activation is a sigmoid, it is taken off in place.
    class_names : sequence of str
        Of the data set that it will be tested on.

    Returns
    -------
    Logits or None
        The classes have the logits −z/2 and z/2, whose softmax is the sigmoid of the output z: each depends on the
        picture, so that each has a heat map. ``None`` where there is more than one output, or other than two classes.
    """
    import keras

    try:
        shapes = [tuple(output.shape) for output in network.outputs]
    except (AttributeError, TypeError, ValueError):
        return None
    last = _last_operation(network) if shapes == [(None, 1)] and len(class_names) == 2 else None
    activation = getattr(getattr(last, "activation", None), "__name__", "linear")
    if last is None or activation not in ("sigmoid", "linear"):
        return None
    if activation == "sigmoid":
        last.activation = keras.activations.linear
    both = keras.layers.Dense(2, use_bias=False, name="cifar_lab_two_classes")
    if isinstance(network, keras.Sequential):
        wider = keras.Sequential([keras.Input(network.input_shape[1:]), *network.layers, both])
    else:
        wider = keras.Model(network.inputs, both(network.outputs[0]))
    both.kernel.assign([[-0.5, 0.5]])
    what = "sigmoid output" if activation == "sigmoid" else "output, which has no sigmoid,"
    return Logits(wider, "linear", f"Its one {what} is read as: the larger, the surer of “{class_names[1]}”.")


def check_shapes(network: Any, classes: int, dataset_name: str) -> None:
    """Refuse a network that does not take these pictures or does not know these classes.

    Parameters
    ----------
    network : keras.Model
        As it was loaded: must take one batch of (N, 32, 32, 3), N free, and give one of (N, classes).
    classes : int
        Number of classes of the data set that it will be tested on.
    dataset_name : str
        Name of that data set, for the sentence.

    Raises
    ------
    InterchangeError
        What it takes or gives, and what is needed.
    """
    try:
        inputs, outputs = list(network.inputs), list(network.outputs)
    except (AttributeError, TypeError, ValueError):
        raise InterchangeError(
            "The model does not say what it takes. Begin it with keras.Input((32, 32, 3)) and save it again."
        ) from None
    if len(inputs) != 1 or len(outputs) != 1:
        raise InterchangeError(
            f"The model has {counted(len(inputs), 'input')} and {counted(len(outputs), 'output')}. It must take one "
            "picture and give one row of classes: save the part of it that does."
        )
    taken, given = tuple(inputs[0].shape), tuple(outputs[0].shape)
    if len(taken) != 4 or any(size not in (None, 32) for size in taken[1:3]) or taken[3] not in (None, 3):
        raise InterchangeError(f"The model takes {_words(taken)}. {_why_not(taken)}")
    if taken[0] is not None:
        raise InterchangeError(
            f"The model takes exactly {counted(taken[0], 'picture')} at a time. Save it with a free batch size: "
            "keras.Input((32, 32, 3)) without batch_size."
        )
    if len(given) != 2:
        raise InterchangeError(
            f"The model gives {_words(given)}, not one row of classes for each picture. "
            "End it with Dense(number of classes)."
        )
    if given[1] == 1:
        raise InterchangeError(
            f"The model gives one number for each picture, and {dataset_name} has {counted(classes, 'class')}. End it "
            f"with Dense({classes})."
        )
    if given[1] != classes:
        raise InterchangeError(
            f"The model knows {counted(given[1], 'class')}, {dataset_name} has {classes}. Choose the data set it was "
            "made for."
        )


def _words(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape[1:]) + ") for each picture"


def _why_not(taken: tuple[int | None, ...]) -> str:
    if len(taken) == 4 and taken[1] == 3 and taken[3] not in (1, 3):
        return "That is channels first; the pictures here are (32, 32, 3), channels last."
    if len(taken) == 4 and taken[3] == 1:
        return "That is grey; the pictures here are in colour, (32, 32, 3)."
    if len(taken) == 2:
        return "That is a flat row of numbers; begin the model with keras.Input((32, 32, 3)) and Flatten()."
    return "The pictures here are (32, 32, 3)."


def to_logits(network: Any) -> Logits:
    """Take a final softmax or sigmoid off: Grad-CAM of a saturated output would be empty.

    Parameters
    ----------
    network : keras.Model
        Loaded from a file; its last layer is changed in place.
    """
    import keras

    last = _last_operation(network)
    name = getattr(getattr(last, "activation", None), "__name__", "")
    if name in ("softmax", "sigmoid"):
        last.activation = keras.activations.linear
        return Logits(network, name, f"Its final {name} was taken off.")
    if type(last).__name__ == "Softmax":
        if last is _last_operation(network, enter=False):
            if isinstance(network, keras.Sequential):
                shorter = keras.Sequential([keras.Input(network.input_shape[1:]), *network.layers[:-1]])
            else:
                shorter = keras.Model(network.inputs, _input_of(network, last))
            return Logits(shorter, "softmax", "Its final softmax was taken off.")
        return _log_of_probabilities(network)
    return Logits(network, "linear", "It had no final softmax: its outputs are taken as logits.")


def _log_of_probabilities(network: Any) -> Logits:
    """Put a logarithm behind probabilities whose softmax cannot be taken off: its softmax gives them back."""
    import keras

    output = keras.ops.log(keras.ops.maximum(network.outputs[0], _SMALLEST_PROBABILITY))
    sentence = "Its outputs are probabilities; their logarithms are taken as logits."
    return Logits(keras.Model(network.inputs, output), "softmax", sentence)


def probabilities_to_logits(logits: Logits, outputs: NDArray[np.float32]) -> Logits:
    """Treat outputs that are probabilities as such, where no activation at the end told so.

    Parameters
    ----------
    logits : Logits
        From :func:`to_logits`.
    outputs : ndarray of float32, shape (N, C)
        What the original gave for some pictures.
    """
    sums_to_one = np.allclose(outputs.sum(axis=1), 1, atol=1e-3) and outputs.min() >= 0
    return _log_of_probabilities(logits.network) if logits.activation == "linear" and sums_to_one else logits


def _last_operation(network: Any, *, enter: bool = True) -> Any:
    """Return the layer or operation whose output is the network's; ``enter`` looks into nested networks."""
    last = network.outputs[0]._keras_history.operation
    while enter and getattr(last, "layers", None):
        last = last.outputs[0]._keras_history.operation
    return last


def _input_of(network: Any, operation: Any) -> Any:
    """Return the tensor that goes into the last operation; one operation may be used in several networks."""
    history = network.outputs[0]._keras_history
    return operation._inbound_nodes[history.node_index].input_tensors[0]


def with_scaling(network: Any, scale: NDArray[np.float64], offset: NDArray[np.float64]) -> Any:
    """Put the scaling of pixels in front of a network.

    Parameters
    ----------
    network : keras.Model
        Takes scaled pixels.
    scale, offset : ndarray of float64, shape (3,)
        From :func:`cifar_core.imports.scaling.scale_and_offset`.

    Returns
    -------
    keras.Model
        Takes pixels 0–255 of shape (N, 32, 32, 3) and shares the network's layers. A Sequential's layers lie
        flat in it; a functional one stays a layer of its own.
    """
    import keras

    pixels = keras.Input((32, 32, 3), name="cifar_lab_pixels")
    flow = pixels
    if not (np.all(scale == 1) and np.all(offset == 0)):
        flow = keras.layers.Rescaling(scale.tolist(), offset.tolist(), name="cifar_lab_scaling")(flow)
    if isinstance(network, keras.Sequential):
        for layer in network.layers:
            flow = layer(flow)
    else:
        flow = network(flow)
    return keras.Model(pixels, flow, name="imported")


def check_same_outputs(original: NDArray[np.float32], logits: NDArray[np.float32], activation: str) -> None:
    """Refuse where what was built says something else than the original did.

    Parameters
    ----------
    original : ndarray of float32, shape (N, C)
        Outputs of the model as it was loaded.
    logits : ndarray of float32, shape (N, C)
        Outputs of what was built from it, for the same pictures.
    activation : str
        What leads from one to the other, see :class:`Logits`.

    Raises
    ------
    InterchangeError
        They differ by more than rounding.
    """
    expected: NDArray[Any]
    if activation == "softmax":
        expected = softmax(logits)
    elif activation == "sigmoid":
        expected = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    else:
        expected = logits
    allowed = LARGEST_DIFFERENCE * max(1.0, float(np.abs(original).max()))
    if not np.allclose(original, expected, rtol=0, atol=allowed):
        raise InterchangeError(
            "The model could not be taken over: fitted to pixels 0–255 it gives other outputs than before. "
            "Rebuild it as a plain Sequential or functional model, and save it again."
        )
