"""Simple solids seen from any side: a profile pulled sideways, as cars and trucks are made."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, shade

_WHEEL = np.array([(math.cos(k * math.pi / 8), math.sin(k * math.pi / 8)) for k in range(16)])


class Solid:
    """A view of things with length (x, forward), height (y, up) and width (z, towards the viewer).

    Parameters
    ----------
    canvas : Canvas
        Where to draw.
    yaw : float
        Radians by which the front is turned to the viewer; 0 is a side view, π/2 a front view, negative
        values show the rear.
    pitch : float
        Radians by which the viewer looks down.
    """

    def __init__(self, canvas: Canvas, yaw: float, pitch: float) -> None:
        self._canvas = canvas
        cos_yaw, sin_yaw, cos_pitch, sin_pitch = (
            math.cos(yaw),
            math.sin(yaw),
            math.cos(pitch),
            math.sin(pitch),
        )
        self._projection = np.array(
            ((cos_yaw, sin_yaw * sin_pitch), (0.0, -cos_pitch), (-sin_yaw, cos_yaw * sin_pitch))
        )
        self._towards_viewer = (sin_yaw * cos_pitch, sin_pitch)

    def project(self, points: Sequence[tuple[float, float, float]]) -> NDArray[np.float64]:
        """Return the points on the canvas, shape (N, 2)."""
        flat: NDArray[np.float64] = np.array(points) @ self._projection
        return flat

    def face(self, points: Sequence[tuple[float, float, float]], colour: Colour) -> None:
        """Draw a flat face.

        Parameters
        ----------
        points : sequence of (x, y, z)
            Corners: forward, up, towards the viewer.
        colour : (red, green, blue)
            0 to 255.
        """
        self._canvas.polygon(self.project(points), colour)

    def side(self, outline: Sequence[tuple[float, float]], z: float, colour: Colour) -> None:
        """Draw a face parallel to the side.

        Parameters
        ----------
        outline : sequence of (x, y)
            Corners: forward, up.
        z : float
            Distance from the middle, towards the viewer.
        colour : (red, green, blue)
            0 to 255.
        """
        self.face([(x, y, z) for x, y in outline], colour)

    def sees(self, dx: float, dy: float) -> bool:
        """Return whether the face over a step of the profile looks towards the viewer.

        Parameters
        ----------
        dx, dy : float
            The step, forward and up, of a profile from the rear to the front (:meth:`extrude`).
        """
        return -dy * self._towards_viewer[0] + dx * self._towards_viewer[1] > 0.02

    def extrude(
        self, profile: Sequence[tuple[float, float]], width: float, paint: Colour, glass: Sequence[int] = ()
    ) -> None:
        """Draw a body with this profile.

        Parameters
        ----------
        profile : sequence of (x, y)
            From the bottom of the rear over the top to the bottom of the front.
        width : float
            Half the width.
        paint : Colour
            Of the side; top and front get their own light.
        glass : sequence of int
            Edges that are windows, counted from the rear.
        """
        for edge, ((x0, y0), (x1, y1)) in enumerate(pairwise(profile)):
            if self.sees(x1 - x0, y1 - y0):
                steep = abs(y1 - y0) > 1.2 * abs(x1 - x0)
                colour = shade(paint, 0.86 if steep else 1.14)
                ring = [(x0, y0, -width), (x1, y1, -width), (x1, y1, width), (x0, y0, width)]
                self.face(ring, colour)
                if edge in glass:
                    left, low = x0 * 0.9 + x1 * 0.1, y0 * 0.9 + y1 * 0.1
                    right, high = x0 * 0.1 + x1 * 0.9, y0 * 0.1 + y1 * 0.9
                    wide, narrow = width * 0.86, width * 0.8
                    inner = [
                        (left, low, -wide),
                        (right, high, -narrow),
                        (right, high, narrow),
                        (left, low, wide),
                    ]
                    self.face(inner, (52, 62, 74))
        self.side(profile, width, paint)

    def wheel(self, x: float, y: float, z: float, radius: float, rim: Colour) -> None:
        """Draw a wheel on the side, with tyre, rim and hub.

        Parameters
        ----------
        x, y : float
            Its hub: forward, up.
        z : float
            Distance from the middle, towards the viewer.
        radius : float
            Of the tyre.
        rim : (red, green, blue)
            Colour of the rim, 0 to 255; the hub is half as bright.
        """
        for size, colour in ((1.0, (26, 26, 28)), (0.58, rim), (0.2, shade(rim, 0.5))):
            outline = [(x + a * radius * size, y + b * radius * size) for a, b in _WHEEL.tolist()]
            self.side(outline, z, colour)
