"""Whether something is wrong with a data set. Each finding is a picture set, so that its pictures can be looked at."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.expression import Word
from cifar_core.picture_sets.slices import short
from cifar_core.picture_sets.universe import SPLITS, Universe
from cifar_core.words.counts import counted

FENCE = 1.5
"""How many interquartile ranges beyond the quarters an outlier lies (Tukey's fences, as in a box plot)."""

BLANK = 2
"""A contrast, of 127, up to which nothing is to be seen in a picture."""

GREY = 0.01
"""A saturation, of 1, up to which a picture has no colours."""

_PICTURES = {"train": "training pictures", "test": "test pictures"}
_SPLIT = {"train": "the training split", "test": "the test split"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    Attributes
    ----------
    topic : str
        What it is about: ``"near-duplicates"``.
    what : str
        What was looked for, in words.
    count : int
        How many pictures (or files) are like that; 0 is as it should be, unless ``usual``.
    of : int
        Of how many.
    expression : str or None
        The picture set; ``None`` where there are no such pictures, or where files did not become pictures.
    why : str
        What it does to a result.
    usual : bool
        Whether some are to be expected in any data set: outliers.
    """

    topic: str
    what: str
    count: int
    of: int
    expression: str | None
    why: str
    usual: bool = False


def check_data(universe: Universe) -> tuple[Finding, ...]:
    """Look for pictures that are there twice, for outliers, for classes out of balance, for files that were left out.

    Parameters
    ----------
    universe : Universe
        With its pictures. Duplicates and attributes are found once and kept in the cache.

    Raises
    ------
    RunError
        The pictures are not here.

    References
    ----------
    Duplicates in CIFAR: B. Barz, J. Denzler, "Do we train on test data? Purging CIFAR of near-duplicates", Journal of
    Imaging 6 (2020), arXiv:1902.00423. Fences: J. W. Tukey, "Exploratory Data Analysis" (1977).
    """
    universe.with_pictures()
    return (*_doubles(universe), *_outliers(universe), *_classes(universe), *_files(universe))


def _finding(
    universe: Universe, topic: str, what: str, of: int, expression: str, why: str, *, usual: bool = False
) -> Finding:
    count = len(choose(expression, universe))
    return Finding(topic, what, count, of, expression if count else None, why, usual)


def _doubles(universe: Universe) -> Iterator[Finding]:
    for kind, topic, words in (
        ("duplicates", "exact duplicates", "the very same pixels"),
        ("near_duplicates", "near-duplicates", "nearly the same"),
    ):
        for split, other in (("test", "train"), ("train", "train"), ("test", "test")):
            where = universe.places(split)  # type: ignore[arg-type]
            what = f"{_PICTURES[split]}, {words} in {_SPLIT[other]}"
            why = "test accuracy is too high" if split != other else "they count twice"
            expression = f"{kind}({other}) and split({split})"
            yield _finding(universe, topic, what, where.stop - where.start, expression, why)
    yield _finding(
        universe,
        "labels",
        "pictures whose near-duplicate has another class",
        len(universe),
        "other_label(train) or other_label(test)",
        "a wrong label, or two things that look alike",
    )


def _outliers(universe: Universe) -> Iterator[Finding]:
    for name in ("brightness", "contrast", "saturation"):
        values, possible = universe.attribute(name), ATTRIBUTES[name]
        lower, upper = np.quantile(values, (0.25, 0.75)) if len(values) else (0.0, 0.0)
        if lower == upper:  # More than half of the pictures are the same: nothing tells what is usual.
            continue
        reach = FENCE * (upper - lower)
        fences = ("low", "..", float(lower - reach)), ("high", "", float(upper + reach))
        for word, before, end in fences:
            if possible.low < end < possible.high:
                beyond = f"{name}({before}{short(end)}{'' if before else '..'})"
                what = f"{word} {name}: {short(end)} or {'less' if before else 'more'}"
                why = "few: little is learnt of them"
                yield _finding(universe, "outliers", what, len(values), beyond, why, usual=True)
    for what, expression, why in (
        (f"grey: saturation {GREY} or less", f"saturation(..{GREY})", "no colour to go by"),
        (f"blank: contrast {BLANK} or less", f"contrast(..{BLANK})", "nothing is to be seen"),
    ):
        usual = what.startswith("grey")
        yield _finding(universe, "outliers", what, len(universe), expression, why, usual=usual)


def _classes(universe: Universe) -> Iterator[Finding]:
    names, classes = universe.class_names, len(universe.class_names)
    for split in SPLITS:
        labels = universe.labels[universe.places(split)]
        counts = np.bincount(labels, minlength=classes)
        without = [Word(name) for name, count in zip(names, counts, strict=True) if not count]
        chosen = " or ".join(f"class({name})" for name in without)
        yield Finding(
            "classes",
            f"classes without {_PICTURES[split]}",
            len(without),
            classes,
            chosen if without and len(choose(chosen, universe)) else None,
            "they cannot be learnt" if split == "train" else "nothing is known of their accuracy",
        )
    counts = np.bincount(universe.train_labels, minlength=classes)
    fewest, most = int(counts.argmin()), int(counts.max(initial=0))
    few = [Word(name) for name, count in zip(names, counts, strict=True) if 0 < 2 * count < most]
    chosen = " or ".join(f"class({name})" for name in few)
    yield Finding(
        "classes",
        "classes less than half as large as the largest"
        + (f" ({counted(int(counts[fewest]), 'picture')} at least, {most:,} at most)" if few else ""),
        len(few),
        classes,
        f"({chosen}) and split(train)" if few else None,
        "class imbalance",
    )


def _files(universe: Universe) -> Iterator[Finding]:
    left_out = sum(kind.count for kind in universe.with_pictures().report.left_out)
    yield Finding(
        "files", "files left out (broken, or no pictures)", left_out, left_out + len(universe), None,
        "named by “data prepare”",
    )  # fmt: skip
