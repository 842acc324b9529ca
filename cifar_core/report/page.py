"""A report as one HTML file: it opens without network, loads nothing, and prints."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.palette import ACCENT, MISTAKE
from cifar_core.report.content import Report, ReportRun
from cifar_core.report.drawing import Line, draw_intervals, draw_lines, draw_matrix, safe
from cifar_core.words.numbers import percent

LARGEST_TABLE = 25
"""Up to this many classes a matrix is a table of numbers; beyond, it is drawn."""

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_MOST_CONFUSIONS = 10
_NOTHING_IS_LOADED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def to_html(report: Report) -> str:
    """Write a report.

    Parameters
    ----------
    report : Report
        What it says. Whatever names and notes hold is shown as it is written, and nothing of it is executed.

    Returns
    -------
    str
        A whole document, to be written as UTF-8.
    """
    parts = [
        f"<h1>{safe(report.title)}</h1>",
        *(f'<p class="note">{safe(sentence)}</p>' for sentence in report.about),
        *(f'<p class="answer">{safe(sentence)}</p>' for sentence in report.sentences),
        *_accuracies(report.runs),
        *_curves(report),
        *_matrices(report),
        *_classes(report.runs),
        *_pictures(report),
        *_origin(report),
    ]
    return document(report.title, parts)


def document(title: str, parts: Sequence[str]) -> str:
    """Put parts into a document that loads nothing.

    Parameters
    ----------
    title : str
        Of the window.
    parts : sequence of str
        HTML, in which all that people wrote is :func:`~cifar_core.report.drawing.safe`.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_IS_LOADED}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{safe(title)}</title><style>\n{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _accuracies(runs: Sequence[ReportRun]) -> list[str]:
    if not runs:
        return []
    facts = list(dict.fromkeys(name for run in runs for name in run.facts))
    head = ["Run", "Accuracy", "95% interval", "Right", "Pictures", *facts]
    rows = [
        [
            run.label,
            percent(run.right / run.count) if run.count else "–",
            run.interval.in_percent if run.count else "–",
            f"{run.right:,}",
            f"{run.count:,}",
            *(run.facts.get(name, "–") for name in facts),
        ]
        for run in runs
    ]
    shares = [
        (run.label, 100 * run.right / run.count, 100 * run.interval.low, 100 * run.interval.high)
        for run in runs
        if run.count
    ]
    return [
        "<h2>Accuracy</h2>",
        _table(head, rows, numbers=range(1, 5)),
        draw_intervals(shares, "accuracy (%), with Wilson’s 95% interval"),
    ]


def _curves(report: Report) -> list[str]:
    curves = report.curves.items()
    accuracy = [
        Line(name, [one.epoch for one in epochs], [100 * one.val_accuracy for one in epochs])
        for name, epochs in curves
    ]
    drawn = draw_lines(accuracy, "epoch", "accuracy on validation pictures (%)")
    loss = [
        Line(
            name,
            [one.epoch for one in epochs],
            [one.val_loss if one.val_cross_entropy is None else one.val_cross_entropy for one in epochs],
        )
        for name, epochs in curves
    ]
    return ["<h2>Training</h2>", drawn, draw_lines(loss, "epoch", "validation loss (nats)")] if drawn else []


def _matrices(report: Report) -> list[str]:
    parts = []
    if report.runs:
        parts.append(
            "<h2>Confusion matrices</h2><p>A row is the true class, a column what the network said. Blue is right, "
            "orange wrong; the stronger, the more pictures.</p>"
        )
    for run in report.runs:
        matrix, names = run.evaluation.matrix, run.class_names
        parts.append(f"<h3>{safe(run.label)}</h3>")
        parts.append(
            _matrix(matrix.counts, names) if len(names) <= LARGEST_TABLE else draw_matrix(matrix.counts)
        )
        confusions = "; ".join(
            f"{names[one.true]} taken for {names[one.predicted]} ({one.count:,})"
            for one in matrix.top_confusions(_MOST_CONFUSIONS)
        )
        if confusions:
            parts.append(f"<p>Most frequent mistakes: {safe(confusions)}.</p>")
    if report.pair and len(report.runs[0].class_names) <= LARGEST_TABLE:
        first, second = report.runs
        difference = first.evaluation.matrix.counts - second.evaluation.matrix.counts
        parts += [
            f"<h3>Difference: {safe(first.label)} minus {safe(second.label)}</h3>"
            "<p>Blue: the first has more pictures in the cell; orange: the second has.</p>",
            _matrix(difference, first.class_names, signed=True),
        ]
    return parts


def _matrix(counts: NDArray[np.int64], names: Sequence[str], *, signed: bool = False) -> str:
    # What is right has a scale of its own, as on the page: beside it no mistake would be seen.
    right = np.eye(len(counts), dtype=bool)
    tops = [max(1, int(np.abs(counts[cells]).max(initial=0))) for cells in (right, ~right)]
    largest = max(1, int(np.abs(counts).max(initial=0)))
    head = "".join(f'<th scope="col"><span>{safe(name)}</span></th>' for name in names)
    rows = []
    for true, (name, row) in enumerate(zip(names, counts.tolist(), strict=True)):
        cells = []
        for predicted, value in enumerate(row):
            diagonal = true == predicted
            if not value:
                cells.append("<td></td>")
                continue
            blue = value > 0 if signed else diagonal
            share = abs(value) / (largest if signed else tops[0 if diagonal else 1])
            colour = _faded(ACCENT if blue else MISTAKE, 0.75 * share**0.5)
            words = f"{value:+d}".replace("-", "−") if signed else str(value)
            cells.append(f'<td style="background:{colour}">{words}</td>')
        rows.append(f'<tr><th scope="row">{safe(name)}</th>{"".join(cells)}</tr>')
    return (
        f'<div class="scroll"><table class="matrix"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _classes(runs: Sequence[ReportRun]) -> list[str]:
    same = [run for run in runs if run.class_names == runs[0].class_names]
    if not same:
        return []
    head = ["Class", "Pictures", *(run.label for run in same)]
    rows = []
    for number, name in enumerate(same[0].class_names):
        recalls = [float(run.evaluation.per_class.recall[number]) for run in same]
        count = int(same[0].evaluation.per_class.true_counts[number])
        rows.append([name, f"{count:,}", *("–" if np.isnan(one) else percent(one) for one in recalls)])
    return [
        "<h2>Class by class</h2><p>Recall: of the pictures of a class, the share that was recognised.</p>",
        _table(head, rows, numbers=range(1, len(head))),
    ]


def _pictures(report: Report) -> list[str]:
    if not report.pictures and not report.pictures_note:
        return []
    drawn = "".join(
        f'<figure><img src="{picture.source}" alt="{safe(picture.told)}" title="{safe(picture.told)}">'
        f"<figcaption>{safe(picture.caption)}</figcaption></figure>"
        for picture in report.pictures
    )
    note = f'<p class="note">{safe(report.pictures_note)}</p>' if report.pictures_note else ""
    return [f"<h2>{safe(report.pictures_title)}</h2>{note}", f'<div class="pictures">{drawn}</div>']


def _origin(report: Report) -> list[str]:
    parts = ["<h2>How this was made</h2>"]
    if report.commands:
        parts.append(f"<p>Again:</p><pre>{'<br>'.join(safe(command) for command in report.commands)}</pre>")
    parts.append(_two_columns(report.versions))
    for run in report.runs:
        recipe = _two_columns({"run": run.id} | dict(run.recipe))
        parts.append(f"<details><summary>Recipe of {safe(run.label)}</summary>{recipe}</details>")
    return parts


def _two_columns(rows: Mapping[str, str]) -> str:
    written = (
        f'<tr><th scope="row">{safe(name)}</th><td>{safe(value)}</td></tr>' for name, value in rows.items()
    )
    return f"<table><tbody>{''.join(written)}</tbody></table>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> str:
    def of(number: int) -> str:
        return ' class="number"' if number in numbers else ""

    first = "".join(f'<th scope="col"{of(number)}>{safe(name)}</th>' for number, name in enumerate(head))
    written = (
        "<tr>" + "".join(f"<td{of(number)}>{safe(cell)}</td>" for number, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{first}</tr></thead><tbody>{"".join(written)}</tbody></table></div>'


def _faded(colour: str, opacity: float) -> str:
    channels = ",".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
    return f"rgba({channels},{opacity:.2f})"
