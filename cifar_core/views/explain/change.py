"""The picture on Explain, changed: corrupted, turned, moved, hidden in part; and what the network says then."""

from dataclasses import dataclass, replace

import numpy as np

from cifar_core.corruptions.kinds import KINDS, SEVERITIES, corrupt
from cifar_core.corruptions.placement import hidden, placed
from cifar_core.data.picture.framing import prepare
from cifar_core.explain.overlay import enlarge, to_png
from cifar_core.explain.result import Explanation
from cifar_core.views.explain.answer import says
from cifar_core.views.subject import Subject

PLACED, HIDDEN = "placed", "square"
CHANGES = {
    PLACED: "Turned, moved, resized",
    HIDDEN: "Hidden by a square",
    **{kind.name: kind.title for kind in KINDS.values()},
}
"""What can be changed, by the word in the address, and how it is called."""

DEGREES, PIXELS, PERCENT = range(-180, 181), range(-16, 17), range(50, 201)
FIRST, SIDE = range(32), range(33)
_SHOWN_SIDE = 256


@dataclass(frozen=True)
class Change:
    """How a picture is changed.

    Attributes
    ----------
    what : str
        One of :data:`CHANGES`.
    severity : int
        Of a corruption, 1 to 5.
    angle : int
        Degrees, counterclockwise.
    right, down : int
        Pixels that the picture is moved by.
    size : int
        In percent of what it was.
    row, column, side : int
        The first pixel of the square, and its size in pixels.
    """

    what: str
    severity: int = 3
    angle: int = 0
    right: int = 0
    down: int = 0
    size: int = 100
    row: int = 12
    column: int = 12
    side: int = 8

    @property
    def words(self) -> str:
        """How it is called: ``"Fog, severity 3"``."""
        if self.what == PLACED:
            moved = f"moved by {self.right}, {self.down} pixels"
            return f"Turned by {self.angle}°, {moved}, {self.size}% of its size"
        if self.what == HIDDEN:
            return f"Hidden by a square of {self.side}×{self.side} pixels"
        return f"{CHANGES[self.what]}, severity {self.severity} of {SEVERITIES[-1]}"


@dataclass(frozen=True)
class BeforeAndAfter:
    """What a change does to a picture and to what the network says.

    Attributes
    ----------
    pictures : (bytes, bytes)
        As it is, and changed, in hard pixels, as PNG.
    said : (str, str)
        What the network says of each, in Markdown.
    """

    pictures: tuple[bytes, bytes]
    said: tuple[str, str]


def changed_subject(subject: Subject, change: Change, number: int) -> Subject:
    """Change the picture that is explained.

    Parameters
    ----------
    subject : Subject
        The picture as it is.
    change : Change
        How it is changed.
    number : int
        Of the picture in its data set, by which chance is drawn; 0 for an upload.

    Raises
    ------
    ConfigError
        There is no such change.
    """
    pixels = subject.seen.pixels[None]
    if change.what == PLACED:
        shift = {"right": change.right, "down": change.down}
        pixels = placed(pixels, angle=change.angle, scale=change.size / 100, **shift)
    elif change.what == HIDDEN:
        pixels = hidden(pixels, row=change.row, column=change.column, side=change.side)
    else:
        pixels = corrupt(pixels, change.what, change.severity, numbers=np.array([number]))
    return replace(
        subject,
        title=f"{subject.title}, changed",
        seen=prepare(pixels[0]),
        notes=(*subject.notes, f"The picture is changed: {change.words}."),
        file_stem=f"{subject.file_stem}-{change.what}",
        test_index=None,  # what the test was asked was another picture
    )


def before_and_after(
    original: Subject, before: Explanation, changed: Subject, after: Explanation, names: tuple[str, ...]
) -> BeforeAndAfter:
    """Put a picture and its change side by side, with what the network says of both.

    Parameters
    ----------
    original : Subject
        The picture as it is.
    before : Explanation
        What the network says of it.
    changed : Subject
        The picture, changed.
    after : Explanation
        What the network says of that.
    names : tuple of str
        Of its classes.
    """
    pictures = [to_png(enlarge(one.seen.pixels, _SHOWN_SIDE)) for one in (original, changed)]
    return BeforeAndAfter(
        (pictures[0], pictures[1]),
        (f"**As it is:** {says(before, names)}", f"**Changed:** {says(after, names)}"),
    )
