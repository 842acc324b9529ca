"""The picture on Explain, changed: corrupted, attacked, turned, moved, hidden in part; and what is said of it then."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cifar_core.corruptions.kinds import KINDS, SEVERITIES, corrupt
from cifar_core.corruptions.placement import GREY, hidden, placed
from cifar_core.data.picture.framing import prepare
from cifar_core.explain.attack import PGD_STEPS, Attack, AttackKind
from cifar_core.explain.overlay import enlarge, to_png
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.views.explain.answer import question_about
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.said import says
from cifar_core.views.subject import Subject

PLACED, HIDDEN = "placed", "square"
ATTACKS: dict[str, AttackKind] = {"fgsm": "fgsm", "pgd": "pgd"}
CHANGES = {
    PLACED: "Turned, moved, resized",
    HIDDEN: "Hidden by a square",
    "fgsm": "Attacked in one step (FGSM)",
    "pgd": f"Attacked in {PGD_STEPS} steps (PGD)",
    **{kind.name: kind.title for kind in KINDS.values()},
}
"""What can be changed, by the word in the address, and how it is called."""

DEGREES, PIXELS, PERCENT = range(-180, 181), range(-16, 17), range(50, 201)
FIRST, SIDE = range(32), range(33)
EPSILON = range(33)
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
    epsilon : int
        Of an attack: what each value of a pixel changes by at most, of 255.
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
    epsilon: int = 8

    @property
    def words(self) -> str:
        """How it is called: ``"Fog, severity 3"``."""
        if self.what == PLACED:
            moved = f"moved by {self.right}, {self.down} pixels"
            return f"Turned by {self.angle}°, {moved}, {self.size}% of its size"
        if self.what == HIDDEN:
            return f"Hidden by a square of {self.side}×{self.side} pixels"
        if self.what in ATTACKS:
            return f"{CHANGES[self.what]}, no value by more than {self.epsilon} of 255 (ε)"
        return f"{CHANGES[self.what]}, severity {self.severity} of {SEVERITIES[-1]}"


def square_at(sent: object) -> tuple[int, int] | None:
    """Read where a browser wants the square; ``None`` where that is no place.

    Parameters
    ----------
    sent : object
        What should be the row and the column of its first pixel.

    Examples
    --------
    >>> square_at([3, 31]), square_at([3, 32]), square_at("3, 4"), square_at([True, 1])
    ((3, 31), None, None, None)
    """
    if not isinstance(sent, list) or [type(one) for one in sent] != [int, int]:
        return None
    row, column = sent
    return (row, column) if row in FIRST and column in FIRST else None


@dataclass(frozen=True)
class BeforeAndAfter:
    """What a change does to a picture and to what the network says.

    Attributes
    ----------
    pictures : tuple of bytes
        As it is, the difference where it was asked for, and changed; in hard pixels, as PNG.
    said : tuple of str
        What the network says of each, and by how much the difference is amplified, in Markdown.
    """

    pictures: tuple[bytes, ...]
    said: tuple[str, ...]


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
    return _changed(subject, change, pixels[0])


def attack_question(model: ModelChoice, subject: Subject, change: Change) -> Question:
    """Ask for the attacked picture: only the network itself knows it.

    Parameters
    ----------
    model : ModelChoice
        The network that is attacked.
    subject : Subject
        The picture as it is.
    change : Change
        One of :data:`ATTACKS`.
    """
    asked = question_about(model, subject)
    return replace(asked, attack=Attack(ATTACKS[change.what], change.epsilon))


def attacked_subject(subject: Subject, change: Change, answer: Explanation) -> Subject:
    """Take the attacked picture out of the answer to :func:`attack_question`.

    Parameters
    ----------
    subject : Subject
        The picture as it is.
    change : Change
        How it was attacked.
    answer : Explanation
        The answer.
    """
    assert answer.attacked is not None
    return _changed(subject, change, answer.attacked)


def _changed(subject: Subject, change: Change, pixels: NDArray[np.uint8]) -> Subject:
    return replace(
        subject,
        title=f"{subject.title}, changed",
        seen=prepare(pixels),
        notes=(*subject.notes, f"The picture is changed: {change.words}."),
        file_stem=f"{subject.file_stem}-{change.what}",
        test_index=None,  # what the test was asked was another picture
    )


def before_and_after(
    original: Subject,
    before: Explanation,
    changed: Subject,
    after: Explanation,
    names: tuple[str, ...],
    *,
    difference: bool = False,
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
    difference : bool
        Whether the difference is drawn, too.
    """
    shown = [
        (original.seen.pixels, f"**As it is:** {says(before, names)}"),
        (changed.seen.pixels, f"**Changed:** {says(after, names)}"),
    ]
    if difference:
        shown.insert(1, _difference(original.seen.pixels, changed.seen.pixels))
    return BeforeAndAfter(
        tuple(to_png(enlarge(pixels, _SHOWN_SIDE)) for pixels, _ in shown), tuple(said for _, said in shown)
    )


def _difference(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], str]:
    """Draw by how much each value has changed, about grey, as strongly as the largest change allows."""
    change = after.astype(np.int16) - before
    most = int(np.abs(change).max())
    if most == 0:
        return np.full_like(before, GREY), "**Difference:** none"
    times = max(1, (GREY - 1) // most)
    drawn = np.asarray(np.clip(GREY + times * change, 0, 255), np.uint8)
    return drawn, f"**Difference**, ×{times} about grey: at most {most} of 255"
