"""A legend above the plot, for which the figure grows: with ten names the plot keeps its height."""

from collections.abc import Iterable
from typing import Any

ABOVE: dict[str, Any] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
"""Plotly's words for it."""

_LINE, _SIGN, _LETTER = 26, 44, 8
"""Pixels of a line of the legend, of a sign in it, of a letter."""

_NARROWEST, _MOST_LETTERS = 520, 60
"""Pixels of the narrowest chart but on a phone; letters beyond which a line holds one name anyway."""


def legend_height(names: Iterable[str]) -> int:
    """Return how high a legend becomes, in pixels.

    Parameters
    ----------
    names : iterable of str
        What stands in it; Plotly gives all of them the width of the longest.
    """
    lengths = [min(len(name), _MOST_LETTERS) for name in names]
    side_by_side = max(1, _NARROWEST // (_SIGN + _LETTER * max(lengths, default=0)))
    return _LINE * -(-len(lengths) // side_by_side)
