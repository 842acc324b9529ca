"""The numbers behind the charts of Compare, as tables by column."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from cifar_core.runs.metrics import EpochMetrics
from cifar_core.views.compare.page import ComparedRun, CompareView


def curve_columns(view: CompareView) -> dict[str, list[Any]]:
    """Return every finished epoch of the runs on screen; shares of 1, losses in nats.

    Parameters
    ----------
    view : CompareView
        Of several seeds of one recipe every run has its rows, numbered in their order.
    """
    runs = list(view.curves.items())
    for name, repeats in view.repeated.items():
        runs += [(f"{name} ({number})", epochs) for number, epochs in enumerate(repeats, 1)]
    columns: dict[str, list[Any]] = {"run": [name for name, epochs in runs for _ in epochs]}
    rows = [asdict(epoch) for _, epochs in runs for epoch in epochs]
    return columns | {one.name: [row[one.name] for row in rows] for one in fields(EpochMetrics)}


def class_columns(runs: Sequence[ComparedRun]) -> dict[str, list[Any]]:
    """Return how well each run recognises each class; precision, recall and F1 as shares of 1, else pictures.

    Parameters
    ----------
    runs : sequence of ComparedRun
        That know the same classes.
    """
    columns: dict[str, list[Any]] = {
        "run": [one.row.label for one in runs for _ in one.data.class_names],
        "class": [name for one in runs for name in one.data.class_names],
    }
    for title, field in (
        ("pictures", "true_counts"),
        ("predicted", "predicted_counts"),
        ("misclassified", "misclassified"),
        ("precision", "precision"),
        ("recall", "recall"),
        ("F1", "f1"),
    ):
        columns[title] = [
            value for one in runs for value in getattr(one.evaluation.per_class, field).tolist()
        ]
    return columns
