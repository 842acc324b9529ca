"""Airplanes and ships."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.drawn import scene
from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, mix, shade

LIVERIES: tuple[Colour, ...] = (
    (232, 234, 236), (232, 234, 236), (206, 210, 214), (150, 158, 166), (86, 96, 92), (62, 68, 78),
    (200, 60, 52), (232, 200, 80),
)  # fmt: skip
STRIPES: tuple[Colour, ...] = ((36, 70, 150), (190, 44, 44), (40, 44, 52), (60, 120, 90), (226, 150, 40))
HULLS: tuple[Colour, ...] = (
    (232, 232, 232), (40, 52, 84), (50, 50, 54), (150, 48, 42), (112, 122, 130), (84, 60, 44), (46, 96, 90),
)  # fmt: skip
_GLASS = (44, 54, 68)


def _rotation(dice: Dice, *, level: bool) -> NDArray[np.float64]:
    """Return the projection (3, 2) of nose, up and left-wing axes on the canvas for a random attitude."""
    yaw = dice.between(-0.9, 0.9)
    if level:
        pitch = dice.between(0.12, 0.35)
    else:  # not edge-on: without its wings an airplane is a pencil
        pitch = dice.between(0.4, 1.3) if dice.chance(0.6) else dice.between(-0.9, -0.35)
    climb = 0.0 if level else dice.between(-0.4, 0.5)
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    flat = np.array(((cy, sy * sp), (0.0, -cp), (-sy, cy * sp)))
    turn = np.array(((np.cos(climb), -np.sin(climb)), (np.sin(climb), np.cos(climb))))
    turned: NDArray[np.float64] = flat @ turn
    return turned


def airplane(dice: Dice) -> Canvas:
    """Draw an airplane in the air or on a runway."""
    grounded = dice.chance(0.22)
    canvas = scene.runway(dice) if grounded else dice.pick((scene.sky,) * 6 + (scene.sky_with_ground,))(dice)
    paint, stripe = dice.vary_apart(LIVERIES, canvas.backdrop(), 90), dice.vary(dice.pick(STRIPES))
    projection = _rotation(dice, level=grounded)
    fighter = dice.chance(0.25)
    size = dice.between(0.66, 0.95)

    def face(points: list[tuple[float, float, float]], colour: Colour) -> None:
        canvas.polygon(np.array(points) @ projection, colour)

    sweep = dice.between(0.1, 0.55) if not fighter else dice.between(0.5, 0.7)
    span = dice.between(0.8, 1.1) if not fighter else dice.between(0.5, 0.7)
    chord = dice.between(0.32, 0.42) if not fighter else 0.75
    root = dice.between(0.15, 0.3)
    girth = dice.between(0.1, 0.14)

    def wing(side: float) -> None:
        tone = 0.72 if side < 0 else 0.86
        face(
            [
                (root, -0.03, side * 0.05),
                (root - sweep, 0.08, side * span),
                (root - sweep - 0.15, 0.08, side * span),
                (root - chord, -0.03, side * 0.05),
            ],
            shade(paint, tone),
        )
        if not fighter:
            engine = (
                np.array(
                    (
                        (root - sweep * 0.4 + 0.1, -0.06, side * span * 0.4),
                        (root - sweep * 0.4 - 0.15, -0.06, side * span * 0.4),
                    )
                )
                @ projection
            )
            canvas.line(engine, 0.11, shade(stripe, 0.7))
        face(
            [
                (-0.72, 0.03, side * 0.04),
                (-0.92, 0.06, side * 0.36),
                (-1.0, 0.06, side * 0.36),
                (-0.95, 0.03, side * 0.04),
            ],
            shade(paint, tone),
        )

    y = dice.between(0.1, 0.35) if grounded else dice.between(-0.2, 0.2)
    with canvas.frame(dice.between(-0.2, 0.2), y, size, flip=dice.chance(0.5)):
        if grounded:
            canvas.shadow(0, 0.42, 1.0, 0.1)
        canvas.subject = True
        if grounded:
            for x in (-0.1, 0.7):
                canvas.line(np.array(((x, -0.1, 0.0), (x, -0.36, 0.0))) @ projection, 0.08, (40, 40, 44))
        wing(-1)
        spine = np.array(((1.0, -0.02, 0), (-1.0, 0.05, 0))) @ projection
        along = spine[0] - spine[1]
        length = max(float(np.hypot(along[0], along[1])), 0.05)
        across = np.array((-along[1], along[0])) / length * girth
        middle = (spine[0] + spine[1]) / 2
        reach = along / 2 * (1 + girth / length)
        outline = [
            middle + reach * 1.04, middle + reach * 0.92 - across * 0.8, middle + reach * 0.6 - across * 1.15,
            middle - reach * 0.5 - across * 1.1,
            middle - reach * 1.05 - across * 0.35, middle - reach * 1.05 + across * 0.35,
            middle - reach * 0.5 + across * 1.1,
            middle + reach * 0.6 + across * 1.15, middle + reach * 0.92 + across * 0.8,
        ]  # fmt: skip
        canvas.blob(np.array(outline), paint)
        canvas.line(
            np.array((middle + reach * 0.75, middle - reach * 0.75)),
            0.05,
            stripe if dice.chance(0.6) else _GLASS,
        )
        canvas.line(np.array((middle + reach * 0.84, middle + reach * 0.74)), 0.1, _GLASS)
        face([(-0.62, 0.08, 0), (-0.86, 0.45, 0), (-1.02, 0.45, 0), (-0.96, 0.06, 0)], stripe)
        wing(1)
    canvas.subject = False
    return canvas


def _hull(canvas: Canvas, hull: Colour, height: float, rake: float) -> None:
    """Draw the hull from (−1, 0) to (1, 0), waterline at y = 0.3."""
    canvas.polygon(
        [
            (-1, -height * 0.1),
            (-0.92, 0.32),
            (0.72, 0.32),
            (1.0 + rake, -height * 0.35),
            (0.7, -height * 0.1),
        ],
        hull,
    )
    canvas.polygon([(-0.93, 0.2), (-0.91, 0.32), (0.72, 0.32), (0.8, 0.2)], shade(hull, 0.6))


def _freighter(canvas: Canvas, dice: Dice, white: Colour) -> None:
    if dice.chance(0.6):
        for column in range(5):
            x = -0.45 + column * 0.22
            for level in range(int(dice.between(1, 3.5))):
                colour = dice.vary(
                    dice.pick(((178, 60, 48), (52, 96, 150), (210, 150, 60), (80, 120, 90), (190, 190, 190)))
                )
                top = -0.06 - 0.13 * (level + 1)
                canvas.polygon([(x, top), (x + 0.2, top), (x + 0.2, top + 0.12), (x, top + 0.12)], colour)
    else:
        for x in (-0.2, 0.2, 0.55):
            canvas.line([(x, -0.05), (x, -0.5)], 0.05, (120, 110, 90))
            canvas.line([(x, -0.45), (x + 0.18, -0.15)], 0.03, (120, 110, 90))
    canvas.polygon([(-0.88, 0), (-0.86, -0.55), (-0.55, -0.55), (-0.52, 0)], white)
    canvas.line([(-0.82, -0.42), (-0.58, -0.42)], 0.06, _GLASS)
    canvas.polygon(
        [(-0.8, -0.5), (-0.8, -0.75), (-0.66, -0.75), (-0.66, -0.5)], dice.vary(dice.pick(STRIPES))
    )


def _liner(canvas: Canvas, dice: Dice, white: Colour) -> None:
    decks = int(dice.between(2, 5))
    for deck in range(decks):
        y = -0.06 - deck * 0.14
        left, right = -0.88 + deck * 0.06, 0.68 - deck * 0.14
        canvas.polygon(
            [(left, y), (left, y - 0.15), (right - 0.06, y - 0.15), (right, y)],
            shade(white, 1 - 0.03 * (deck % 2)),
        )
        canvas.line([(left + 0.08, y - 0.08), (right - 0.12, y - 0.08)], 0.05, _GLASS)
    top = -0.06 - decks * 0.14
    funnel = dice.vary(dice.pick(STRIPES))
    for x in (-0.45, -0.1)[: int(dice.between(1, 3))]:
        canvas.polygon(
            [(x, top + 0.02), (x - 0.04, top - 0.25), (x + 0.14, top - 0.25), (x + 0.16, top + 0.02)], funnel
        )


def _sails(canvas: Canvas, dice: Dice) -> None:
    cloth = dice.vary(
        dice.pick(((240, 238, 232), (240, 238, 232), (226, 208, 180), (200, 70, 60), (70, 100, 160)))
    )
    mast = dice.between(-0.15, 0.15)
    tall = dice.between(1.2, 1.75)
    canvas.line([(mast, 0), (mast, -tall)], 0.05, (96, 76, 60))
    canvas.polygon(
        [(mast - 0.04, -tall + 0.05), (mast - 0.04, -0.18), (mast - dice.between(0.6, 0.8), -0.18)], cloth
    )
    canvas.polygon([(mast + 0.05, -tall + 0.2), (mast + 0.05, -0.2), (0.85, -0.14)], shade(cloth, 0.86))


def _motorboat(canvas: Canvas, dice: Dice, white: Colour) -> None:
    canvas.polygon([(-0.6, 0), (-0.5, -0.32), (0.2, -0.32), (0.5, 0)], white)
    canvas.polygon([(-0.42, -0.1), (-0.38, -0.26), (0.14, -0.26), (0.28, -0.1)], _GLASS)
    canvas.line([(-0.2, -0.3), (-0.25, -0.6)], 0.04, (90, 90, 90))


def ship(dice: Dice) -> Canvas:
    """Draw a freighter, liner, sailing boat or motorboat on the water."""
    canvas = scene.sea(dice)
    hull, white = dice.vary_apart(HULLS, canvas.backdrop(), 90), dice.vary((226, 226, 222))
    size = dice.between(0.58, 0.9)
    kind = dice.roll()
    y = dice.between(0.1, 0.5)
    stretch = dice.between(0.65, 1)
    with canvas.frame(
        dice.between(-0.2, 0.2),
        y,
        size,
        angle=dice.between(-0.05, 0.05),
        stretch=stretch,
        flip=dice.chance(0.5),
    ):
        canvas.shadow(0, 0.42, 1.0, 0.14, 0.7)
        canvas.subject = True
        if kind < 0.35:
            _freighter(canvas, dice, white)
        elif kind < 0.62:
            _liner(canvas, dice, white)
        elif kind < 0.85:
            _sails(canvas, dice)
        else:
            _motorboat(canvas, dice, white)
        _hull(canvas, hull, 0.3 if kind < 0.62 else dice.between(0.1, 0.4), dice.between(0, 0.12))
        canvas.subject = False
        foam = mix(hull, (226, 234, 240), 0.85)
        for _ in range(3):
            x = dice.between(-1.1, 0.6)
            canvas.line([(x, 0.34), (x + dice.between(0.2, 0.6), 0.34)], 0.05, foam)
    return canvas
