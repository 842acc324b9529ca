"""What a Keras model file says of itself, read without Keras: what could run code or claims too much is refused."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from cifar_core.archive import ArchiveError, open_archive
from cifar_core.errors import NetworkRefusedError
from cifar_core.sizes import data_size
from cifar_core.system.files import open_regular

MOST_BYTES = 512 * 1024 * 1024
"""Largest file that is opened; the largest network of ``keras.applications`` for such pictures is smaller."""

MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
"""Most bytes of an archive's members, or of its weights, unpacked."""

LARGEST_NUMBER = 10_000_000
"""Of units, filters, pixels …: a layer with more has more weights than a file of that size."""

_FREE_BYTES = 64 * 1024 * 1024
_MOST_SHRUNK = 20
"""Beyond the first bytes, what unpacks to so many times its size is a trap: weights hardly shrink by a half."""

_MOST_CONFIG_BYTES = 8 * 1024 * 1024
_MOST_PARTS = 20_000
CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_TRAINING_ALONE = {
    "_regularizer": "a regularizer",
    "_constraint": "a constraint",
    "_initializer": "an initializer",
}
"""Endings of settings that only training needs, and what they name."""

_FOREIGN_CODE = frozenset({"TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})


@dataclass(frozen=True)
class ModelFile:
    """A file that was looked into and found fit to be opened.

    Attributes
    ----------
    suffix : str
        How Keras wants it to be called: ``".keras"`` or ``".h5"``.
    config : dict
        What it says of its network's layers.
    of_keras2 : bool
        It may have been written by Keras 2, as any ``.h5`` may.
    """

    suffix: str
    config: dict[str, Any]
    of_keras2: bool


def check_model_file(path: Path) -> ModelFile:
    """Refuse a file that is no Keras model, is too large, or has layers with code of their own.

    Parameters
    ----------
    path : Path
        The file; its content counts, not its name.

    Raises
    ------
    NetworkRefusedError
        Why it is refused.
    """
    try:
        with open_regular(path) as file:
            return _looked_into(path, file)
    except OSError as error:
        raise NetworkRefusedError(path, f"The file cannot be read ({error.strerror}).") from None


def _looked_into(path: Path, file: BinaryIO) -> ModelFile:
    size = os.fstat(file.fileno()).st_size
    if size > MOST_BYTES:
        raise NetworkRefusedError(
            path,
            f"The file has {data_size(size, MOST_BYTES)}; at most {data_size(MOST_BYTES, size)} are opened. "
            "Save the model without its optimizer: model.save(…, include_optimizer=False).",
        )
    start = file.read(len(_HDF5_SIGNATURE))
    if start == _HDF5_SIGNATURE:
        suffix, config, of_keras2 = ".h5", _hdf5_config(path, file, size), True
    elif start[:4] == b"PK\x03\x04":
        suffix, (config, of_keras2) = ".keras", _archive_config(path, file, size)
    else:
        raise NetworkRefusedError(
            path,
            "The file is no Keras model. Save the whole model with model.save(“mine.keras”); weights alone, "
            "a pickle or a SavedModel folder cannot be opened.",
        )
    return ModelFile(suffix, _checked_config(path, config), of_keras2)


def _most_unpacked(size: int) -> int:
    return min(MOST_UNPACKED_BYTES, _FREE_BYTES + _MOST_SHRUNK * size)


def _archive_config(path: Path, file: BinaryIO, size: int) -> tuple[Any, bool]:
    try:
        with open_archive(file, most_bytes=_most_unpacked(size)) as archive:
            names = archive.namelist()
            texts = [name for name in (CONFIG, METADATA) if name in names]
            if CONFIG not in names or WEIGHTS not in names:
                raise NetworkRefusedError(
                    path,
                    "The file is an archive, but no Keras model. Save the whole model with model.save(“mine.keras”).",
                )
            if any(archive.getinfo(name).file_size > _MOST_CONFIG_BYTES for name in texts):
                raise NetworkRefusedError(
                    path, "The description of its layers is longer than that of any network."
                )
            config = json.loads(archive.read(CONFIG))
            about = json.loads(archive.read(METADATA)) if METADATA in names else {}
            _check_weights(path, BytesIO(archive.read(WEIGHTS)), size)
            return config, str(about.get("keras_version")).startswith("2.")
    except NetworkRefusedError:
        raise
    except ArchiveError as error:
        raise NetworkRefusedError(
            path, f"The .keras file cannot be unpacked: {error}. Copy it again, or save the model again."
        ) from None
    except Exception:  # What a damaged archive raises depends on where the damage is: nearly anything.
        raise NetworkRefusedError(
            path, "The .keras file is damaged. Copy it again, or save the model again."
        ) from None


def _hdf5_config(path: Path, file: BinaryIO, size: int) -> Any:
    import h5py

    _check_weights(path, file, size)
    try:
        with h5py.File(file, "r") as content:
            text = content.attrs.get("model_config")
            if text is not None:
                return json.loads(text)
    except Exception:  # as above
        raise NetworkRefusedError(
            path, "The .h5 file is damaged. Copy it again, or save the model again as “mine.keras”."
        ) from None
    raise NetworkRefusedError(
        path,
        "The .h5 file holds weights without a network. Save the whole model with model.save(“mine.keras”).",
    )


def _check_weights(path: Path, file: BinaryIO, size: int) -> None:
    """Refuse weights that claim more than the file can hold, or lie in other files."""
    import h5py

    claimed, elsewhere = 0, False

    def add(_: str, item: Any) -> None:
        nonlocal claimed, elsewhere
        if isinstance(item, h5py.Dataset):
            claimed += int(item.size or 0) * item.dtype.itemsize
            elsewhere = elsewhere or item.is_virtual or bool(item.external)

    def follow(_: str, link: Any) -> None:
        nonlocal elsewhere
        elsewhere = elsewhere or not isinstance(link, h5py.HardLink)

    try:
        with h5py.File(file, "r") as content:
            content.visititems(add)
            content.visititems_links(follow)
    except Exception:  # as above
        raise NetworkRefusedError(
            path,
            "The weights in the file are damaged. Copy it again, or save the model again as “mine.keras”.",
        ) from None
    if elsewhere:
        raise NetworkRefusedError(
            path, "Its weights lie in another file. Save the model again as “mine.keras”."
        )
    if claimed > _most_unpacked(size):
        raise NetworkRefusedError(
            path,
            f"Its weights would take {data_size(claimed)}, far more than a file of {data_size(size)} can hold.",
        )


def _checked_config(path: Path, config: Any) -> dict[str, Any]:
    """Refuse what is not made of Keras's own layers; ``compile_config`` does not count: it is never opened."""
    layers = config.get("config") if isinstance(config, dict) else None
    old = isinstance(layers, list) and config.get("class_name") == "Sequential"  # before Keras 2.2.3
    if not isinstance(layers, dict) and not old:
        raise NetworkRefusedError(
            path,
            "The file does not say which layers its network has. Save a Sequential or functional model with "
            "model.save(“mine.keras”).",
        )
    network = {key: value for key, value in config.items() if key != "compile_config"}
    for number, (role, part) in enumerate(_objects(network)):
        if number > _MOST_PARTS:
            raise NetworkRefusedError(path, f"The model has more than {_MOST_PARTS:,} parts.")
        _check_part(path, role, part)
    return network


def _check_part(path: Path, role: str, part: dict[str, Any]) -> None:
    name, module = str(part["class_name"]), part.get("module")
    if name == "Lambda" or name == "__lambda__":
        raise NetworkRefusedError(
            path,
            "The model has a Lambda layer: it holds a program that would run here, so it is not opened. "
            "Replace it by a layer of Keras (such as Rescaling or Resizing), then save the model again.",
        )
    if name in _FOREIGN_CODE:
        raise NetworkRefusedError(
            path,
            f"The model has a {name[:60]} layer, which runs a program from outside Keras, so it is not opened. Put "
            "layers of Keras in its place, then save the model again.",
        )
    # Keras notes no module of what its author registered, but that it was; in an .h5 file the name tells.
    registered = (module is None and part.get("registered_name") is not None) or ">" in name
    foreign = module is not None and module != "builtins" and str(module).split(".")[0] != "keras"
    if foreign or registered or (module == "builtins" and name == "function"):
        own = str(part.get("config") if name == "function" else name).rsplit(">", 1)[-1][:60]
        kind = next((kind for kind in _TRAINING_ALONE if role.endswith(kind)), None)
        if kind is not None:
            raise NetworkRefusedError(
                path,
                f"The model has {_TRAINING_ALONE[kind]} of its author's own, “{own}”, whose program is not in the "
                f"file. Only training needs it: build the model without it ({role[:60]}), give it the weights, and "
                "save it again.",
            )
        raise NetworkRefusedError(
            path,
            f"The model has a part of its author's own, “{own}”, whose program is not in the file. "
            "Put layers of Keras in its place, then save the model again: only they can be opened.",
        )
    for key, number in _numbers(part.get("config")):
        if abs(number) > LARGEST_NUMBER and "seed" not in key:
            raise NetworkRefusedError(
                path,
                f"A part of the model, {name[:60]}, has {key[:60]} = {_words(number)}; at most {LARGEST_NUMBER:,} is "
                "opened.",
            )


def _words(number: int) -> str:
    """Write a number, unless it has so many digits that Python would not."""
    return f"{number:,}" if abs(number) < 10**20 else "a number of more than 20 digits"


def _numbers(config: Any) -> Iterator[tuple[str, int]]:
    """Go through the whole numbers of a part's settings, those in lists too; parts within it have their own turn."""
    waiting = [("", config)]
    while waiting:
        key, value = waiting.pop()
        if type(value) is int:
            yield key, value
        elif isinstance(value, dict) and "class_name" not in value:
            waiting.extend((str(name), inner) for name, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((key, inner) for inner in value)


def _objects(config: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through all objects that a configuration names, with the setting that each is of.

    Without recursion, so that no depth can end it.
    """
    waiting = [("", config)]
    while waiting:
        role, value = waiting.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                yield role, value
            waiting.extend((str(key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((role, inner) for inner in value)
