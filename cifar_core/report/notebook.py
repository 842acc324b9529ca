"""A Jupyter notebook that computes the figures of a report again, from the run folders and with NumPy alone."""

import json
from collections.abc import Mapping
from typing import Any

from cifar_core.names import visible

_OPEN = """import numpy as np

from cifar_core.evaluation.predictions import load_predictions
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings

labels = {labels}

settings = Settings.from_environment()
store = RunStore.from_settings(settings)
predictions = {{run: load_predictions(store.get(run).paths.predictions, "test").in_order() for run in labels}}"""

_ALL = """pictures = {run: np.arange(len(found)) for run, found in predictions.items()}"""

_SET = """from cifar_core.data.catalog import find_dataset
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.saved import SetStore
from cifar_core.picture_sets.universe import Universe

expression = {expression}

first = store.get(next(iter(labels)))
data = first.record.data
dataset = find_dataset(data.fingerprint, settings, key=data.key, name=data.name)
beside = store.list(), settings.cache_dir, SetStore(settings.runs_dir).expression
universe = Universe.of_dataset(dataset, *beside) if dataset else Universe.of_run(first, *beside)
chosen = np.sort(choose(expression, universe).of_split("test"))
pictures = {{
    run: chosen for run in labels if store.get(run).record.data.fingerprint == data.fingerprint
}}"""

_ACCURACY = """z = 1.959963984540054  # of the normal distribution, for 95%

truth = {run: predictions[run].labels[numbers] for run, numbers in pictures.items()}
said = {run: predictions[run].logits.argmax(axis=1)[numbers] for run, numbers in pictures.items()}
accuracy = {}
for run in pictures:
    right, n = int((truth[run] == said[run]).sum()), len(truth[run])
    if n:
        share = right / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        accuracy[run] = (share, centre - half, centre + half)
        print(f"{labels[run]}: {right:,} of {n:,} right, {share:.1%}, {centre - half:.1%} to {centre + half:.1%}")"""

_MATRIX = """matrices = {}
for run in pictures:
    classes = predictions[run].logits.shape[1]
    pairs = truth[run] * classes + said[run]
    matrices[run] = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
matrices"""

_PAIR = """from math import erfc, sqrt

p_values = {}
first, *others = pictures
for other in others:
    if np.array_equal(truth[first], truth[other]):
        right_first, right_other = truth[first] == said[first], truth[other] == said[other]
        only_first, only_other = int((right_first & ~right_other).sum()), int((right_other & ~right_first).sum())
        differ = only_first + only_other
        p_values[other] = erfc(abs(only_first - only_other) / sqrt(2 * differ)) if differ else 1.0
        print(f"{labels[first]} alone right: {only_first}, {labels[other]} alone right: {only_other}, "
              f"p = {p_values[other]:.3g}")"""

_CURVES = """from cifar_core.runs.metrics import read_metrics

curves = {run: read_metrics(store.get(run).paths.metrics).epochs for run in labels}
{labels[run]: [(one.epoch, one.val_accuracy, one.val_loss) for one in epochs] for run, epochs in curves.items()}"""

_CHART = """from cifar_core.charts.confusion import confusion_figure
from cifar_core.evaluation.confusion import ConfusionMatrix

run = {run}
matrix = ConfusionMatrix.from_predictions(predictions[run].of(pictures[run]))
confusion_figure(matrix, store.get(run).record.data.class_names, title=labels[run])"""


def to_notebook(labels: Mapping[str, str], expression: str | None) -> str:
    """Write the notebook.

    Parameters
    ----------
    labels : mapping of str to str
        What the runs are called, by id.
    expression : str or None
        The picture set that the figures are of; ``None`` for all test pictures.

    Returns
    -------
    str
        A document in Jupyter's format 4.4. Names stand in it as values of its program, never as a part of it.
    """
    shown = {run: visible(label) for run, label in labels.items()}
    cells = [
        _text(
            "# A comparison, computed again",
            "From `predictions.npz` and `metrics.jsonl` in the folders of the runs. Start Jupyter in the folder of "
            "CIFAR Lab; `CIFAR_LAB_RUNS` and `CIFAR_LAB_DATA` say where runs and pictures lie.",
        ),
        _code(_OPEN.format(labels=ascii(shown))),
        _text("## Which pictures"),
        _code(_ALL if expression is None else _SET.format(expression=ascii(expression))),
        _text("## Accuracy, with Wilson's 95% interval"),
        _code(_ACCURACY),
        _text("## Confusion matrices", "A row is the true class, a column what the network said."),
        _code(_MATRIX),
        *(_code(_CHART.format(run=ascii(run))) for run in labels),
        _text("## Is the difference real?", "McNemar's test of each run against the first."),
        _code(_PAIR),
        _text("## Training"),
        _code(_CURVES),
    ]
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }
    return json.dumps(notebook, indent=1) + "\n"


def _text(*paragraphs: str) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "metadata": {},
        "source": "\n\n".join(paragraphs).splitlines(keepends=True),
    }


def _code(program: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": program.splitlines(keepends=True),
    }
