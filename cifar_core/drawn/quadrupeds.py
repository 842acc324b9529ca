"""One four-legged body for cat, deer, dog and horse: what tells them apart is proportion, head and tail."""

import math
from dataclasses import dataclass

from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, shade


@dataclass(frozen=True)
class Body:
    """Proportions of a body seen from the side, in units of half its length.

    Attributes
    ----------
    depth : float
        Half the height of the trunk.
    leg, leg_width : float
        Length below the trunk and thickness of a leg.
    neck, neck_width : float
        Length and thickness of the neck.
    neck_angle : float
        Radians above the horizontal; negative when grazing.
    """

    depth: float
    leg: float
    leg_width: float
    neck: float
    neck_width: float
    neck_angle: float


def _leg(
    canvas: Canvas,
    x: float,
    top: float,
    foot: float,
    swing: float,
    bend: float,
    width: float,
    colour: Colour,
    hoof: Colour,
) -> None:
    knee = (x + swing * 0.5 + bend, (top + foot) / 2)
    ankle = (x + swing, foot - 0.06)
    canvas.line([(x, top), knee], width * 1.35, colour)
    canvas.line([knee, ankle], width, colour)
    canvas.line([ankle, (x + swing + 0.04, foot)], width * 1.1, hoof)


def trunk(
    canvas: Canvas, dice: Dice, body: Body, coat: Colour, *, belly: Colour, sock: Colour
) -> tuple[float, float]:
    """Draw legs, trunk and neck facing right, feet at y = depth + leg.

    Parameters
    ----------
    canvas : Canvas
        In a frame whose unit is half the body's length, its origin in the middle of the trunk.
    dice : Dice
        Chooses the stride.
    body : Body
        The proportions.
    coat, belly, sock : (red, green, blue)
        Colours of the body, of its underside and of the feet, 0 to 255.

    Returns
    -------
    x, y : float
        Where the neck ends: the place of the head.
    """
    depth, foot = body.depth, body.depth + body.leg
    stride = dice.between(-0.28, 0.28)
    far = shade(coat, 0.68)
    hip, shoulder = -0.76, 0.72
    _leg(canvas, hip + 0.1, depth * 0.2, foot, -stride, -0.05, body.leg_width, far, shade(sock, 0.6))
    _leg(canvas, shoulder - 0.08, depth * 0.2, foot, stride, 0.02, body.leg_width, far, shade(sock, 0.6))

    start = (0.74, -depth * 0.35)
    end = (
        start[0] + body.neck * math.cos(body.neck_angle),
        start[1] - body.neck * math.sin(body.neck_angle),
    )
    across = (math.sin(body.neck_angle), math.cos(body.neck_angle))  # points to the throat's side
    wide, narrow = body.neck_width * 1.5, body.neck_width * 0.8
    canvas.blob(
        [
            (start[0] - across[0] * wide - 0.1, start[1] - across[1] * wide * 0.6),
            (end[0] - across[0] * narrow, end[1] - across[1] * narrow),
            (end[0] + across[0] * narrow * 0.5 + 0.08, end[1] + across[1] * narrow * 0.5),
            (start[0] + across[0] * wide, start[1] + across[1] * wide + depth * 0.5),
            (start[0] - 0.3, start[1] + depth * 0.8),
        ],
        coat,
    )
    canvas.blob(
        [
            (-1.08, -depth * 0.55), (-0.75, -depth * 1.25), (-0.1, -depth * 0.95), (0.5, -depth * 1.2),
            (1.05, -depth * 0.7), (1.08, depth * 0.5), (0.6, depth * 1.2), (-0.1, depth * 1.05),
            (-0.7, depth * 0.95), (-1.1, depth * 0.6),
        ],
        coat,
    )  # fmt: skip
    canvas.blob([(-0.5, depth * 0.65), (0.5, depth * 0.6), (0.55, depth * 1.1), (-0.5, depth * 1.0)], belly)
    thigh = shade(coat, 0.94)
    canvas.ellipse(hip + 0.04, depth * 0.25, 0.24, depth * 0.75, thigh)
    _leg(canvas, hip - 0.02, depth * 0.5, foot, stride, -0.07, body.leg_width, thigh, sock)
    _leg(canvas, shoulder, depth * 0.4, foot, -stride, 0.02, body.leg_width, thigh, sock)
    return end


def patches(canvas: Canvas, dice: Dice, depth: float, colour: Colour, count: int) -> None:
    """Put spots of another colour on the trunk.

    Parameters
    ----------
    canvas : Canvas
        In the frame of :func:`trunk`.
    dice : Dice
        Chooses place and size of each.
    depth : float
        ``Body.depth``, half the height of the trunk.
    colour : (red, green, blue)
        Of the spots, 0 to 255.
    count : int
        How many, 0 or more.
    """
    for _ in range(count):
        canvas.ellipse(
            dice.between(-0.8, 0.7), dice.between(-depth * 0.7, depth * 0.5),
            dice.between(0.1, 0.3), depth * dice.between(0.2, 0.5), colour,
        )  # fmt: skip
