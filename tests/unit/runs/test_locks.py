"""The locks of the runs folder, and what lies in their places and is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs import locks
from cifar_core.runs.locks import changing, claim, is_claimed
from cifar_core.runs.notes import write_notes
from cifar_core.runs.store import RunStore

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_a_run_is_claimed_by_one(store: RunStore) -> None:
    paths = store.create(CONFIG).paths
    assert not is_claimed(paths)
    held = claim(paths)
    assert is_claimed(paths)
    held.release()
    assert not is_claimed(paths)


@pytest.mark.parametrize("place", [Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_lock_of_a_run_is_a_sentence(store: RunStore, place: Callable[[Path], object]) -> None:
    run = store.create(CONFIG)
    store.request_stop(run.id)
    place(run.paths.folder / ".worker.lock")
    assert not is_claimed(run.paths)
    with pytest.raises(RunError, match=r"^The run “.*” cannot be trained: \.worker\.lock in it \(.*\)\."):
        claim(run.paths)
    assert store.resume(run.id).status == "queued"


@pytest.mark.parametrize("place", [Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize(
    "act",
    [
        RunStore.request_stop,
        lambda store, run_id: store.prioritize(run_id, 3),
        lambda store, run_id: write_notes(store, run_id, (), "a note"),
    ],
)
def test_what_is_no_lock_of_the_folder_is_a_sentence(
    store: RunStore, act: Callable[[RunStore, str], object], place: Callable[[Path], object]
) -> None:
    run = store.create(CONFIG)
    place(store.runs_dir / ".changes.lock")
    with pytest.raises(RunError, match=r"^Nothing can be changed in .*: \.changes\.lock \(.*\)\."):
        act(store, run.id)
    assert store.get(run.id).status == "queued"


def test_who_waits_too_long_for_the_folder_is_told(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.create(CONFIG)
    monkeypatch.setattr(locks, "_CHANGES_SECONDS", 0.05)
    with (
        changing(store.runs_dir),
        pytest.raises(RunError, match="Another program is changing a run just now"),
    ):
        store.request_stop(run.id)
    store.request_stop(run.id)
