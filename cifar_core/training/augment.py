"""Random changes of training pictures, on whole pixels and in NumPy: no interpolation blurs a 32×32 picture."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.training.config import Augmentation


def augment(
    images: NDArray[np.uint8], augmentation: Augmentation, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw a changed copy of each picture.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
    augmentation : Augmentation
        Which changes.
    rng : numpy.random.Generator
        Where the chances come from.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array, or ``images`` itself where nothing is to be changed.
    """
    if augmentation.flip:
        images = random_flip(images, rng)
    if augmentation.translate:
        images = random_translation(images, augmentation.translate, rng)
    return images


def random_flip(images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Mirror each picture left and right with probability one half."""
    mirrored = rng.random(len(images)) < 0.5
    return np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)


def random_translation(
    images: NDArray[np.uint8], fraction: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Shift each picture by whole pixels, up to ``fraction`` of its width each way; edges are reflected."""
    count, height, width, _ = images.shape
    reach = round(fraction * width)
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="reflect")
    top, left = rng.integers(0, 2 * reach + 1, (2, count))
    rows = (top[:, None] + np.arange(height))[:, :, None]
    columns = (left[:, None] + np.arange(width))[:, None, :]
    shifted: NDArray[np.uint8] = padded[np.arange(count)[:, None, None], rows, columns]
    return shifted
