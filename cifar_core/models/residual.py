"""Residual networks: a block learns what to add to its input, so that deep networks can be trained.

All take RGB pixels 0–255 of shape (N, 32, 32, 3) and give float32 logits of shape (N, classes).

References
----------
He et al. 2015, “Deep Residual Learning for Image Recognition”, arXiv:1512.03385.
"""

from typing import Any


def build_resnet_student(classes: int) -> Any:
    """Three residual blocks of 32, 64 and 128 filters without any pooling: 33,889,770 parameters with ten classes.

    Nearly all of them lie between the last map, still 32×32, and the first dense layer.
    """
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="scale")(pixels)
    for number, filters in enumerate((32, 64, 128), start=1):
        skip = layers.Conv2D(filters, 1, name=f"skip_{number}")(x)
        x = layers.Conv2D(filters, 3, padding="same", name=f"conv_{number}a")(x)
        x = layers.BatchNormalization(name=f"norm_{number}a")(x)
        x = layers.ReLU(name=f"relu_{number}a")(x)
        x = layers.Conv2D(filters, 3, padding="same", name=f"conv_{number}b")(x)
        x = layers.BatchNormalization(name=f"norm_{number}b")(x)
        x = layers.Add(name=f"add_{number}")([x, skip])
        x = layers.ReLU(name=f"relu_{number}b")(x)
        x = layers.Dropout(0.25, name=f"dropout_{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate((256, 128), start=1):
        x = layers.Dense(units, activation="relu", name=f"dense_{number}")(x)
        x = layers.BatchNormalization(name=f"dense_norm_{number}")(x)
        x = layers.Dropout(0.5, name=f"dense_dropout_{number}")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="resnet-student")


def build_resnet_dense(classes: int) -> Any:
    """Five stages of convolutions, each fed by the stage before and by the picture itself: 17,001,930 parameters.

    A stage adds a 1×1 convolution of its input and, from the second on, one of the picture pooled to its size.
    The weight penalty (L2, 1e-4) on the 3×3 convolutions is part of the network's loss.
    """
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    picture = x = layers.Rescaling(1 / 255, name="scale")(pixels)
    stages = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    for number, (filters, depth) in enumerate(stages, start=1):
        added = [layers.Conv2D(filters, 1, name=f"skip_{number}")(x)]
        if number > 1:
            picture = layers.AveragePooling2D(2, name=f"shrink_{number}")(picture)
            added.append(layers.Conv2D(filters, 1, name=f"picture_{number}")(picture))
        for letter in "abc"[:depth]:
            x = layers.Conv2D(
                filters,
                3,
                padding="same",
                activation="relu",
                kernel_regularizer=keras.regularizers.L2(1e-4),
                name=f"conv_{number}{letter}",
            )(x)
        x = layers.Add(name=f"add_{number}")([x, *added])
        x = layers.BatchNormalization(name=f"norm_{number}")(x)
        x = layers.MaxPooling2D(name=f"pool_{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate((1024, 1024, 256), start=1):
        x = layers.Dense(units, activation="relu", name=f"dense_{number}")(x)
        x = layers.Dropout(0.3, name=f"dropout_{number}")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="resnet-dense")


def build_resnet18(classes: int) -> Any:
    """ResNet-18 for 32×32 pictures, with a 3×3 stem and no max-pooling: 11,173,962 trainable parameters."""
    return _resnet("resnet18", classes, blocks=2, widths=(64, 128, 256, 512), project=True)


def build_resnet20(classes: int) -> Any:
    """ResNet-20 as published for CIFAR-10, shortcuts without parameters: 269,722 trainable parameters."""
    return _resnet("resnet20", classes, blocks=3, widths=(16, 32, 64), project=False)


def _resnet(name: str, classes: int, *, blocks: int, widths: tuple[int, ...], project: bool) -> Any:
    """Stack stages of basic blocks; each stage after the first halves the map and doubles the width."""
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(pixels)
    x = _convolution(x, widths[0], 3, 1, "stem")
    x = layers.ReLU(name="stem_relu")(x)
    for stage, filters in enumerate(widths, start=1):
        for block in range(1, blocks + 1):
            stride = 2 if stage > 1 and block == 1 else 1
            x = _basic_block(x, filters, stride, f"{stage}_{block}", project=project)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name=name)


def _basic_block(x: Any, filters: int, stride: int, name: str, *, project: bool) -> Any:
    from keras import layers

    skip = x
    if stride > 1 and project:
        skip = _convolution(x, filters, 1, stride, f"skip_{name}")
    elif stride > 1:
        # Every second pixel, and zeros for the channels that are new (option A of the paper).
        skip = layers.AveragePooling2D(1, strides=stride, name=f"skip_{name}")(x)
        more = filters - x.shape[-1]
        skip = layers.Permute((1, 3, 2), name=f"skip_{name}_turn")(skip)
        skip = layers.ZeroPadding2D(((0, 0), (more // 2, more - more // 2)), name=f"skip_{name}_pad")(skip)
        skip = layers.Permute((1, 3, 2), name=f"skip_{name}_back")(skip)
    x = _convolution(x, filters, 3, stride, f"conv_{name}a")
    x = layers.ReLU(name=f"relu_{name}a")(x)
    x = _convolution(x, filters, 3, 1, f"conv_{name}b")
    x = layers.Add(name=f"add_{name}")([x, skip])
    return layers.ReLU(name=f"relu_{name}b")(x)


def _convolution(x: Any, filters: int, kernel: int, stride: int, name: str) -> Any:
    """Convolve without bias, which the batch norm after it would take away again."""
    from keras import layers

    x = layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
