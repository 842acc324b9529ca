"""Numbers as they are written on a page."""

import math
from collections.abc import Sequence

UNKNOWN = "–"
"""What stands in the place of a number that is none: NaN, or infinite."""

_MOST_DIGITS = 12


def compact(number: float) -> str:
    """Write a large number with three figures, so that it can be read aloud.

    Examples
    --------
    >>> compact(896), compact(18_500), compact(2_358_000)
    ('896', '18.5 k', '2.36 M')
    """
    if not math.isfinite(number):
        return UNKNOWN
    for unit, factor in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= 0.9995 * factor:
            digits = f"{number / factor:#.3g}".rstrip(".")
            return f"{digits} {unit}"
    return f"{number:.0f}"


def percent(share: float, digits: int = 1) -> str:
    """Write a share in percent, without a space before the sign.

    Parameters
    ----------
    share : float
        0 to 1; one that is no number is written as a dash.
    digits : int
        After the point.

    Examples
    --------
    >>> percent(0.8949), percent(float("nan"))
    ('89.5%', '–')
    """
    return f"{share:.{digits}%}" if math.isfinite(share) else UNKNOWN


def decimal(number: float, digits: int) -> str:
    """Write a number with so many digits after the point.

    Parameters
    ----------
    number : float
        One that is no number is written as a dash.
    digits : int
        After the point.

    Examples
    --------
    >>> decimal(0.4221, 2), decimal(float("inf"), 2)
    ('0.42', '–')
    """
    return f"{number:.{digits}f}" if math.isfinite(number) else UNKNOWN


def digits_to_tell(*values: float, least: int = 1) -> int:
    """Return the fewest digits after the point with which no value but zero is written as zero.

    So the sign of each can be seen: with one digit the ends −0.02 and 0.98 would read “0.0 to 1.0”.

    Parameters
    ----------
    values : float
        What stands together and is written with equally many digits; numbers that are none do not count.
    least : int
        At least so many.

    Examples
    --------
    >>> digits_to_tell(-0.02, 0.98), digits_to_tell(0.0, 3.0)
    (2, 1)
    """
    digits = least
    while digits < _MOST_DIGITS and any(
        value and not float(f"{value:.{digits}f}") for value in values if math.isfinite(value)
    ):
        digits += 1
    return digits


def signed(number: float, digits: int) -> str:
    """Write a number that may be negative, with the sign for minus that is as wide as a plus.

    Parameters
    ----------
    number : float
        One that is written as zero has no sign.
    digits : int
        After the point.

    Examples
    --------
    >>> signed(-0.25, 1), signed(-0.01, 1)
    ('−0.2', '0.0')
    """
    text = decimal(number, digits)
    return text.replace("-", "−") if math.isfinite(number) and float(text) else text.removeprefix("-")


def size_words(shape: Sequence[int]) -> str:
    """Write a shape.

    Examples
    --------
    >>> size_words((30, 30, 32))
    '30×30×32'
    """
    return "×".join(str(size) for size in shape)
