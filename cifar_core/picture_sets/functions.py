"""All that can be asked for by name, such as ``cell``, ``wrong``, ``flips`` and ``near``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName
from cifar_core.data.duplicates import ALIKE, Duplicates
from cifar_core.data.neighbours import nearest_pictures
from cifar_core.errors import RunError
from cifar_core.evaluation.ensemble import mean_probabilities
from cifar_core.evaluation.label_doubts import doubtful_labels
from cifar_core.evaluation.over_epochs import OverEpochs
from cifar_core.maps.features import nearest_by_features
from cifar_core.maps.picture_map import PictureMap
from cifar_core.maps.polygon import inside
from cifar_core.picture_sets.chosen import EVERYWHERE, ON_TEST, Chosen, where
from cifar_core.picture_sets.measures import PICTURE_MEASURES, RUN_MEASURES
from cifar_core.picture_sets.over_epochs import number_of, validated_where
from cifar_core.picture_sets.read import SHOWN, Kind, Measure, Range
from cifar_core.picture_sets.universe import SPLITS, Said, Universe

Evaluate = Callable[..., Chosen]


@dataclass(frozen=True)
class Function:
    """One name with what its brackets take.

    Attributes
    ----------
    name : str
        As it is written.
    parts : tuple of Kind
        What it takes, in order.
    help : str
        Which pictures it chooses, in a line.
    evaluate : callable
        Takes the universe and what the parts name; returns the pictures.
    many : int or None
        Which of the parts may stand there several times; the function gets a list of them.
    optional : int
        How many of the last parts may be left out.
    """

    name: str
    parts: tuple[Kind, ...]
    help: str
    evaluate: Evaluate
    many: int | None = None
    optional: int = 0

    @property
    def usage(self) -> str:
        """How it is written: ``"flips(RUN, RUN)"``."""
        shown = [SHOWN[kind] for kind in self.parts]
        if self.many is not None:
            shown[self.many] += ", …"
        needed = len(shown) - self.optional
        return f"{self.name}({', '.join(shown[:needed])}{''.join(f'[, {part}]' for part in shown[needed:])})"


def _right(said: Said) -> NDArray[np.bool_]:
    return said.predictions.correct


def _class(universe: Universe, label: int) -> Chosen:
    return where(universe.labels == label, universe)


def _split(universe: Universe, split: Any) -> Chosen:
    places = universe.places(split)
    return Chosen(np.arange(places.start, places.stop), frozenset((split,)))


def _cell(universe: Universe, said: Said, true: int, predicted: int) -> Chosen:
    return where(
        (universe.test_labels == true) & (said.predictions.predicted == predicted), universe, ON_TEST
    )


def _said(universe: Universe, said: Said, label: int) -> Chosen:
    return where(said.predictions.predicted == label, universe, ON_TEST)


def _all_right(universe: Universe, runs: list[Said]) -> Chosen:
    return where(reduce(np.logical_and, map(_right, runs)), universe, ON_TEST)


def _all_wrong(universe: Universe, runs: list[Said]) -> Chosen:
    return where(~reduce(np.logical_or, map(_right, runs)), universe, ON_TEST)


def _only(universe: Universe, one: Said, others: list[Said]) -> Chosen:
    return where(_right(one) & ~reduce(np.logical_or, map(_right, others)), universe, ON_TEST)


def _disagree(universe: Universe, one: Said, others: list[Said]) -> Chosen:
    differ = [other.predictions.predicted != one.predictions.predicted for other in others]
    return where(reduce(np.logical_or, differ), universe, ON_TEST)


def _in_range(name: str, universe: Universe, said: Said, wanted: Range) -> Chosen:
    return where(wanted.of(RUN_MEASURES[name].values(said)), universe, ON_TEST)


def _attribute(name: str, universe: Universe, wanted: Range) -> Chosen:
    return where(wanted.of(universe.attribute(name)), universe)


def _list(universe: Universe, pictures: list[int]) -> Chosen:
    _, first = np.unique(pictures, return_index=True)
    return Chosen(np.array(pictures, np.int64)[np.sort(first)])


def _near(
    universe: Universe, picture: int, count: int, split: Any = "train", said: Said | None = None
) -> Chosen:
    dataset = universe.with_pictures()
    own: SplitName = "test" if picture >= universe.places("test").start else "train"
    number = picture - universe.places(own).start
    # One more: the picture itself is no neighbour of its own.
    if said is None:
        image = np.asarray(dataset.split(own).images[number])
        found, _ = nearest_pictures(dataset, image, split, count + 1, universe.cache_dir)
    else:
        wanted = np.asarray(universe.features(said.run, own)[number])
        found, _ = nearest_by_features(universe.features(said.run, split), wanted, count + 1)
    places = found + universe.places(split).start
    return Chosen(places[places != picture][:count], frozenset((split,)))


_ALIKE = Range(ALIKE, 1)


def _twins(mask: NDArray[np.bool_], found: Duplicates) -> Chosen:
    """Choose pictures in such an order that those which are alike stand side by side."""
    places = np.flatnonzero(mask)
    return Chosen(places[np.argsort(found.groups()[places], kind="stable")])


def _duplicates(universe: Universe, split: Any) -> Chosen:
    found = universe.duplicates
    return _twins(found.exact[:, SPLITS.index(split)], found)


def _near_duplicates(universe: Universe, split: Any, wanted: Range = _ALIKE) -> Chosen:
    found = universe.duplicates
    similarity = found.similarity[:, SPLITS.index(split)]
    return _twins((similarity > 0) & wanted.of(similarity), found)


def _other_label(universe: Universe, split: Any) -> Chosen:
    found, column = universe.duplicates, SPLITS.index(split)
    twin = found.twin[:, column]
    differ = (twin >= 0) & (universe.labels[twin] != universe.labels)
    return _twins(differ & (found.similarity[:, column] >= ALIKE), found)


def _doubt(universe: Universe, runs: list[Said], count: int) -> Chosen:
    rows, _ = doubtful_labels(universe.test_labels, mean_probabilities([said.predictions for said in runs]))
    return Chosen(rows[:count] + universe.places("test").start, ON_TEST)


def _lasso(universe: Universe, on: PictureMap, corners: list[tuple[float, float]]) -> Chosen:
    if len(corners) < 3:
        raise RunError(
            "a region has three corners or more, each two numbers: lasso(tsne:test, 0 0, 99 0, 0 99)."
        )
    split = on.name.split
    found = on.pictures[inside(on.points, np.array(corners))]
    return Chosen(found + universe.places(split).start, frozenset((split,)))


def _cell_at(universe: Universe, run: OverEpochs, epoch: int, true: int, predicted: int) -> Chosen:
    said = run.kept.predicted[number_of(run, epoch)]
    return validated_where(run, (run.kept.labels == true) & (said == predicted))


def _first(universe: Universe, count: int, chosen: Chosen) -> Chosen:
    return Chosen(chosen.places[:count], chosen.splits)


def _sort(universe: Universe, chosen: Chosen, measure: Measure, direction: str = "up") -> Chosen:
    places = chosen.places
    if not chosen.splits <= measure.splits:  # What has no number has no place in the order.
        places = places[np.isfinite(measure.values[places])]
    values = measure.values[places]
    order = np.argsort(-values if direction == "down" else values, kind="stable")
    return Chosen(places[order], chosen.splits & measure.splits)


_ROWS: tuple[Function, ...] = (
    Function("class", ("class",), "pictures of a class", _class),
    Function("split", ("split",), "all training pictures, or all test pictures", _split),
    Function(
        "cell",
        ("run", "class", "class"),
        "pictures of the first class that the run took for the second",
        _cell,
    ),
    Function("said", ("run", "class"), "pictures that the run took for the class", _said),
    Function(
        "right",
        ("run",),
        "pictures that the run got right",
        lambda universe, said: _all_right(universe, [said]),
    ),
    Function(
        "wrong",
        ("run",),
        "pictures that the run got wrong (misclassified)",
        lambda universe, said: _all_wrong(universe, [said]),
    ),
    Function(
        "flips",
        ("run", "run"),
        "pictures that the first run got right and the second wrong",
        lambda universe, one, other: _only(universe, one, [other]),
    ),
    Function("all_right", ("run",), "pictures that every one of the runs got right", _all_right, many=0),
    Function("all_wrong", ("run",), "pictures that every one of the runs got wrong", _all_wrong, many=0),
    Function("only", ("run", "run"), "pictures that the first run alone got right", _only, many=1),
    Function(
        "disagree", ("run", "run"), "pictures for which the runs did not say the same", _disagree, many=1
    ),
    *(
        Function(name, ("run", "range"), f"by {row.help}", partial(_in_range, name))
        for name, row in RUN_MEASURES.items()
    ),
    *(
        Function(name, ("range",), f"by {name}, {told}", partial(_attribute, name))
        for name, told in PICTURE_MEASURES.items()
    ),
    Function("list", ("picture",), "these pictures, in this order", _list, many=0),
    Function(
        "near",
        ("picture", "number", "split", "run"),
        "the so many training (or test) pictures that look most like one (nearest neighbours), by pixels or to a run",
        _near,
        optional=2,
    ),
    Function(
        "duplicates",
        ("split",),
        "pictures of which the split holds the very same pixels once more (exact duplicates)",
        _duplicates,
    ),
    Function(
        "near_duplicates",
        ("split", "range"),
        f"pictures to which one of the split is nearly the same (similarity {ALIKE} to 1, or the range)",
        _near_duplicates,
        optional=1,
    ),
    Function(
        "other_label",
        ("split",),
        "pictures whose nearest duplicate in the split has another class",
        _other_label,
    ),
    Function(
        "doubt",
        ("run", "number"),
        "the so many pictures whose label the runs doubt most (confident learning)",
        _doubt,
        many=0,
    ),
    Function(
        "lasso",
        ("map", "point"),
        "pictures in a region of a map, told by its corners (pca:test, tsne:train, tsne:test:RUN)",
        _lasso,
        many=1,
    ),
    Function(
        "validated",
        ("epochs",),
        "training pictures that the run was validated with",
        lambda universe, run: validated_where(run, run.kept.indices >= 0),
    ),
    Function(
        "forgotten",
        ("epochs", "range"),
        "validation pictures by forgetting events: right after one epoch, wrong after the next",
        lambda universe, run, wanted: validated_where(run, wanted.of(run.forgotten)),
    ),
    Function(
        "never_learnt",
        ("epochs",),
        "validation pictures that were right after no epoch",
        lambda universe, run: validated_where(run, run.never_learnt),
    ),
    Function(
        "learnt_at",
        ("epochs", "number"),
        "validation pictures that became right in an epoch",
        lambda universe, run, epoch: validated_where(run, run.learnt(number_of(run, epoch))),
    ),
    Function(
        "lost_at",
        ("epochs", "number"),
        "validation pictures that became wrong in an epoch",
        lambda universe, run, epoch: validated_where(run, run.lost(number_of(run, epoch))),
    ),
    Function(
        "cell_at",
        ("epochs", "number", "class", "class"),
        "validation pictures of the first class, taken for the second after an epoch",
        _cell_at,
    ),
    Function("first", ("number", "set"), "the first so many of a set", _first),
    Function(
        "sort", ("set", "measure", "direction"), "a set sorted by a measure, up or down", _sort, optional=1
    ),
    # Whoever evaluates looks the set up; its expression is evaluated like any other.
    Function(
        "saved",
        ("name",),
        "a set that was saved under a name",
        lambda universe, name: Chosen(name, EVERYWHERE),
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in _ROWS})
"""All of them, by name."""
