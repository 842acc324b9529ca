"""Text from people and files, put into Markdown so that it shows just as it was written.

Streamlit draws nearly every label as Markdown: headings, buttons, captions, alerts, figures, even the words of a
progress bar. A run called ``![x](http://…)`` would fetch a picture, ``:material/home:`` would become an icon. (Options
of a selectbox, cells of a table, ``st.text`` and ``st.code`` are literal: there, :func:`cifar_core.names.visible` is
enough.)
"""

import re
from functools import lru_cache

from cifar_core.names import visible

_JOINER = "\u2060"  # takes no room and breaks no line
# After the Markdown has been read, Streamlit looks in the finished text for addresses, names of icons, colours and
# smileys, arrows and dashes. No backslash hides these, but a joiner in their middle does.
_RECOGNISED = re.compile(
    r"(?<=[-<>~])(?=[-=>])"  # -- -> <- >= ~=
    r"|(?<=:)(?=[A-Za-z0-9/+-])"  # http://  :material/home:  :red[…]  :smile:
    r"|(?<=@)"  # ada@school.example
    r"|(?<=[Ww]{3})(?=\.)"  # www.school.example
)
# Only where they mean something: ordinary sentences stay readable for whoever reads the Markdown itself.
_MARKUP = re.compile(
    r"[\\`*\[\]$~]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it is no emphasis
    r"|<(?=[A-Za-z/!?])|&(?=[A-Za-z#])"  # HTML
    r"|:(?=\S)"  # directives
)
_LINE_START = re.compile(r"^([-+=>#|]|\d+(?=[.)]))")


@lru_cache(maxsize=2_000)  # a page writes the same names at each click
def plain(text: str, most: int = 2000) -> str:
    r"""Return Markdown that shows exactly this text.

    Parameters
    ----------
    text : str
        Any text. White space becomes single spaces, characters that cannot be seen become “�”.
    most : int
        Longer text ends in “…”.

    Returns
    -------
    str
        May stand anywhere in a line of Markdown, also between ``**`` and ``**``.

    Examples
    --------
    >>> print(plain("2*3*4, [a] and `b`"))
    2\*3\*4, \[a\] and \`b\`
    """
    shown = _RECOGNISED.sub(_JOINER, visible(text, most))
    shown = _MARKUP.sub(r"\\\g<0>", shown)
    return _LINE_START.sub(lambda start: _escape_start(start[0]), shown)


def _escape_start(start: str) -> str:
    """Keep a line from becoming an item of a list: ``- `` and ``1.`` are told by their first signs alone."""
    return f"\\{start}" if not start[0].isdigit() else f"{start}{_JOINER}"
