"""Deer and horses: the same meadows, coats and poses; antlers and rump, mane and tail differ."""

import math

from cifar_core.drawn import scene
from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, mix, shade
from cifar_core.drawn.quadrupeds import Body, patches, trunk

COATS: tuple[Colour, ...] = ((146, 90, 50), (112, 74, 48), (172, 128, 86), (134, 104, 78), (86, 62, 48))
_PALE: tuple[Colour, ...] = ((222, 216, 206), (52, 44, 42), (150, 146, 142))
_BLACK = (26, 22, 20)
_CREAM = (226, 208, 178)


def _antlers(canvas: Canvas, dice: Dice, size: float) -> None:
    horn = dice.vary((156, 126, 92))
    for side in (-1, 1):
        tip = (side * 0.9 * size, -1.5 * size)
        canvas.line([(side * 0.12, -0.2), (side * 0.55 * size, -0.6 * size), tip], 0.1, horn)
        canvas.line([(side * 0.55 * size, -0.6 * size), (side * 0.25 * size, -1.2 * size)], 0.09, horn)
        canvas.line([(side * 0.78 * size, -1.0 * size), (side * 1.25 * size, -1.2 * size)], 0.09, horn)


def _deer_head(canvas: Canvas, dice: Dice, coat: Colour, antlers: bool) -> None:
    """Draw a deer's head facing right and down, length about 1."""
    with canvas.frame(0, -0.1):
        if antlers:
            _antlers(canvas, dice, dice.between(0.7, 1.05))
    canvas.blob([(-0.2, -0.15), (-0.85, -0.45), (-0.75, -0.1), (-0.2, 0.15)], shade(coat, 0.8))
    canvas.blob([(-0.35, -0.3), (0.2, -0.4), (0.95, 0.1), (1.0, 0.4), (0.75, 0.5), (-0.2, 0.45)], coat)
    canvas.blob([(0.0, -0.2), (-0.5, -0.75), (-0.65, -0.5), (-0.2, 0.0)], mix(coat, _CREAM, 0.3))
    canvas.ellipse(0.88, 0.25, 0.1, 0.1, _BLACK)
    canvas.ellipse(0.22, -0.05, 0.08, 0.08, _BLACK)
    canvas.ellipse(0.6, 0.35, 0.2, 0.08, mix(coat, _CREAM, 0.6))


def _horse_head(canvas: Canvas, dice: Dice, coat: Colour, mane: Colour) -> None:
    """Draw a horse's head facing right and down, length about 1."""
    canvas.polygon([(-0.25, -0.3), (-0.12, -0.75), (0.08, -0.3)], shade(coat, 0.85))
    canvas.blob(
        [
            (-0.4, -0.4),
            (0.2, -0.5),
            (0.9, -0.05),
            (1.3, 0.15),
            (1.3, 0.5),
            (0.95, 0.6),
            (0.2, 0.55),
            (-0.4, 0.5),
        ],
        coat,
    )
    canvas.ellipse(1.05, 0.3, 0.18, 0.2, shade(coat, 0.6))
    canvas.ellipse(0.25, -0.08, 0.08, 0.08, _BLACK)
    if dice.chance(0.4):
        canvas.line([(0.25, -0.32), (0.95, 0.02)], 0.12, (230, 226, 220))
    canvas.blob([(-0.5, -0.5), (0.05, -0.55), (0.15, -0.2), (-0.3, 0.2)], mane)


def _side(canvas: Canvas, dice: Dice, coat: Colour, *, horse: bool) -> None:
    """Draw the animal from the side, standing, walking or grazing."""
    grazing = dice.chance(0.25)
    angle = dice.between(-0.9, -0.5) if grazing else dice.between(0.5, 1.15)
    if horse:
        body = Body(
            dice.between(0.36, 0.46), dice.between(0.75, 1.0), dice.between(0.13, 0.18),
            dice.between(0.65, 0.85), dice.between(0.22, 0.28), angle,
        )  # fmt: skip
    else:
        body = Body(
            dice.between(0.28, 0.38), dice.between(0.75, 1.1), dice.between(0.09, 0.13),
            dice.between(0.55, 0.8), dice.between(0.14, 0.19), angle,
        )  # fmt: skip
    size = dice.between(0.5, 0.62)
    foot = body.depth + body.leg
    sock = dice.pick(
        (shade(coat, 0.5), shade(coat, 0.8), _CREAM) if horse else (shade(coat, 0.7), shade(coat, 0.9))
    )
    mane = dice.vary_apart(((40, 30, 26), (70, 46, 32), shade(coat, 0.5), (214, 192, 150)), coat)
    with canvas.frame(
        dice.between(-0.25, 0.15), dice.between(0.55, 0.92) - foot * size, size,
        angle=dice.between(-0.05, 0.05), stretch=dice.between(0.86, 1), flip=dice.chance(0.5),
    ):  # fmt: skip
        canvas.shadow(0, foot, 1.2, 0.12)
        canvas.subject = True
        depth = body.depth
        if horse:
            swish = dice.between(0.0, 0.45)
            canvas.blob(
                [
                    (-0.85, -depth),
                    (-1.15 - swish, -depth * 0.7),
                    (-1.4 - swish, depth),
                    (-1.25 - swish, depth * 2.2),
                    (-1.0, depth),
                ],
                mane,
            )
        elif dice.chance(0.95):
            canvas.ellipse(-1.0, -depth * 0.4, 0.12, 0.2, (232, 222, 206), 0.3)
        end = trunk(
            canvas, dice, body, coat, belly=shade(coat, 0.85) if horse else mix(coat, _CREAM, 0.5), sock=sock
        )
        if horse:
            lean = (math.sin(angle), math.cos(angle))
            canvas.blob(
                [
                    (0.5, -depth * 1.1), (end[0] - lean[0] * 0.42 - 0.05, end[1] - lean[1] * 0.42),
                    (end[0], end[1] - 0.12),
                    (end[0] - 0.05, end[1] + 0.12), (0.75, -depth * 0.5),
                ],
                mane,
            )  # fmt: skip
            if dice.chance(0.12):
                patches(canvas, dice, depth, (224, 218, 208), 3)
            if dice.chance(0.12):  # a saddle
                canvas.blob(
                    [(-0.25, -depth * 1.15), (0.35, -depth * 1.15), (0.3, 0.05), (-0.2, 0.05)], (70, 36, 28)
                )
        elif dice.chance(0.3):
            for _ in range(9):
                canvas.ellipse(
                    dice.between(-0.85, 0.6), dice.between(-depth * 0.8, depth * 0.2), 0.06, 0.06, _CREAM
                )
        if not horse and dice.chance(0.85):
            canvas.ellipse(-0.95, -depth * 0.1, 0.12, depth * 0.6, mix(coat, (238, 230, 216), 0.75))
        tilt = dice.between(0.4, 0.9) if grazing else dice.between(0.05, 0.6)
        with canvas.frame(end[0], end[1], dice.between(0.46, 0.58), angle=tilt):
            if horse:
                _horse_head(canvas, dice, coat, mane)
            else:
                _deer_head(canvas, dice, coat, dice.chance(0.7))
    canvas.subject = False


def _front(canvas: Canvas, dice: Dice, coat: Colour, *, horse: bool) -> None:
    """Draw head, neck and chest from the front."""
    size = dice.between(0.4, 0.6)
    with canvas.frame(
        dice.between(-0.3, 0.3),
        dice.between(-0.35, 0.0),
        size,
        angle=dice.between(-0.15, 0.15),
        stretch=dice.between(0.85, 1.05),
    ):
        canvas.subject = True
        wide = 1.0 if horse else 0.7
        mane = dice.vary_apart(((40, 30, 26), (70, 46, 32), shade(coat, 0.5), (214, 192, 150)), coat)
        canvas.blob(
            [
                (-0.4, 0.2),
                (0.4, 0.2),
                (wide * 0.9, 2.0),
                (wide * 1.3, 4),
                (-wide * 1.3, 4),
                (-wide * 0.9, 2.0),
            ],
            shade(coat, 0.82),
        )
        if horse:
            side = dice.pick((-1, 1))
            canvas.blob(
                [
                    (side * 0.3, -0.8),
                    (side * 0.8, -0.3),
                    (side * 1.0, 1.0),
                    (side * 0.75, 2.2),
                    (side * 0.35, 1.0),
                ],
                mane,
            )
            for ear in (-1, 1):
                canvas.polygon(
                    [(ear * 0.12, -0.75), (ear * 0.42, -1.35), (ear * 0.55, -0.6)], shade(coat, 0.85)
                )
            canvas.blob(
                [
                    (-0.6, -0.8), (0, -1.05), (0.6, -0.8), (0.58, 0.1), (0.4, 1.0), (0.45, 1.6), (0, 1.85),
                    (-0.45, 1.6), (-0.4, 1.0), (-0.58, 0.1),
                ],
                coat,
            )  # fmt: skip
            canvas.ellipse(0, 1.38, 0.34, 0.32, shade(coat, 0.6))
            if dice.chance(0.6):
                canvas.blob([(-0.12, -0.6), (0.12, -0.6), (0.14, 1.1), (-0.14, 1.1)], (230, 226, 220))
            canvas.blob([(-0.35, -1.05), (0.35, -1.05), (0.15, -0.1), (-0.2, 0.0)], mane)
            for eye in (-1, 1):
                canvas.ellipse(eye * 0.46, -0.22, 0.1, 0.13, _BLACK)
                canvas.ellipse(eye * 0.17, 1.4, 0.08, 0.1, _BLACK)
        else:
            if dice.chance(0.65):
                with canvas.frame(0, -0.6, dice.between(0.9, 1.2)):
                    _antlers(canvas, dice, 1)
            for ear in (-1, 1):
                canvas.blob(
                    [
                        (ear * 0.3, -0.5),
                        (ear * 0.8, -1.0),
                        (ear * 1.35, -0.95),
                        (ear * 0.95, -0.4),
                        (ear * 0.4, -0.15),
                    ],
                    shade(coat, 0.9),
                )
                canvas.ellipse(ear * 0.8, -0.66, 0.26, 0.12, mix(coat, (224, 180, 160), 0.6), ear * -0.35)
            canvas.blob(
                [
                    (-0.62, -0.6),
                    (0, -0.95),
                    (0.62, -0.6),
                    (0.55, 0.2),
                    (0.28, 1.0),
                    (0, 1.25),
                    (-0.28, 1.0),
                    (-0.55, 0.2),
                ],
                coat,
            )
            canvas.ellipse(0, 0.78, 0.24, 0.22, mix(coat, _CREAM, 0.6))
            canvas.ellipse(0, 0.66, 0.16, 0.13, _BLACK)
            for eye in (-1, 1):
                canvas.ellipse(eye * 0.42, -0.12, 0.12, 0.14, _BLACK)
            canvas.ellipse(0, 1.75, 0.3, 0.3, mix(coat, _CREAM, 0.6))
    canvas.subject = False


def _grazer(dice: Dice, *, horse: bool) -> Canvas:
    places = (
        (scene.field, scene.field, scene.field, scene.field, scene.forest)
        if horse
        else (scene.forest, scene.forest, scene.field)
    )
    canvas = dice.pick(places)(dice)
    coat = dice.vary_apart(COATS + _PALE if horse else COATS[:4], canvas.backdrop(), 75)
    if dice.chance(0.3):
        _front(canvas, dice, coat, horse=horse)
    else:
        _side(canvas, dice, coat, horse=horse)
    return canvas


def deer(dice: Dice) -> Canvas:
    """Draw a deer."""
    return _grazer(dice, horse=False)


def horse(dice: Dice) -> Canvas:
    """Draw a horse."""
    return _grazer(dice, horse=True)
