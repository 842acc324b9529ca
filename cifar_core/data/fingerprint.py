"""A short name for exactly these pictures, labels and class names."""

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from cifar_core.data.dataset import Split


def fingerprint(class_names: Sequence[str], train: Split, test: Split) -> str:
    """Fingerprint two splits, the same whatever layout they were read from.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    train, test : Split
        The splits; their order and the order of their pictures count.

    Returns
    -------
    str
        First 16 hexadecimal digits of the SHA-256 over the class names (as JSON), then for each split its
        shape, its pictures and its labels (little-endian int64).
    """
    digest = hashlib.sha256(json.dumps(list(class_names)).encode())
    for split in (train, test):
        digest.update(json.dumps(split.images.shape).encode())
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(np.ascontiguousarray(split.labels, dtype="<i8").data)
    return digest.hexdigest()[:16]
