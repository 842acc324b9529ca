"""What is on Compare's screen, as a report."""

import platform
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cifar_core import __version__
from cifar_core.charts.wall import sprite
from cifar_core.data.dataset import Dataset
from cifar_core.report.content import MOST_PICTURES, Report, ReportPicture, ReportRun
from cifar_core.report.notebook import to_notebook
from cifar_core.report.page import to_html
from cifar_core.views.compare.cell import missing_pictures
from cifar_core.views.compare.difference import comparable_pair
from cifar_core.views.compare.on_set import together_sentence
from cifar_core.views.compare.page import ComparedRun, CompareView
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.classes import name_list
from cifar_core.words.counts import counted
from cifar_core.words.durations import duration_words


def build_report(
    view: CompareView, ids: Sequence[str], shown: SetOnScreen | None, dataset: Dataset | None
) -> Report:
    """Gather what a report on the chosen runs says.

    Parameters
    ----------
    view : CompareView
        As the page shows it, on the set if there is one.
    ids : sequence of str
        Runs and groups of repeats that were chosen.
    shown : SetOnScreen or None
        The picture set that is on.
    dataset : Dataset or None
        The pictures, if they are on this machine.
    """
    compared = view.compared
    names = name_list([one.row.label for one in compared], 6) if compared else "runs without predictions"
    curves = dict(view.curves) | {
        f"{label} ({number})": epochs
        for label, runs in view.repeated.items()
        for number, epochs in enumerate(runs, 1)
    }
    told = view.verdict.sentence if view.verdict else None
    pictures, title, note = _pictures(compared, shown, dataset)
    return Report(
        title=f"Comparison of {names}",
        about=(*_about(compared, shown), *view.problems),
        runs=tuple(_run(one) for one in compared),
        curves=curves,
        sentences=tuple(one for one in (told, together_sentence(compared)) if one),
        pair=comparable_pair(compared) is not None,
        pictures=pictures,
        pictures_title=title,
        pictures_note=note,
        versions=_versions(compared),
        commands=report_commands(ids, shown.text if shown else None),
    )


def report_html(report: Report) -> bytes:
    """Write a report as one HTML file."""
    return to_html(report).encode("utf-8", errors="replace")


def report_notebook(view: CompareView, shown: SetOnScreen | None) -> bytes:
    """Write the notebook that computes the same figures.

    Parameters
    ----------
    view : CompareView
        Of the chosen runs; those with predictions take part.
    shown : SetOnScreen or None
        The picture set that is on.
    """
    labels = {one.id: one.row.label for one in view.compared}
    return to_notebook(labels, shown.text if shown else None).encode("utf-8")


def report_commands(ids: Sequence[str], expression: str | None) -> tuple[str, ...]:
    """Return the commands that make a report and its notebook again.

    Parameters
    ----------
    ids : sequence of str
        Runs and groups.
    expression : str or None
        The picture set.
    """
    chosen = [*ids, *(["--set", expression] if expression else [])]
    return tuple(
        f"python -m cifar_core report {shlex.join([*chosen, '-o', name])}"
        for name in ("report.html", "report.ipynb")
    )


def _about(compared: Sequence[ComparedRun], shown: SetOnScreen | None) -> tuple[str, ...]:
    tested = dict.fromkeys(
        f"{one.data.name} ({one.data.source}, fingerprint {one.data.fingerprint})" for one in compared
    )
    sentences = [f"Tested on {name_list(list(tested), 6)}."] if tested else []
    if shown is not None:
        sentences.append(f"All figures are of a picture set: {shown.counted('test')}. In full: {shown.text}")
    return tuple(sentences)


def _run(one: ComparedRun) -> ReportRun:
    row, record = one.row, one.row.run.record
    facts = {
        "Model": row.model,
        "Parameters": "" if row.parameters is None else f"{row.parameters:,}",
        "Epochs": "" if row.epochs is None else f"{row.epochs:,}",
        "Training time": duration_words(row.training_seconds) if row.training_seconds else "",
        "Hardware": row.hardware,
        "Recipe": row.recipe or "",
    }
    recipe = {} if record is None or record.imported else _flat(record.training.model_dump(mode="json"))
    return ReportRun(
        id=one.id,
        label=row.label,
        class_names=one.data.class_names,
        evaluation=one.evaluation,
        facts={name: words for name, words in facts.items() if words},
        recipe=recipe,
    )


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = "–" if value is None else str(value)
    return found


def _versions(compared: Sequence[ComparedRun]) -> dict[str, str]:
    here = {
        "CIFAR Lab": __version__,
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }
    for one in compared:
        environment = one.row.run.record.environment if one.row.run.record else None
        if environment is not None:
            programs = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
            commit = f", commit {environment.commit}" if environment.commit else ""
            here[f"{one.row.label} was trained with"] = f"{programs}{commit}"
    return here


def _pictures(
    compared: Sequence[ComparedRun], shown: SetOnScreen | None, dataset: Dataset | None
) -> tuple[tuple[ReportPicture, ...], str, str]:
    """Return the pictures of the set, without one those that all runs get wrong; their title, and what else to say."""
    same = [one for one in compared if one.data.fingerprint == compared[0].data.fingerprint]
    if dataset is None or not same or dataset.fingerprint != same[0].data.fingerprint:
        note = missing_pictures(same[0].data) if same else ""
        return (), "Pictures", note
    if shown is None:
        missed = np.logical_and.reduce(
            [~one.evaluation.matrix.predictions.in_order().correct for one in same]
        )
        indices, title = np.flatnonzero(missed), "Pictures that all of them get wrong"
        if len(same) == 1:
            title = f"Pictures that {same[0].row.label} gets wrong"
    else:
        indices, title = shown.indices("test"), f"Test pictures of the set: {shown.title}"
    kept = indices[:MOST_PICTURES].tolist()
    told: list[list[str]] = [[] for _ in kept]
    for one in same:
        predictions = one.evaluation.matrix.predictions
        rows = {int(index): row for row, index in enumerate(predictions.indices.tolist())}
        for words, index in zip(told, kept, strict=True):
            if (row := rows.get(index)) is not None:
                said = dataset.class_names[int(predictions.predicted[row])]
                words.append(f"{one.row.label} said {said} ({predictions.confidence[row]:.2f})")
    names = [dataset.class_names[int(dataset.test.labels[index])] for index in kept]
    captions = [f"{name}, test picture {index}" for name, index in zip(names, kept, strict=True)]
    pictures = tuple(
        ReportPicture(sprite(dataset.test.images[index : index + 1]), caption, "; ".join([caption, *words]))
        for index, caption, words in zip(kept, captions, told, strict=True)
    )
    count = len(indices)
    note = counted(count, "picture")
    if count > MOST_PICTURES:
        note = f"{len(kept)} of {note}"
    return pictures, title, f"{note}, in the set’s order." if shown else f"{note}."
