"""A run gets another name; its id stays."""

from pathlib import Path

import psutil
import pytest

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import write_first_heartbeat
from cifar_core.runs.record import RunGroup
from cifar_core.runs.rename import rename
from cifar_core.runs.store import RunStore
from tests.fake_runs import change

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", tmp_path / "trained")


@pytest.mark.parametrize("status", ["queued", "finished", "stopped", "failed"])
def test_only_the_name_changes(store: RunStore, status: str) -> None:
    run = change(store, store.create(CONFIG), status=status)
    (renamed,) = rename(store, run.id, "  lr 0.003 ")
    assert renamed == store.get(run.id)
    assert renamed.name == "lr 0.003"
    assert run.record is not None
    assert renamed.record == run.record.model_copy(
        update={"config": CONFIG.model_copy(update={"name": "lr 0.003"})}
    )


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "turned\u202e", "two\nlines"])
def test_a_name_that_cannot_be_shown_is_refused(store: RunStore, name: str) -> None:
    run = store.create(CONFIG)
    with pytest.raises(RunError, match="The name cannot be used: it"):
        rename(store, run.id, name)
    assert store.get(run.id) == run


def test_a_run_in_training_keeps_its_name_until_it_has_ended(store: RunStore) -> None:
    begun, running = store.create(CONFIG), change(store, store.create(CONFIG), status="running")
    write_first_heartbeat(begun.paths.heartbeat, psutil.Process())
    for run in (begun, running):
        with pytest.raises(RunError, match=r"is being trained\. Rename it when it has ended"):
            rename(store, run.id, "other")
        assert store.get(run.id).name == "a run"


def test_shipped_runs_and_those_of_others_keep_theirs(store: RunStore) -> None:
    assert store.trained_dir is not None
    shipped = RunStore(store.trained_dir).create(CONFIG)
    own = store.create(CONFIG)
    bob = RunStore(store.runs_dir, store.trained_dir, user=User("bob@school.example", "Bob", "student"))
    for opened, run, why in ((store, shipped, "ships with CIFAR Lab"), (bob, own, "is not yours")):
        with pytest.raises(RunError, match=why):
            rename(opened, run.id, "other")
    with pytest.raises(RunError, match="There is no run"):
        rename(store, "nothing", "other")
    assert store.get(own.id) == own


def test_several_seeds_are_renamed_together_or_not_at_all(store: RunStore) -> None:
    group = RunGroup(id="seeds-1", kind="seeds", name="a run", number=0)
    runs = [
        store.create(
            CONFIG.model_copy(update={"seed": seed, "name": f"a run · seed {seed}"}),
            group=group.model_copy(update={"number": seed}),
        )
        for seed in (0, 1)
    ]
    alone = store.create(CONFIG)
    renamed = rename(store, "seeds-1", "fast")
    assert {run.id: run.name for run in renamed} == {runs[0].id: "fast · seed 0", runs[1].id: "fast · seed 1"}
    assert {run.record.group.name for run in renamed if run.record and run.record.group} == {"fast"}
    assert store.get(alone.id).name == "a run"
    change(store, store.get(runs[1].id), status="running")
    with pytest.raises(RunError, match="is being trained"):
        rename(store, "seeds-1", "slow")
    assert store.get(runs[0].id).name == "fast · seed 0"
    change(store, store.get(runs[1].id), status="finished")
    long = rename(store, "seeds-1", "x" * 80)
    assert all(len(run.name) <= 80 and run.name.endswith(("seed 0", "seed 1")) for run in long)
