"""How wide a text is on a chart, so that a chart has room for its labels before a browser has measured them."""

from html import unescape

_FIRST = " "
_WIDTHS = (
    20, 29, 43, 50, 50, 82, 61, 25, 30, 30, 42, 50, 25, 31, 25, 35, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 25, 25,
    50, 50, 50, 42, 85, 54, 59, 57, 61, 53, 49, 62, 65, 26, 48, 58, 49, 73, 65, 66, 57, 66, 57, 53, 54, 64, 51, 79,
    51, 48, 54, 30, 35, 30, 50, 50, 54, 50, 55, 46, 55, 50, 29, 50, 54, 25, 25, 49, 25, 83, 55, 54, 55, 55, 35, 42,
    34, 54, 47, 72, 45, 47, 42, 30, 24, 30, 50,
)  # fmt: skip
"""Of the characters of ASCII from the space on, in hundredths of the size of the text: Source Sans, the font of all
pages, as a browser measures it (``measureText`` of a canvas)."""
_ANY_OTHER = 100
"""As wide as high: letters of other scripts are not wider."""


def text_width(text: str, size: float) -> float:
    """Return how many pixels a text in the font of the pages is wide.

    Parameters
    ----------
    text : str
        One line of plain text, with entities of HTML as :func:`cifar_core.words.plotly.chart_label` writes them.
    size : float
        Of its letters, in pixels.

    Examples
    --------
    >>> text_width("frog", 100)
    168.0
    """
    places = (ord(letter) - ord(_FIRST) for letter in unescape(text))
    return size / 100 * sum(_WIDTHS[at] if 0 <= at < len(_WIDTHS) else _ANY_OTHER for at in places)
