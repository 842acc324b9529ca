"""After a reboot: what waited is taken up when the server starts, without anybody opening a page."""

from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import stop
from cifar_core.settings import Settings
from pages.parts.frame.start import take_up
from tests.waiting import wait_until

CONFIG = TrainingConfig(name="waits", model="mlp-batchnorm", data="drawn:200", epochs=5000)


def test_a_server_that_starts_trains_what_waits(tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="what starts a server for tests needs it")
    from tests.dashboard import running_dashboard

    store = RunStore(tmp_path / "runs")
    store.runs_dir.mkdir()
    run = store.create(CONFIG)
    with running_dashboard(tmp_path, warm=False):
        wait_until(lambda: store.get(run.id).heartbeat is not None, 60)
        stop(store, run.id)
        wait_until(lambda: not store.get(run.id).active, 60)
    assert f"started {run.id}" in (store.runs_dir / ".supervisor.log").read_text()


def test_a_supervisor_is_asked_for_only_where_something_waits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, supervised: list[Path]
) -> None:
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(settings.runs_dir))
    take_up()
    assert supervised == []
    RunStore.from_settings(settings).create(CONFIG)
    take_up()
    assert supervised == [settings.runs_dir]


def test_a_server_starts_all_the_same_where_the_queue_cannot_be_taken_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(settings.runs_dir))
    RunStore.from_settings(settings).create(CONFIG)

    def refuse(*_: object) -> None:
        raise RunError("Runs cannot be started.")

    monkeypatch.setattr("cifar_core.scheduling.submit.ensure_supervisor", refuse)
    take_up()
    assert capsys.readouterr().err == "Runs cannot be started.\n"
