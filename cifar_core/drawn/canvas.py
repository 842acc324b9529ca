"""The drawing surface: smooth shapes in unit coordinates, larger than the picture and antialiased."""

import functools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.drawn.dice import Colour, shade

SIZE = 96
"""Side of the canvas in pixels: three times that of the picture, so that shrinking averages whole pixels."""

_SHIFT = 4  # OpenCV draws at 1/16 pixel: integer arithmetic, the same on every machine
_UNIT = SIZE / 2 * (1 << _SHIFT)

Points = Sequence[tuple[float, float]] | NDArray[np.float64]


@functools.cache
def _spline(count: int) -> NDArray[np.float64]:
    """Return the matrix (4·count, count) that turns control points into a closed cubic B-spline."""
    matrix = np.zeros((4 * count, count))
    for row in range(4 * count):
        corner, t = row // 4, (row % 4) / 4
        weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
        for offset, weight in enumerate(weights):
            matrix[row, (corner + offset - 1) % count] += weight / 6
    return matrix


_CIRCLE = np.array([(math.cos(k * math.pi / 12), math.sin(k * math.pi / 12)) for k in range(24)])


class Canvas:
    """A square on which shapes are drawn; x runs right and y down, both from -1 to 1.

    The fourth channel says how much of a pixel belongs to the subject: while ``subject`` is true everything
    drawn is part of it. The light is put on the subject afterwards, from that channel.

    Parameters
    ----------
    background : ndarray of uint8, shape (H, W, 3)
        Enlarged to the size of the canvas.
    """

    def __init__(self, background: NDArray[np.uint8]) -> None:
        self.pixels = np.zeros((SIZE, SIZE, 4), np.uint8)
        self.pixels[..., :3] = cv2.resize(background, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        self.subject = False
        self._matrix = np.array(((_UNIT, 0.0), (0.0, _UNIT)))
        self._origin = np.array((_UNIT, _UNIT))
        self._scale = 1.0

    @contextmanager
    def frame(
        self,
        x: float,
        y: float,
        scale: float = 1,
        *,
        angle: float = 0,
        stretch: float = 1,
        flip: bool = False,
    ) -> Iterator[None]:
        """Draw in coordinates of their own: moved to (x, y), scaled, turned clockwise, mirrored.

        Parameters
        ----------
        x, y : float
            The new origin in the present coordinates.
        scale : float
            Size of the new unit.
        angle : float
            Turn in radians.
        stretch : float
            Extra factor along the new x axis: below 1 the subject turns towards the viewer.
        flip : bool
            Whether the new x axis points left.
        """
        matrix, origin, old_scale = self._matrix, self._origin, self._scale
        cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
        across = -stretch if flip else stretch
        self._origin = np.array((x, y)) @ matrix + origin
        self._matrix = np.array(((cosine * across, sine * across), (-sine, cosine))) @ matrix
        self._scale = old_scale * scale
        try:
            yield
        finally:
            self._matrix, self._origin, self._scale = matrix, origin, old_scale

    def _place(self, points: NDArray[np.float64]) -> NDArray[np.int32]:
        placed: NDArray[np.int32] = np.rint(points @ self._matrix + self._origin).astype(np.int32)
        return placed

    def _fill(self, points: NDArray[np.float64], colour: Colour) -> None:
        paint = (*colour, 255.0 if self.subject else 0.0)
        cv2.fillPoly(self.pixels, [self._place(points)], paint, cv2.LINE_AA, _SHIFT)

    def polygon(self, points: Points, colour: Colour) -> None:
        """Fill the area inside straight edges.

        Parameters
        ----------
        points : sequence of (x, y) or ndarray of float64, shape (N, 2)
            Corners in the present frame's coordinates, three or more.
        colour : (red, green, blue)
            0 to 255.
        """
        self._fill(np.asarray(points), colour)

    def blob(self, points: Points, colour: Colour) -> None:
        """Fill the area inside a smooth curve that is drawn towards the points without touching them.

        Parameters
        ----------
        points : sequence of (x, y) or ndarray of float64, shape (N, 2)
            Control points of a closed cubic B-spline in the present frame's coordinates, three or more.
        colour : (red, green, blue)
            0 to 255.
        """
        self._fill(_spline(len(points)) @ np.asarray(points), colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour, angle: float = 0) -> None:
        """Fill an ellipse.

        Parameters
        ----------
        x, y : float
            Its centre in the present frame's coordinates.
        rx, ry : float
            Half its width and half its height, before it is turned.
        colour : (red, green, blue)
            0 to 255.
        angle : float
            Turn in radians, clockwise.
        """
        points = _CIRCLE * (rx, ry)
        if angle:
            cosine, sine = math.cos(angle), math.sin(angle)
            points = points @ np.array(((cosine, sine), (-sine, cosine)))
        self._fill(points + np.array((x, y)), colour)

    def line(self, points: Points, width: float, colour: Colour) -> None:
        """Draw a line with round ends through the points.

        Parameters
        ----------
        points : sequence of (x, y) or ndarray of float64, shape (N, 2)
            In the present frame's coordinates, two or more.
        width : float
            Thickness in the frame's units; at least one pixel of the canvas is drawn.
        colour : (red, green, blue)
            0 to 255.
        """
        pixels = max(1, round(width * self._scale * SIZE / 2))
        paint = (*colour, 255.0 if self.subject else 0.0)
        placed = self._place(np.asarray(points))
        cv2.polylines(self.pixels, [placed], False, paint, pixels, cv2.LINE_AA, _SHIFT)

    def shadow(self, x: float, y: float, rx: float, ry: float, depth: float = 0.6) -> None:
        """Darken the ground under the subject: an ellipse in the colour found at its centre, made darker.

        Parameters
        ----------
        x, y : float
            Its centre in the present frame's coordinates.
        rx, ry : float
            Half its width and half its height.
        depth : float
            Factor on the colour: 0 is black, 1 no shadow.
        """
        self.ellipse(x, y, rx, ry, shade(self.colour_at(x, y), depth))

    def colour_at(self, x: float, y: float) -> Colour:
        """Return the colour drawn there so far; outside the canvas, that of the nearest edge.

        Parameters
        ----------
        x, y : float
            A point in the present frame's coordinates.
        """
        column, row = (self._place(np.array((x, y))) >> _SHIFT).clip(0, SIZE - 1).tolist()
        red, green, blue, _ = self.pixels[row, column].tolist()
        return red, green, blue

    def backdrop(self) -> Colour:
        """Return the mean colour of the middle, where the subject will be."""
        red, green, blue, _ = self.pixels[32:72:6, 20:78:6].mean(axis=(0, 1)).tolist()
        return red, green, blue
