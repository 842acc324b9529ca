"""Backgrounds: where the ten classes are usually seen."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Colour, Dice, mix, shade
from cifar_core.drawn.finish import PICTURE, texture

_Floats = NDArray[np.float32]

SKIES: tuple[Colour, ...] = (
    (96, 152, 222), (130, 178, 232), (62, 112, 190), (170, 198, 226), (196, 204, 212), (226, 196, 168),
)  # fmt: skip
GREENS: tuple[Colour, ...] = ((92, 138, 58), (120, 152, 70), (70, 110, 48), (148, 156, 84), (168, 152, 90))
LEAVES: tuple[Colour, ...] = ((52, 96, 40), (78, 126, 50), (40, 74, 40), (104, 134, 62))
WATERS: tuple[Colour, ...] = ((44, 92, 140), (64, 124, 160), (36, 70, 110), (88, 128, 140), (60, 120, 130))
ROADS: tuple[Colour, ...] = ((112, 112, 116), (136, 134, 132), (90, 92, 98), (158, 152, 142))
WALLS: tuple[Colour, ...] = (
    (206, 194, 172), (184, 188, 192), (168, 142, 120), (222, 218, 208), (150, 166, 170), (120, 96, 84),
)  # fmt: skip
FLOORS: tuple[Colour, ...] = ((160, 116, 76), (186, 150, 112), (118, 84, 60), (176, 170, 160), (140, 70, 62))
SOFAS: tuple[Colour, ...] = (
    (128, 52, 48), (70, 84, 120), (110, 92, 76), (168, 156, 140), (84, 106, 92), (60, 56, 62), (200, 188, 168),
)  # fmt: skip

_ROWS = np.linspace(0, 1, PICTURE, dtype=np.float32)[:, None, None]


def _array(colour: Colour) -> _Floats:
    return np.array(colour, np.float32)


def _ramp(top: Colour, bottom: Colour) -> _Floats:
    """Return a vertical gradient, shape (32, 32, 3)."""
    column = _array(top) * (1 - _ROWS) + _array(bottom) * _ROWS
    return np.repeat(column, PICTURE, axis=1)


def _mottled(surface: _Floats, dice: Dice, strength: float, rows: int, columns: int) -> _Floats:
    """Return ``surface`` with soft spots; ``strength`` in brightness levels."""
    spotted: _Floats = surface + (texture(dice, rows, columns) * np.float32(strength))[..., None]
    return spotted


def _canvas(surface: _Floats) -> Canvas:
    return Canvas(np.clip(surface, 0, 255).astype(np.uint8))


def _split(upper: _Floats, lower: _Floats, horizon: float) -> _Floats:
    """Put ``lower`` below ``horizon`` (-1 top to 1 bottom)."""
    row = max(0, min(PICTURE, round((horizon + 1) / 2 * PICTURE)))
    upper[row:] = lower[row:]
    return upper


def _sky(dice: Dice) -> _Floats:
    colour = dice.vary(dice.pick(SKIES))
    surface = _ramp(colour, mix(colour, (236, 238, 240), dice.between(0.1, 0.7)))
    if dice.chance(0.65):  # clouds
        cover = np.clip(texture(dice, 6, 4) * np.float32(1.4) - np.float32(dice.between(-0.3, 0.7)), 0, 1)
        white = _array(dice.vary((232, 234, 238), 12))
        surface = surface + (white - surface) * (cover * np.float32(dice.between(0.4, 0.95)))[..., None]
    return surface


def sky(dice: Dice) -> Canvas:
    """Paint nothing but sky, blue to grey, often with clouds."""
    return _canvas(_sky(dice))


def sky_with_ground(dice: Dice) -> Canvas:
    """Paint sky over a low strip of land."""
    land = dice.vary(dice.pick(GREENS + ROADS))
    lower = _mottled(_ramp(land, shade(land, 0.8)), dice, 16, 8, 4)
    return _canvas(_split(_sky(dice), lower, dice.between(0.5, 0.85)))


def sea(dice: Dice) -> Canvas:
    """Paint water below, sky above, the horizon near the middle; sometimes a coast."""
    horizon = dice.between(-0.25, 0.3)
    water = dice.vary(dice.pick(WATERS))
    lower = _mottled(_ramp(mix(water, (190, 210, 225), 0.3), shade(water, 0.8)), dice, 18, 22, 5)
    canvas = _canvas(_split(_sky(dice), lower, horizon))
    if dice.chance(0.35):
        coast = dice.vary(dice.pick(((90, 104, 96), (120, 120, 120), (84, 110, 80))))
        left = dice.between(-1.5, 0.5)
        top = horizon - dice.between(0.08, 0.3)
        canvas.blob(
            [(left, horizon + 0.1), (left + 0.4, top), (left + 1.0, top + 0.05), (left + 1.6, horizon + 0.1)],
            coast,
        )
        canvas.polygon(
            [(-1, horizon), (1, horizon), (1, horizon + 0.12), (-1, horizon + 0.12)], shade(water, 1.1)
        )
    for _ in range(4):
        x, y = dice.between(-1, 0.8), dice.between(horizon + 0.15, 1)
        canvas.line([(x, y), (x + dice.between(0.2, 0.5), y)], 0.02, mix(water, (235, 240, 245), 0.5))
    return canvas


def _trees(canvas: Canvas, dice: Dice, foot: float) -> None:
    leaf = dice.vary(dice.pick(LEAVES))
    for _ in range(5):
        x, size = dice.between(-1.1, 1.1), dice.between(0.25, 0.55)
        canvas.ellipse(x, foot - size * 0.55, size * 0.7, size * 0.75, shade(leaf, dice.between(0.7, 1.15)))


def field(dice: Dice) -> Canvas:
    """Paint grass up to a horizon, sky or trees behind."""
    horizon = dice.between(-0.75, 0.1)
    grass = dice.vary(dice.pick(GREENS))
    lower = _mottled(_ramp(mix(grass, (190, 190, 150), 0.2), shade(grass, 0.85)), dice, 22, 24, 12)
    canvas = _canvas(_split(_sky(dice), lower, horizon))
    if dice.chance(0.5):
        _trees(canvas, dice, horizon + 0.05)
    return canvas


def forest(dice: Dice) -> Canvas:
    """Paint dark trunks and leaves above a meadow or brown ground."""
    horizon = dice.between(-0.1, 0.6)
    leaf = dice.vary(dice.pick(LEAVES))
    ground = dice.vary(dice.pick((*GREENS, (124, 98, 66), (150, 130, 100))))
    upper = _mottled(_ramp(shade(leaf, 0.8), leaf), dice, 34, 9, 9)
    lower = _mottled(_ramp(ground, shade(ground, 0.8)), dice, 22, 22, 12)
    canvas = _canvas(_split(upper, lower, horizon))
    trunk = dice.vary((72, 56, 44))
    for _ in range(int(dice.between(0, 5))):
        x, lean = dice.between(-1, 1), dice.between(-0.1, 0.1)
        canvas.line(
            [(x, horizon + 0.05), (x + lean, -1.1)],
            dice.between(0.04, 0.12),
            shade(trunk, dice.between(0.7, 1.5)),
        )
    return canvas


def road(dice: Dice) -> Canvas:
    """Paint asphalt in front of sky, trees, a wall or houses."""
    horizon = dice.between(-0.25, 0.35)
    asphalt = dice.vary(dice.pick(ROADS))
    lower = _mottled(_ramp(mix(asphalt, (170, 170, 168), 0.25), shade(asphalt, 0.85)), dice, 10, 16, 10)
    kind = dice.roll()
    if kind < 0.2:
        wall = dice.vary(dice.pick(WALLS))
        upper = _mottled(_ramp(wall, shade(wall, 0.9)), dice, 10, 6, 6)
    else:
        upper = _sky(dice)
    canvas = _canvas(_split(upper, lower, horizon))
    if 0.2 <= kind < 0.6:
        _trees(canvas, dice, horizon + 0.02)
    elif 0.6 <= kind < 0.85:
        for _ in range(3):
            x, width, top = dice.between(-1.1, 0.8), dice.between(0.3, 0.7), horizon - dice.between(0.3, 1.0)
            house = dice.vary(dice.pick(WALLS + ROADS))
            canvas.polygon([(x, horizon), (x, top), (x + width, top), (x + width, horizon)], house)
            middle = (top + horizon) / 2
            canvas.line([(x + 0.06, middle), (x + width - 0.06, middle)], 0.08, shade(house, 0.6))
    if dice.chance(0.4):
        y = dice.between(horizon + 0.1, 0.95)
        canvas.line([(-1, y), (1, y + dice.between(-0.1, 0.1))], 0.03, (214, 210, 196))
    if dice.chance(0.3):
        grass = dice.vary(dice.pick(GREENS))
        canvas.polygon([(-1, horizon), (1, horizon), (1, horizon + 0.12), (-1, horizon + 0.1)], grass)
    return canvas


def runway(dice: Dice) -> Canvas:
    """Paint an airfield: concrete, a strip of grass, sky."""
    horizon = dice.between(0.05, 0.45)
    concrete = dice.vary((150, 150, 148))
    lower = _mottled(_ramp(concrete, shade(concrete, 0.9)), dice, 10, 14, 8)
    canvas = _canvas(_split(_sky(dice), lower, horizon))
    grass = dice.vary(dice.pick(GREENS))
    canvas.polygon([(-1, horizon), (1, horizon), (1, horizon + 0.1), (-1, horizon + 0.1)], grass)
    return canvas


def room(dice: Dice) -> Canvas:
    """Paint a floor and a wall, perhaps a window or a picture on it."""
    horizon = dice.between(-0.2, 0.6)
    wall, floor = dice.vary(dice.pick(WALLS)), dice.vary(dice.pick(FLOORS))
    upper = _mottled(_ramp(wall, shade(wall, dice.between(0.75, 1))), dice, 8, 4, 4)
    lower = _mottled(_ramp(floor, shade(floor, 0.85)), dice, 9, 16, 4)
    canvas = _canvas(_split(upper, lower, horizon))
    if dice.chance(0.5):
        x, y, size = dice.between(-1, 0.5), dice.between(-1, -0.4), dice.between(0.3, 0.7)
        colour = dice.vary(dice.pick(SKIES + SOFAS))
        canvas.polygon(
            [(x, y), (x + size, y), (x + size, y + size * 0.9), (x, y + size * 0.9)], shade(wall, 0.7)
        )
        canvas.polygon(
            [
                (x + 0.05, y + 0.05),
                (x + size - 0.05, y + 0.05),
                (x + size - 0.05, y + size * 0.8),
                (x + 0.05, y + size * 0.8),
            ],
            colour,
        )
    canvas.line([(-1, horizon), (1, horizon)], 0.04, shade(wall, 0.75))
    return canvas


def sofa(dice: Dice) -> Canvas:
    """Paint a sofa or a bed that fills most of the picture."""
    cloth, wall = dice.vary(dice.pick(SOFAS)), dice.vary(dice.pick(WALLS))
    seat = dice.between(0.1, 0.6)
    back = dice.between(-1.3, -0.3)
    upper = _mottled(_ramp(wall, wall), dice, 8, 4, 4)
    cushion = _mottled(_ramp(shade(cloth, 0.85), shade(cloth, 0.75)), dice, 12, 6, 6)
    lower = _mottled(_ramp(shade(cloth, 1.15), cloth), dice, 14, 8, 8)
    canvas = _canvas(_split(_split(upper, cushion, back), lower, seat))
    x = dice.between(-0.7, 0.7)
    canvas.line([(x, back), (x + 0.05, seat)], 0.04, shade(cloth, 0.6))
    canvas.line([(-1, seat), (1, seat)], 0.05, shade(cloth, 0.65))
    return canvas


def lawn(dice: Dice) -> Canvas:
    """Paint grass seen from above, blades and spots."""
    grass = dice.vary(dice.pick(GREENS))
    canvas = _canvas(_mottled(_ramp(mix(grass, (180, 190, 140), 0.15), shade(grass, 0.85)), dice, 22, 26, 20))
    for _ in range(6):
        x, y = dice.between(-1, 1), dice.between(-0.8, 1)
        canvas.line(
            [(x, y), (x + dice.between(-0.1, 0.1), y - 0.2)], 0.03, shade(grass, dice.between(0.7, 1.35))
        )
    return canvas


def foliage(dice: Dice) -> Canvas:
    """Paint leaves near and far, out of focus."""
    leaf = dice.vary(dice.pick(LEAVES))
    canvas = _canvas(_mottled(_ramp(shade(leaf, 1.15), shade(leaf, 0.75)), dice, 28, 8, 8))
    for _ in range(int(dice.between(1, 6))):
        canvas.ellipse(
            dice.between(-1, 1), dice.between(-1, 1), dice.between(0.2, 0.5), dice.between(0.1, 0.2),
            shade(leaf, dice.between(0.7, 1.5)), dice.between(-1.5, 1.5),
        )  # fmt: skip
    return canvas


def pond(dice: Dice) -> Canvas:
    """Paint dark still water with lily pads."""
    water = dice.vary(dice.pick(((44, 60, 52), (70, 88, 84), (86, 84, 60), (50, 76, 92))))
    canvas = _canvas(_mottled(_ramp(shade(water, 1.25), shade(water, 0.8)), dice, 16, 18, 5))
    for _ in range(int(dice.between(1, 5))):
        size = dice.between(0.2, 0.5)
        pad = dice.vary(dice.pick(LEAVES))
        canvas.ellipse(dice.between(-1, 1), dice.between(-0.6, 1), size, size * 0.4, shade(pad, 1.15))
    return canvas


def earth(dice: Dice) -> Canvas:
    """Paint bare soil, sand, stones."""
    soil = dice.vary(dice.pick(((132, 108, 80), (164, 144, 116), (110, 96, 84), (148, 140, 132))))
    return _canvas(_mottled(_ramp(shade(soil, 1.1), shade(soil, 0.85)), dice, 20, 18, 18))


def studio(dice: Dice) -> Canvas:
    """Paint a plain or softly graded backdrop, as in a catalogue."""
    colour = dice.vary(dice.pick((*WALLS, (240, 240, 240), (235, 235, 232))), 10)
    return _canvas(_ramp(colour, shade(colour, dice.between(0.75, 1))))
