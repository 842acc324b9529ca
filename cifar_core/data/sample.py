"""The built-in drawn sample as a data set."""

import hashlib
from pathlib import Path

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.errors import DataError
from cifar_core.labels import CIFAR10_CLASSES

NAME = "Drawn sample"
DEFAULT_TRAIN = 2000
_LARGEST = 200_000  # pictures; about four minutes of drawing
_DRAWING_CODE = Path(__file__).parent.parent / "drawn"


def sample_size(key: str) -> int:
    """Return the number of training pictures that ``"drawn"`` or ``"drawn:10000"`` asks for.

    Raises
    ------
    DataError
        When the number is not allowed.
    """
    _, colon, number = key.partition(":")
    if not colon:
        return DEFAULT_TRAIN
    if not number.isdecimal() or not 40 <= int(number) <= _LARGEST:
        raise DataError(
            f"“{key}” asks for no possible number of drawn pictures. "
            f"Write “drawn” or “drawn:N” with N from 40 to {_LARGEST:,}."
        )
    return int(number)


def drawing_state() -> str:
    """Describe the drawing code: changes whenever the pictures might."""
    digest = hashlib.sha256()
    for file in sorted(_DRAWING_CODE.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def draw_sample(key: str) -> Dataset:
    """Draw the sample into memory: ``"drawn"`` 2,000 + 500 pictures, ``"drawn:N"`` N and a quarter of N."""
    from cifar_core.drawn import drawn_arrays

    count = sample_size(key)
    train_images, train_labels, test_images, test_labels = drawn_arrays(train=count, test=count // 4)
    train, test = Split(train_images, train_labels), Split(test_images, test_labels)
    return Dataset(
        key=key,
        name=NAME if count == DEFAULT_TRAIN else f"{NAME} ({count:,})",
        class_names=CIFAR10_CLASSES,
        train=train,
        test=test,
        source="drawn by this project itself; not CIFAR-10",
        verified=False,
        fingerprint=fingerprint(CIFAR10_CLASSES, train, test),
    )
