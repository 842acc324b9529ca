"""What the Colour lab of the Data set page shows: two sets of pictures, and in which colours they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.data.colour_spaces import CHANNELS, SHORT, SPACES, SpaceName
from cifar_core.data.dataset import SplitName
from cifar_core.data.pixel_statistics import PixelStatistics, pixel_statistics
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.expression import Word
from cifar_core.picture_sets.measures import measure_title
from cifar_core.picture_sets.slices import short
from cifar_core.picture_sets.universe import Universe
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from cifar_core.words.numbers import decimal, digits_to_tell, signed

BINS = 40
THE_OTHERS = "the others"
MOST = 10_000
"""Pictures of which mean, variance and correlations are computed, drawn at random where there are more."""

SPACE_NAMES: tuple[SpaceName, ...] = SPACES


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two sets.

    Attributes
    ----------
    expression : str
        Its set, of the split on screen.
    title : str
        In words.
    indices : ndarray of int64, shape (n,)
        Its pictures in the split.
    """

    expression: str
    title: str
    indices: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Channel:
    """One number of each picture, on both sides.

    Attributes
    ----------
    attribute : str
        Of :data:`cifar_core.data.attributes.ATTRIBUTES`.
    edges : ndarray of float64, shape (bins + 1,)
        Ends of the bins.
    shares : tuple of ndarray of float64, shape (bins,)
        Of both sides; NaN where one is empty.
    means : tuple of float
        Of both sides; of a hue its direction is not the mean, so there is none (NaN).
    """

    attribute: str
    edges: NDArray[np.float64]
    shares: tuple[NDArray[np.float64], NDArray[np.float64]]
    means: tuple[float, float]

    @property
    def title(self) -> str:
        """What pages call it: ``"mean red"``."""
        return measure_title(self.attribute)

    @property
    def description(self) -> str:
        """What it is: ``"mean red: mean of the red channel"``."""
        return f"{self.title}: {ATTRIBUTES[self.attribute].help}"


@dataclass(frozen=True, eq=False)
class ColourLab:
    """Two sides in the channels of one colour space.

    Attributes
    ----------
    sides : tuple of Side
        The two.
    channels : tuple of Channel
        Three.
    sentence : str
        In which they differ most, in Markdown.
    """

    sides: tuple[Side, Side]
    channels: tuple[Channel, ...]
    sentence: str


def side_options(
    universe: Universe, split: SplitName, on: SetOnScreen | None, labels: Mapping[str, str]
) -> dict[str, str]:
    """Return what can be put on a side: expressions, with what they are called.

    Parameters
    ----------
    universe : Universe
        The pictures, and runs on them.
    split : {"train", "test"}
        The split on screen: what runs said is known of test pictures alone.
    on : SetOnScreen or None
        The picture set that is on; it stands first.
    labels : mapping of str to str
        What runs are called, by id.
    """
    options = {f"class({Word(name)})": name for name in universe.class_names}
    options[f"split({split})"] = "all pictures"
    if split == "test":
        for run in universe.runs:
            if universe.is_tested_here(run):
                label = labels.get(run.id, run.id)
                options |= {
                    f"right({Word(run.id)})": f"{label}: right",
                    f"wrong({Word(run.id)})": f"{label}: wrong",
                }
    # First, and by its own name where it is one of them.
    return options if on is None else {on.text: "this set"} | {**options, on.text: "this set"}


def build_lab(
    universe: Universe, split: SplitName, first: str, second: str, space: SpaceName, names: Mapping[str, str]
) -> ColourLab:
    """Compare two sets in the channels of a colour space.

    Parameters
    ----------
    universe : Universe
        With its pictures.
    split : {"train", "test"}
        Whose pictures.
    first, second : str
        Their expressions; :data:`THE_OTHERS` is all of the split that is not in the first.
    space : {"RGB", "HSV", "Lab"}
        Which colour space.
    names : mapping of str to str
        What they are called, as :func:`side_options` has them.

    Raises
    ------
    ExpressionError
        One of them cannot be understood.
    """
    here = f"split({split})"
    one = _side(universe, split, first, names.get(first, first))
    rest = f"{here} and not ({first} and {here})"
    other = _side(universe, split, rest, THE_OTHERS) if second == THE_OTHERS else _side(
        universe, split, second, names.get(second, second)
    )  # fmt: skip
    sides = (one, other)
    channels = tuple(_channel(universe, split, name, sides) for name in CHANNELS[space])
    return ColourLab(sides, channels, _sentence(universe, split, sides, channels))


def _side(universe: Universe, split: SplitName, expression: str, title: str) -> Side:
    return Side(expression, title, choose(expression, universe).of_split(split))


def _values(universe: Universe, split: SplitName, name: str, side: Side) -> NDArray[np.float64]:
    return universe.attribute(name)[universe.places(split)][side.indices].astype(np.float64)


def _channel(universe: Universe, split: SplitName, name: str, sides: Sequence[Side]) -> Channel:
    values = [_values(universe, split, name, side) for side in sides]
    both = np.concatenate(values)
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    shares = [
        np.histogram(side, edges)[0] / len(side) if len(side) else np.full(BINS, np.nan) for side in values
    ]
    # The mean of 350° and 10° is no mean of hues.
    means = [float(side.mean()) if len(side) and name != "hue" else np.nan for side in values]
    return Channel(name, edges, (shares[0], shares[1]), (means[0], means[1]))


def _sentence(
    universe: Universe, split: SplitName, sides: tuple[Side, Side], channels: Sequence[Channel]
) -> str:
    """Say in which channel the means lie most standard deviations apart, with Welch's interval."""
    one, other = sides
    names = [plain(side.title) for side in sides]
    counts = f"{counted(len(one.indices), 'picture')} against {len(other.indices):,}"
    if min(len(one.indices), len(other.indices)) < 2:
        return f"{counts}: two are needed on each side to compare them."
    from scipy.stats import ttest_ind  # takes a second to import

    found = []
    for channel in channels:
        if channel.attribute == "hue":
            continue
        a, b = (_values(universe, split, channel.attribute, side) for side in sides)
        spread = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
        found.append((abs(a.mean() - b.mean()) / spread if spread else 0.0, channel, a, b))
    apart, channel, a, b = max(found, key=lambda each: each[0])
    if not apart:
        return f"{counts}: no channel tells them apart."
    interval = ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    digits = digits_to_tell(a.mean() - b.mean(), interval.low, interval.high)
    overlap = float(np.minimum(*channel.shares).sum())
    return (
        f"They differ most in **{channel.title}**: {names[0]} {_number(channel.means[0], 1)} on average, "
        f"{names[1]} {_number(channel.means[1], 1)} (difference {signed(a.mean() - b.mean(), digits)}, 95% "
        f"interval {signed(interval.low, digits)} to {signed(interval.high, digits)}, Welch; {counts}). Still "
        f"{overlap:.0%} of the histograms overlap."
    )


def _number(value: float, digits: int) -> str:
    return decimal(value, digits).replace("-", "−")


def brushed_set(side: Side, split: SplitName, attribute: str, ends: Sequence[float]) -> str:
    """Return the set of a side's pictures that lie in a brushed range.

    Parameters
    ----------
    side : Side
        Whose pictures.
    split : {"train", "test"}
        The split on screen.
    attribute : str
        Of the histogram.
    ends : sequence of float
        Where the brush began and ended, in any order.
    """
    low, high = sorted(min(max(float(end), -1e6), 1e6) for end in ends)
    inside = f"{attribute}({short(low)}..{short(high)})"
    if side.expression == f"split({split})":
        return f"{inside} and {side.expression}"
    return f"({side.expression}) and {inside} and split({split})"


def side_statistics(universe: Universe, split: SplitName, side: Side, space: SpaceName) -> PixelStatistics:
    """Compute mean picture, variance and correlations of a side, of at most :data:`MOST` of its pictures.

    Parameters
    ----------
    universe : Universe
        With its pictures.
    split : {"train", "test"}
        Whose pictures.
    side : Side
        Which.
    space : {"RGB", "HSV", "Lab"}
        Of the correlations.
    """
    indices = side.indices
    if len(indices) > MOST:
        indices = np.sort(np.random.default_rng(0).choice(indices, MOST, replace=False))
    return pixel_statistics(np.asarray(universe.with_pictures().split(split).images[indices]), space)


def mean_pictures(statistics: Sequence[PixelStatistics]) -> NDArray[np.uint8]:
    """Return of each side the mean picture and the one of its standard deviations, twice as bright.

    Parameters
    ----------
    statistics : sequence of PixelStatistics
        Of sides that have pictures.
    """
    pictures = [picture for one in statistics for picture in (one.mean, 2 * one.deviation)]
    return np.rint(np.clip(np.stack(pictures), 0, 255)).astype(np.uint8)


def correlation_columns(
    statistics: Sequence[PixelStatistics], sides: Sequence[Side], space: SpaceName
) -> dict[str, list[Any]]:
    """Return the correlations of each pair of channels by column, a column for each side.

    Parameters
    ----------
    statistics : sequence of PixelStatistics
        Of the sides.
    sides : sequence of Side
        What they are called.
    space : {"RGB", "HSV", "Lab"}
        Whose channels.
    """
    names = SHORT[space]
    pairs = [(a, b) for a in range(3) for b in range(a + 1, 3) if "hue" not in (names[a], names[b])]
    table: dict[str, list[Any]] = {"Channels": [f"{names[a]} and {names[b]}" for a, b in pairs]}
    for number, (one, side) in enumerate(zip(statistics, sides, strict=True)):
        title = side.title if number == 0 or side.title != sides[0].title else f"{side.title} (2)"
        table[title] = [_number(float(one.correlation[pair]), 2) for pair in pairs]
    return table
