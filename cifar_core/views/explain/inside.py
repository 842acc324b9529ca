"""Inside the network: what a layer makes of the picture, ready to be drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.inside.mosaic import colour_tiles, map_tiles, weight_tiles
from cifar_core.explain.inside.seen import InsideLayer, Seen
from cifar_core.explain.inside.strongest import strongest_channels
from cifar_core.explain.overlay import ColorMap, enlarge, to_png
from cifar_core.words.counts import counted
from cifar_core.words.numbers import signed, size_words

MOST_CHANNELS = 128
"""Shown of a layer: the strongest."""

MOST_WEIGHTS = 12
"""Parts of a filter that are shown: those that weigh most."""

_LARGE = 192


@dataclass(frozen=True)
class TileWall:
    """Tiles in rows.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 32, 32, 3)
        RGB.
    captions, hover : tuple of str
        Beneath each, and under the pointer.
    numbers : tuple of int
        Channel of each.
    """

    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    hover: tuple[str, ...]
    numbers: tuple[int, ...]


def layer_label(layer: InsideLayer) -> str:
    """Name a layer with its size and what it does: ``"conv_1 · 32 maps of 30×30 · convolution: …"``."""
    size = f"{counted(layer.channels, 'number')}"
    if layer.has_maps:
        size = f"{counted(layer.channels, 'map')} of {size_words((layer.height, layer.width))}"
    return f"{layer.name} · {size} · {layer.operation}"


def first_layer(layers: tuple[InsideLayer, ...]) -> str:
    """Return the layer to begin with: the first with maps that is more than a scaling of the picture's colours."""
    deep = [one for one in layers if one.has_maps and one.channels > 3]
    return (deep or list(layers))[0].name


def channel_wall(
    seen: Seen, color_map: ColorMap, *, filters: bool = False, own_scales: bool = False
) -> TileWall:
    """Lay out the maps of a layer, or its filters that look at colours, the strongest channel first.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    color_map : str
        For maps without negative values.
    filters : bool
        Whether filters are shown in the place of maps; the layer has some.
    own_scales : bool
        Whether each map is coloured by its own highest value, which then stands beneath it.
    """
    assert seen.maps is not None
    shown = strongest_channels(seen.maps)[:MOST_CHANNELS]
    highest, mean = seen.maps.max(axis=(0, 1)), seen.maps.mean(axis=(0, 1))
    tiles = map_tiles(seen.maps, color_map, own_scales=own_scales)
    if filters:
        assert seen.colours is not None
        tiles = colour_tiles(seen.colours)
    several = seen.maps.shape[0] * seen.maps.shape[1] > 1
    hover = tuple(
        f"channel {number}: {_range(seen.maps, number)}, mean {signed(float(mean[number]), 2)}"
        if several
        else f"channel {number}: {signed(float(highest[number]), 2)}"
        for number in shown
    )
    beneath = tuple(
        f"{number}: {signed(float(highest[number]), 2)}" if own_scales and not filters else str(number)
        for number in shown
    )
    return TileWall(tiles[shown], beneath, hover, tuple(shown.tolist()))


def _range(maps: NDArray[np.float32], number: int) -> str:
    one = maps[..., number]
    return f"{signed(float(one.min()), 2)} to {signed(float(one.max()), 2)}"


def layer_sentence(seen: Seen, *, filters: bool = False, own_scales: bool = False) -> str:
    """Say what is shown of a layer, in Markdown.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    filters : bool
        Whether filters are shown in the place of maps.
    own_scales : bool
        Whether each map is coloured by its own highest value.
    """
    assert seen.layer is not None
    assert seen.maps is not None
    layer = seen.layer
    some = f"the {MOST_CHANNELS} strongest of " if layer.channels > MOST_CHANNELS else ""
    click = "**Click one** for the pictures that excite it most."
    order = "by the highest value anywhere in it" if layer.has_maps else "the highest first"
    if filters:
        return (
            f"**What this layer looks for in the picture's colours:** {some}{counted(layer.channels, 'filter')}; first "
            f"what is strongest in this picture. Grey is no weight; each has its own scale. {click}"
        )
    what = "feature map" if layer.has_maps else "number"
    colours = "black is 0" if seen.maps.min() >= 0 else "blue is negative, white 0, orange positive"
    scale = f"one scale for all, up to {signed(float(np.abs(seen.maps).max()), 2)}."
    if own_scales:
        scale = (
            "each map by its own scale: a weak one shows where it answers, too, but **colours of two maps cannot be "
            "compared**; its highest value stands beneath it."
        )
    return (
        f"**What this layer makes of the picture:** {some}{counted(layer.channels, what)}, the strongest first "
        f"({order}); {colours}, {scale} {click}"
    )


def channel_sentence(seen: Seen, channel: int) -> str:
    """Say which channel it is, and from where to where its values go in this picture, in Markdown.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    channel : int
        Which one.
    """
    assert seen.maps is not None
    return f"**Channel {channel}** in this picture: {_range(seen.maps, channel)}."


def channel_png(seen: Seen, channel: int, color_map: ColorMap, *, own_scales: bool = False) -> bytes:
    """Draw the map of one channel, enlarged, on the scale of the wall, as PNG.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    channel : int
        Which one.
    color_map : str
        For maps without negative values.
    own_scales : bool
        Whether it is coloured by its own highest value.
    """
    assert seen.maps is not None
    return to_png(enlarge(map_tiles(seen.maps, color_map, own_scales=own_scales)[channel], _LARGE))


def filter_png(colours: NDArray[np.float32], channel: int) -> bytes:
    """Draw a filter that looks at colours, enlarged, as PNG.

    Parameters
    ----------
    colours : ndarray of float32, shape (K, a, b, 3)
        The filters of a layer.
    channel : int
        Which one.
    """
    return to_png(enlarge(colour_tiles(colours[channel : channel + 1])[0], _LARGE))


def filter_wall(weights: NDArray[np.float32]) -> TileWall:
    """Lay out the parts of a filter, those that weigh most first.

    Parameters
    ----------
    weights : ndarray of float32, shape (C, a, b)
        Of one channel.
    """
    order = np.argsort(-np.abs(weights).sum(axis=(1, 2)), kind="stable")[:MOST_WEIGHTS]
    captions = tuple(f"of {number}" for number in order)
    return TileWall(weight_tiles(weights)[order], captions, captions, tuple(order.tolist()))
