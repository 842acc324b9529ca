"""What another program says, put into a sentence of ours; how a sentence begins."""


def capitalized(text: str) -> str:
    """Return a phrase as a sentence begins: with a capital, the rest as it is.

    Examples
    --------
    >>> capitalized("there is no run “A”"), capitalized("")
    ('There is no run “A”', '')
    """
    return f"{text[:1].upper()}{text[1:]}"


def as_sentence(text: object, most: int = 300) -> str:
    """Return a text in one line with a full stop at its end, so that the next sentence is not glued to it.

    Parameters
    ----------
    text : object
        An exception, or any text; of an empty one only the kind of the exception is known.
    most : int
        Longer text ends in “…”.

    Examples
    --------
    >>> as_sentence("no such file"), as_sentence("What?"), as_sentence(ValueError(""))
    ('no such file.', 'What?', 'ValueError.')
    """
    words = " ".join(str(text).split()) or type(text).__name__
    if len(words) > most:
        return f"{words[: most - 1].rstrip()}…"
    return words if words.endswith((".", "!", "?", "…")) else f"{words.rstrip(',;:')}."
