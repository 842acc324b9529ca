"""In which order Compare's matrices show their classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.matrix_grid import LARGEST_WITH_NUMBERS
from cifar_core.evaluation.class_order import ClassOrder, confusion_order, group_order
from cifar_core.views.compare.page import ComparedRun, CompareView

GROUPED, LISTED = "grouped", "as listed"
"""What can be chosen where classes are many."""

BY_GROUP = "The classes stand in the order of CIFAR-100's twenty superclasses, parted by lines."
BY_CONFUSION = (
    "Classes that are often confused stand side by side (hierarchical clustering, average linkage)."
)


def can_be_ordered(view: CompareView) -> bool:
    """Tell whether a matrix on the page has so many classes that their order is worth a choice."""
    return any(len(one.data.class_names) > LARGEST_WITH_NUMBERS for one in view.compared)


def matrix_order(one: ComparedRun, view: CompareView) -> ClassOrder | None:
    """Find the order of classes in the matrix of a run, the same for all runs on the page that know these classes.

    Parameters
    ----------
    one : ComparedRun
        Which run.
    view : CompareView
        The page.

    Returns
    -------
    ClassOrder or None
        ``None`` where the order of the labels is as good as any.
    """
    names = one.data.class_names
    alike = [other.evaluation.matrix.counts for other in view.compared if other.data.class_names == names]
    return order_of_classes(names, sum(alike[1:], alike[0]))


def order_of_classes(class_names: Sequence[str], counts: NDArray[np.int64]) -> ClassOrder | None:
    """Find an order of many classes: by group, else by how often they are confused.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    counts : ndarray of int64, shape (C, C)
        Rows are true classes; of several runs the sum.

    Returns
    -------
    ClassOrder or None
        ``None`` where the order of the labels is as good as any.
    """
    if len(class_names) <= LARGEST_WITH_NUMBERS:
        return None
    return group_order(class_names) or confusion_order(counts)


def order_sentences(orders: Sequence[ClassOrder | None]) -> tuple[str, ...]:
    """Say by what the matrices on the page are ordered; nothing where they are as the labels are.

    Parameters
    ----------
    orders : sequence of ClassOrder or None
        Of the matrices.
    """
    told = (BY_GROUP if order.groups else BY_CONFUSION for order in orders if order is not None)
    return tuple(dict.fromkeys(told))


def axis_names(class_names: Sequence[str], order: ClassOrder | None) -> list[str]:
    """Return the classes as they stand on the axes of a matrix.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    order : ClassOrder or None
        Of the matrix.
    """
    return [class_names[label] for label in (range(len(class_names)) if order is None else order.labels)]
