"""The colours of every chart, chosen to be told apart with any colour vision and on light and dark pages."""

from collections.abc import Sequence
from typing import Final

ACCENT: Final = "#2a85d0"
"""The one accent: at least 3:1 against the light and the dark page. Beside :data:`MISTAKE`, what is right."""

MISTAKE: Final = "#d9620b"
"""What went wrong, wherever right and wrong are shown together: orange against blue, safe for colour vision."""

NEUTRAL: Final = "#7f8b97"
"""Grid lines, reference lines and whatever should stay in the background; no text, which it would leave at 3.5:1."""

FAINT: Final = 0.75
"""Opacity of text that stays in the background: on both themes it keeps 4.5:1 and more."""

CHANNELS: Final[tuple[str, str, str]] = ("#d43d3d", "#2b9a4f", "#3f7fe0")
"""The red, green and blue channel of a picture, in this order."""

CLASS_COLOURS: Final[tuple[str, ...]] = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
"""Petroff's ten colours, the same as ``theme.chartCategoricalColors`` in ``.streamlit/config.toml``.

References
----------
M. A. Petroff, "Accessible color sequences for data visualization", arXiv:2107.02270.
"""


THEME_TEXT: Final = {"light": "#1b2733", "dark": "#e8eef4"}
"""The text colours of ``.streamlit/config.toml``, for charts that Streamlit does not adapt to its theme."""


TEXT: Final = "#000037"
"""Text in charts. In the dashboard Streamlit puts the text colour of its light or dark theme in the place of this
one (it is ``GRAY_90`` of Streamlit's own Plotly theme); elsewhere it is what it says, nearly black.
"""


def class_colours(count: int) -> tuple[str, ...]:
    """Return one colour for each of ``count`` classes.

    The first ten classes take Petroff's ten colours. Beyond ten, class ``k`` takes colour ``k mod 10``, in a
    shade of its own for every further ten: lighter, darker, lighter still … Nobody tells a hundred colours
    apart, so a chart of more than ten classes names them too and never relies on colour alone.

    Parameters
    ----------
    count : int
        Number of classes, ``>= 0``.

    Returns
    -------
    tuple of str
        ``count`` different colours as ``"#rrggbb"``.
    """
    rounds = -(-count // len(CLASS_COLOURS))
    steps = max(1, rounds // 2)
    colours = []
    for index in range(count):
        turn, base = divmod(index, len(CLASS_COLOURS))
        if turn == 0:
            colours.append(CLASS_COLOURS[base])
            continue
        towards = "#ffffff" if turn % 2 else "#000000"
        colours.append(blend(CLASS_COLOURS[base], towards, 0.6 * ((turn + 1) // 2) / (steps + 0.5)))
    return tuple(colours)


def run_colours(count: int) -> tuple[str, ...]:
    """Return one colour for each of ``count`` runs shown together: strong ones first, pale ones last.

    Parameters
    ----------
    count : int
        Number of runs, ``>= 0``; beyond ten the shades of :func:`class_colours` follow.
    """
    strong_first = (0, 6, 4, 5, 2, 1, 8, 7, 3, 9)
    every = class_colours(max(count, len(CLASS_COLOURS)))
    return tuple(every[strong_first[k]] if k < len(strong_first) else every[k] for k in range(count))


def fading_scale(colour: str = ACCENT, *, strength: float = 1.0) -> list[tuple[float, str]]:
    """Return a Plotly colour scale from nothing (the page shows through) to ``colour``.

    Because low values are transparent, one scale serves light and dark pages, and text in the page's own
    colour stays readable on it.

    Parameters
    ----------
    colour : str
        Colour of the highest value, as ``"#rrggbb"``.
    strength : float
        Opacity of the highest value, 0 to 1; at 0.75 dark text on a light page and light text on a dark page
        keep a contrast of 4:1 on it.
    """
    red, green, blue = _channels(colour)
    return [(0.0, f"rgba({red},{green},{blue},0)"), (1.0, f"rgba({red},{green},{blue},{strength:g})")]


def blend(colour: str, other: str, amount: float) -> str:
    """Mix some of one colour into another.

    Parameters
    ----------
    colour, other : str
        As ``"#rrggbb"``.
    amount : float
        Share of ``other``, 0 to 1.

    Returns
    -------
    str
        As ``"#rrggbb"``, mixed channel by channel.

    Examples
    --------
    >>> blend("#000000", "#ff8000", 0.5)
    '#804000'
    """
    mixed = [
        round((1 - amount) * a + amount * b) for a, b in zip(_channels(colour), _channels(other), strict=True)
    ]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _channels(colour: str) -> Sequence[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
