"""A runs folder and its sweeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from cifar_core.runs.store import RunStore
from cifar_core.sweeps.store import SweepStore


@pytest.fixture(autouse=True, scope="session")
def versions_of_tables_are_read_once() -> Iterator[None]:
    """Keep what Alembic has read: for each file Optuna has it run a module for each version that its tables had."""
    read, kept = ScriptDirectory.from_config, dict[str | None, ScriptDirectory]()

    def read_before(config: Config) -> ScriptDirectory:
        place = config.get_main_option("script_location")
        if place not in kept:
            kept[place] = read(config)
        return kept[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptDirectory, "from_config", read_before)
        yield


@pytest.fixture
def runs(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def sweeps(runs: RunStore) -> SweepStore:
    return SweepStore(runs)
