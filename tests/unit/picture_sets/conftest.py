"""A small universe: the drawn sample, and three runs of which it is known what they said."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:200", settings)


@pytest.fixture
def universe(settings: Settings, dataset: Dataset) -> Universe:
    """Runs that are wrong on every 4th, 3rd and 2nd test picture; the last was tested in another order."""
    for name, every in (("fourth", 4), ("third", 3), ("second", 2)):
        write_run(settings.runs_dir, f"2026-{name}", dataset, wrong_every=every, name=name.title())
    shuffle(settings.runs_dir / "2026-second" / "predictions.npz")
    return Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)


def shuffle(path: Path) -> None:
    """Write the test predictions of a run in another order; each still tells which picture it is of."""
    with np.load(path) as stored:
        arrays = dict(stored)
    order = np.random.default_rng(1).permutation(len(arrays["test_indices"]))
    for name in ("test_logits", "test_labels", "test_indices"):
        arrays[name] = arrays[name][order]
    np.savez_compressed(path, **arrays)
