"""Numbers that are none, as a diverged training leaves them: JSON knows no NaN, and a chart draws it as a gap."""

import json
import math
from typing import Any

import numpy as np


def finite(value: Any) -> Any:
    """Put ``None`` in the place of every number that is not finite.

    Parameters
    ----------
    value : object
        A number, or dicts, lists and tuples of numbers, in one another as deep as may be. In NumPy arrays, which hold
        no ``None``, infinities become NaN. Anything else stays as it is.

    Returns
    -------
    object
        The very same object where nothing had to be changed, else a copy.

    Examples
    --------
    >>> finite({"loss": [1.5, float("nan")], "left": float("inf")})
    {'loss': [1.5, None], 'left': None}
    """
    if isinstance(value, float | np.floating):
        return value if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return (
            np.where(np.isinf(value), np.nan, value)
            if value.dtype.kind == "f" and np.isinf(value).any()
            else value
        )
    if isinstance(value, dict):
        pairs = {key: finite(one) for key, one in value.items()}
        return pairs if any(pairs[key] is not one for key, one in value.items()) else value
    if isinstance(value, list | tuple):
        items = [finite(one) for one in value]
        changed = any(new is not old for new, old in zip(items, value, strict=True))
        return value if not changed else items if isinstance(value, list) else tuple(items)
    return value


def json_text(document: object, *, indent: int | None = None, ascii_alone: bool = False) -> str:
    r"""Write a document as JSON that every reader understands: what is no finite number is ``null``.

    Parameters
    ----------
    document : object
        Of dicts, lists, texts and numbers.
    indent : int, optional
        Spaces for each level; ``None`` writes one line.
    ascii_alone : bool
        Write every other character as ``\u2713``, for a place that does not know them all.
    """
    return json.dumps(finite(document), ensure_ascii=ascii_alone, indent=indent, allow_nan=False)
