"""What a Keras model file says of itself, read without Keras: files that could run code are refused here."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cifar_core.errors import InterchangeError

MOST_BYTES = 512 * 1024 * 1024
"""Largest file that is opened; the largest network of ``keras.applications`` for such pictures is smaller."""

MOST_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024
"""Largest content of the archive that a ``.keras`` file is. Weights hardly shrink when they are packed."""

_MOST_CONFIG_BYTES = 32 * 1024 * 1024
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_FOREIGN_CODE = frozenset({"TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})


def check_model_file(path: Path) -> str:
    """Refuse a file that is no Keras model, is too large, or has layers with code of their own.

    Parameters
    ----------
    path : Path
        The file; its content counts, not its name.

    Returns
    -------
    str
        How Keras wants it to be called: ``".keras"`` or ``".h5"``.

    Raises
    ------
    InterchangeError
        Why it is refused.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(len(_HDF5_SIGNATURE))
    except OSError as error:
        raise InterchangeError(f"{path} cannot be read ({error.strerror}).") from None
    if size > MOST_BYTES:
        raise InterchangeError(
            f"The file has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are opened. "
            "Save the model without its optimizer: model.save(…, include_optimizer=False)."
        )
    if start == _HDF5_SIGNATURE:
        suffix, config = ".h5", _hdf5_config(path)
    elif start[:4] == b"PK\x03\x04":
        suffix, config = ".keras", _archive_config(path)
    else:
        raise InterchangeError(
            "The file is no Keras model. Save the whole model with model.save(“mine.keras”); weights alone, "
            "a pickle or a SavedModel folder cannot be imported."
        )
    _check_config(config)
    return suffix


def _archive_config(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MOST_UNPACKED_BYTES:
                raise InterchangeError(
                    f"The file would unpack to {unpacked / 1e9:,.1f} GB, more than the "
                    f"{MOST_UNPACKED_BYTES / 1e9:.1f} GB that are opened."
                )
            names = archive.namelist()
            if "config.json" not in names or not any(name.startswith("model.weights") for name in names):
                raise InterchangeError(
                    "The file is an archive, but no Keras model. Save the whole model with "
                    "model.save(“mine.keras”)."
                )
            with archive.open("config.json") as file:
                # What the archive's list says of a size may be a lie, so reading stops at the limit by itself.
                return json.loads(file.read(_MOST_CONFIG_BYTES))
    except (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile):
        raise InterchangeError(
            "The .keras file is damaged. Copy it again, or save the model again."
        ) from None


def _hdf5_config(path: Path) -> Any:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            text = file.attrs.get("model_config")
    except (OSError, RuntimeError, ValueError, KeyError):
        raise InterchangeError(
            "The .h5 file is damaged. Copy it again, or save the model again as “mine.keras”."
        ) from None
    if text is None:
        raise InterchangeError(
            "The .h5 file holds weights without a network. Save the whole model with model.save(“mine.keras”)."
        )
    try:
        return json.loads(text)
    except ValueError:
        raise InterchangeError(
            "The .h5 file is damaged. Copy it again, or save the model again as “mine.keras”."
        ) from None


def _check_config(config: Any) -> None:
    """Refuse what is not made of Keras's own layers; ``compile_config`` does not count: it is never opened."""
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise InterchangeError(
            "The file does not say which layers its network has. Save a Sequential or functional model with "
            "model.save(“mine.keras”)."
        )
    for part in _objects({key: value for key, value in config.items() if key != "compile_config"}):
        name, module = str(part["class_name"]), part.get("module")
        if name == "Lambda" or name == "__lambda__":
            raise InterchangeError(
                "The model has a Lambda layer: it holds a program that would run here, so it is not opened. "
                "Replace it by a layer of Keras (such as Rescaling or Resizing), then save the model again."
            )
        if name in _FOREIGN_CODE:
            raise InterchangeError(
                f"The model has a {name} layer, which runs a program from outside Keras, so it is not opened."
            )
        custom = module is not None and module != "builtins" and str(module).split(".")[0] != "keras"
        if custom or (module == "builtins" and name == "function"):
            what = part.get("config") if name == "function" else name
            raise InterchangeError(
                f"The model has a part of its author's own, “{str(what)[:60]}”, whose program is not in the file. "
                "Only models made of Keras's own layers can be imported."
            )


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Go through all objects that a configuration names; without recursion, so that no depth can end it."""
    waiting = [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
