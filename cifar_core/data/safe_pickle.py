"""Reading a pickle from an unknown hand without running anything in it.

A pickle is a small program: while it is read it may call any function it names. The official CIFAR files are
pickles, so they are read by an unpickler that knows five names (those NumPy writes to rebuild numbers and arrays) and
refuses every other. Even those are stand-ins of ours that check their arguments.
"""

import io
import pickle
import re
from typing import Any

import numpy as np

from cifar_core.errors import DataError

_PLAIN_NUMBER = re.compile(r"[<>|=]?([uif][1248]|b1)")
_ARRAY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray")  # before and after NumPy 2
_BUFFER_MODULES = ("numpy.core.numeric", "numpy._core.numeric")


class _Refused(pickle.UnpicklingError):
    """The pickle asks for more than arrays and plain containers."""


class _StandIn:
    """A callable without attributes, so that a pickle cannot change it for later readers."""

    __slots__ = ()


class _ArrayType(_StandIn):
    """Stands where a pickle says ``numpy.ndarray``; it can be named but not called."""

    __slots__ = ()


class _EmptyArray(_StandIn):
    __slots__ = ()

    def __call__(self, subtype: object, shape: object, kind: object) -> np.ndarray[Any, Any]:
        if not isinstance(subtype, _ArrayType) or shape != (0,) or kind not in (b"b", "b"):
            raise _Refused("an array of an unusual kind")
        return np.ndarray((0,), dtype=np.int8)


class _NumberType(_StandIn):
    __slots__ = ()

    def __call__(self, code: object, align: object = False, copy: object = True) -> np.dtype[Any]:
        text = code.decode("latin1") if isinstance(code, bytes) else code
        if not isinstance(text, str) or not _PLAIN_NUMBER.fullmatch(text):
            raise _Refused("an array that does not hold plain numbers")
        # A copy: the pickle sets the byte order of what it gets, and NumPy's own types are shared by all.
        return np.dtype(text, copy=True)


class _ArrayFromBytes(_StandIn):
    __slots__ = ()

    def __call__(
        self, buffer: object, dtype: object, shape: object, order: object, axes: object = None
    ) -> np.ndarray[Any, Any]:
        if not isinstance(buffer, bytes | bytearray) or not isinstance(dtype, np.dtype) or axes is not None:
            raise _Refused("an array of an unusual kind")
        return np.frombuffer(buffer, dtype=dtype).reshape(shape, order=order)  # type: ignore[call-overload,no-any-return]


class _NumberFromBytes(_StandIn):
    """Stands for NumPy’s single numbers: a list of labels is often full of them."""

    __slots__ = ()

    def __call__(self, dtype: object, content: object) -> Any:
        if (
            not isinstance(dtype, np.dtype)
            or not isinstance(content, bytes)
            or len(content) != dtype.itemsize
        ):
            raise _Refused("a number of an unusual kind")
        return np.frombuffer(content, dtype=dtype)[0].item()


class _TextToBytes(_StandIn):
    __slots__ = ()

    def __call__(self, text: object, encoding: object) -> bytes:
        if not isinstance(text, str) or encoding != "latin1":
            raise _Refused("text in an unusual encoding")
        return text.encode("latin1")


_KNOWN: dict[tuple[str, str], _StandIn] = {
    ("numpy", "ndarray"): _ArrayType(),
    ("numpy", "dtype"): _NumberType(),
    ("_codecs", "encode"): _TextToBytes(),
    **{(module, "_reconstruct"): _EmptyArray() for module in _ARRAY_MODULES},
    **{(module, "scalar"): _NumberFromBytes() for module in _ARRAY_MODULES},
    **{(module, "_frombuffer"): _ArrayFromBytes() for module in _BUFFER_MODULES},
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise _Refused(f"{module}.{name}") from None


def load_arrays(content: bytes, *, name: str) -> Any:
    """Read a pickle that holds only plain containers, text, numbers and numeric NumPy arrays.

    Parameters
    ----------
    content : bytes
        The whole pickle, any protocol, written by Python 2 or 3. Python 2 text comes back as ``bytes``.
    name : str
        What to call the file in an error message.

    Returns
    -------
    object
        Plain Python containers, numbers and arrays.

    Raises
    ------
    DataError
        When the pickle asks for anything else (nothing of it has been run) or is damaged.
    """
    try:
        return _ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
    except _Refused as problem:
        raise DataError(
            f"{name} was refused: it is a pickle that asks for {problem}, which picture data never needs. "
            "Nothing in it was run. Get the file from a source you trust, or save it with plain lists and arrays."
        ) from problem
    except Exception as problem:  # a damaged pickle can raise nearly anything
        raise DataError(f"{name} is damaged or not a CIFAR file. Get the file again.") from problem
