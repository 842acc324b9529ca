"""Random changes of training pictures, in NumPy and OpenCV: a picture stays a picture of its class.

Each takes and returns ``uint8`` pictures of shape (N, height, width, 3); the two that mix pictures of different
classes return the mixed targets too.
"""

import numpy as np
from numpy.typing import NDArray

from cifar_core.recipes.config import Augmentation
from cifar_core.training.geometry import Images, rotated, shifted
from cifar_core.training.rand_augment import rand_augment

Targets = NDArray[np.float32]


def augment(
    images: Images, augmentation: Augmentation, rng: np.random.Generator, mirrored: NDArray[np.bool_]
) -> Images:
    """Draw a changed copy of each picture.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255; they stay as they are.
    augmentation : Augmentation
        Which changes.
    rng : numpy.random.Generator
        Where the chances come from.
    mirrored : ndarray of bool, shape (N,)
        Which pictures are mirrored (:func:`choose_mirrored`).

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array, or ``images`` itself where nothing is to be changed.
    """
    if mirrored.any():
        plain, images = images, images.copy()
        images[mirrored] = plain[mirrored, :, ::-1]
    if augmentation.rotate:
        images = random_rotation(images, augmentation.rotate, rng)
    if augmentation.translate:
        images = shifted(images, *choose_shift(augmentation.translate, images.shape[2], len(images), rng))
    if augmentation.colour:
        images = random_colour(images, augmentation.colour, rng)
    if augmentation.rand_augment:
        images = rand_augment(images, augmentation.rand_augment, augmentation.rand_augment_magnitude, rng)
    if augmentation.cutout:
        images = random_cutout(images, augmentation.cutout, rng)
    return images


def mix(
    images: Images, targets: Targets, augmentation: Augmentation, rng: np.random.Generator
) -> tuple[NDArray[np.float32], Targets]:
    """Mix each picture and its target with those of another picture of the batch.

    Where both MixUp and CutMix are asked for, a coin decides for each batch.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    targets : ndarray of float32, shape (N, classes)
        Rows sum to 1.
    augmentation : Augmentation
        Its ``mixup`` and ``cutmix``: alpha of each one's Beta distribution, 0 where it is off.
    rng : numpy.random.Generator
        Where the chances come from; it is advanced.

    Returns
    -------
    ndarray of float32, shape (N, height, width, 3)
        Pixels 0–255.
    ndarray of float32, shape (N, classes)
    """
    pixels = images.astype(np.float32)
    methods = [method for method in ("mixup", "cutmix") if getattr(augmentation, method)]
    if not methods:
        return pixels, targets
    chosen = methods[0] if len(methods) == 1 else methods[int(rng.integers(2))]
    alpha = getattr(augmentation, chosen)
    partners = rng.permutation(len(images))
    if chosen == "mixup":
        share = np.float32(rng.beta(alpha, alpha))
        pixels = share * pixels + (1 - share) * pixels[partners]
    else:
        share, rows, columns = _random_box(
            images.shape[1], images.shape[2], float(rng.beta(alpha, alpha)), rng
        )
        mixed = pixels.copy()
        mixed[:, rows, columns] = pixels[partners][:, rows, columns]
        pixels = mixed
    return pixels, share * targets + (1 - share) * targets[partners]


def choose_mirrored(
    flip: bool | str, first: NDArray[np.bool_], epoch: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Decide which pictures of a batch are mirrored.

    Parameters
    ----------
    flip : bool or str
        ``True``: each with probability one half. ``"alternating"``: as in the first epoch, and the other way round
        in every second one, so that two epochs show each picture both ways (Jordan 2024, arXiv:2404.00498).
    first : ndarray of bool, shape (N,)
        Which pictures were mirrored in the first epoch.
    epoch : int
        Counted from 0.
    rng : numpy.random.Generator
        Asked only where ``flip`` is ``True``.
    """
    if flip == "alternating":
        return first ^ bool(epoch % 2)
    return rng.random(len(first)) < 0.5 if flip else np.zeros(len(first), bool)


def choose_shift(fraction: float, width: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw how far each of some pictures is moved, all shifts up to the largest equally likely.

    Parameters
    ----------
    fraction : float
        Largest shift either way as a share of the width, 0 to 0.5; rounded to whole pixels.
    width : int
        Of a picture, in pixels.
    count : int
        How many pictures.
    rng : numpy.random.Generator
        Where the chances come from; it is advanced.

    Returns
    -------
    ndarray of int64, shape (2, count)
        Pixels down and to the right; negative ones are up and to the left.
    """
    reach = round(fraction * width)
    return reach - rng.integers(0, 2 * reach + 1, (2, count))


def random_rotation(images: Images, degrees: float, rng: np.random.Generator) -> Images:
    """Turn each picture about its centre by a random angle; edges are reflected.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    degrees : float
        Largest turn either way, 0 to 180.
    rng : numpy.random.Generator
        Where the chances come from; it is advanced.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array.
    """
    return rotated(images, rng.uniform(-degrees, degrees, len(images)))


def random_colour(images: Images, strength: float, rng: np.random.Generator) -> Images:
    """Change brightness, contrast and saturation of each picture by three random factors.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    strength : float
        0 to 1: each factor lies between 1 - strength and 1 + strength.
    rng : numpy.random.Generator
        Where the chances come from; it is advanced.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array; what would lie beyond 0 or 255 is set to that.
    """
    brightness, contrast, saturation = rng.uniform(1 - strength, 1 + strength, (3, len(images), 1, 1, 1))
    pixels = images * brightness
    pixels = (pixels - pixels.mean((1, 2, 3), keepdims=True)) * contrast + pixels.mean(
        (1, 2, 3), keepdims=True
    )
    grey = pixels.mean(3, keepdims=True)
    pixels = grey + (pixels - grey) * saturation
    changed: Images = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    return changed


def random_cutout(images: Images, size: int, rng: np.random.Generator) -> Images:
    """Fill a square of ``size`` pixels of each picture with its mean colour; at the edge part of it falls outside.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    size : int
        Side of the square in pixels, 1 or more. Its middle lies anywhere in the picture.
    rng : numpy.random.Generator
        Where the chances come from; it is advanced.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array.

    References
    ----------
    DeVries & Taylor 2017, arXiv:1708.04552.
    """
    count, height, width, _ = images.shape
    top = rng.integers(0, height, (count, 1)) - size // 2
    left = rng.integers(0, width, (count, 1)) - size // 2
    rows, columns = np.arange(height), np.arange(width)
    in_rows = (rows >= top) & (rows < top + size)
    in_columns = (columns >= left) & (columns < left + size)
    hole = in_rows[:, :, None] & in_columns[:, None, :]
    mean = np.rint(images.mean((1, 2), keepdims=True)).astype(np.uint8)
    return np.where(hole[..., None], mean, images)


def _random_box(
    height: int, width: int, share: float, rng: np.random.Generator
) -> tuple[np.float32, slice, slice]:
    """Draw where the other picture shows; return the share of this one that is left, and the box."""
    side = np.sqrt(1.0 - share)
    half_height, half_width = side * height / 2, side * width / 2
    middle_row, middle_column = rng.uniform(0, height), rng.uniform(0, width)
    rows = slice(max(0, round(middle_row - half_height)), min(height, round(middle_row + half_height)))
    columns = slice(max(0, round(middle_column - half_width)), min(width, round(middle_column + half_width)))
    area = (rows.stop - rows.start) * (columns.stop - columns.start)
    return np.float32(1.0 - area / (height * width)), rows, columns
