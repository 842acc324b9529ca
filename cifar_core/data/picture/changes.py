"""What reading may change in a picture, as phrases: a sentence for one picture, a line with a count for many."""

from collections import Counter
from collections.abc import Iterable

from cifar_core.words.counts import counted
from cifar_core.words.sentences import capitalized

FIRST_FRAME = "first frame of an animation taken"
FIRST_PAGE = "first page of several taken"
TURNED = "turned upright as the camera recorded it (EXIF)"
DEEP = "16 bits per channel scaled to 8"
CUT = "more than 8 bits per channel scaled to 8"
DARK = "nearly black: only the lowest eighth of the 16-bit scale is used"
PROFILE = "colour profile converted to sRGB"
DAMAGED_PROFILE = "damaged colour profile ignored"
FOREIGN_PROFILE = "colour profile for another kind of picture ignored"
INKS = "printing colours (CMYK) converted to RGB"
LAB = "Lab colours converted to RGB"
GRAY = "grayscale: its three channels are equal"
ON_WHITE = "transparent parts shown on white"
ON_BLACK = "transparent parts shown on black"


def as_sentence(change: str) -> str:
    """Say of one picture what was changed."""
    return f"{capitalized(change)}."


def as_counts(changes: Iterable[str]) -> tuple[str, ...]:
    """Say of many pictures what was changed, the most frequent first: “12 pictures: turned upright …”."""
    frequent = Counter(changes).most_common()
    return tuple(f"{counted(count, 'picture')}: {change}" for change, count in frequent)
