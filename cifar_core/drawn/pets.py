"""Cats and dogs: the same rooms, coats and poses; ears, muzzle, eyes and tail differ."""

from cifar_core.drawn import scene
from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, mix, shade
from cifar_core.drawn.quadrupeds import Body, patches, trunk

COATS: tuple[Colour, ...] = (
    (206, 138, 70), (134, 132, 136), (50, 46, 48), (226, 220, 212), (124, 84, 54), (214, 184, 140), (92, 78, 68),
)  # fmt: skip
CAT_COATS = (*COATS, (206, 138, 70), (134, 132, 136), (100, 96, 98))
DOG_COATS = (*COATS, (214, 184, 140), (124, 84, 54), (164, 112, 66))
_PINK = (206, 140, 138)
_BLACK = (24, 20, 22)
_WHITE = (232, 228, 222)


def _stage(dice: Dice, outdoors: float) -> Canvas:
    if dice.chance(outdoors):
        return dice.pick((scene.lawn, scene.lawn, scene.earth, scene.foliage))(dice)
    return dice.pick((scene.room, scene.sofa, scene.sofa, scene.room, scene.studio))(dice)


def _cat_face(canvas: Canvas, dice: Dice, coat: Colour, second: Colour) -> None:
    """Draw a cat's head from the front, radius about 1."""
    ear = dice.between(0.85, 1.15)
    spread = dice.between(0.5, 0.62)
    for side in (-1, 1):
        tip = (side * (spread + 0.25), -1.35 * ear)
        canvas.polygon([(side * 0.2, -0.65), tip, (side * 0.98, -0.1)], shade(coat, 0.92))
        canvas.polygon(
            [(side * 0.42, -0.6), (tip[0] * 0.97, tip[1] * 0.86), (side * 0.84, -0.3)], mix(_PINK, coat, 0.35)
        )
    canvas.ellipse(0, 0, 1.0, 0.86, coat)
    if dice.chance(0.5):  # a tabby's forehead
        for x in (-0.25, 0.0, 0.25):
            canvas.line([(x, -0.75), (x * 0.8, -0.4)], 0.1, shade(coat, 0.55))
        for side in (-1, 1):
            canvas.line([(side * 0.95, 0.05), (side * 0.62, 0.12)], 0.09, shade(coat, 0.6))
    canvas.ellipse(0, 0.42, 0.46, 0.36, mix(second, _WHITE, 0.35))
    iris = dice.pick(((156, 178, 60), (214, 170, 50), (110, 170, 130), (120, 160, 200)))
    for side in (-1, 1):
        canvas.ellipse(side * 0.42, -0.08, 0.23, 0.19, shade(coat, 0.45))
        canvas.ellipse(side * 0.42, -0.08, 0.19, 0.16, iris)
        canvas.ellipse(side * 0.42, -0.08, dice.between(0.05, 0.11), 0.16, _BLACK)
    canvas.polygon([(-0.13, 0.24), (0.13, 0.24), (0, 0.4)], dice.pick((_PINK, _PINK, (90, 56, 56))))
    canvas.line([(0, 0.38), (0, 0.52), (-0.2, 0.62)], 0.05, (80, 60, 58))
    canvas.line([(0, 0.52), (0.2, 0.62)], 0.05, (80, 60, 58))
    hair = mix(_WHITE, coat, 0.15)
    for side in (-1, 1):
        for drop in (-0.08, 0.12):
            canvas.line([(side * 0.4, 0.45), (side * 1.35, 0.42 + drop * 2)], 0.03, hair)


def _dog_face(canvas: Canvas, dice: Dice, coat: Colour, second: Colour) -> None:
    """Draw a dog's head from the front, radius about 1."""
    ear = shade(coat, dice.between(0.45, 0.8))
    pricked = dice.chance(0.08)
    if pricked:
        for side in (-1, 1):
            canvas.polygon([(side * 0.25, -0.7), (side * 0.75, -1.4), (side * 0.92, -0.2)], ear)
            canvas.polygon(
                [(side * 0.45, -0.7), (side * 0.72, -1.15), (side * 0.8, -0.35)], mix(ear, _PINK, 0.4)
            )
    canvas.blob(
        [(-1.0, -0.75), (0, -1.15), (1.0, -0.75), (1.0, 0.15), (0.6, 1.1), (-0.6, 1.1), (-1.0, 0.15)], coat
    )
    if not pricked:
        drop = dice.between(0.35, 0.95)
        for side in (-1, 1):
            canvas.blob(
                [
                    (side * 0.55, -0.85), (side * 1.05, -0.8), (side * 1.3, drop * 0.4), (side * 1.15, drop),
                    (side * 0.85, drop * 0.8), (side * 0.72, -0.2),
                ],
                ear,
            )  # fmt: skip
    if dice.chance(0.4):
        canvas.blob([(-0.14, -0.9), (0.14, -0.9), (0.22, 0.2), (-0.22, 0.2)], mix(second, _WHITE, 0.6))
    muzzle = mix(second, _WHITE, dice.between(0, 0.6))
    canvas.ellipse(0, 0.5, 0.5, 0.52, muzzle)
    if dice.chance(0.4):
        canvas.ellipse(dice.between(-0.08, 0.08), 1.0, 0.17, 0.3, (206, 96, 106))
    canvas.line([(-0.32, 0.7), (0, 0.82), (0.32, 0.7)], 0.07, shade(muzzle, 0.4))
    for side in (-1, 1):
        canvas.ellipse(side * 0.4, -0.2, 0.16, 0.15, (52, 34, 24))
        canvas.ellipse(side * 0.4 + 0.05, -0.25, 0.05, 0.05, (220, 220, 220))
    canvas.ellipse(0, 0.28, 0.23, 0.17, _BLACK)


def _cat_profile(canvas: Canvas, dice: Dice, coat: Colour, second: Colour) -> None:
    """Draw a cat's head facing right, radius about 1."""
    canvas.polygon([(-0.55, -0.5), (-0.3, -1.5), (0.15, -0.75)], shade(coat, 0.75))
    canvas.ellipse(0, 0, 0.95, 0.85, coat)
    canvas.ellipse(0.62, 0.28, 0.38, 0.32, mix(second, _WHITE, 0.3))
    canvas.polygon([(-0.1, -0.6), (0.3, -1.5), (0.62, -0.5)], shade(coat, 0.95))
    canvas.polygon([(0.1, -0.65), (0.32, -1.2), (0.5, -0.55)], _PINK)
    canvas.ellipse(0.4, -0.15, 0.17, 0.16, (170, 180, 70))
    canvas.ellipse(0.45, -0.15, 0.07, 0.15, _BLACK)
    canvas.ellipse(0.95, 0.15, 0.1, 0.08, (150, 90, 90))
    canvas.line([(0.7, 0.35), (1.4, 0.5)], 0.03, _WHITE)
    canvas.line([(0.7, 0.3), (1.45, 0.25)], 0.03, _WHITE)


def _dog_profile(canvas: Canvas, dice: Dice, coat: Colour, second: Colour) -> None:
    """Draw a dog's head facing right, radius about 1, muzzle beyond."""
    snout = dice.between(1.35, 1.85)
    canvas.blob(
        [(0.1, -0.5), (0.8, -0.25), (snout + 0.2, -0.05), (snout + 0.2, 0.5), (0.7, 0.75), (0, 0.7)],
        mix(second, coat, 0.5),
    )
    canvas.ellipse(0, -0.05, 0.9, 0.8, coat)
    if dice.chance(0.25):
        canvas.line([(0.6, 0.6), (snout * 0.8, 0.75), (snout * 0.8, 1.1)], 0.2, (206, 96, 106))
    canvas.line([(0.65, 0.45), (snout, 0.4)], 0.07, shade(coat, 0.4))
    canvas.ellipse(snout, -0.02, 0.18, 0.16, _BLACK)
    canvas.ellipse(0.45, -0.2, 0.13, 0.12, _BLACK)
    ear = shade(coat, dice.between(0.5, 0.85))
    if dice.chance(0.15):
        canvas.polygon([(-0.6, -0.5), (-0.25, -1.45), (0.2, -0.65)], ear)
    else:
        canvas.blob([(-0.5, -0.75), (0.15, -0.65), (0.1, 0.3), (-0.2, 0.85), (-0.65, 0.5), (-0.7, -0.2)], ear)


def _tabby(canvas: Canvas, depth: float, coat: Colour) -> None:
    for x in (-0.7, -0.4, -0.1, 0.2, 0.5):
        canvas.line([(x, -depth * 0.9), (x + 0.06, depth * 0.2)], 0.07, shade(coat, 0.6))


def _tail(canvas: Canvas, dice: Dice, *, cat: bool, depth: float, coat: Colour) -> None:
    root = (-0.9, -depth * 0.5)
    lift = dice.between(0.1 if cat else -0.3, 1.0)
    if cat:
        points = [
            root, (-1.3, -depth * 0.5 - lift * 0.2), (-1.5, -0.35 - lift * 0.4), (-1.42, -0.5 - lift * 0.7),
            (-1.2 - dice.between(0, 0.3), -0.6 - lift * 0.8),
        ]  # fmt: skip
        canvas.line(points, 0.13, shade(coat, 0.85))
    else:
        points = [root, (-1.2, -depth * 0.6 - lift * 0.3), (-1.4, -0.2 - lift * 0.6)]
        canvas.line(points, dice.between(0.1, 0.24), shade(coat, 0.85))


def _standing(canvas: Canvas, dice: Dice, coat: Colour, second: Colour, *, cat: bool) -> None:
    """Draw the animal from the side."""
    if cat:
        body = Body(
            dice.between(0.3, 0.42), dice.between(0.35, 0.6), dice.between(0.13, 0.17),
            dice.between(0.2, 0.35), 0.2, dice.between(0.3, 1.0),
        )  # fmt: skip
    else:
        body = Body(
            dice.between(0.32, 0.46), dice.between(0.45, 0.85), dice.between(0.14, 0.21),
            dice.between(0.25, 0.5), 0.22, dice.between(0.2, 1.1),
        )  # fmt: skip
    size = dice.between(0.56, 0.72)
    foot = body.depth + body.leg
    with canvas.frame(
        dice.between(-0.15, 0.15), dice.between(0.6, 0.92) - foot * size, size,
        angle=dice.between(-0.06, 0.06), stretch=dice.between(0.78, 1), flip=dice.chance(0.5),
    ):  # fmt: skip
        canvas.shadow(0, foot, 1.15, 0.14)
        canvas.subject = True
        _tail(canvas, dice, cat=cat, depth=body.depth, coat=coat)
        end = trunk(canvas, dice, body, coat, belly=mix(coat, second, 0.6), sock=second)
        if cat and dice.chance(0.5):
            _tabby(canvas, body.depth, coat)
        elif dice.chance(0.45):
            patches(canvas, dice, body.depth, second, 3)
        towards = dice.chance(0.5)
        with canvas.frame(end[0] + 0.1, end[1], dice.between(0.46, 0.56), angle=dice.between(-0.15, 0.25)):
            if cat:
                (_cat_face if towards else _cat_profile)(canvas, dice, coat, second)
            else:
                (_dog_face if towards else _dog_profile)(canvas, dice, coat, second)
    canvas.subject = False


def _portrait(canvas: Canvas, dice: Dice, coat: Colour, second: Colour, *, cat: bool) -> None:
    """Draw the animal sitting or lying, its face to the viewer."""
    size = dice.between(0.43, 0.66)
    x, y = dice.between(-0.3, 0.3), dice.between(-0.35, 0.1)
    with canvas.frame(
        x, y, size, angle=dice.between(-0.18, 0.18), stretch=dice.between(0.86, 1.0), flip=dice.chance(0.5)
    ):
        lying = dice.chance(0.4)
        if lying:
            canvas.shadow(1.2, 1.75, 2.2, 0.35)
            canvas.subject = True
            canvas.blob(
                [(-0.8, 0.1), (0.9, -0.35), (2.2, -0.3), (3.1, 0.4), (3.1, 1.6), (1.5, 1.9), (-0.7, 1.8)],
                shade(coat, 0.85),
            )
            canvas.ellipse(2.3, 1.2, 0.7, 0.6, shade(coat, 0.95))
            canvas.ellipse(-0.3, 1.55, 0.75, 0.25, mix(coat, second, 0.4))
            canvas.ellipse(0.6, 1.65, 0.75, 0.25, mix(coat, second, 0.5))
            canvas.line([(2.9, 1.4), (2.3, 1.85), (1.4, 1.9)], 0.3 if cat else 0.35, shade(coat, 0.75))
        else:
            canvas.shadow(0.2, 3.0, 1.7, 0.3)
            canvas.subject = True
            if cat:
                canvas.line([(1.0, 2.7), (1.9, 2.6), (2.1, 1.9), (1.8, 1.5)], 0.28, shade(coat, 0.8))
            canvas.blob(
                [
                    (-0.6, 0.3),
                    (0.6, 0.3),
                    (1.2, 1.6),
                    (1.5, 2.9),
                    (0.6, 3.3),
                    (-0.6, 3.3),
                    (-1.5, 2.9),
                    (-1.2, 1.6),
                ],
                shade(coat, 0.9),
            )
            canvas.ellipse(0, 1.5, 0.55, 0.8, mix(coat, second, 0.7))
            for side in (-1, 1):
                canvas.line([(side * 0.38, 1.7), (side * 0.4, 2.9)], 0.42, coat)
                canvas.ellipse(side * 0.45, 3.0, 0.36, 0.2, mix(coat, second, 0.6))
        if cat:
            _cat_face(canvas, dice, coat, second)
        else:
            _dog_face(canvas, dice, coat, second)
    canvas.subject = False


def _pet(dice: Dice, *, cat: bool) -> Canvas:
    canvas = _stage(dice, 0.15 if cat else 0.55)
    coat = dice.vary_apart(CAT_COATS if cat else DOG_COATS, canvas.backdrop())
    second = dice.vary(mix(coat, _WHITE, dice.pick((0.2, 0.3, 0.9))), 6)
    if dice.chance(0.72):
        _portrait(canvas, dice, coat, second, cat=cat)
    else:
        _standing(canvas, dice, coat, second, cat=cat)
    return canvas


def cat(dice: Dice) -> Canvas:
    """Draw a cat."""
    return _pet(dice, cat=True)


def dog(dice: Dice) -> Canvas:
    """Draw a dog."""
    return _pet(dice, cat=False)
