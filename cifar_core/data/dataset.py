"""What the rest of the project knows of a data set."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.reading import FOLDER_SOURCE, OWN_SOURCE, Preparation, ReadingReport
from cifar_core.errors import DataError
from cifar_core.names import check_name, visible

LONGEST_CLASS_NAME = 100

SplitName = Literal["train", "test"]

SPLIT_NAMES: dict[SplitName, str] = {"train": "training", "test": "test"}
"""What the pictures of a split are called."""


def names_drawn_sample(key: str) -> bool:
    """Tell whether a key names the built-in sample, ``"drawn"`` or ``"drawn:N"``, and not a file or folder.

    Parameters
    ----------
    key : str
        As :attr:`Dataset.key` has it.
    """
    return key == "drawn" or key.startswith("drawn:")


@dataclass(frozen=True)
class Split:
    """Pictures and labels of one split.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, 32, 32, 3)
        RGB pictures; usually a read-only memory map.
    labels : ndarray of int64, shape (N,)
        Class index of each picture, ``0 <= label < len(class_names)``.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """Two splits of labelled 32×32 pictures and where they came from.

    Attributes
    ----------
    key : str
        Opens the same data set again: ``"drawn"``, ``"cifar10"``, ``"cifar100"``, ``"cifar100-coarse"`` or a path.
    name : str
        Name to show, such as ``"CIFAR-10"``.
    class_names : tuple of str
        The index is the label.
    train, test : Split
        The two splits.
    source : str
        Where the pictures came from, as a phrase to show.
    verified : bool
        Whether the bytes are known to be the official ones.
    fingerprint : str
        First 16 hexadecimal digits of a SHA-256 over class names, pictures and labels of both splits.
        Two data sets with one fingerprint hold the same pictures in the same order.
    preparation : Preparation or None
        How pictures of any size were made 32×32; ``None`` where they were so from the beginning.
    report : ReadingReport
        What was left out or changed while the files were read.

    Raises
    ------
    DataError
        A class has a name that cannot be shown, or two have the same.
    """

    key: str
    name: str
    class_names: tuple[str, ...]
    train: Split
    test: Split
    source: str
    verified: bool
    fingerprint: str
    preparation: Preparation | None = None
    report: ReadingReport = field(default_factory=ReadingReport)

    def __post_init__(self) -> None:
        """See to it that the names can be shown: they come from folders and files."""
        names = []
        for name in self.class_names:
            try:
                names.append(check_name(name, LONGEST_CLASS_NAME))
            except ValueError as problem:
                raise DataError(
                    f"The class “{visible(name, 40)}” of {visible(self.name, 80)} cannot be used: {problem}."
                ) from None
        if len(set(names)) < len(names):
            raise DataError(
                f"Two classes of {visible(self.name, 80)} have the same name. Rename one of them."
            )
        object.__setattr__(self, "class_names", tuple(names))
        object.__setattr__(self, "name", visible(self.name, 200))

    @property
    def is_drawn(self) -> bool:
        """Whether it is the built-in sample: drawn by this project, not CIFAR-10."""
        return names_drawn_sample(self.key)

    @property
    def is_own(self) -> bool:
        """Whether the pictures are somebody’s own, not a copy of CIFAR."""
        return self.source in (FOLDER_SOURCE, OWN_SOURCE)

    def split(self, name: SplitName) -> Split:
        """Return the split called ``name``.

        Parameters
        ----------
        name : {"train", "test"}
            Which of the two.
        """
        return self.train if name == "train" else self.test
