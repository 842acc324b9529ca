"""A runs folder and its sweeps."""

from pathlib import Path

import pytest

from cifar_core.runs.store import RunStore
from cifar_core.sweeps.store import SweepStore


@pytest.fixture
def runs(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def sweeps(runs: RunStore) -> SweepStore:
    return SweepStore(runs)
