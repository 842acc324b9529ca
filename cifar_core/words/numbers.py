"""Numbers as they are written on a page."""

import math

UNKNOWN = "–"
"""What stands in the place of a number that is none: NaN, or infinite."""


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
