"""Birds and frogs."""

from cifar_core.drawn import scene
from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, mix, shade

_BLACK = (22, 20, 22)
PLUMAGE: tuple[Colour, ...] = (
    (120, 92, 66), (90, 92, 100), (40, 40, 46), (228, 226, 222), (176, 58, 48), (60, 104, 168), (206, 172, 60),
    (84, 116, 70), (158, 140, 116),
)  # fmt: skip
_BEAKS: tuple[Colour, ...] = ((222, 158, 44), (60, 54, 50), (196, 110, 50), (170, 160, 130))
SKINS: tuple[Colour, ...] = (
    (92, 142, 52),
    (70, 110, 50),
    (118, 110, 62),
    (126, 94, 62),
    (104, 156, 70),
    (84, 92, 60),
)


def _flying(canvas: Canvas, dice: Dice, coat: Colour, breast: Colour, beak: Colour) -> None:
    with canvas.frame(
        dice.between(-0.2, 0.2), dice.between(-0.2, 0.2), dice.between(0.58, 0.8),
        angle=dice.between(-0.3, 0.25), flip=dice.chance(0.5),
    ):  # fmt: skip
        canvas.subject = True
        lift = dice.between(-0.95, -0.55) if dice.chance(0.3) else dice.between(0.55, 1.15)
        tip = dice.between(0.9, 1.25)
        canvas.blob(
            [(0.3, 0), (0.45, -lift * 0.6), (0.75, -lift * tip), (0.35, -lift * 0.75), (0.0, 0.05)],
            shade(coat, 0.7),
        )
        canvas.polygon([(-0.55, -0.08), (-1.05, -0.22), (-1.1, 0.08), (-0.55, 0.14)], shade(coat, 0.8))
        canvas.blob([(-0.85, 0), (-0.2, -0.28), (0.5, -0.22), (0.8, 0), (0.4, 0.28), (-0.2, 0.24)], coat)
        canvas.blob([(-0.4, 0.08), (0.4, 0.05), (0.5, 0.22), (-0.2, 0.24)], breast)
        canvas.ellipse(0.68, -0.1, 0.2, 0.18, coat)
        canvas.polygon([(0.83, -0.14), (1.12, -0.04), (0.83, 0.02)], beak)
        canvas.ellipse(0.74, -0.14, 0.05, 0.05, _BLACK)
        wing = shade(coat, 0.88)
        canvas.blob(
            [
                (0.4, -0.02), (0.2, -lift * 0.7), (-0.25, -lift * tip * 1.1), (-0.75, -lift * tip), (-0.5, -lift * 0.5),
                (-0.45, 0.08),
            ],
            wing,
        )  # fmt: skip
        canvas.line([(-0.15, -lift * 0.9), (-0.65, -lift * tip * 0.92)], 0.12, shade(coat, 0.5))
    canvas.subject = False


def _perched(canvas: Canvas, dice: Dice, coat: Colour, breast: Colour, beak: Colour) -> None:
    size = dice.between(0.56, 0.78)
    long = dice.chance(0.2)  # long neck and legs: a wader
    wood = dice.vary(dice.pick(((92, 70, 52), (124, 104, 84), (70, 60, 52))))
    x, y = dice.between(-0.2, 0.2), dice.between(-0.1, 0.2)
    if not long:
        slope = dice.between(-0.25, 0.25)
        level = y + size * 0.62
        canvas.line([(-1.1, level - slope), (1.1, level + slope)], dice.between(0.07, 0.16), wood)
    with canvas.frame(
        x, y, size, angle=dice.between(-0.1, 0.1), flip=dice.chance(0.5), stretch=dice.between(0.85, 1)
    ):
        tilt = dice.between(-0.75, -0.05)
        canvas.subject = True
        legs = 1.15 if long else 0.62
        for foot in (-0.08, 0.12):
            canvas.line([(foot, 0.3), (foot + 0.02, legs)], 0.06, shade(beak, 0.75))
        with canvas.frame(0, 0, angle=tilt):
            canvas.polygon([(-0.5, -0.12), (-1.25, 0.02), (-1.2, 0.2), (-0.5, 0.16)], shade(coat, 0.65))
            canvas.blob(
                [(-0.95, 0), (-0.4, -0.42), (0.35, -0.48), (0.8, -0.1), (0.5, 0.45), (-0.3, 0.4)], coat
            )
            canvas.blob([(-0.3, 0.15), (0.5, -0.1), (0.72, 0.05), (0.45, 0.42), (-0.2, 0.38)], breast)
            canvas.blob(
                [(0.25, -0.25), (-0.2, -0.35), (-1.0, 0.02), (-0.5, 0.2), (0.15, 0.15)], shade(coat, 0.72)
            )
            canvas.line([(-0.75, 0.0), (0.0, -0.05)], 0.05, mix(coat, breast, 0.6))
        head = (0.52, -0.55) if not long else (0.66, -0.95)
        if tilt < -0.4:
            head = (head[0] - 0.15, head[1] - 0.12)
        if long:
            canvas.line([(0.4, -0.2), (0.68, -0.55), head], 0.22, coat)
        radius = 0.23 if long else 0.32
        canvas.polygon(
            [(head[0] + radius * 0.7, head[1] - 0.1), (head[0] + radius + (0.5 if long else 0.25), head[1] + 0.06),
             (head[0] + radius * 0.7, head[1] + 0.14)],
            beak,
        )  # fmt: skip
        canvas.ellipse(
            head[0], head[1], radius, radius * 0.92, dice.pick((coat, coat, shade(coat, 0.6), breast))
        )
        canvas.ellipse(head[0] + 0.1, head[1] - 0.06, 0.085, 0.085, (230, 226, 210))
        canvas.ellipse(head[0] + 0.11, head[1] - 0.06, 0.06, 0.06, _BLACK)
    canvas.subject = False


def bird(dice: Dice) -> Canvas:
    """Draw a bird, on a branch, on long legs or in flight."""
    flying = dice.chance(0.24)
    if flying:
        canvas = dice.pick((scene.sky, scene.sky, scene.sky, scene.sky_with_ground))(dice)
    else:
        places = (
            scene.sky,
            scene.foliage,
            scene.foliage,
            scene.foliage,
            scene.foliage,
            scene.forest,
            scene.lawn,
        )
        canvas = dice.pick(places)(dice)
    coat = dice.vary_apart(PLUMAGE, canvas.backdrop())
    pale = mix(coat, (236, 230, 216), 0.7)
    breast = dice.vary(dice.pick((pale, (200, 110, 60), (226, 216, 190), shade(coat, 0.9))))
    beak = dice.vary(dice.pick(_BEAKS))
    (_flying if flying else _perched)(canvas, dice, coat, breast, beak)
    return canvas


def _frog_side(canvas: Canvas, dice: Dice, skin: Colour, belly: Colour) -> None:
    with canvas.frame(
        dice.between(-0.15, 0.15), dice.between(-0.05, 0.3), dice.between(0.56, 0.84),
        angle=dice.between(-0.3, 0.2), stretch=dice.between(0.85, 1), flip=dice.chance(0.5),
    ):  # fmt: skip
        canvas.shadow(0, 0.55, 1.1, 0.15)
        canvas.subject = True
        canvas.blob(
            [(-1.0, 0.5), (-0.75, -0.25), (0.1, -0.65), (0.75, -0.6), (1.1, -0.2), (0.9, 0.25), (0.3, 0.55)],
            skin,
        )
        canvas.blob([(0.2, 0.3), (0.95, -0.02), (0.95, 0.2), (0.5, 0.5), (0.1, 0.55)], belly)
        canvas.line([(0.45, 0.0), (1.0, -0.12)], 0.05, shade(skin, 0.45))
        canvas.ellipse(0.52, -0.48, 0.2, 0.2, shade(skin, 1.1))
        canvas.ellipse(0.56, -0.5, 0.13, 0.13, dice.pick(((214, 180, 60), (190, 90, 40), (200, 200, 120))))
        canvas.ellipse(0.57, -0.5, 0.09, 0.06, _BLACK)
        canvas.line([(0.45, 0.2), (0.6, 0.6), (0.85, 0.62)], 0.14, shade(skin, 0.9))
        leg = shade(skin, 0.82)
        canvas.ellipse(-0.5, 0.22, 0.5, 0.3, leg, -0.5)
        canvas.line([(-0.85, 0.5), (-0.1, 0.58), (0.1, 0.62)], 0.17, shade(skin, 0.74))
        if dice.chance(0.6):
            for _ in range(6):
                canvas.ellipse(
                    dice.between(-0.7, 0.5), dice.between(-0.4, 0.2), 0.08, 0.06, shade(skin, 0.55)
                )
        if dice.chance(0.4):
            canvas.line([(0.4, -0.35), (-0.2, -0.4), (-0.75, -0.05)], 0.07, mix(skin, (220, 220, 150), 0.5))
    canvas.subject = False


def _frog_front(canvas: Canvas, dice: Dice, skin: Colour, belly: Colour) -> None:
    with canvas.frame(
        dice.between(-0.2, 0.2),
        dice.between(-0.1, 0.2),
        dice.between(0.56, 0.78),
        angle=dice.between(-0.2, 0.2),
    ):
        canvas.shadow(0, 0.72, 1.15, 0.15)
        canvas.subject = True
        for side in (-1, 1):
            canvas.ellipse(side * 0.85, 0.4, 0.38, 0.3, shade(skin, 0.8), side * 0.5)
            canvas.line([(side * 0.85, 0.65), (side * 1.2, 0.72)], 0.12, shade(skin, 0.7))
        canvas.blob(
            [(-0.9, -0.1), (0, -0.75), (0.9, -0.1), (0.85, 0.6), (0.4, 0.8), (-0.4, 0.8), (-0.85, 0.6)],
            shade(skin, 0.92),
        )
        canvas.ellipse(0, 0.4, 0.55, 0.35, belly)
        canvas.blob([(-1.0, 0.0), (-0.6, -0.6), (0.6, -0.6), (1.0, 0.0), (0.6, 0.32), (-0.6, 0.32)], skin)
        canvas.line([(-0.68, 0.02), (0, 0.14), (0.68, 0.02)], 0.06, shade(skin, 0.4))
        iris = dice.pick(((214, 180, 60), (190, 70, 40), (200, 200, 120)))
        for side in (-1, 1):
            canvas.ellipse(side * 0.48, -0.5, 0.25, 0.24, shade(skin, 1.12))
            canvas.ellipse(side * 0.5, -0.5, 0.16, 0.16, iris)
            canvas.ellipse(side * 0.5, -0.5, 0.13, 0.07, _BLACK)
            canvas.line([(side * 0.4, 0.45), (side * 0.5, 0.8), (side * 0.3, 0.85)], 0.13, shade(skin, 0.85))
    canvas.subject = False


def frog(dice: Dice) -> Canvas:
    """Draw a frog on leaves, in a pond or on the ground."""
    canvas = dice.pick((scene.foliage, scene.pond, scene.pond, scene.earth, scene.lawn, scene.studio))(dice)
    skin = dice.vary_apart(SKINS, canvas.backdrop(), 75)
    belly = dice.vary(mix(skin, (232, 226, 180), dice.between(0.4, 0.9)))
    if dice.chance(0.55):
        _frog_side(canvas, dice, skin, belly)
    else:
        _frog_front(canvas, dice, skin, belly)
    return canvas
