"""Labels that the ticked runs doubt, what somebody decided about them, and what becomes of the accuracies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.errors import RunError
from cifar_core.evaluation.corrected import with_corrected_labels
from cifar_core.evaluation.ensemble import mean_probabilities
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.evaluation.label_doubts import doubtful_labels
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.picture_sets.reviews import ReviewStore, verdict_of
from cifar_core.remembered import remembered
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent

CHOSEN_BY_RUNS = (
    "Only labels that these runs doubt were looked at, so by the corrected ones these very runs look rather too good; "
    "a run that was not ticked is judged more fairly."
)

Asked = Mapping[str, Predictions]
"""What each run said of all test pictures, in their order, by its name."""


@dataclass(frozen=True)
class Doubt:
    """A picture whose label is doubted.

    Attributes
    ----------
    index : int
        Its number in the test split.
    label, guess : int
        The label that it has, and the most probable other one.
    of_label, of_guess : float
        Mean probability of both.
    told : tuple of str
        What each run said and how surely: ``"resnet20: dog 0.93"``.
    """

    index: int
    label: int
    guess: int
    of_label: float
    of_guess: float
    told: tuple[str, ...]


def ask_runs(compared: Sequence[ComparedRun], fingerprint: str) -> dict[str, Predictions]:
    """Return what the runs said of all test pictures, whatever set is on.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The ticked runs; those that were tested on other pictures are left out.
    fingerprint : str
        Of the data set.
    """
    return {
        one.row.label: evaluate_run(one.row.run).matrix.predictions.in_order()
        for one in compared
        if one.data.fingerprint == fingerprint
    }


@remembered(most=8)
def find_doubts(asked: Asked, class_names: Sequence[str]) -> tuple[Doubt, ...]:
    """Find the pictures whose label the runs doubt together, the most doubtful first.

    Parameters
    ----------
    asked : mapping of str to Predictions
        One run or more, tested on the same pictures.
    class_names : sequence of str
        The index is the label.
    """
    every = list(asked.values())
    labels, probabilities = every[0].labels, mean_probabilities(every)
    rows, _ = doubtful_labels(labels, probabilities)
    others = probabilities[rows]
    others[range(len(rows)), labels[rows]] = -1
    return tuple(
        Doubt(
            index=int(every[0].indices[row]),
            label=int(labels[row]),
            guess=int(guess),
            of_label=float(probabilities[row, labels[row]]),
            of_guess=float(probabilities[row, guess]),
            told=tuple(
                f"{name}: {class_names[one.predicted[row]]} {one.confidence[row]:.2f}"
                for name, one in asked.items()
            ),
        )
        for row, guess in zip(rows.tolist(), others.argmax(axis=1).tolist(), strict=True)
    )


def read_decisions(store: ReviewStore) -> tuple[dict[int, int | None], str | None]:
    """Return all decisions, and a sentence where their file cannot be used.

    Parameters
    ----------
    store : ReviewStore
        Whose.
    """
    try:
        return store.read(), None
    except RunError as problem:
        return {}, str(problem)


def decision_words(
    label: int, decisions: Mapping[int, int | None], index: int, class_names: Sequence[str]
) -> str:
    """Say what was decided about a picture; nothing where that is open.

    Parameters
    ----------
    label : int
        The one that it has.
    decisions : mapping of int to int or None
        All.
    index : int
        Number of the picture.
    class_names : sequence of str
        The index is the label.
    """
    if index not in decisions:
        return ""
    becomes = decisions[index]
    verdict = verdict_of(label, becomes)
    return (
        f"relabelled {class_names[becomes]}" if verdict == "relabelled" and becomes is not None else verdict
    )


def decisions_sentence(store: ReviewStore, decisions: Mapping[int, int | None]) -> str:
    """Count the decisions by kind.

    Parameters
    ----------
    store : ReviewStore
        Of these pictures.
    decisions : mapping of int to int or None
        All.
    """
    if not decisions:
        return "Nothing was decided yet."
    verdicts = [verdict_of(int(store.labels[index]), becomes) for index, becomes in decisions.items()]
    parts = (f"{verdicts.count(verdict):,} {verdict}" for verdict in ("accepted", "relabelled", "rejected"))
    return f"{counted(len(decisions), 'label')} decided: {', '.join(parts)}."


def decision_columns(store: ReviewStore, decisions: Mapping[int, int | None]) -> dict[str, list[Any]]:
    """Return the decisions as a table by column.

    Parameters
    ----------
    store : ReviewStore
        Of these pictures.
    decisions : mapping of int to int or None
        All.
    """
    names, order = store.class_names, sorted(decisions)
    labels = [int(store.labels[index]) for index in order]
    becomes = [decisions[index] for index in order]
    return {
        "split": ["test"] * len(order),
        "number": order,
        "label": [names[label] for label in labels],
        "decision": [verdict_of(label, after) for label, after in zip(labels, becomes, strict=True)],
        "corrected label": [None if after is None else names[after] for after in becomes],
    }


@remembered(most=8)
def score_columns(asked: Asked, decisions: Mapping[int, int | None]) -> dict[str, list[Any]]:
    """Return the accuracy of each run by the labels that there are and by the corrected ones, as a table by column.

    Parameters
    ----------
    asked : mapping of str to Predictions
        The runs.
    decisions : mapping of int to int or None
        All.
    """
    columns: dict[str, list[Any]] = {"Run": list(asked)}
    for title, tested in (
        ("Original labels", list(asked.values())),
        ("Corrected labels", [with_corrected_labels(one, decisions) for one in asked.values()]),
    ):
        right = [int(one.correct.sum()) for one in tested]
        columns[title] = [
            percent(hits / len(one), 2) if len(one) else "–" for hits, one in zip(right, tested, strict=True)
        ]
        columns[f"95% interval, {title.split()[0].lower()}"] = [
            wilson_interval(hits, len(one)).in_percent for hits, one in zip(right, tested, strict=True)
        ]
        columns[f"n, {title.split()[0].lower()}"] = [len(one) for one in tested]
    return columns


@remembered(most=8)
def score_sentences(asked: Asked, decisions: Mapping[int, int | None]) -> tuple[str, ...]:
    """Compare the two best runs by the labels that there are and by the corrected ones.

    Parameters
    ----------
    asked : mapping of str to Predictions
        The runs; of one alone there is nothing to compare.
    decisions : mapping of int to int or None
        All.
    """
    if len(asked) < 2:
        return ()
    best, second = sorted(asked, key=lambda name: -asked[name].accuracy)[:2]
    told = []
    for title, changes in (("Original labels", {}), ("Corrected labels", decisions)):
        pair = [with_corrected_labels(asked[name], changes) for name in (second, best)]
        if len(pair[0]):
            told.append(f"{title}: {PairedComparison.from_predictions(*pair).verdict(second, best)}")
    return tuple(told)
