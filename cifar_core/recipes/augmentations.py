"""Ready augmentations by name: what the literature does to pictures of 32×32."""

from cifar_core.errors import ConfigError
from cifar_core.recipes.config import Augmentation

_FLIP_AND_SHIFT = Augmentation(flip=True, translate=4 / 32)  # He et al. 2015, arXiv:1512.03385

AUGMENTATIONS: dict[str, Augmentation] = {
    "none": Augmentation(),
    "standard": _FLIP_AND_SHIFT,
    "alternating": Augmentation(flip="alternating", translate=2 / 32),  # Jordan 2024, arXiv:2404.00498
    "colours": _FLIP_AND_SHIFT.model_copy(update={"colour": 0.4}),
    # RandAugment: Cubuk et al. 2019, arXiv:1909.13719; Cutout: DeVries & Taylor 2017, arXiv:1708.04552.
    "strong": _FLIP_AND_SHIFT.model_copy(update={"rand_augment": 2, "cutout": 16}),
    # MixUp: Zhang et al. 2017, arXiv:1710.09412; CutMix: Yun et al. 2019, arXiv:1905.04899.
    "mixed": _FLIP_AND_SHIFT.model_copy(update={"mixup": 1.0, "cutmix": 1.0}),
}
"""From no change at all to pictures mixed with one another."""


def get_augmentation(name: str) -> Augmentation:
    """Look a ready augmentation up by its name.

    Raises
    ------
    ConfigError
        There is none of that name.
    """
    if name not in AUGMENTATIONS:
        raise ConfigError(
            f"There is no augmentation “{name[:40]}”. Choose one of: {', '.join(AUGMENTATIONS)}; or give "
            "single settings, such as --flip --translate 0.125."
        )
    return AUGMENTATIONS[name]
