"""What the rest of the project knows of a data set."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SplitName = Literal["train", "test"]


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
    """

    key: str
    name: str
    class_names: tuple[str, ...]
    train: Split
    test: Split
    source: str
    verified: bool
    fingerprint: str

    def split(self, name: SplitName) -> Split:
        """Return the split called ``name``."""
        return self.train if name == "train" else self.test
