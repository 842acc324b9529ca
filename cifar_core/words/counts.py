"""A number with its noun: one class, two classes."""


def plural(noun: str) -> str:
    """Return the plural of an English noun that has a regular one; of several words that of the last.

    Examples
    --------
    >>> plural("test picture"), plural("class"), plural("copy"), plural("epoch")
    ('test pictures', 'classes', 'copies', 'epochs')
    """
    if noun.endswith(("s", "x", "ch", "sh")) and not noun.endswith("epoch"):  # whose ch is a k
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def counted(number: float, noun: str) -> str:
    """Write how many of something there are.

    Parameters
    ----------
    number : int or float
        How many; a half is written as such, thousands are parted by commas.
    noun : str
        What one of it is called: ``"test picture"``; its plural must be regular.

    Examples
    --------
    >>> counted(1, "class"), counted(0, "class"), counted(1500, "test picture"), counted(2.5, "epoch")
    ('1 class', '0 classes', '1,500 test pictures', '2.5 epochs')
    """
    return f"{number:,} {noun if number == 1 else plural(noun)}"
