"""In which order many classes stand in a confusion matrix, so that what is confused stands together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.labels import CIFAR100_SUPERCLASSES

MOST_CLUSTERED = 300
"""Clustering more classes than this takes seconds."""


@dataclass(frozen=True)
class ClassOrder:
    """An order of the classes.

    Attributes
    ----------
    labels : tuple of int
        The label of each row from the top; each label once.
    groups : tuple of (str, int)
        Names and sizes of the groups in this order; none where the classes have no named groups.
    """

    labels: tuple[int, ...]
    groups: tuple[tuple[str, int], ...] = ()

    @property
    def places(self) -> NDArray[np.int64]:
        """The row of each label, shape (C,)."""
        return np.argsort(self.labels).astype(np.int64)


def group_order(class_names: Sequence[str]) -> ClassOrder | None:
    """Put classes of CIFAR-100 in the order of its superclasses; ``None`` where there are any others among them.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label; capitals, underscores and hyphens make no difference.
    """
    plain = [name.lower().replace("_", " ").replace("-", " ") for name in class_names]
    labels = {name: label for label, name in enumerate(plain)}
    found = {
        group: [labels[name] for name in names if name in labels]
        for group, names in CIFAR100_SUPERCLASSES.items()
    }
    order = tuple(label for group in found.values() for label in group)
    if len(order) != len(plain):
        return None
    return ClassOrder(order, tuple((group, len(of_group)) for group, of_group in found.items() if of_group))


def confusion_order(counts: NDArray[np.int64]) -> ClassOrder | None:
    """Put classes that are confused often beside each other, by hierarchical clustering of the confusions.

    How near two classes are is the mean of the shares of each that are taken for the other. Clusters are joined by
    average linkage, and their leaves stand in the order in which neighbours are nearest (optimal leaf ordering).

    Parameters
    ----------
    counts : ndarray of int64, shape (C, C)
        Rows are true classes; of several runs the sum.

    Returns
    -------
    ClassOrder or None
        ``None`` where no picture was taken for another class, where there are fewer than three classes, or more than
        :data:`MOST_CLUSTERED`.

    References
    ----------
    Z. Bar-Joseph, D. K. Gifford, T. S. Jaakkola, "Fast optimal leaf ordering for hierarchical clustering",
    Bioinformatics 17 (2001), doi:10.1093/bioinformatics/17.suppl_1.S22.
    """
    classes = len(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    near = (shares + shares.T) / 2
    np.fill_diagonal(near, 0)
    if not 3 <= classes <= MOST_CLUSTERED or not near.any():
        return None
    from scipy.cluster.hierarchy import leaves_list, linkage  # takes a second to import

    rows, columns = np.triu_indices(classes, 1)
    tree = linkage(1 - near[rows, columns], method="average", optimal_ordering=True)
    return ClassOrder(tuple(leaves_list(tree).tolist()))
