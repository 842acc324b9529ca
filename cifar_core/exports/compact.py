"""Model files of less than half the size that compute exactly the same."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from cifar_core.errors import RunError
from cifar_core.models.saved import flatten_layers, open_network
from cifar_core.system.files import remove, replace

ANY_SIZE = 32
"""Pixels, for a network that takes pictures of any size."""
_WEIGHTS = "model.weights.h5"


def write_compact(source: Path, target: Path) -> None:
    """Write a ``.keras`` file anew: kernels rounded to the precision they are multiplied in, all packed.

    In mixed precision a layer rounds its float32 kernel to bfloat16 or float16 before it multiplies with it. Rounded
    beforehand, the kernel has as many zeros at its end as packing takes away, and the layer computes the same, bit for
    bit. Layers in float32 stay as they are, and so do all vectors: batch norm computes with them in float32.
    Training goes on from slightly different weights, though, and what computes in float32 instead, as Explain does,
    sees the rounding in the last digits.

    Parameters
    ----------
    source : Path
        A saved network; plain Keras opens the new file, too.
    target : Path
        Written over if it exists.

    Raises
    ------
    NetworkFileError
        Keras cannot open ``source``.
    RunError
        The network does not compute the same afterwards; nothing is written.
    """
    import keras

    network = open_network(source, float32=False)
    sides = [size or ANY_SIZE for size in network.input_shape[1:]]
    pictures = np.random.default_rng(0).uniform(0, 255, (16, *sides)).astype(np.float32)
    before = keras.ops.convert_to_numpy(network(pictures, training=False))
    for layer in flatten_layers(network).values():
        if layer.compute_dtype != layer.variable_dtype:
            _round_kernels(layer)
    after = keras.ops.convert_to_numpy(network(pictures, training=False))
    if not np.array_equal(before, after):
        raise RunError(f"{source} cannot be made smaller without changing what the network says.")
    part = target.with_name(f".part-{target.stem}.keras")
    try:
        network.save(part)
        _pack(part)
        replace(part, target)
    finally:
        remove(part)


def _round_kernels(layer: Any) -> None:
    from keras import ops

    for variable in layer.weights:
        if len(variable.shape) > 1:
            variable.assign(ops.cast(ops.cast(variable.value, layer.compute_dtype), variable.dtype))


def _pack(path: Path) -> None:
    """Pack the weights within their HDF5 file, where bytes of equal rank can be put side by side first."""
    import h5py

    packed = io.BytesIO()
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with h5py.File(io.BytesIO(members[_WEIGHTS]), "r") as weights, h5py.File(packed, "w") as smaller:
        smaller.attrs.update(weights.attrs)

        def copy(name: str, member: Any) -> None:
            if isinstance(member, h5py.Group):
                smaller.require_group(name).attrs.update(member.attrs)
                return
            options = {"compression": "gzip", "compression_opts": 9, "shuffle": True} if member.shape else {}
            smaller.create_dataset(name, data=member[()], **options).attrs.update(member.attrs)

        weights.visititems(copy)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, packed.getvalue() if name == _WEIGHTS else content)
