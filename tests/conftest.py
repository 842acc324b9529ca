"""What all tests share."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_core.settings import Settings


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Return as soon as ``condition()`` holds; fail when it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds:g} seconds"
        time.sleep(0.02)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose every place is a folder of this test."""
    return Settings(
        data=None,
        runs_dir=tmp_path / "runs",
        trained_dir=tmp_path / "trained",
        cache_dir=tmp_path / "cache",
        keras_dir=tmp_path / "keras",
    )
