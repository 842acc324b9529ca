"""What is said of the classes below the charts of Compare, and which pictures a bar stands for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cifar_core.charts.per_class import MEASURES, Measure
from cifar_core.picture_sets.expression import Word
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.classes import untested_sentence
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain


def class_remark(group: Sequence[ComparedRun]) -> str | None:
    """Say in Markdown why a class has no bar; ``None`` where all have one.

    Parameters
    ----------
    group : sequence of ComparedRun
        Runs with the same classes.
    """
    first = group[0]
    sentence = untested_sentence(first.data.class_names, first.evaluation.per_class.true_counts)
    return None if sentence is None else plain(sentence)


@dataclass(frozen=True)
class Bar:
    """A bar as a picture set.

    Attributes
    ----------
    label : str
        What it is called in a list.
    expression : str
        Its pictures, most confident first.
    """

    label: str
    expression: str


def set_of_bar(chart: str, group: Sequence[ComparedRun], number: int) -> str:
    """Return the picture set of a bar.

    Misclassified and predicted bars are the pictures that they count; a bar of precision, recall or F1 leads to the
    mistakes that keep it from 100%.

    Parameters
    ----------
    chart : {"precision", "recall", "f1", "misclassified", "predicted"}
        In which chart.
    group : sequence of ComparedRun
        Runs with the same classes, in the order of the bars.
    number : int
        Of the bar, as :mod:`cifar_core.charts.per_class` counts them; beyond the bars of all runs the marks for the
        pictures that there are.
    """
    run_number, label = divmod(number, len(group[0].data.class_names))
    of_class = f"class({Word(group[0].data.class_names[label])})"
    if run_number >= len(group):
        return f"{of_class} and split(test)"
    run = Word(group[run_number].id)
    said = f"said({run}, {Word(group[0].data.class_names[label])})"
    missed, taken = f"{of_class} and wrong({run})", f"{said} and wrong({run})"
    pictures = {
        "recall": missed,
        "misclassified": missed,
        "precision": taken,
        "predicted": said,
        "f1": f"({of_class} or {said}) and wrong({run})",
    }[chart]
    return f"sort({pictures}, confidence({run}), down)"


def list_bars(group: Sequence[ComparedRun], measure: Measure) -> Iterator[Bar]:
    """Yield all bars that have pictures, for the keyboard.

    Parameters
    ----------
    group : sequence of ComparedRun
        Runs with the same classes.
    measure : {"f1", "precision", "recall"}
        The one on screen.
    """
    names = group[0].data.class_names
    for run_number, one in enumerate(group):
        figures = one.evaluation.per_class
        right = figures.true_counts - figures.misclassified
        taken = figures.predicted_counts - right
        counts = {
            "misclassified": figures.misclassified,
            "predicted": figures.predicted_counts,
            measure: {
                "recall": figures.misclassified,
                "precision": taken,
                "f1": figures.misclassified + taken,
            }[measure],
        }
        words = {
            "misclassified": "misclassified",
            "predicted": "predicted",
            measure: f"{MEASURES[measure]}, mistakes",
        }
        for chart, of_classes in counts.items():
            for label, count in enumerate(of_classes.tolist()):
                if count:
                    text = (
                        f"{names[label]}, {words[chart]} · {one.row.label} ({counted(int(count), 'picture')})"
                    )
                    yield Bar(text, set_of_bar(chart, group, run_number * len(names) + label))
