"""How large something is, in the units that people know."""

_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))
_ROUNDED_UP = 0.9995
_MOST_DIGITS = 3


def data_size(count: int, unlike: int | None = None) -> str:
    """Write a number of bytes, never as zero unless it is.

    Parameters
    ----------
    count : int
        How many bytes.
    unlike : int, optional
        Another number of bytes that stands beside it: the two are not written alike unless they are equal, so that
        nothing is refused for having “500 MB, and at most 500 MB are read”.

    Examples
    --------
    >>> data_size(1), data_size(950), data_size(18_400), data_size(500_000_000), data_size(1_250_000_000)
    ('1 byte', '950 bytes', '18 kB', '500 MB', '1.2 GB')
    >>> data_size(500_000_001, unlike=500_000_000), data_size(504_000_000, unlike=504_400_000)
    ('500,000,001 bytes', '504.0 MB')
    """
    if unlike is None or unlike == count:
        return _written(count, 0)
    pairs = ((_written(count, digits), _written(unlike, digits)) for digits in range(_MOST_DIGITS + 1))
    return next((one for one, other in pairs if one != other), f"{count:,} bytes")


def _written(count: int, digits: int) -> str:
    for unit, factor in _UNITS:
        if count >= _ROUNDED_UP * factor:
            number = count / factor
            written = f"{number:,.{max(digits, 1 if number < 10 else 0)}f}"
            return f"{written if digits else written.removesuffix('.0')} {unit}"
    return f"{count:,} byte{'' if count == 1 else 's'}"
