"""What a name may hold, and how text from elsewhere is made fit to be shown."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Invisible, but part of Persian words and of emoji such as a family."""

MOST_CHARACTERS = 80
"""How many a name may have."""

_HIDDEN = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
}  # Unicode categories: control, format, surrogate, private use, unassigned, line and paragraph separators
_SEEN = "LNPS"  # first letters of Unicode categories: letters, numbers, punctuation, symbols
_MOST_MARKS = 4
_REPLACEMENT = "\ufffd"


def check_name(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a name in Unicode's composed form (NFC), without spaces around it.

    Parameters
    ----------
    text : str
        What a person or a file gave as a name.
    most : int
        How many characters it may have.

    Returns
    -------
    str
        Two names that look alike because one has “é” in one piece and the other in two are equal afterwards.

    Raises
    ------
    ValueError
        It is empty, too long, or holds characters that cannot be seen or that change how others are shown
        (control characters, changes of the writing direction, towers of accents); the message ends a sentence.

    Examples
    --------
    >>> check_name("  first run ")
    'first run'
    """
    name = unicodedata.normalize("NFC", text).strip()
    hidden = next((sign for sign in name if _is_hidden(sign)), None)
    if hidden is not None:
        raise ValueError(
            f"it holds the invisible character U+{ord(hidden):04X}; write it anew with letters, numbers and signs"
        )
    if not any(unicodedata.category(sign)[0] in _SEEN for sign in name):
        raise ValueError("it is empty; write at least one letter, number or sign")
    if len(name) > most:
        raise ValueError(f"it has {len(name):,} characters; write at most {most}")
    marks = 0
    for sign in name:
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            raise ValueError(
                f"it heaps more than {_MOST_MARKS} accents on one letter; write at most {_MOST_MARKS}"
            )
    return name


def is_utf8(name: str) -> bool:
    """Tell whether the name of a file is written in UTF-8; old archives and disks leave names that are not."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def visible(text: str, most: int = 2000) -> str:
    """Return any text fit to be shown in one line.

    Parameters
    ----------
    text : str
        From a file, an address, a login: it may hold anything.
    most : int
        Longer text ends in “…”.

    Returns
    -------
    str
        Each run of white space is one space; what cannot be seen, or would turn the writing direction, is “�”.

    Examples
    --------
    >>> visible("  two   words ")
    'two words'
    """
    line = " ".join(text[: 4 * most].split())
    shown = line
    if not (line.isascii() and line.isprintable()):  # of these none is hidden
        shown = "".join(_REPLACEMENT if _is_hidden(sign) else sign for sign in line)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _is_hidden(sign: str) -> bool:
    return sign not in JOINERS and unicodedata.category(sign) in _HIDDEN
