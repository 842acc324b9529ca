"""Whether a network can be trained on a data set: one judgement, for the page, the command line and the run itself."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.balance import is_unbalanced
from cifar_core.data.dataset import Dataset
from cifar_core.data.splits import divided_counts
from cifar_core.errors import DataError
from cifar_core.names import visible
from cifar_core.recipes.config import Recipe
from cifar_core.words.classes import name_list
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent

FEW_VALIDATED = 20
"""With fewer pictures held out each of them is more than five points of accuracy."""


def check_trainable(dataset: Dataset, recipe: Recipe) -> tuple[str, ...]:
    """Judge a data set before a training begins.

    Parameters
    ----------
    dataset : Dataset
        What is to be trained on.
    recipe : Recipe
        Its validation share, training share and batch size count.

    Returns
    -------
    tuple of str
        What somebody should know who trains on it all the same, in sentences; none for a usual set.

    Raises
    ------
    DataError
        There is a single class, or no picture could be held out to validate with.
    """
    check_classes(dataset)
    counts = np.bincount(dataset.train.labels, minlength=len(dataset.class_names))
    training, validated = divided_counts(
        counts, validation_fraction=recipe.validation_fraction, training_share=recipe.training_share
    )
    check_validation(dataset, int(validated.sum()))
    remarks = [
        _one_step(int(training.sum()), recipe.batch_size),
        _not_validated(dataset.class_names, counts, validated),
        _few_validated(int(validated.sum())),
        _imbalance(dataset.class_names, counts),
    ]
    return tuple(remark for remark in remarks if remark)


def check_classes(dataset: Dataset) -> None:
    """See to it that there is something to tell apart.

    Raises
    ------
    DataError
        There is a single class.
    """
    if len(dataset.class_names) < 2:
        raise DataError(
            f"All pictures of {dataset.name} are of one class, {visible(dataset.class_names[0], 80)}: there is nothing "
            "to tell apart. Add pictures of a second class."
        )


def check_validation(dataset: Dataset, held_out: int) -> None:
    """See to it that there is something to validate with.

    Parameters
    ----------
    dataset : Dataset
        What is to be trained on.
    held_out : int
        How many of its training pictures are held out for validation.

    Raises
    ------
    DataError
        None.
    """
    if not held_out:
        raise DataError(
            f"{dataset.name} has one training picture of each class, so none can be held out to validate with. "
            "Add pictures: at least two of a class, better ten of each."
        )


def _one_step(training: int, batch_size: int) -> str | None:
    if training >= batch_size:
        return None
    return (
        f"{counted(training, 'picture')} to train with, fewer than the batch size of {batch_size:,}: each epoch is "
        "a single step. A smaller batch size gives more of them."
    )


def _not_validated(
    names: tuple[str, ...], counts: NDArray[np.int64], validated: NDArray[np.int64]
) -> str | None:
    missing = [name for name, count, held in zip(names, counts, validated, strict=True) if count and not held]
    if not missing:
        return None
    return f"Validation says nothing of {name_list(missing)}: with one training picture of a class none is held out."


def _few_validated(count: int) -> str | None:
    if count >= FEW_VALIDATED:
        return None
    return f"{counted(count, 'picture')} held out for validation: each of them is {100 / count:.0f} points of accuracy."


def _imbalance(names: tuple[str, ...], counts: NDArray[np.int64]) -> str | None:
    if not is_unbalanced(counts):
        return None
    most, fewest = int(counts.argmax()), int(counts.argmin())
    largest = counted(int(counts[most]), "training picture")
    return (
        f"Class imbalance: {names[most]} has {largest}, {names[fewest]} {counts[fewest]:,}. The same share of each "
        f"class is held out for validation. A network that always says “{names[most]}” is right on "
        f"{percent(counts[most] / counts.sum(), 0)} of them: look at balanced accuracy too, in which each class counts "
        "the same."
    )
