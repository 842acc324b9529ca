"""What a program does to a picture: less contrast, stretched, fewer pixels, JPEG."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.corruptions.chance import Dice, Pictures, each, uniform


def contrast(pictures: Pictures, kept: float, dice: Dice) -> Pictures:
    """Move every value towards the mean of its channel.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    kept : float
        How much is left of its distance to the mean, 0 to 1.
    dice : sequence of numpy.random.Generator
        Not used: there is no chance in it.
    """
    mean = pictures.mean(axis=(1, 2), keepdims=True)
    return np.asarray(mean + np.float32(kept) * (pictures - mean))


def elastic_transform(pictures: Pictures, level: tuple[float, float, float], dice: Dice) -> Pictures:
    """Stretch and shear a picture, and every small part of it somewhere else.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple of float
        How far the parts are moved, how large they are (the deviation of a Gaussian), and how far three points, from
        which the whole is stretched, are moved at most; in pixels.
    dice : sequence of numpy.random.Generator
        One for each picture.

    References
    ----------
    P. Y. Simard, D. Steinkraus, J. C. Platt, "Best practices for convolutional neural networks applied to visual
    document analysis", ICDAR 2003, doi:10.1109/ICDAR.2003.1227801.
    """
    far, size, whole = level
    side = pictures.shape[1]
    middle, third = side // 2, side // 3
    points = np.array(
        [[middle + third] * 2, [middle + third, middle - third], [middle - third] * 2], np.float32
    )
    moved = points + uniform(dice, (3, 2), -whole, whole)
    parts = uniform(dice, (side, side, 2), -1, 1)
    here = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).astype(np.float32)
    changed = np.empty_like(pictures)
    for place, picture, to, part in zip(changed, pictures, moved, parts, strict=True):
        at = here if far == 0 else here + np.float32(far) * _smooth(part, size)
        back = cv2.getAffineTransform(to, points).astype(np.float32)
        across, down = np.moveaxis(at @ back[:, :2].T + back[:, 2], -1, 0).copy()
        place[...] = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return changed


def _smooth(field: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    size = 2 * int(3 * deviation + 0.5) + 1
    return np.asarray(cv2.GaussianBlur(field, (size, size), deviation, borderType=cv2.BORDER_REFLECT))


def pixelate(pictures: Pictures, share: float, dice: Dice) -> Pictures:
    """Make a picture smaller by the mean of areas, and large again in hard pixels.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    share : float
        Of its side that is left, 0 to 1.
    dice : sequence of numpy.random.Generator
        Not used: there is no chance in it.
    """
    side = pictures.shape[1]
    small = (int(side * share),) * 2

    def one(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        shrunk = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(shrunk, (side, side), interpolation=cv2.INTER_NEAREST_EXACT))

    return each(one, pictures)


def jpeg_compression(pictures: Pictures, quality: int, dice: Dice) -> Pictures:
    """Save a picture as JPEG and read it again.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    quality : int
        Of the JPEG, 1 to 100.
    dice : sequence of numpy.random.Generator
        Not used: there is no chance in it.
    """

    def one(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        _, file = cv2.imencode(
            ".jpg", picture[..., ::-1].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality]
        )
        return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.float32)[..., ::-1]

    return each(one, pictures)
