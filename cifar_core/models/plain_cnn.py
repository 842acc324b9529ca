"""Plain convolutional networks: convolutions and pooling one after the other, then dense layers.

All take RGB pixels 0–255 of shape (N, 32, 32, 3) and give float32 logits of shape (N, classes). Input scaling is
part of the network: whoever loads a saved model feeds it plain pixels.
"""

from typing import Any


def build_cnn_2conv(classes: int) -> Any:
    """Two convolutions and a dense layer: 167,562 parameters with ten classes."""
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    x = layers.Conv2D(32, 3, activation="relu", name="conv_1")(x)
    x = layers.MaxPooling2D(name="pool_1")(x)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_2")(x)
    x = layers.MaxPooling2D(name="pool_2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(64, activation="relu", name="dense")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="cnn-2conv")


def build_cnn_7x7(classes: int) -> Any:
    """Three convolutions, the first 7×7, each followed by batch norm and pooling: 382,858 parameters.

    The network sees raw pixels 0–255, as its authors trained it: batch norm after the first convolution
    does the scaling.
    """
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = pixels
    for number, (filters, kernel) in enumerate(((64, 7), (128, 3), (256, 3)), start=1):
        x = layers.Conv2D(filters, kernel, activation="relu", name=f"conv_{number}")(x)
        x = layers.BatchNormalization(name=f"norm_{number}")(x)
        x = layers.MaxPooling2D(name=f"pool_{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="cnn-7x7")


def build_cnn_baseline(classes: int) -> Any:
    """Three convolutions and a dense layer of 256: 620,362 parameters with ten classes."""
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    x = layers.Conv2D(32, 3, activation="relu", name="conv_1")(x)
    x = layers.MaxPooling2D(name="pool_1")(x)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_2")(x)
    x = layers.MaxPooling2D(name="pool_2")(x)
    x = layers.Conv2D(128, 3, activation="relu", name="conv_3")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(256, activation="relu", name="dense")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="cnn-baseline")


def build_cnn_improved(classes: int) -> Any:
    """Three blocks of two padded convolutions with batch norm, then three dense layers: 856,938 parameters."""
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    for number, filters in enumerate((32, 64, 128), start=1):
        for letter in "ab":
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv_{number}{letter}")(x)
            x = layers.BatchNormalization(name=f"norm_{number}{letter}")(x)
        x = layers.MaxPooling2D(name=f"pool_{number}")(x)
        x = layers.Dropout(0.25, name=f"dropout_{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate((256, 128, 64), start=1):
        x = layers.Dense(units, activation="relu", name=f"dense_{number}")(x)
        x = layers.BatchNormalization(name=f"dense_norm_{number}")(x)
        x = layers.Dropout(0.5, name=f"dense_dropout_{number}")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="cnn-improved")


def build_cnn_custom(classes: int) -> Any:
    """Three blocks of two convolutions of 64, 128 and 256 filters, batch norm before ReLU: 1,806,762 parameters.

    Its authors published no layers, only three convolutional blocks with batch norm, pooling and dropout, and
    about 1.8 million parameters; widths and the dense layer of 160 are ours. So is the little dropout: with 0.1 to 0.4
    in place of 0.05 and 0.1, twelve epochs left the network at 87% on its own training pictures, no more than on
    others.
    """
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(pixels)
    for number, filters in enumerate((64, 128, 256), start=1):
        for letter in "ab":
            x = layers.Conv2D(filters, 3, padding="same", name=f"conv_{number}{letter}")(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"norm_{number}{letter}")(x)
            x = layers.ReLU(name=f"relu_{number}{letter}")(x)
        x = layers.MaxPooling2D(name=f"pool_{number}")(x)
        x = layers.Dropout(0.05, name=f"dropout_{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(160, name="dense")(x)
    x = layers.BatchNormalization(momentum=0.9, name="dense_norm")(x)
    x = layers.ReLU(name="dense_relu")(x)
    x = layers.Dropout(0.1, name="dense_dropout")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="cnn-custom")
