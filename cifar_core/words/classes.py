"""What is said of classes by name."""

from collections.abc import Iterable, Sequence

MOST_NAMED = 5


def name_list(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """Name the first of many.

    Parameters
    ----------
    names : sequence of str
        At least one.
    most : int
        So many are named; of the others the number is said.

    Examples
    --------
    >>> name_list(["cat"]), name_list(["cat", "dog", "bee"]), name_list(list("abcdefg"), 2)
    ('cat', 'cat, dog and bee', 'a, b and 5 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def untested_sentence(class_names: Sequence[str], test_counts: Iterable[int]) -> str | None:
    """Say which classes have no test picture: wherever they have no bar, it is not one of no height.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    test_counts : iterable of int
        Test pictures by label.

    Returns
    -------
    str or None
        ``None`` where all classes have some.
    """
    missing = [name for name, count in zip(class_names, test_counts, strict=True) if not count]
    if not missing:
        return None
    they = "it is" if len(missing) == 1 else "they are"
    return f"There is no test picture of {name_list(missing)}: how well {they} recognised cannot be known."
