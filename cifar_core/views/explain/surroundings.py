"""Animal or background? What was found over many pictures, in words, and how a page has it computed."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from cifar_core.errors import ExplainError
from cifar_core.evaluation.intervals import Interval
from cifar_core.explain.faithfulness.asking import Network
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.overlay import ColorMap, draw_heatmap, enlarge, to_png
from cifar_core.explain.question import Question
from cifar_core.explain.sample import draw_sample
from cifar_core.explain.surroundings.study import Surroundings, study_surroundings
from cifar_core.maps.background import Background, Progress, Told
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.views.explain.models import ModelChoice
from cifar_core.words.counts import counted
from cifar_core.words.numbers import digits_to_tell, percent, signed, size_words

PICTURES = 200
FEW_CELLS = 4
"""On a side: such a map has a cell for each sixteenth of the picture, or for less."""

_KEPT = 64
_SIDE = 320


def surroundings_sentences(found: Surroundings) -> tuple[str, ...]:
    """Say what was found: where the heat is, right against wrong, the counter-test, what such a map can't say.

    Parameters
    ----------
    found : Surroundings
        On any number of pictures.
    """
    parts = (_middle(found), _right_against_wrong(found), _counter_test(found), _resolution(found))
    return tuple(part for part in parts if part)


def mean_map_png(found: Surroundings, color_map: ColorMap = "inferno") -> bytes:
    """Draw the mean map, from no heat to its highest mean, as a PNG file.

    Parameters
    ----------
    found : Surroundings
        What was found.
    color_map : str
        Its colours.
    """
    heat = found.mean_map.astype(np.float32)
    values = heat / max(float(heat.max()), 1e-9)
    drawn = draw_heatmap(Heatmap(values, 1.0, found.layer, 0, found.method), color_map=color_map)
    return to_png(enlarge(drawn, _SIDE))


def _middle(found: Surroundings) -> str:
    if found.centre is None:
        return "No map has any heat: there is nothing to say of where it lies."
    of_cells = ""
    if abs(found.even - 0.25) >= 0.02:
        of_cells = (
            f" But the cells of this network's maps lie in the middle: if all {size_words(found.cells)} had the same "
            f"heat, it would be {percent(found.even, 0)}. That is what to compare with."
        )
    interval, leaning = found.centre.interval, "from so few pictures it can't be said where the maps lean to"
    if interval is not None:
        leaning = "the maps lean neither to the middle nor to the border"
        if found.even < interval.low:
            leaning = "the maps lean to the middle"
        elif found.even > interval.high:
            leaning = "the maps lean to the border"
    return (
        f"Of the heat {_with_interval(found.centre.value, interval)} lies in the middle, the inner 16×16 pixels. "
        f"Spread evenly over the picture it would be 25%.{of_cells} So {leaning}."
    )


def _right_against_wrong(found: Surroundings) -> str:
    right, wrong = found.right, found.wrong
    if right is None or wrong is None:
        return ""
    said = (
        f"In the middle lie {percent(right.value, 0)} of the heat where the answer is right (n = {right.count}) and "
        f"{percent(wrong.value, 0)} where it is wrong (n = {wrong.count})"
    )
    apart = found.right_minus_wrong
    if apart is None:
        return f"{said}: too few, or too much alike, for an interval."
    doubt = ", so no difference is certain" if apart.low <= 0 <= apart.high else ""
    return f"{said}: a difference of {_points(right.value - wrong.value, apart)}{doubt}."


def _counter_test(found: Surroundings) -> str:
    if not found.changed or found.background_minus_random is None:
        return "The counter-test needs two pictures or more."
    shares = {name: _with_interval(one.share, one.interval) for name, one in found.changed.items()}
    apart = found.background_minus_random
    judged = {
        -1: "so what the maps call background does matter less than a random half",
        0: "so it is not certain that what the maps call background matters less than a random half",
        1: "so what the maps call background matters **more** than a random half: they mislead",
    }[apart.sign]
    ends = "" if apart.interval is None else f" (difference {_points(apart.value, apart.interval)})"
    return (
        f"Counter-test: with the half of least heat replaced by another picture's, the answer changes in "
        f"{shares['background']} of the pictures; with a random half in {shares['random']}{ends}, {judged}. With the "
        f"half of most heat it changes in {shares['marked']}."
    )


def _resolution(found: Surroundings) -> str:
    seen = "" if found.seen is None else f", and each sees {percent(found.seen, 0)} of the picture"
    if found.layer is None:
        return ""
    if min(found.cells) <= FEW_CELLS:
        return (
            f"A map of {size_words(found.cells)} cells can't tell an animal from what is right beside it{seen}: heat "
            "in the middle may come from the border. Trust the counter-test more than the map."
        )
    return f"A map has {size_words(found.cells)} cells{seen}: heat at a place may come from further out."


def _with_interval(share: float, interval: Interval | None) -> str:
    return (
        percent(share, 0) if interval is None else f"{percent(share, 0)} ({interval.within(0, 1).in_percent})"
    )


def _points(difference: float, interval: Interval) -> str:
    points, ends = 100 * difference, interval.within(-1, 1).in_points
    return f"{signed(points, digits_to_tell(points))} percentage points, 95% interval {ends}"


@dataclass(frozen=True, eq=False)
class SurroundingsAsked:
    """One study that a page may have made.

    Attributes
    ----------
    model : ModelChoice
        Which network.
    pictures : PictureSet
        The set on screen.
    method : str
        How the maps are found.
    layer : str or None
        Where; ``None`` for the pixels themselves.
    """

    model: ModelChoice
    pictures: PictureSet
    method: str
    layer: str | None

    @property
    def key(self) -> str:
        """What two studies have in common that are the same."""
        about = (
            self.model.path,
            self.pictures.universe.fingerprint,
            self.pictures.text,
            self.method,
            self.layer,
        )
        return " ".join(map(str, about))

    @property
    def size(self) -> int:
        """On how many pictures it is made."""
        return min(PICTURES, len(self.pictures))

    @property
    def title(self) -> str:
        """What is done, for a button."""
        return f"Look at {counted(self.size, 'picture')} by {get_method(self.method).title}"


class SurroundingsStudies:
    """Studies, made one after the other beside the pages and kept; safe to share between threads."""

    def __init__(self) -> None:
        self._background = Background()
        self._lock = threading.Lock()
        self._found: OrderedDict[str, Surroundings] = OrderedDict()

    def begin(self, asked: SurroundingsAsked, network: Network) -> None:
        """Begin a study, unless it is under way.

        Parameters
        ----------
        asked : SurroundingsAsked
            Which one.
        network : Network
            Answers.
        """

        def work(told: Told) -> None:
            sample = draw_sample(asked.pictures, asked.size)
            dataset = asked.pictures.universe.with_pictures()
            if asked.model.class_names != dataset.class_names:
                raise ExplainError(
                    f"This network knows other classes than those of {dataset.name}. "
                    "Choose one that was trained on them."
                )
            question = Question(asked.model.path, sample.pictures, layer=asked.layer, method=asked.method)
            found = study_surroundings(network, question, sample.labels, told)
            with self._lock:
                self._found[asked.key] = found
                if len(self._found) > _KEPT:
                    self._found.popitem(last=False)

        self._background.start(asked.key, work)

    def stop(self, asked: SurroundingsAsked) -> None:
        """End a study that is under way.

        Parameters
        ----------
        asked : SurroundingsAsked
            Which one.
        """
        self._background.stop(asked.key)

    def progress(self, asked: SurroundingsAsked) -> Progress | None:
        """Return how far a study is; ``None`` where it is not under way.

        Parameters
        ----------
        asked : SurroundingsAsked
            Which one.
        """
        return self._background.progress(asked.key)

    def found(self, asked: SurroundingsAsked) -> Surroundings | None:
        """Return what was found, if it was looked for.

        Parameters
        ----------
        asked : SurroundingsAsked
            Which study.
        """
        with self._lock:
            return self._found.get(asked.key)
