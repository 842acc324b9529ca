"""The queue on the command line: order, priority, resume, wait, and queueing instead of training."""

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cifar_core.commands import queue as cli_queue
from cifar_core.commands import runs as cli
from cifar_core.commands import train as train_cli
from cifar_core.errors import ConfigError, RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import RecordedStatus
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.clock import replace_clock

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2, seed=7)
Command = Callable[..., str]


@pytest.fixture
def store(settings: Settings) -> RunStore:
    return RunStore.from_settings(settings)


@pytest.fixture
def command(settings: Settings, capsys: pytest.CaptureFixture[str], supervised: list[Path]) -> Command:
    def execute(*words: str, status: int = 0) -> str:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers(required=True)
        cli_queue.add_queue_actions(cli.add_run_commands(commands))
        train_cli.add_train_command(commands)
        args = parser.parse_args(words)
        assert args.run(args, settings) == status
        return capsys.readouterr().out

    return execute


def queued(store: RunStore, *names: str) -> list[str]:
    return [store.create(CONFIG.model_copy(update={"name": name}), run_id=name).id for name in names]


def end(store: RunStore, run_id: str, status: RecordedStatus) -> None:
    run = store.get(run_id)
    assert run.record is not None
    run.record.model_copy(update={"status": status, "ended": datetime.now(UTC)}).write(run.paths.record)


def order(document: str) -> list[str]:
    return [run["id"] for run in json.loads(document)]


def test_the_queue_is_empty_at_first(command: Command) -> None:
    assert command("runs", "queue") == "No run waits.\n"
    assert json.loads(command("runs", "queue", "--json")) == []


def test_the_order_is_changed(command: Command, store: RunStore) -> None:
    queued(store, "a", "b", "c")
    assert order(command("runs", "queue", "--json")) == ["a", "b", "c"]
    assert order(command("runs", "move", "c", "--first", "--json")) == ["c", "a", "b"]
    assert order(command("runs", "move", "b", "--before", "a", "--json")) == ["c", "b", "a"]
    assert order(command("runs", "move", "c", "--last", "--json")) == ["b", "a", "c"]
    document = json.loads(command("runs", "priority", "a", "2", "--json"))
    assert [(run["id"], run["priority"]) for run in document] == [("a", 2), ("b", 0), ("c", 0)]
    lines = [line.split() for line in command("runs", "queue").splitlines()]
    assert lines[1] == ["1", "a", "+2", "a"]
    assert lines[2] == ["2", "b", "+0", "b"]


def test_only_what_waits_can_be_moved(command: Command, store: RunStore) -> None:
    (run,) = queued(store, "a")
    end(store, run, "stopped")
    for words in (("move", run, "--first"), ("move", run, "--last"), ("priority", run, "1")):
        with pytest.raises(RunError, match="does not wait any more"):
            command("runs", *words)
    with pytest.raises(RunError, match="between -10 and 10"):
        command("runs", "priority", run, "11")


def test_resuming_says_where_it_goes_on(command: Command, store: RunStore, supervised: list[Path]) -> None:
    first, second = queued(store, "a", "b")
    end(store, first, "failed")
    end(store, second, "stopped")
    folder = store.get(second).paths.checkpoint
    folder.mkdir()
    for epoch in (2, 3):
        (folder / f"epoch-{epoch:04d}.npz").touch()
    assert command("runs", "resume", first) == "a is queued; it starts anew.\n"
    document = json.loads(command("runs", "resume", second, "--json"))
    assert (document["status"], document["continues_after"]) == ("queued", 3)
    assert supervised == [store.runs_dir, store.runs_dir]
    with pytest.raises(RunError, match="nothing to resume"):
        command("runs", "resume", first)


def test_a_run_whose_machine_went_down_is_resumed(
    command: Command, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run_id,) = queued(store, "a")
    run = store.get(run_id)
    assert run.record is not None
    started = datetime.now(UTC) - timedelta(hours=1)
    run.record.model_copy(update={"status": "running", "started": started}).write(run.paths.record)
    assert store.get(run_id).status == "stalled"
    # What a supervisor does as soon as it is there.
    replace_clock(monkeypatch, cli_queue, sleep=lambda seconds: end(store, run_id, "failed"))
    assert command("runs", "resume", run_id) == "a is queued; it starts anew.\n"


def test_waiting_ends_with_the_runs(
    command: Command, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = queued(store, "a", "b")
    end(store, first, "finished")
    with pytest.raises(RunError, match="these have not ended: b"):
        command("runs", "wait", first, second, "--seconds", "0")
    replace_clock(monkeypatch, cli_queue, sleep=lambda seconds: end(store, second, "failed"))
    assert command("runs", "wait", first, second, status=1).split() == ["a", "finished", "b", "failed"]
    assert order(command("runs", "wait", first, "--json")) == ["a"]


def test_without_ids_all_that_is_under_way_is_waited_for(
    command: Command, store: RunStore, supervised: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("runs", "wait") == "No run waits.\n"
    assert supervised == []  # Nothing is started where nothing waits.
    done, first = queued(store, "done", "a")
    end(store, done, "finished")
    with pytest.raises(RunError, match="these have not ended: a"):
        command("runs", "wait", "--seconds", "0")
    assert supervised == [store.runs_dir]

    def work(seconds: float) -> None:
        end(store, first, "failed")  # after a reboot nobody is to blame
        replace_clock(monkeypatch, cli_queue, sleep=lambda seconds: end(store, *late, "finished"))
        late.extend(queued(store, "b"))

    late: list[str] = []
    replace_clock(monkeypatch, cli_queue, sleep=work)
    assert command("runs", "wait").split() == ["a", "failed", "b", "finished"]


def test_training_can_be_queued(command: Command, store: RunStore, supervised: list[Path]) -> None:
    words = ("train", "--model", "cnn-2conv", "--epochs", "1", "--queue")
    run = store.get(command(*words).strip())
    assert run.status == "queued"
    assert run.heartbeat is None
    document = json.loads(command(*words, "--priority", "3", "--json"))
    record = store.get(document["id"]).record
    assert record is not None
    assert record.priority == 3
    assert supervised == [store.runs_dir, store.runs_dir]
    with pytest.raises(ConfigError, match="between -10 and 10"):
        command(*words, "--priority", "11")
