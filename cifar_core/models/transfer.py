"""Transfer learning: networks trained on ImageNet that go on learning with other pictures.

The pictures are enlarged within the network, which therefore takes 32×32 pixels like all others. The ImageNet
weights are fetched by Keras once and lie in its cache afterwards.

References
----------
Tan & Le 2021, “EfficientNetV2”, arXiv:2104.00298; Howard et al. 2019, “Searching for MobileNetV3”, arXiv:1905.02244.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from cifar_core.errors import RunError

SIDE = 96
"""Pixels to which pictures are enlarged: three times their size, a compromise between accuracy and time."""


def build_efficientnet(classes: int) -> Any:
    """EfficientNetV2-B0 on pictures enlarged to 96×96: about 5.9 million parameters."""
    import keras

    return _build("efficientnetv2-b0", keras.applications.EfficientNetV2B0, classes)


def build_mobilenet(classes: int) -> Any:
    """MobileNetV3-Small on pictures enlarged to 96×96: about 0.9 million parameters."""
    import keras

    return _build("mobilenetv3-small", keras.applications.MobileNetV3Small, classes)


def load_imagenet(network: Any, *, application: str) -> None:
    """Give a network the weights that were trained on ImageNet, all but its last layer.

    Parameters
    ----------
    network : keras.Model
        From a ``build`` of this file; its layers are found by their names.
    application : str
        Name in ``keras.applications``: ``"EfficientNetV2B0"`` or ``"MobileNetV3Small"``.

    Raises
    ------
    RunError
        They are not in Keras's cache and cannot be fetched.
    """
    import keras

    make = getattr(keras.applications, application)
    try:
        trained = make(include_top=False, weights="imagenet", input_shape=(SIDE, SIDE, 3))
    except Exception as error:  # Keras raises whatever its download meets.
        raise RunError(
            f"The ImageNet weights of {application} are not on this machine and cannot be fetched "
            f"({type(error).__name__}). Start the run once with a connection to the internet: Keras then keeps them. "
            "Or train from scratch, with random weights."
        ) from None
    own = {layer.name: layer for layer in network.layers}
    for layer in trained.layers:
        if layer.weights:
            own[layer.name].set_weights(layer.get_weights())


def imagenet_weights(application: str) -> Callable[[Any], None]:
    """Return what a model's table entry needs: :func:`load_imagenet` for one of ``keras.applications``."""
    return partial(load_imagenet, application=application)


def _build(name: str, make: Callable[..., Any], classes: int) -> Any:
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    # Keras's layer says training=True of itself when it is called without a word, and so would all that follow it:
    # batch norm would take the statistics of the batch wherever somebody calls the network plainly; fit says True.
    enlarged = layers.Resizing(SIDE, SIDE, interpolation="bilinear", name="enlarge")(pixels, training=False)
    backbone = make(include_top=False, weights=None, input_tensor=enlarged)  # scales its pixels itself
    x = layers.GlobalAveragePooling2D(name="average")(backbone.output)
    x = layers.Dropout(0.2, name="dropout")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name=name)
