"""What was made of objects that stay the same, remembered while the very same objects are asked about."""

import dataclasses
import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
ResultT = TypeVar("ResultT")

_TOLD_BY_VALUE = frozenset((str, bytes, int, float, bool, type(None), Path, type(Path())))


class Remembered(Generic[Asked, ResultT]):
    """A function that computes once for the same arguments; safe to share between threads.

    Numbers, texts and paths are the same where they are equal; sequences, mappings and frozen dataclasses that can be
    compared where their parts are. Of all else, such as an array, only the very same object is the same one: nobody may
    change what was asked about, nor what is returned.

    Parameters
    ----------
    compute : callable
        What it returns is shared by all callers. Errors are not remembered.
    most : int
        How many results are kept; the one that was asked for longest ago goes first.
    by : callable, optional
        Returns what tells the arguments apart, where that is less than all of them: a hashable value, in which
        ``id(…)`` stands for an object itself.
    """

    def __init__(
        self, compute: Callable[Asked, ResultT], most: int, by: Callable[..., Hashable] | None = None
    ) -> None:
        self._compute = compute
        self._most = most
        self._by = by
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, ResultT]] = OrderedDict()
        functools.update_wrapper(self, compute)

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> ResultT:
        """Return what was computed of these objects, computing it first where it is not there."""
        key = _key((args, kwargs)) if self._by is None else self._by(*args, **kwargs)
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known[1]
        result = self._compute(*args, **kwargs)
        with self._lock:
            # The objects stay as long as the result: else another one might get the number that told them apart.
            self._kept[key] = ((args, kwargs), result)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return result

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def remembered(
    *, most: int, by: Callable[..., Hashable] | None = None
) -> Callable[[Callable[Asked, ResultT]], Remembered[Asked, ResultT]]:
    """Turn a function into a :class:`Remembered` one: ``@remembered(most=16)``.

    Parameters
    ----------
    most : int
        How many results are kept.
    by : callable, optional
        As in :class:`Remembered`.
    """
    return lambda compute: Remembered(compute, most, by)


def _key(value: Any) -> Hashable:
    """Return what is equal for the same value, as :class:`Remembered` means it, and for no other."""
    kind: Any = type(value)
    if kind in _TOLD_BY_VALUE:
        return kind, value  # with its kind: 1, 1.0 and True are equal to each other
    if kind is tuple or kind is list:
        return tuple, *map(_key, value)
    if kind is dict:
        return dict, *((_key(name), _key(one)) for name, one in value.items())
    if (names := _fields(kind)) is not None:
        parts = [getattr(value, name) for name in names]
        if all(type(part) in _TOLD_BY_VALUE for part in parts):  # such as one of hundreds of epochs
            return kind, *parts
        return kind, *map(_key, parts)
    return id(value)


@functools.cache
def _fields(kind: type) -> tuple[str, ...] | None:
    """Return the fields of a dataclass whose objects are compared by them and never change, else ``None``."""
    settings = getattr(kind, "__dataclass_params__", None)
    if settings is None or not (settings.frozen and settings.eq):
        return None
    return tuple(field.name for field in dataclasses.fields(kind) if field.compare)
