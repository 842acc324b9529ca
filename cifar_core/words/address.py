"""What is said where an address asks for something that is not there."""

from collections.abc import Sequence

from cifar_core.names import visible
from cifar_core.words.classes import name_list

MOST = 10**9
"""Whole numbers up to more than this many have no end for a reader."""

ANY = range(2**53)
"""The whole numbers that a browser can write."""


def unknown_sentence(name: str, asked: str, options: Sequence[object]) -> str:
    """Say which value of an address is not known, and what is.

    Parameters
    ----------
    name : str
        Of the parameter.
    asked : str
        Its value in the address; it may hold anything.
    options : sequence
        What there is, at least one; a ``range`` stands for the whole numbers in it.

    Examples
    --------
    >>> unknown_sentence("page", "99", range(1, 26))
    'The address asks for page “99”, which does not exist. It can be 1 to 25.'
    >>> unknown_sentence("shown_split", "trian", ["train", "test"])
    'The address asks for shown split “trian”, which does not exist. There are train and test.'
    """
    word, shown = name.replace("_", " "), visible(asked, 80)
    sentence = f"The address asks for {word} “{shown}”, which does not exist."
    if isinstance(options, range):
        if len(options) > MOST:
            return f"{sentence} Give a whole number from {options[0]:,} on."
        if len(options) == 1:
            return f"{sentence} There is only {word} {options[0]}."
        return f"{sentence} It can be {options[0]:,} to {options[-1]:,}."
    if len(options) == 1:
        return f"{sentence} There is only {options[0]}."
    return f"{sentence} There are {name_list([str(option) for option in options], 12)}."
