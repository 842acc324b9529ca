"""Reading a pickle from an unknown hand without running anything in it.

A pickle is a small program: while it is read it may call any function it names. The official CIFAR files are
pickles, so they are read by an unpickler that knows five names (those NumPy writes to rebuild numbers and arrays) and
refuses every other. Even those are stand-ins of ours that check their arguments.
"""

import functools
import io
import math
import pickle
import re
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from cifar_core.errors import DataError
from cifar_core.names import visible

_MOST_SIDES = 8
_PLAIN_NUMBER = re.compile(r"[<>|=]?([uif][1248]|b1)")
_ARRAY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray")  # before and after NumPy 2
_BUFFER_MODULES = ("numpy.core.numeric", "numpy._core.numeric")


MOST_OPERATIONS = 500_000
"""Of one pickle; the largest official one takes half of it. Each makes a thing of up to 100 bytes."""

_ALLOWED = re.findall(
    r"\w+",
    """
    PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING
    BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8 UNICODE BINUNICODE SHORT_BINUNICODE
    BINUNICODE8 EMPTY_LIST LIST APPEND APPENDS EMPTY_DICT DICT SETITEM SETITEMS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3
    GLOBAL STACK_GLOBAL REDUCE BUILD GET BINGET LONG_BINGET PUT BINPUT LONG_BINPUT MEMOIZE
    """,
)
"""What a pickle of containers, text, numbers and arrays is written with."""


class _TooMuch(pickle.UnpicklingError):
    """The pickle holds more single things than a data set needs."""


class _Refused(pickle.UnpicklingError):
    """The pickle asks for more than arrays and plain containers."""


class _StandIn:
    """A callable without attributes, so that a pickle cannot change it for later readers."""

    __slots__ = ()

    def __call__(self, *_: Any) -> Any:
        raise _Refused("a call of what is only a name")


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


def _code(name: str) -> int:
    code: bytes = getattr(pickle, name)
    return code[0]


class _Operations(dict[int, Any]):
    """The operations that a pickle of arrays needs, for as often as a data set may need them."""

    def __init__(self) -> None:
        super().__init__({_code(name): pickle._Unpickler.dispatch[_code(name)] for name in _ALLOWED})
        self._left = MOST_OPERATIONS

    def __getitem__(self, code: int) -> Any:
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        return super().__getitem__(code)

    def __missing__(self, code: int) -> Any:
        if code in pickle._Unpickler.dispatch:
            raise _Refused(f"the operation {bytes([code])!r}")
        raise pickle.UnpicklingError


class _ArrayUnpickler(pickle._Unpickler):
    """Python's unpickler as it is written in Python: the one in C reserves memory for whatever a pickle announces."""

    stack: list[Any]
    append: Callable[[Any], None]
    read: Callable[[int], bytes]
    pop_mark: Callable[[], list[Any]]

    def __init__(self, file: Any) -> None:
        super().__init__(file, encoding="bytes")
        operations = _Operations()
        operations[pickle.BUILD[0]] = _ArrayUnpickler._build
        operations[pickle.REDUCE[0]] = _ArrayUnpickler._reduce
        operations[pickle.BYTEARRAY8[0]] = _ArrayUnpickler._bytearray
        for code in (pickle.SETITEM, pickle.SETITEMS, pickle.DICT):
            operations[code[0]] = functools.partial(_ArrayUnpickler._set_items, code=code)
        vars(self)["dispatch"] = operations  # of this one alone: it counts

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise _Refused(f"{visible(module, 80)}.{visible(name, 80)}") from None

    def _reduce(self) -> None:
        arguments = self.stack.pop()
        if not isinstance(self.stack[-1], _StandIn) or type(arguments) is not tuple:
            raise _Refused("a call of something else than NumPy’s own")
        self.stack[-1] = self.stack[-1](*arguments)

    def _build(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        fits = (isinstance(target, np.ndarray) and _describes_array(state)) or (
            isinstance(target, np.dtype) and _describes_number(state)
        )
        if not fits:
            raise _Refused("an array of an unusual kind")
        target.__setstate__(state)

    def _bytearray(self) -> None:
        (length,) = struct.unpack("<Q", self.read(8))
        content = self.read(length)
        if len(content) < length:
            raise EOFError
        self.append(bytearray(content))

    def _set_items(self, code: bytes) -> None:
        items = [self.stack.pop(-2), self.stack.pop()] if code == pickle.SETITEM else self.pop_mark()
        if code == pickle.DICT:
            self.append({})
        target = self.stack[-1]
        # Large numbers can be made to collide, and tuples within tuples to end the process.
        if type(target) is not dict or not all(_may_be_key(key) for key in items[::2]):
            raise _Refused("a dictionary with other keys than text and labels")
        target.update(zip(items[::2], items[1::2], strict=True))


def _may_be_key(key: object) -> bool:
    return type(key) in (str, bytes) or (type(key) is int and 0 <= key < 2**16)


def _describes_array(state: object) -> bool:
    """Tell whether a state is that of an array whose shape fits what it holds."""
    match state:
        case (int(), tuple(shape), np.dtype() as dtype, int(), bytes(content)):
            # Even to multiply numbers takes long where they have millions of digits.
            sizes = len(shape) <= _MOST_SIDES and all(
                type(size) is int and 0 <= size < 2**40 for size in shape
            )
            return sizes and math.prod(shape) * dtype.itemsize == len(content)
    return False


def _describes_number(state: object) -> bool:
    """Tell whether a state says of a type of number only in which order its bytes are."""
    match state:
        case (int(), "<" | ">" | "|" | "=" | b"<" | b">" | b"|" | b"=", None, None, None, -1, -1, 0):
            return True
    return False


def load_arrays(content: bytes | BinaryIO, *, name: str) -> Any:
    """Read a pickle that holds only plain containers, text, numbers and numeric NumPy arrays.

    Parameters
    ----------
    content : bytes or file
        The whole pickle, any protocol, written by Python 2 or 3. Python 2 text comes back as ``bytes``.
    name : str
        What to call the file in an error message.

    Returns
    -------
    object
        Plain Python containers, numbers and arrays; keys of dictionaries are text, bytes or small numbers.

    Raises
    ------
    DataError
        When the pickle asks for anything else (nothing of it has been run), for too much, or is damaged.
    """
    try:
        return _ArrayUnpickler(io.BytesIO(content) if isinstance(content, bytes) else content).load()
    except DataError:
        raise
    except _TooMuch as problem:
        raise DataError(
            f"{name} was refused: it holds more than {MOST_OPERATIONS:,} single things. Keep pictures and labels as "
            "arrays, and leave out what else is in it."
        ) from problem
    except _Refused as problem:
        raise DataError(
            f"{name} was refused: it is a pickle that asks for {problem}, which picture data never needs. "
            "Nothing in it was run. Get the file from a source you trust, or save it with plain lists and arrays."
        ) from problem
    except Exception as problem:  # a damaged pickle can raise nearly anything
        raise DataError(f"{name} is damaged or not a CIFAR file. Get the file again.") from problem
