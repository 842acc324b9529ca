"""Chance, in the words of a painter."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 255."""

_Choice = TypeVar("_Choice")
_BLOCK = 256


def shade(colour: Colour, factor: float) -> Colour:
    """Return a colour made darker or lighter.

    Parameters
    ----------
    colour : (red, green, blue)
        0 to 255.
    factor : float
        On each channel: below 1 is darker, above 1 lighter. The result may exceed 255.

    Examples
    --------
    >>> shade((100, 50, 0), 0.5)
    (50.0, 25.0, 0.0)
    """
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """Return a colour between two.

    Parameters
    ----------
    first, second : (red, green, blue)
        0 to 255.
    part : float
        How far it is from ``first`` (0) to ``second`` (1).

    Examples
    --------
    >>> mix((0, 0, 0), (200, 100, 0), 0.25)
    (50.0, 25.0, 0.0)
    """
    keep = 1 - part
    return (
        first[0] * keep + second[0] * part,
        first[1] * keep + second[1] * part,
        first[2] * keep + second[2] * part,
    )


class Dice:
    """Random choices of one picture.

    Only uniform numbers are taken from the generator, in blocks: single calls would cost more time than the
    drawing, and uniform numbers are the same in every NumPy release, which the other distributions do not promise.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._values: list[float] = []

    def roll(self) -> float:
        """Return a number in [0, 1)."""
        if not self._values:
            self._values = self._rng.random(_BLOCK).tolist()
        return self._values.pop()

    def between(self, low: float, high: float) -> float:
        """Return a number in [low, high), all equally likely.

        Parameters
        ----------
        low, high : float
            The ends of the range.
        """
        return low + (high - low) * self.roll()

    def chance(self, probability: float) -> bool:
        """Return whether something happens that has this probability."""
        return self.roll() < probability

    def pick(self, choices: Sequence[_Choice]) -> _Choice:
        """Return one of ``choices``, all equally likely."""
        return choices[int(self.roll() * len(choices))]

    def vary(self, colour: Colour, amount: float = 14) -> Colour:
        """Return a colour with its brightness and each channel moved a little.

        Parameters
        ----------
        colour : (red, green, blue)
            0 to 255.
        amount : float
            The most by which brightness is moved either way; half of it is the most for each channel besides.

        Returns
        -------
        (red, green, blue)
            From 6 to 250.
        """
        common = self.between(-amount, amount)
        red, green, blue = (
            min(250.0, max(6.0, channel + common + self.between(-amount, amount) * 0.5)) for channel in colour
        )
        return red, green, blue

    def vary_apart(self, choices: Sequence[Colour], background: Colour, gap: float = 110) -> Colour:
        """Return a varied choice that stands out from a background, or the last of six tries.

        Parameters
        ----------
        choices : sequence of (red, green, blue)
            All equally likely, 0 to 255.
        background : (red, green, blue)
            What it must differ from.
        gap : float
            By how much at least: sum of the differences of the three channels, 0 to 765.
        """
        for _ in range(6):
            colour = self.vary(self.pick(choices), 16)
            if sum(abs(one - other) for one, other in zip(colour, background, strict=True)) > gap:
                break
        return colour

    def grid(self, rows: int, columns: int) -> NDArray[np.float32]:
        """Return independent numbers in [-1, 1), all equally likely.

        Parameters
        ----------
        rows, columns : int
            The shape, 1 or more each.

        Returns
        -------
        ndarray of float32, shape (rows, columns)
            From the generator itself, not from the block of numbers that the other methods use up.
        """
        return self._rng.random((rows, columns), dtype=np.float32) * np.float32(2) - np.float32(1)
