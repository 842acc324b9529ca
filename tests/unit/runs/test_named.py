"""Which run somebody means who types a part of its id or name."""

from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.named import run_with_weights, runs_named
from cifar_core.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path)
    for run_id, weights in (("2026-first", True), ("2026-second", True), ("2026-second-b", False)):
        run = store.create(TrainingConfig(name="Ours", model="cnn-2conv", data="drawn"), run_id=run_id)
        if weights:
            run.paths.model.write_bytes(b"weights")
    return store


def test_a_part_that_fits_one_run_with_weights_means_it(store: RunStore) -> None:
    assert run_with_weights("FIRST", store).id == "2026-first"
    assert run_with_weights("second", store).id == "2026-second"  # the other one has no weights
    assert run_with_weights("2026-second-b", store).id == "2026-second-b"  # by its whole id even so
    assert len(runs_named("2026", store.list())) == 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026", "2 runs fit “2026”: 2026-first, 2026-second … Write more of the id."),
        ("ours", "2 runs fit “ours”: "),  # by their name
        ("third", "There is no run “third”."),
        ("../first", "../first"),
    ],
)
def test_what_fits_none_or_several_is_told(store: RunStore, name: str, words: str) -> None:
    with pytest.raises(RunError) as caught:
        run_with_weights(name, store)
    assert words in str(caught.value)
