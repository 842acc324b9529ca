"""Two runs class by class: on which classes one of them is really better."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cifar_core.evaluation.holm import ALL_AT_ONCE, confidence_of_each, holm
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.significance import SIGNIFICANT, p_words
from cifar_core.remembered import remembered
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.classes import name_list


def class_pairs(pair: tuple[ComparedRun, ComparedRun]) -> tuple[tuple[str, PairedComparison, float], ...]:
    """Compare two runs on the test pictures of each class.

    Parameters
    ----------
    pair : (ComparedRun, ComparedRun)
        Tested on the same pictures.

    Returns
    -------
    tuple of (str, PairedComparison, float)
        Class, comparison, and its p value corrected for the number of classes (Holm); classes without pictures are
        left out.
    """
    first, second = (one.evaluation.matrix.predictions for one in pair)
    return _compared(first, second, pair[0].data.class_names)


@remembered(most=16)
def _compared(
    first: Predictions, second: Predictions, class_names: Sequence[str]
) -> tuple[tuple[str, PairedComparison, float], ...]:
    found = []
    for label, name in enumerate(class_names):
        of_class: Any = first.indices[first.labels == label]
        if len(of_class):
            found.append((name, PairedComparison.from_predictions(first.of(of_class), second.of(of_class))))
    corrected = holm([comparison.p_value for _, comparison in found])
    return tuple((*one, p_value) for one, p_value in zip(found, corrected, strict=True))


def class_pair_columns(pair: tuple[ComparedRun, ComparedRun]) -> dict[str, list[Any]]:
    """Return the table of :func:`class_pairs` by column; accuracies in percent, differences in points.

    Parameters
    ----------
    pair : (ComparedRun, ComparedRun)
        Tested on the same pictures.
    """
    rows = class_pairs(pair)
    first, second = (one.row.label for one in pair)
    confidence = confidence_of_each(len(rows))
    return {
        "Class": [name for name, _, _ in rows],
        "n": [one.count for _, one, _ in rows],
        first: [100 * (one.both_right + one.only_a) / one.count for _, one, _ in rows],
        second: [100 * (one.both_right + one.only_b) / one.count for _, one, _ in rows],
        "Difference": [100 * one.difference for _, one, _ in rows],
        ALL_AT_ONCE: [one.interval_with(confidence).in_points for _, one, _ in rows],
        "p (Holm)": [p_words(p, 3) for _, _, p in rows],
    }


def class_pairs_sentence(pair: tuple[ComparedRun, ComparedRun]) -> str:
    """Say on which classes one of the two is really better.

    Parameters
    ----------
    pair : (ComparedRun, ComparedRun)
        Tested on the same pictures.
    """
    told = []
    rows = class_pairs(pair)
    for one, sign in zip(pair, (-1, 1), strict=True):
        names = [name for name, found, p in rows if p < SIGNIFICANT and np.sign(found.difference) == sign]
        if names:
            told.append(f"{one.row.label} is really better on {name_list(names, 12)}")
    answer = "; ".join(told) or "On no class alone is one of the two really better"
    return f"{answer} (McNemar's test, corrected for the number of classes)."
