"""Inside the network: what a layer makes of the picture, which pictures excite a channel most, ready to be drawn."""

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.explain.inside.mosaic import colour_tiles, map_tiles, weight_tiles
from cifar_core.explain.inside.seen import InsideLayer, Seen
from cifar_core.explain.inside.strongest import Excited, strongest_channels
from cifar_core.explain.inside.study import MOST_PICTURES, GivesPeaks, find_exciting
from cifar_core.explain.overlay import ColorMap, enlarge, to_png
from cifar_core.file_cache import FileVersion
from cifar_core.maps.background import Background, Progress, Told
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.views.explain.models import ModelChoice
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from cifar_core.words.numbers import signed, size_words

MOST_CHANNELS = 128
"""Shown of a layer: the strongest."""

MOST_WEIGHTS = 12
"""Parts of a filter that are shown: those that weigh most."""

_LARGE = 192
_KEPT = 32


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


def channel_wall(seen: Seen, color_map: ColorMap, *, filters: bool = False) -> TileWall:
    """Lay out the maps of a layer, or its filters that look at colours, the strongest channel first.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    color_map : str
        For maps without negative values.
    filters : bool
        Whether filters are shown in the place of maps; the layer has some.
    """
    assert seen.maps is not None
    shown = strongest_channels(seen.maps)[:MOST_CHANNELS]
    highest, mean = seen.maps.max(axis=(0, 1)), seen.maps.mean(axis=(0, 1))
    tiles = map_tiles(seen.maps, color_map)
    if filters:
        assert seen.colours is not None
        tiles = colour_tiles(seen.colours)
    several = seen.maps.shape[0] * seen.maps.shape[1] > 1
    hover = tuple(
        f"channel {number}: highest {signed(float(highest[number]), 2)}, mean {signed(float(mean[number]), 2)}"
        if several
        else f"channel {number}: {signed(float(highest[number]), 2)}"
        for number in shown
    )
    return TileWall(tiles[shown], tuple(str(one) for one in shown), hover, tuple(shown.tolist()))


def layer_sentence(seen: Seen, *, filters: bool = False) -> str:
    """Say what is shown of a layer, in Markdown.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    filters : bool
        Whether filters are shown in the place of maps.
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
    return (
        f"**What this layer makes of the picture:** {some}{counted(layer.channels, what)}, the strongest first "
        f"({order}); {colours}, one scale for all. {click}"
    )


def channel_png(seen: Seen, channel: int, color_map: ColorMap) -> bytes:
    """Draw the map of one channel, enlarged, on the scale of all of them, as PNG.

    Parameters
    ----------
    seen : Seen
        Of a layer.
    channel : int
        Which one.
    color_map : str
        For maps without negative values.
    """
    assert seen.maps is not None
    return to_png(enlarge(map_tiles(seen.maps, color_map)[channel], _LARGE))


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


@dataclass(frozen=True, eq=False)
class ExcitedWall:
    """The pictures that excite one channel most.

    Attributes
    ----------
    images : ndarray of uint8, shape (m, 32, 32, 3)
        The pictures.
    captions, hover : tuple of str
        Beneath each, and under the pointer.
    members : tuple of (str, int)
        Split and number of each.
    sentence : str
        What they are, in Markdown.
    """

    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    hover: tuple[str, ...]
    members: tuple[tuple[SplitName, int], ...]
    sentence: str


def excited_wall(found: Excited, channel: int, dataset: Dataset, of: str) -> ExcitedWall:
    """Lay out the pictures that excite a channel most.

    Parameters
    ----------
    found : Excited
        Of a layer.
    channel : int
        Which of its channels.
    dataset : Dataset
        Whose pictures.
    of : str
        What was looked through, such as ``"the test pictures"``.
    """
    members = tuple(found.members[place] for place in found.places[channel].tolist())
    names = [dataset.class_names[int(dataset.split(split).labels[number])] for split, number in members]
    values = [signed(float(value), 2) for value in found.values[channel]]
    drawn = (
        f"{found.pictures:,} of {found.of:,}, drawn by chance"
        if found.of > found.pictures
        else f"{found.of:,}"
    )
    often, times = Counter(names).most_common(1)[0]
    mostly = f" {times} of these {len(names)} show one class, {plain(often)}." if times > 1 else ""
    return ExcitedWall(
        np.stack([dataset.split(split).images[number] for split, number in members]),
        tuple(f"{name} {value}" for name, value in zip(names, values, strict=True)),
        tuple(
            f"{name}, {split} picture {number}\nhighest value {value}"
            for name, value, (split, number) in zip(names, values, members, strict=True)
        ),
        members,
        f"**What excites channel {channel} most**, among {of} ({drawn}), by its highest value anywhere in a picture; "
        f"in the median picture it is {signed(float(found.usual[channel]), 2)}.{mostly} **Click one** to explain it.",
    )


@dataclass(frozen=True, eq=False)
class ExcitingAsked:
    """Pictures that a page may have looked through.

    Attributes
    ----------
    model : ModelChoice
        Which network.
    layer : str
        Which of its layers.
    pictures : PictureSet
        The set on screen.
    """

    model: ModelChoice
    layer: str
    pictures: PictureSet

    @property
    def key(self) -> str:
        """What two such looks have in common that are the same."""
        pictures = self.pictures
        about = (
            self.model.path,
            model_version(self.model),
            pictures.universe.fingerprint,
            pictures.text,
            self.layer,
        )
        return " ".join(map(str, about))

    @property
    def size(self) -> int:
        """At how many pictures it looks."""
        return min(MOST_PICTURES, len(self.pictures))


def model_version(model: ModelChoice) -> FileVersion | None:
    """Return what tells the model's file from the one that may stand there later; ``None`` where there is none."""
    try:
        return FileVersion.of(model.path)
    except OSError:
        return None


class ExcitedPictures:
    """Looks through pictures beside the pages, one set after the other, and keeps what was found; for many threads."""

    def __init__(self) -> None:
        self._background = Background()
        self._lock = threading.Lock()
        self._found: OrderedDict[str, Excited] = OrderedDict()

    def begin(self, asked: ExcitingAsked, service: GivesPeaks) -> None:
        """Begin to look, unless that is under way or done.

        Parameters
        ----------
        asked : ExcitingAsked
            At what.
        service : GivesPeaks
            Asks the network.
        """
        key = asked.key

        def work(told: Told) -> None:
            found = find_exciting(service, asked.model.path, asked.layer, asked.pictures, told)
            with self._lock:
                self._found[key] = found
                if len(self._found) > _KEPT:
                    self._found.popitem(last=False)

        if self.found(asked) is None:
            self._background.start(key, work)

    def stop(self, asked: ExcitingAsked) -> None:
        """End a look that is under way.

        Parameters
        ----------
        asked : ExcitingAsked
            Which one.
        """
        self._background.stop(asked.key)

    def progress(self, asked: ExcitingAsked) -> Progress | None:
        """Return how far a look is; ``None`` where it is not under way.

        Parameters
        ----------
        asked : ExcitingAsked
            Which one.
        """
        return self._background.progress(asked.key)

    def found(self, asked: ExcitingAsked) -> Excited | None:
        """Return what was found; ``None`` where nobody looked yet.

        Parameters
        ----------
        asked : ExcitingAsked
            Where.
        """
        with self._lock:
            return self._found.get(asked.key)
