"""What augmentation makes of some training pictures: seen before it is used."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.recipes.config import Augmentation
from cifar_core.remembered import remembered
from cifar_core.training.augment import augment, choose_mirrored, mix

PICTURES = 4
EPOCHS = 5


@dataclass(frozen=True)
class AugmentedView:
    """A row for each of some pictures: itself, then as the first epochs would see it.

    Attributes
    ----------
    images : ndarray of uint8, shape (rows × columns, 32, 32, 3)
        Row by row.
    captions : tuple of str
        Beneath the last row: which epoch each column is.
    columns : int
    sentence : str
        How to read it.
    """

    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    columns: int
    sentence: str


def build_augmented(dataset: Dataset, augmentation: Augmentation, *, seed: int = 0) -> AugmentedView:
    """Augment pictures of different classes as training would do in its first epochs.

    Parameters
    ----------
    dataset : Dataset
        Of its training split, the first pictures of four classes are shown, or of all where there are fewer.
    augmentation : Augmentation
        What the pictures would go through, mixing among each other included.
    seed : int
        Of all random choices, not negative: the same seed shows the same pictures.
    """
    return _augmented(dataset, augmentation.model_dump_json(), seed)


@remembered(most=32)
def _augmented(dataset: Dataset, settings: str, seed: int) -> AugmentedView:
    augmentation = Augmentation.model_validate_json(settings)
    labels = dataset.train.labels
    first_of_class = [int(np.argmax(labels == label)) for label in range(len(dataset.class_names))]
    originals = np.asarray(dataset.train.images[sorted(set(first_of_class))[:PICTURES]])
    targets = np.eye(len(originals), dtype=np.float32)
    first_mirrored = np.random.default_rng(seed).random(len(originals)) < 0.5
    columns = [originals]
    for epoch in range(EPOCHS):
        rng = np.random.default_rng((seed, epoch))
        mirrored = choose_mirrored(augmentation.flip, first_mirrored, epoch, rng)
        pixels, _ = mix(augment(originals, augmentation, rng, mirrored), targets, augmentation, rng)
        columns.append(np.rint(pixels).astype(np.uint8))
    images = np.stack(columns, axis=1).reshape(-1, *originals.shape[1:])
    captions = ("", *map(str, range(1, EPOCHS + 1)))
    blank = ("",) * (len(images) - len(captions))
    return AugmentedView(
        images,
        (*blank, *captions),  # beneath the last row
        len(captions),
        f"Left, training pictures as they are; beside them, as epochs 1 to {EPOCHS} would see them.",
    )
