"""What is said of the classes below the charts of Compare."""

from collections.abc import Sequence

from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.classes import untested_sentence
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
