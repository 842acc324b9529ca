"""The fifteen kinds of CIFAR-10-C by name, each in five severities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.corruptions import blur, digital, noise, weather
from cifar_core.corruptions.chance import Dice, Pictures, dice_of
from cifar_core.errors import ConfigError

SEVERITIES = range(1, 6)
"""1 is hardly seen, 5 is what a person still recognises."""

_PICTURES_AT_ONCE = 500  # what is drawn for them stays below 50 MB


@dataclass(frozen=True)
class Kind:
    """One kind of corruption.

    Attributes
    ----------
    name : str
        As CIFAR-10-C calls its files.
    title : str
        As it is shown.
    group : {"noise", "blur", "weather", "digital"}
        What it belongs to.
    change : callable
        Changes pictures (N, 32, 32, 3) of 0 to 255, at a level, with chance.
    levels : tuple
        What ``change`` is given at severity 1 to 5.
    """

    name: str
    title: str
    group: str
    change: Callable[[Pictures, Any, Dice], Pictures]
    levels: tuple[Any, ...]

    @property
    def phrase(self) -> str:
        """As it stands within a sentence: ``"glass blur"``, ``"Gaussian noise"``."""
        return self.title if self.title.startswith(("Gaussian", "JPEG")) else self.title.lower()


_ROWS = (
    Kind("gaussian_noise", "Gaussian noise", "noise", noise.gaussian_noise, (0.04, 0.06, 0.08, 0.09, 0.10)),
    Kind("shot_noise", "Shot noise", "noise", noise.shot_noise, (500, 250, 100, 75, 50)),
    Kind("impulse_noise", "Impulse noise", "noise", noise.impulse_noise, (0.01, 0.02, 0.03, 0.05, 0.07)),
    Kind(
        "defocus_blur", "Defocus blur", "blur", blur.defocus_blur,
        ((0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)),
    ),
    Kind(
        "glass_blur", "Glass blur", "blur", blur.glass_blur,
        ((0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)),
    ),
    Kind("motion_blur", "Motion blur", "blur", blur.motion_blur, ((6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5))),
    Kind("zoom_blur", "Zoom blur", "blur", blur.zoom_blur, (1.05, 1.10, 1.15, 1.20, 1.25)),
    Kind(
        "snow", "Snow", "weather", weather.snow,
        (
            (0.1, 0.2, 1, 0.6, 8, 3, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9), (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
            (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85), (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
        ),
    ),
    Kind(
        "frost", "Frost", "weather", weather.frost, ((1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45))
    ),
    Kind("fog", "Fog", "weather", weather.fog, ((0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75))),
    Kind("brightness", "Brightness", "weather", weather.brightness, (0.05, 0.1, 0.15, 0.2, 0.3)),
    Kind("contrast", "Contrast", "digital", digital.contrast, (0.75, 0.5, 0.4, 0.3, 0.15)),
    Kind(
        "elastic_transform", "Elastic transform", "digital", digital.elastic_transform,
        ((0, 0, 2.56), (1.6, 6.4, 2.24), (2.56, 1.92, 1.92), (3.2, 1.28, 1.6), (3.2, 0.96, 0.96)),
    ),
    Kind("pixelate", "Pixelate", "digital", digital.pixelate, (0.95, 0.9, 0.85, 0.75, 0.65)),
    Kind("jpeg_compression", "JPEG compression", "digital", digital.jpeg_compression, (80, 65, 58, 50, 40)),
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ROWS})
"""All of them by name, in the paper's order."""


def get_kind(name: str) -> Kind:
    """Look a kind up by its name.

    Raises
    ------
    ConfigError
        There is none of that name.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise ConfigError(f"There is no corruption “{name}”. Choose one of: {', '.join(KINDS)}.") from None


def corrupt(
    pictures: NDArray[np.uint8],
    name: str,
    severity: int,
    *,
    numbers: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> NDArray[np.uint8]:
    """Corrupt pictures; the same picture, kind, severity and seed always give the same pixels.

    The levels are those of the paper's CIFAR-10-C. Ours differs from it in this: the ice of frost is drawn, not
    photographed; motion and zoom are interpolated between pixels; the pixels of glass blur are swapped in all
    directions; an elastic transform is interpolated once; values are rounded, not cut off.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, 32, 32, 3)
        RGB pictures; left as they are.
    name : str
        One of :data:`KINDS`.
    severity : int
        1 to 5.
    numbers : ndarray of int64, shape (N,), optional
        Of the pictures in their data set: chance is drawn for each by its number, whichever pictures come with it.
        0 to N − 1 where not given.
    seed : int
        Another one for another draw.

    Returns
    -------
    ndarray of uint8, shape (N, 32, 32, 3)

    Raises
    ------
    ConfigError
        There is no such kind or severity.

    References
    ----------
    D. Hendrycks, T. Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations",
    ICLR 2019, arXiv:1903.12261.
    """
    kind = get_kind(name)
    if severity not in SEVERITIES:
        raise ConfigError(f"There is no severity {severity}. Choose 1 to 5.")
    level = kind.levels[severity - 1]
    of = np.arange(len(pictures)) if numbers is None else numbers
    changed = np.empty_like(pictures)
    for start in range(0, len(pictures), _PICTURES_AT_ONCE):
        part = slice(start, start + _PICTURES_AT_ONCE)
        values = kind.change(pictures[part].astype(np.float32), level, dice_of(of[part], seed))
        changed[part] = np.floor(np.clip(values, 0, 255) + 0.5)
    return changed
