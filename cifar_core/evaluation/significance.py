"""From which p value on a difference is called real, and how a p value is written."""

SIGNIFICANT = 0.05
"""Below this p value a difference is called real: the usual line, by convention."""


def p_words(p_value: float, least: int = 2) -> str:
    """Write a p value with as many digits as it takes to see on which side of the line it lies.

    Parameters
    ----------
    p_value : float
        0 to 1.
    least : int
        Digits after the point, at least; three below 0.1.

    Examples
    --------
    >>> p_words(0.431), p_words(0.0123), p_words(0.04996), p_words(0.0004)
    ('0.43', '0.012', '0.04996', '< 0.001')
    """
    if p_value < 0.001:
        return "< 0.001"
    digits = max(least, 3 if p_value < 0.1 else 2)
    while p_value != SIGNIFICANT and float(f"{p_value:.{digits}f}") == SIGNIFICANT:
        digits += 1
    return f"{p_value:.{digits}f}"
