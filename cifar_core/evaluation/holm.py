"""Several tests, or several intervals, at once: corrected for their number."""

from collections.abc import Sequence

from cifar_core.evaluation.significance import SIGNIFICANT

ALL_AT_ONCE = "95% interval, all at once"
"""Heading of intervals that :func:`confidence_of_each` makes wide enough to hold together."""


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values for their number, so that one below 0.05 among them all is chance in 5% of the cases at most.

    Parameters
    ----------
    p_values : sequence of float
        Of tests that need not be independent.

    Returns
    -------
    list of float
        In the same order, none above 1.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979),
    https://www.jstor.org/stable/4615733.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda number: p_values[number])
    corrected, largest = [1.0] * len(p_values), 0.0
    for place, number in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[number]))
        corrected[number] = largest
    return corrected


def confidence_of_each(count: int) -> float:
    """Return how sure each of ``count`` intervals has to be, so that all of them hold at once with 95% (Bonferroni).

    The error that is left, 5%, is divided among them. :func:`holm` keeps to the same 5% for all tests together and
    finds a little more: beside a p value just below 0.05 such an interval may still hold what the test has refused.

    References
    ----------
    O. J. Dunn, "Multiple comparisons among means", Journal of the American Statistical Association 56 (1961),
    doi:10.1080/01621459.1961.10482090.

    Examples
    --------
    >>> confidence_of_each(1), confidence_of_each(10)
    (0.95, 0.995)
    """
    return 1 - SIGNIFICANT / max(1, count)
