"""A convolutional network made to be trained in little time: everything in it learns fast from the first step.

The first layer is not trained but computed from the pictures, convolutions begin as identities, batch norm has no
scale and forgets quickly, and the head is small. It goes with the optimizer Muon
(:mod:`cifar_core.training.muon`) and a linear decay to zero.

References
----------
Jordan 2024, “94% on CIFAR-10 in 3.29 Seconds on a Single GPU”, arXiv:2404.00498; the whitening layer is from
T. Swetz and D. Page before him.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WHITENING = "whiten"
"""Name of the layer that :func:`whiten` fills."""
_MEAN = (125.3, 123.0, 113.9)
_VARIANCE = (63.0**2, 62.1**2, 66.7**2)
"""Of CIFAR-10's training pictures, as everybody uses them; near enough for other pictures."""
_WHITENING_PICTURES = 5000
_SMALLEST_VARIANCE = 5e-4


def build_speedrun(classes: int) -> Any:
    """Whitening and three groups of two convolutions, 64, 256 and 256 filters wide: about 2 million parameters."""
    return _speedrun("speedrun", classes, widths=(64, 256, 256), depth=2)


def build_speedrun_96(classes: int) -> Any:
    """Build the wider and deeper one: groups of three convolutions with a shortcut, 128, 384 and 512 filters wide."""
    return _speedrun("speedrun-96", classes, widths=(128, 384, 512), depth=3)


def whiten(network: Any, images: NDArray[np.uint8]) -> None:
    """Set the first layer to the directions in which 2×2 patches vary, each scaled to unit variance.

    Parameters
    ----------
    network : keras.Model
        From :func:`build_speedrun`.
    images : ndarray of uint8, shape (N, 32, 32, 3)
        Training pictures; the first 5,000 are used.
    """
    pixels = (images[:_WHITENING_PICTURES] - np.array(_MEAN)) / np.sqrt(np.array(_VARIANCE))
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (2, 2), axis=(1, 2))
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 12)  # each: row, column, colour
    covariance = patches.T @ patches / len(patches)
    variances, directions = np.linalg.eigh(covariance)
    filters = (directions / np.sqrt(variances + _SMALLEST_VARIANCE)).reshape(2, 2, 3, 12)
    layer = network.get_layer(WHITENING)
    layer.kernel.assign(np.concatenate([filters, -filters], axis=3).astype(np.float32))


def _speedrun(name: str, classes: int, *, widths: tuple[int, ...], depth: int) -> Any:
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Normalization(mean=_MEAN, variance=_VARIANCE, name="standardise")(pixels)
    whitening = layers.Conv2D(24, 2, name=WHITENING)
    x = whitening(x)
    whitening._kernel.trainable = False  # the bias goes on learning
    x = layers.Activation("gelu", name="whiten_gelu")(x)
    shortcut = x
    for group, width in enumerate(widths, start=1):
        for number in range(1, depth + 1):
            layer = layers.Conv2D(
                width,
                3,
                padding="same",
                use_bias=False,
                kernel_initializer=keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform"),
                name=f"conv_{group}_{number}",
            )
            x = layer(x)
            _begin_as_identity(layer)
            if number == 1:
                x = layers.MaxPooling2D(2, name=f"pool_{group}")(x)
            x = layers.BatchNormalization(
                momentum=0.4, epsilon=1e-12, scale=False, name=f"norm_{group}_{number}"
            )(x)
            if number == depth > 2:
                x = layers.Add(name=f"add_{group}")([x, shortcut])
            x = layers.Activation("gelu", name=f"gelu_{group}_{number}")(x)
            shortcut = x if number == 1 else shortcut
    x = layers.MaxPooling2D(3, name="pool")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(classes, use_bias=False, kernel_initializer="random_normal", name="head")(x)
    logits = layers.Rescaling(1 / widths[-1], dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name=name)


def _begin_as_identity(convolution: Any) -> None:
    """Make the first output channels hand the input channels on unchanged; the others stay as they were drawn."""
    # Set here rather than by an initializer of our own, which a saved model would name and plain Keras not know.
    kernel = np.array(convolution.kernel)
    height, width, channels, filters = kernel.shape
    kernel[:, :, :, :channels] = 0.0
    same = min(channels, filters)
    kernel[height // 2, width // 2, range(same), range(same)] = 1.0
    convolution.kernel.assign(kernel)
