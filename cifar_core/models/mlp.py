"""Multilayer perceptrons: no convolution, so they must learn every position of an object separately."""

from typing import Any


def build_mlp_3000_1000(classes: int) -> Any:
    """Flatten, Dense 3000, Dense 1000 (ReLU): 12,230,010 parameters with ten classes.

    Parameters
    ----------
    classes : int
        Number of logits.

    Returns
    -------
    keras.Model
        Takes RGB pixels 0–255, shape (N, 32, 32, 3); gives float32 logits, shape (N, classes).
    """
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(3000, activation="relu", name="dense_1")(x)
    x = layers.Dense(1000, activation="relu", name="dense_2")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="mlp-3000-1000")


def build_mlp_batchnorm(classes: int) -> Any:
    """Dense 512 with batch norm, 256, 128 and 64, dropout after the first two: 1,748,554 parameters.

    Parameters
    ----------
    classes : int
        Number of logits.

    Returns
    -------
    keras.Model
        Takes RGB pixels 0–255, shape (N, 32, 32, 3); gives float32 logits, shape (N, classes).
    """
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(512, activation="relu", name="dense_1")(x)
    x = layers.BatchNormalization(name="norm_1")(x)
    x = layers.Dropout(0.3, name="dropout_1")(x)
    x = layers.Dense(256, activation="relu", name="dense_2")(x)
    x = layers.Dropout(0.3, name="dropout_2")(x)
    x = layers.Dense(128, activation="relu", name="dense_3")(x)
    x = layers.Dense(64, activation="relu", name="dense_4")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="mlp-batchnorm")
