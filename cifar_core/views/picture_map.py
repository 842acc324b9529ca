"""What the map of pictures shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.palette import ACCENT, MISTAKE, NEUTRAL, class_colours
from cifar_core.charts.picture_map import PointGroup, picture_map_spec
from cifar_core.data.dataset import Dataset
from cifar_core.explain.features import GivesFeatures
from cifar_core.explain.maps import compute_map
from cifar_core.maps.background import Background, Progress
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import MapMissingError, PictureMap
from cifar_core.maps.polygon import MOST_CORNERS, short_corners
from cifar_core.picture_sets.expression import Both, Call, Expression, parse
from cifar_core.picture_sets.universe import Said, Universe
from cifar_core.runs.run import Run
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.views.set_words import map_words
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent

MOST_DRAWN, FARTHEST = 20_000, 1e6
"""Corners of a region that a browser tells, and how far from the map they may lie."""

PIXELS = "pixels"
CLASS = "class"

NO_REGION = (
    f"No region: the outline encloses nothing, or turns too often to be written with {MOST_CORNERS} corners. Draw a "
    "simpler one around the points."
)


@dataclass(frozen=True, eq=False)
class MapView:
    """A map, ready to be drawn.

    Attributes
    ----------
    shown : PictureMap
        The map.
    groups : tuple of PointGroup
        Its points by colour.
    labels : ndarray of int64, shape (n,)
        True class of each picture on it.
    said : ndarray of int64, shape (n,), or None
        What the run took each for, by which they are coloured.
    class_names : tuple of str
        The index is the label.
    title : str
        What it is a map of.
    sentence : str
        What lies on the map, and what its distances mean.
    """

    shown: PictureMap
    groups: tuple[PointGroup, ...]
    labels: NDArray[np.int64]
    said: NDArray[np.int64] | None
    class_names: tuple[str, ...]
    title: str
    sentence: str

    def spec(self) -> dict[str, Any]:
        """Return what ``pages/parts/dataset/points.js`` draws."""
        shown = self.shown
        drawn = picture_map_spec(
            shown.points, self.groups, shown.pictures, self.labels, self.said, self.class_names
        )
        return drawn | {"split": shown.name.split, "label": f"Map: {self.title.removeprefix('the ')}"}


def find_map(name: MapName, universe: Universe) -> PictureMap | None:
    """Read a map; ``None`` where it is still to be computed in the background.

    Parameters
    ----------
    name : MapName
        Which map.
    universe : Universe
        The pictures and runs on screen.

    Raises
    ------
    RunError
        There are too few pictures, or the run has no weights.
    """
    try:
        return universe.picture_map(name)
    except MapMissingError:
        return None


def begin_map(name: MapName, universe: Universe, service: GivesFeatures, background: Background) -> None:
    """Compute a map in the background.

    Parameters
    ----------
    name : MapName
        Which map.
    universe : Universe
        The pictures and runs on screen.
    service : GivesFeatures
        Asks the network of the run.
    background : Background
        Of this server.
    """
    dataset = universe.with_pictures()
    run = None if name.run is None else universe.run_named(name.run)
    background.start(
        _key(name, dataset), partial(compute_map, name, dataset, run, service, universe.cache_dir)
    )


def missing_sentence(name: MapName, labels: Callable[[str], str]) -> str:
    """Say that a map is not there yet, and what it takes.

    Parameters
    ----------
    name : MapName
        Which map.
    labels : callable
        Returns what a run is called, by its id.
    """
    title = map_words(name, labels)
    return f"T{title[1:]} was not computed yet. It takes minutes, once, in the background."


def map_progress(name: MapName, dataset: Dataset, background: Background) -> Progress | None:
    """Return how far a map is; ``None`` where nobody asked for it, or it is done.

    Parameters
    ----------
    name : MapName
        Which map.
    dataset : Dataset
        The one on screen.
    background : Background
        Of this server.
    """
    return background.progress(_key(name, dataset))


def _key(name: MapName, dataset: Dataset) -> str:
    return f"{dataset.fingerprint} {replace(name, mark=None)}"


def build_map(
    shown: PictureMap,
    dataset: Dataset,
    said: Said | None,
    pictures: SetOnScreen | None,
    labels: Mapping[str, str],
) -> MapView:
    """Colour a map, and say what it shows.

    Parameters
    ----------
    shown : PictureMap
        The map.
    dataset : Dataset
        The one on screen.
    said : Said or None
        The run by whose answers test pictures are coloured, right or wrong; ``None`` colours by class.
    pictures : SetOnScreen or None
        The set that is on: all other pictures are background.
    labels : mapping of str to str
        What runs are called, by id.
    """
    split = dataset.split(shown.name.split)
    truth = np.asarray(split.labels)[shown.pictures]
    names = dataset.class_names
    rows = np.arange(len(truth))
    is_in = np.ones(len(rows), np.bool_)
    if pictures is not None:
        is_in = np.isin(shown.pictures, pictures.indices(shown.name.split))
    predicted = None
    if said is None or shown.name.split != "test":
        groups = _by_class(rows[is_in], truth[is_in], names)
    else:
        predicted = said.predictions.predicted[shown.pictures]
        right = predicted == truth
        groups = [
            PointGroup("right", ACCENT, rows[is_in & right]),
            PointGroup("wrong", MISTAKE, rows[is_in & ~right]),
        ]
    others = PointGroup("the others", NEUTRAL, rows[~is_in], faint=True)
    title = map_words(shown.name, lambda run: labels.get(run, run))
    drawn = [one for one in (others, *groups) if len(one.rows)]
    sentence = _sentence(shown, len(split), labels)
    return MapView(shown, tuple(drawn), truth, predicted, names, title, sentence)


def map_address(run: Run, pictures: SetOnScreen | None) -> dict[str, str]:
    """Return where Data set shows what a run makes of the test pictures, right and wrong: what its address asks for.

    Parameters
    ----------
    run : Run
        Which run; of one without weights the pixels are shown.
    pictures : SetOnScreen or None
        The set that is on.
    """
    asked = {"view": "Map", "shown_split": "test", "map_colour": run.id}
    if run.has_model:
        asked["map_of"] = run.id
    return asked if pictures is None else asked | {"set": pictures.text}


def _by_class(rows: NDArray[np.int64], truth: NDArray[np.int64], names: Sequence[str]) -> list[PointGroup]:
    colours = class_colours(len(names))
    return [PointGroup(name, colours[label], rows[truth == label]) for label, name in enumerate(names)]


def _sentence(shown: PictureMap, pictures: int, labels: Mapping[str, str]) -> str:
    of = (
        "pixels"
        if shown.name.run is None
        else f"the last features of {labels.get(shown.name.run, shown.name.run)}"
    )
    count = counted(len(shown.pictures), f"{'training' if shown.name.split == 'train' else 'test'} picture")
    which = f"{count} of {pictures:,}" if len(shown.pictures) < pictures else count
    if shown.explained is not None:
        meaning = (
            f"PCA: the two directions in which they differ most. They hold {percent(shown.explained, 0)} of all "
            "differences (variance), so two pictures that lie together may still differ in the rest."
        )
    else:
        meaning = (
            "t-SNE: pictures that lie close together are alike. How far two groups lie apart, how large a group is and "
            "where it lies mean nothing."
        )
    return f"{which} by {of}. {meaning}"


def read_region(drawn: Any) -> list[tuple[float, float]]:
    """Read the corners of the region that ``points.js`` told; none where a browser sent something else.

    Parameters
    ----------
    drawn : object
        What Streamlit keeps of the component.
    """
    if not isinstance(drawn, list) or len(drawn) > MOST_DRAWN:
        return []
    corners = [one for one in drawn if isinstance(one, list) and len(one) == 2 and all(map(_is_number, one))]
    return [(float(x), float(y)) for x, y in corners] if len(corners) == len(drawn) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= FARTHEST


def region_expression(
    shown: PictureMap, corners: Sequence[tuple[float, float]], within: SetOnScreen | None
) -> str | None:
    """Return the set of the pictures in a region that was drawn on a map; ``None`` where there is none to be written.

    Parameters
    ----------
    shown : PictureMap
        On which it was drawn.
    corners : sequence of (float, float)
        As they were drawn.
    within : SetOnScreen or None
        The set that is on: the region is a part of it, unless that was a region too.
    """
    short = short_corners(corners)
    if not short:
        return None
    region = parse(f"lasso({shown.name}, {', '.join(short)})")
    if within is None:
        return str(region)
    on = parse(within.text)
    # Of a set that is a part of a region, the new region takes the place of the old one.
    kept = [part for part in (on.parts if isinstance(on, Both) else (on,)) if not _is_region(part)]
    return str(Both((*kept, region))) if kept else str(region)


def _is_region(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.name == "lasso"


def map_columns(view: MapView, dataset: Dataset) -> dict[str, list[Any]]:
    """Return the table that a map is drawn from, by column.

    Parameters
    ----------
    view : MapView
        The map.
    dataset : Dataset
        The one on screen.
    """
    shown = view.shown
    truth = np.asarray(dataset.split(shown.name.split).labels)[shown.pictures]
    return {
        "split": [shown.name.split] * len(truth),
        "number": shown.pictures.tolist(),
        "class": [dataset.class_names[label] for label in truth],
        "x": [round(x, 1) for x in shown.points[:, 0].tolist()],
        "y": [round(y, 1) for y in shown.points[:, 1].tolist()],
    }
