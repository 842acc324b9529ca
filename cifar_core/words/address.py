"""What is said where an address asks for something that is not there."""

from collections.abc import Sequence

from cifar_core.names import visible
from cifar_core.words.classes import name_list

MOST = 10**9
"""Whole numbers up to more than this many have no end for a reader."""

ANY = range(2**53)
"""The whole numbers that a browser can write."""


SHOWN_AS = {
    "all_data": "Other data sets too",
    "all_lines": "All lines",
    "against": "And not",
    "column": "Columns",
    "from": "First picture",
    "index": "Picture number",
    "inside_layer": "Layer",
    "inside_own": "Each map by its own scale",
    "inside_show": "Show",
    "lab_one": "Pictures",
    "lab_other": "Beside them",
    "lines_page": "Page",
    "log": "Logarithmic loss",
    "map_by": "Laid out by",
    "map_colour": "Colour",
    "map_of": "Of",
    "map_pointer": "Pointer",
    "more": "More pictures",
    "opacity": "Heat map over picture",
    "order": "Order of classes",
    "others": "All other runs in grey",
    "own_scales": "A scale for each",
    "picture": "On top",
    "score": "Scored",
    "scrubbed": "Run",
    "seed": "Shuffle",
    "shown_split": "Split",
    "size": "Pictures",
    "sliced": "Run",
    "sort": "Sorted by",
    "source": "Picture from",
    "space": "Colour space",
    "target": "Heat map for",
    "trust_on": "Pictures",
    "view": "Show",
    "wall_class": "Class",
    "wall_page": "Page",
}
"""The label that a parameter of an address has on its page, where that is not its name."""


def shown_as(name: str) -> str:
    """Return the label that a parameter of an address has on its page.

    Parameters
    ----------
    name : str
        Of the parameter.

    Examples
    --------
    >>> shown_as("shown_split"), shown_as("hard_pixels")
    ('Split', 'Hard pixels')
    """
    return SHOWN_AS.get(name, name.replace("_", " ").capitalize())


def unknown_sentence(name: str, asked: str, options: Sequence[object], label: str | None = None) -> str:
    """Say which value of an address is not known, and what is.

    Parameters
    ----------
    name : str
        Of the parameter.
    asked : str
        Its value in the address; it may hold anything.
    options : sequence
        What there is, at least one; a ``range`` stands for the whole numbers in it.
    label : str, optional
        What stands on the page for it, if not what :func:`shown_as` says.

    Examples
    --------
    >>> unknown_sentence("page", "99", range(1, 26))
    'The address asks for “Page: 99”, which does not exist. It can be 1 to 25.'
    >>> unknown_sentence("shown_split", "trian", ["train", "test"])
    'The address asks for “Split: trian”, which does not exist. There are train and test.'
    """
    sentence = (
        f"The address asks for “{label or shown_as(name)}: {visible(asked, 80)}”, which does not exist."
    )
    if isinstance(options, range):
        if len(options) > MOST:
            return f"{sentence} Give a whole number from {options[0]:,} on."
        if len(options) == 1:
            return f"{sentence} There is only {options[0]}."
        return f"{sentence} It can be {options[0]:,} to {options[-1]:,}."
    if len(options) == 1:
        return f"{sentence} There is only {options[0]}."
    return f"{sentence} There are {name_list([str(option) for option in options], 12)}."
