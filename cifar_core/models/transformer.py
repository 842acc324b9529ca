"""A Vision Transformer for 32×32 pictures: 64 patches that all look at one another.

References
----------
Dosovitskiy et al. 2020, “An Image is Worth 16×16 Words”, arXiv:2010.11929; the mean over patches in place of a class
token is from Beyer et al. 2022, arXiv:2205.01580.
"""

from typing import Any

_WIDTH, _DEPTH, _HEADS, _PATCH = 192, 6, 3, 4


def build_vit_tiny(classes: int) -> Any:
    """Six blocks of attention over 8×8 patches, 192 wide with three heads: about 2.7 million parameters."""
    import keras
    from keras import layers

    pixels = keras.Input((32, 32, 3), name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(pixels)
    grid = 32 // _PATCH
    x = layers.Conv2D(_WIDTH, _PATCH, strides=_PATCH, use_bias=False, name="patches")(x)
    x = layers.Reshape((grid * grid, _WIDTH), name="sequence")(x)
    # A bias for each position is what tells the patches apart.
    x = layers.EinsumDense(
        "npc,cd->npd",
        output_shape=(grid * grid, _WIDTH),
        bias_axes="pd",
        kernel_initializer="identity",
        bias_initializer=keras.initializers.RandomNormal(stddev=0.02),
        name="positions",
    )(x)
    for block in range(1, _DEPTH + 1):
        normed = layers.LayerNormalization(epsilon=1e-6, name=f"norm_{block}a")(x)
        attended = layers.MultiHeadAttention(
            _HEADS, _WIDTH // _HEADS, dropout=0.0, flash_attention=False, name=f"attention_{block}"
        )(normed, normed)
        x = layers.Add(name=f"add_{block}a")([x, attended])
        normed = layers.LayerNormalization(epsilon=1e-6, name=f"norm_{block}b")(x)
        wide = layers.Dense(4 * _WIDTH, name=f"dense_{block}a")(normed)
        # A layer of its own, which training/acceleration.py replaces by a faster one.
        wide = layers.Activation("gelu", name=f"gelu_{block}")(wide)
        x = layers.Add(name=f"add_{block}b")([x, layers.Dense(_WIDTH, name=f"dense_{block}b")(wide)])
    x = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)
    x = layers.Reshape((grid, grid, _WIDTH), name="map")(x)  # a map again, for Grad-CAM
    x = layers.GlobalAveragePooling2D(name="average")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(pixels, logits, name="vit-tiny")
