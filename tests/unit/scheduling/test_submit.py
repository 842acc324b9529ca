"""What is asked of the queue, and that somebody is called who does it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import resume, stop, submit, take_up_queue
from cifar_core.settings import Settings
from cifar_core.sweeps.seeds import submit_seeds

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2, seed=7)


@pytest.fixture
def store(settings: Settings) -> RunStore:
    return RunStore.from_settings(settings)


def test_a_submitted_run_waits_and_a_supervisor_is_called(store: RunStore, supervised: list[Path]) -> None:
    run = submit(store, CONFIG, priority=3)
    assert run.record is not None
    assert (run.status, run.record.config, run.record.priority) == ("queued", CONFIG, 3)
    assert [one.id for one in store.list()] == [run.id]
    assert supervised == [store.runs_dir]


def test_what_cannot_be_queued_calls_nobody(settings: Settings, supervised: list[Path]) -> None:
    settings.runs_dir.write_text("in the way")
    with pytest.raises(RunError, match="cannot be written"):
        submit(RunStore.from_settings(settings), CONFIG)
    assert supervised == []


def test_a_queued_run_is_stopped_at_once_and_resumed(store: RunStore, supervised: list[Path]) -> None:
    run = store.create(CONFIG)
    stop(store, run.id)
    assert store.get(run.id).status == "stopped"
    assert supervised == []  # Nobody has to see to it.
    assert resume(store, run.id).status == "queued"
    assert supervised == [store.runs_dir]


def test_somebody_sees_to_it_that_a_running_one_stops(store: RunStore, supervised: list[Path]) -> None:
    run = store.create(CONFIG)
    assert run.record is not None
    run.record.model_copy(update={"status": "running", "started": datetime.now(UTC)}).write(run.paths.record)
    stop(store, run.id)
    assert run.paths.stop.exists()
    assert store.get(run.id).active
    assert supervised == [store.runs_dir]


def test_several_seeds_call_one_supervisor(store: RunStore, supervised: list[Path]) -> None:
    runs = submit_seeds(store, CONFIG, 3, priority=-1)
    records = [run.record for run in runs if run.record is not None]
    assert [record.config.seed for record in records] == [7, 8, 9]
    assert {record.priority for record in records} == {-1}
    assert supervised == [store.runs_dir]


def test_the_supervisor_gets_its_arguments(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr("cifar_core.scheduling.submit.ensure_supervisor", lambda *given: calls.append(given))
    take_up_queue(store, ["--idle-seconds", "3"])
    assert calls == [(store.runs_dir, ["--idle-seconds", "3"])]
