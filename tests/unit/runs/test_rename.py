"""A run gets another name; its id stays."""

from pathlib import Path

import psutil
import pytest

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import write_first_heartbeat
from cifar_core.runs.rename import rename_run
from cifar_core.runs.store import RunStore
from tests.fake_runs import change

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", tmp_path / "trained")


@pytest.mark.parametrize("status", ["queued", "finished", "stopped", "failed"])
def test_only_the_name_changes(store: RunStore, status: str) -> None:
    run = change(store, store.create(CONFIG), status=status)
    assert rename_run(store, run.id, "  lr 0.003 ") == "lr 0.003"
    renamed = store.get(run.id)
    assert renamed.name == "lr 0.003"
    assert run.record is not None
    assert renamed.record == run.record.model_copy(
        update={"config": CONFIG.model_copy(update={"name": "lr 0.003"})}
    )


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "turned\u202e", "two\nlines"])
def test_a_name_that_cannot_be_shown_is_refused(store: RunStore, name: str) -> None:
    run = store.create(CONFIG)
    with pytest.raises(RunError, match="The name cannot be used: it"):
        rename_run(store, run.id, name)
    assert store.get(run.id) == run


def test_a_run_in_training_keeps_its_name_until_it_has_ended(store: RunStore) -> None:
    begun, running = store.create(CONFIG), change(store, store.create(CONFIG), status="running")
    write_first_heartbeat(begun.paths.heartbeat, psutil.Process())
    for run in (begun, running):
        with pytest.raises(RunError, match=r"is being trained\. Rename it when it has ended"):
            rename_run(store, run.id, "other")
        assert store.get(run.id).name == "a run"


def test_shipped_runs_and_those_of_others_keep_theirs(store: RunStore) -> None:
    assert store.trained_dir is not None
    shipped = RunStore(store.trained_dir).create(CONFIG)
    own = store.create(CONFIG)
    bob = RunStore(store.runs_dir, store.trained_dir, user=User("bob@school.example", "Bob", "student"))
    for opened, run, why in ((store, shipped, "ships with CIFAR Lab"), (bob, own, "is not yours")):
        with pytest.raises(RunError, match=why):
            rename_run(opened, run.id, "other")
    with pytest.raises(RunError, match="There is no run"):
        rename_run(store, "nothing", "other")
    assert store.get(own.id) == own
