"""Large numbers in words that can be read aloud."""


def compact(number: float) -> str:
    """Write a number with three figures.

    Examples
    --------
    >>> compact(896), compact(18_500), compact(2_358_000)
    ('896', '18.5 k', '2.36 M')
    """
    for unit, factor in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= 0.9995 * factor:
            digits = f"{number / factor:#.3g}".rstrip(".")
            return f"{digits} {unit}"
    return f"{number:.0f}"
