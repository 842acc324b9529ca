"""The preview shows what training would do."""

from typing import Any

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.recipes.config import Augmentation
from cifar_core.settings import Settings
from cifar_core.views.train.augmentation import EPOCHS, PICTURES, build_augmented

EACH: dict[str, Any] = {
    "flip": "alternating",
    "translate": 0.2,
    "rotate": 30,
    "colour": 0.5,
    "rand_augment": 3,
    "cutout": 12,
    "mixup": 1.0,
    "cutmix": 1.0,
}


@pytest.mark.parametrize("name", EACH)
def test_each_kind_of_change_is_seen(settings: Settings, name: str) -> None:
    dataset = open_dataset("drawn:40", settings)
    view = build_augmented(dataset, Augmentation.model_validate({name: EACH[name]}))
    assert view.columns == 1 + EPOCHS
    rows = view.images.reshape(PICTURES, view.columns, 32, 32, 3)
    changed = (rows[:, 1:] != rows[:, :1]).any((2, 3, 4))
    assert changed.sum() >= PICTURES
    np.testing.assert_array_equal(
        view.images, build_augmented(dataset, Augmentation.model_validate({name: EACH[name]})).images
    )


def test_every_field_that_switches_a_change_on_is_tried_here() -> None:
    assert set(EACH) == set(Augmentation.model_fields) - {"rand_augment_magnitude"}


def test_without_changes_all_columns_are_the_original(settings: Settings) -> None:
    view = build_augmented(open_dataset("drawn:40", settings), Augmentation())
    rows = view.images.reshape(PICTURES, view.columns, 32, 32, 3)
    assert (rows == rows[:, :1]).all()
