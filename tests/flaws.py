"""What a sentence must not have, whatever it says."""

import re

FLAWS = {
    "one of many": r"(?<!×)\b1 (?!to\b)[a-z]+s\b(?<!class)(?<!is)(?<!loss)(?<!bytes)",
    "glued": r"[a-z]{2}[.!?][A-Z“]|\)[A-Z“a-z]",
    "two full stops": r"(?<!\.)\.\.(?!\.)",
    "two spaces": r"\S  +\S",
    "space before a sign": r"\s[.,;:!?](?:\s|$)",
    "a word twice": r"\b([A-Za-z]+) \1\b",
    "said twice": r"\b((?:is|are|was|were) [a-z]{4,})\b[^.]*: (?:it|they) \1\b",
    "a size of zero": r"(?<![\d.,])0(?:\.0+)? ?[kMGT]B\b",
}


def flaws(sentence: str) -> list[str]:
    """Name what is wrong with a sentence."""
    return [name for name, pattern in FLAWS.items() if re.search(pattern, sentence)]
