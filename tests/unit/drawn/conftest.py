"""Here every picture is really drawn."""

from collections.abc import Callable
from typing import Any

import pytest

from cifar_core import drawn


@pytest.fixture(autouse=True)
def drawn_anew(each_picture_is_drawn_once: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what keeps the pictures of all other tests."""
    monkeypatch.setattr(drawn, "draw_split", each_picture_is_drawn_once)
