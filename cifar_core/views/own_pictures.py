"""What the pages show of somebody's own pictures before they are taken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.views.home import picture_strip
from cifar_core.words.classes import name_list, untested_sentence
from cifar_core.words.counts import counted

MOST_NAMED = 20


@dataclass(frozen=True)
class Preview:
    """A data set that could be taken.

    Attributes
    ----------
    sentence : str
        How many pictures of which classes.
    remarks : tuple of str
        What was left out, changed or guessed, and what is missing.
    strip : ndarray of uint8, shape (h, w, 3)
        The first test pictures of each class, side by side.
    """

    sentence: str
    remarks: tuple[str, ...]
    strip: NDArray[np.uint8]


def build_preview(dataset: Dataset) -> Preview:
    """Count the pictures and say what was done with them."""
    report, tested = dataset.report, np.bincount(dataset.test.labels, minlength=len(dataset.class_names))
    remarks = (
        *report.remarks,
        report.left_out_sentence,
        *(f"{change}." for change in report.changed),
        untested_sentence(dataset.class_names, tested),
    )
    return Preview(
        f"{len(dataset.train):,} training and {counted(len(dataset.test), 'test picture')} of "
        f"{counted(len(dataset.class_names), 'class')}: {name_list(dataset.class_names, MOST_NAMED)}.",
        tuple(dict.fromkeys(filter(None, remarks))),
        picture_strip(dataset),
    )
