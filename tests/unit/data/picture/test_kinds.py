"""Every kind of picture becomes the pixels that a person sees, and what was changed is said."""

import numpy as np
import pytest

from cifar_core.data.picture.decode import decode_image
from tests.pictures import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_pixels_and_notes(name: str) -> None:
    kind = KINDS[name]
    picture = decode_image(kind.data, ending=kind.ending)
    assert picture.rgb.shape == kind.rgb.shape
    assert np.abs(picture.rgb.astype(int) - kind.rgb).max() <= kind.tolerance
    assert picture.changes == kind.changes
