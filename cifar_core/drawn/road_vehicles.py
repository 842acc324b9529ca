"""Automobiles and trucks: the same roads, paints, wheels and views; a truck has a cab and a load."""

from cifar_core.drawn import scene
from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, shade
from cifar_core.drawn.solid import Solid

PAINTS: tuple[Colour, ...] = (
    (184, 40, 38), (40, 78, 152), (222, 222, 222), (44, 46, 50), (150, 156, 162), (222, 180, 50), (56, 104, 70),
    (96, 34, 40), (196, 112, 44),
)  # fmt: skip
_GLASS = (52, 62, 74)
_DARK = (34, 34, 38)
_LAMP = (250, 242, 204)


def _view(dice: Dice) -> float:
    """Return a yaw: from the side, three-quarter or nearly from the front, front or rear."""
    kind = dice.roll()
    if kind < 0.35:
        yaw = dice.between(0.0, 0.25)
    elif kind < 0.9:
        yaw = dice.between(0.35, 0.9)
    else:
        yaw = dice.between(1.1, 1.5)
    return yaw if dice.chance(0.7) else -yaw


def _lamps(solid: Solid, front: float, rear: float, height: float, width: float) -> None:
    """Draw head and tail lights, number plates and a grille where they can be seen."""
    for x, lamp, outward in ((front, _LAMP, -1.0), (rear, (190, 40, 36), 1.0)):
        if solid.sees(0, outward):
            for z in (-0.72, 0.72):
                solid.face(
                    [(x, height - 0.06, (z - 0.2) * width), (x, height + 0.06, (z - 0.2) * width),
                     (x, height + 0.06, (z + 0.2) * width), (x, height - 0.06, (z + 0.2) * width)],
                    lamp,
                )  # fmt: skip
            solid.face(
                [(x, height - 0.07, -0.45 * width), (x, height + 0.05, -0.45 * width), (x, height + 0.05, 0.45 * width),
                 (x, height - 0.07, 0.45 * width)],
                _DARK if outward < 0 else (206, 206, 200),
            )  # fmt: skip
            solid.face(
                [
                    (x, height - 0.26, -width),
                    (x, height - 0.16, -width),
                    (x, height - 0.16, width),
                    (x, height - 0.26, width),
                ],
                (70, 70, 74),
            )


def _draw_car(solid: Solid, dice: Dice, paint: Colour) -> None:
    """Draw a saloon, hatchback, van-like estate or pickup-nosed car, wheels at y = 0."""
    roof = dice.between(0.68, 0.84)
    belt = dice.between(0.41, 0.47)
    nose = dice.between(0.55, 0.72)
    tail = dice.pick((-0.98, -0.75, -0.6))
    top_rear = tail + dice.between(0.1, 0.32)
    top_front = dice.between(0.08, 0.26)
    width = dice.between(0.38, 0.44)
    screen = min(top_front + 0.36, nose)
    profile = [
        (-1.0, 0.12),
        (-1.0, belt),
        (tail, belt + 0.02),
        (top_rear, roof),
        (top_front, roof),
        (screen, belt),
        (0.97, belt - 0.12),
        (1.0, 0.12),
    ]
    for x in (-0.62, 0.62):
        solid.wheel(x, 0.14, -width, 0.2, (60, 60, 60))
    solid.extrude(profile, width, paint, glass=(2, 4))
    low = belt + 0.04
    high = roof - 0.06
    middle = (top_rear + top_front) / 2
    solid.side(
        [(tail + 0.12, low), (top_rear + 0.06, high), (middle - 0.04, high), (middle - 0.04, low)],
        width,
        _GLASS,
    )
    solid.side(
        [(middle + 0.04, low), (middle + 0.04, high), (top_front, high), (screen - 0.12, low)], width, _GLASS
    )
    solid.side([(-1.0, 0.12), (-1.0, 0.19), (1.0, 0.19), (1.0, 0.12)], width, shade(paint, 0.55))
    solid.side(
        [(middle, 0.19), (middle, low), (middle + 0.03, low), (middle + 0.03, 0.19)], width, shade(paint, 0.6)
    )
    _lamps(solid, 1.0, -1.0, 0.36, width)
    rim = dice.pick(((176, 178, 182), (120, 120, 124), (206, 206, 208)))
    for x in (-0.62, 0.62):
        solid.wheel(x, 0.14, width, 0.21, rim)


def _cab(
    solid: Solid, dice: Dice, paint: Colour, rear: float, roof: float, width: float, bonnet: bool
) -> None:
    if bonnet:
        profile = [
            (rear, 0.14),
            (rear, roof),
            (rear + 0.34, roof),
            (rear + 0.46, 0.62),
            (0.96, 0.56),
            (1.0, 0.14),
        ]
    else:
        profile = [(rear, 0.14), (rear, roof), (0.88, roof), (0.98, roof * 0.55), (1.0, 0.14)]
    solid.extrude(profile, width, paint, glass=(2,))
    high, low = roof - 0.08, max(roof * 0.62, 0.6)
    right = rear + 0.36 if bonnet else 0.88
    solid.side(
        [(rear + 0.1, low), (rear + 0.1, high), (right - 0.04, high), (right + 0.03, low)], width, _GLASS
    )
    _lamps(solid, 1.0, -9, 0.36, width)


def _draw_truck(solid: Solid, dice: Dice, paint: Colour, rear_view: bool) -> None:
    """Draw a box lorry, a tanker or dump truck, or a pickup, wheels at y = 0."""
    kind = dice.roll()
    width = dice.between(0.36, 0.44)
    if kind < 0.13:  # pickup
        roof, cab_rear, load_top = dice.between(0.84, 0.98), dice.between(-0.2, 0.05), dice.between(0.5, 0.58)
        load, bonnet = paint, True
    elif kind < 0.75:  # box
        roof, cab_rear, load_top = dice.between(0.95, 1.15), dice.between(0.38, 0.55), dice.between(1.1, 1.4)
        load, bonnet = dice.vary(dice.pick(((226, 226, 224), (226, 226, 224), *PAINTS))), False
    else:  # open load
        roof, cab_rear, load_top = dice.between(0.9, 1.1), dice.between(0.1, 0.4), dice.between(0.7, 0.9)
        load, bonnet = dice.vary(dice.pick(PAINTS)), dice.chance(0.5)
        bonnet = bonnet and cab_rear < 0.3
    gap = 0.0 if kind < 0.13 else 0.05
    for x in (-0.66, 0.64):
        solid.wheel(x, 0.16, -width, 0.22, (60, 60, 60))
    bed = [(-1.0, 0.2), (-1.0, load_top), (cab_rear - gap, load_top), (cab_rear - gap, 0.2)]

    def draw_load() -> None:
        solid.extrude(bed, width * 1.04, load)
        if 0.13 <= kind < 0.75 and dice.chance(0.5):  # lettering
            y = load_top * 0.65
            stripe = dice.vary(dice.pick(PAINTS))
            solid.side(
                [(-0.85, y - 0.1), (-0.85, y + 0.1), (cab_rear - 0.2, y + 0.1), (cab_rear - 0.2, y - 0.1)],
                width * 1.04,
                stripe,
            )
        elif kind >= 0.75:
            for x in (-0.8, -0.45, -0.1):
                solid.side(
                    [(x, 0.25), (x, load_top), (x + 0.05, load_top), (x + 0.05, 0.25)],
                    width * 1.04,
                    shade(load, 0.65),
                )
        elif kind < 0.13:
            solid.side(
                [(-1, load_top - 0.06), (-1, load_top), (cab_rear, load_top), (cab_rear, load_top - 0.06)],
                width,
                shade(load, 0.6),
            )
        if solid.sees(0, 1):
            solid.face(
                [
                    (-1.0, 0.25, 0.02),
                    (-1.0, load_top - 0.05, 0.02),
                    (-1.0, load_top - 0.05, -0.02),
                    (-1.0, 0.25, -0.02),
                ],
                shade(load, 0.5),
            )
            for z in (-0.8, 0.8):
                solid.face(
                    [
                        (-1.0, 0.25, (z - 0.12) * width),
                        (-1.0, 0.36, (z - 0.12) * width),
                        (-1.0, 0.36, (z + 0.12) * width),
                        (-1.0, 0.25, (z + 0.12) * width),
                    ],
                    (190, 40, 36),
                )

    solid.side([(-1.0, 0.14), (-1.0, 0.26), (0.95, 0.26), (0.95, 0.14)], width * 0.9, (44, 44, 48))
    if rear_view:
        _cab(solid, dice, paint, cab_rear, roof, width, bonnet)
        draw_load()
    else:
        draw_load()
        _cab(solid, dice, paint, cab_rear, roof, width, bonnet)
    rim = dice.pick(((150, 152, 156), (96, 96, 100), (190, 190, 192)))
    places = [-0.66, 0.64] if kind < 0.13 or dice.chance(0.5) else [-0.8, -0.42, 0.64]
    for x in places:
        solid.wheel(x, 0.16, width * 1.05, 0.21, rim)


def _vehicle(dice: Dice, *, truck: bool) -> Canvas:
    canvas = dice.pick(
        (scene.road, scene.road, scene.road, scene.road, scene.field, scene.studio, scene.earth)
    )(dice)
    paint = dice.vary_apart(PAINTS, canvas.backdrop(), 90)
    yaw = _view(dice)
    size = (dice.between(0.66, 0.88) if truck else dice.between(0.58, 0.8)) * (1 + 0.25 * min(abs(yaw), 1.0))
    x, y = dice.between(-0.15, 0.15), dice.between(0.35, 0.75)
    with canvas.frame(x, y, size, angle=dice.between(-0.05, 0.05), flip=dice.chance(0.5)):
        solid = Solid(canvas, yaw, dice.between(0.05, 0.3))
        outline = [(-1.05, 0.0, -0.45), (1.05, 0.0, -0.45), (1.08, 0.0, 0.5), (-1.08, 0.0, 0.5)]
        solid.face(outline, shade(canvas.colour_at(0, 0), 0.5))
        canvas.subject = True
        if truck:
            _draw_truck(solid, dice, paint, yaw < 0)
        else:
            _draw_car(solid, dice, paint)
    canvas.subject = False
    return canvas


def automobile(dice: Dice) -> Canvas:
    """Draw an automobile."""
    return _vehicle(dice, truck=False)


def truck(dice: Dice) -> Canvas:
    """Draw a truck."""
    return _vehicle(dice, truck=True)
