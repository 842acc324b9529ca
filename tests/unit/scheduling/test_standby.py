"""The worker that waits: when it is there, who gets it, and that it is never in anybody's way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import standby
from cifar_core.scheduling.local import LocalExecutor
from cifar_core.scheduling.standby import IDLE_SECONDS, Standby, ask_for_standby
from cifar_core.system import this_system
from cifar_core.system.windows import Windows
from tests.waiting import wait_until

CPU = Device("cpu", "a processor")
READS_A_LINE = (
    "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.readline() or 'nothing came')"
)

pytestmark = pytest.mark.skipif(not this_system().workers_can_wait, reason="no worker waits on this system")


@pytest.fixture(autouse=True)
def _on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(standby.VARIABLE, raising=False)
    monkeypatch.setattr(standby, "LEAST_FREE_BYTES", 0)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told"


@pytest.fixture
def waiting(tmp_path: Path, told: Path) -> Iterator[Standby]:
    command = (sys.executable, "-c", READS_A_LINE, str(told))
    made = Standby(tmp_path, CPU, lambda line: None, command)
    yield made
    made.close()


def pid_of(waiting: Standby) -> int:
    assert waiting._child is not None
    return waiting._child.pid


def test_it_is_asked_for_once_a_minute(tmp_path: Path) -> None:
    assert ask_for_standby(tmp_path / "runs")
    assert not ask_for_standby(tmp_path / "runs")
    os.utime(tmp_path / "runs" / ".standby", (0, 0))
    assert ask_for_standby(tmp_path / "runs")


@pytest.mark.parametrize("word", ["off", "OFF ", "0", "no"])
def test_a_setting_keeps_it_away(
    tmp_path: Path, waiting: Standby, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    assert ask_for_standby(tmp_path)
    monkeypatch.setenv(standby.VARIABLE, word)
    assert not waiting.tend()
    os.utime(tmp_path / ".standby", (0, 0))
    assert not ask_for_standby(tmp_path)


def test_there_is_none_on_windows(tmp_path: Path, waiting: Standby, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask_for_standby(tmp_path)
    monkeypatch.setattr(standby, "this_system", Windows)
    assert not ask_for_standby(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_nothing_waits_unless_somebody_asks(tmp_path: Path, waiting: Standby) -> None:
    assert not waiting.tend()
    ask_for_standby(tmp_path)
    assert waiting.tend()
    first = pid_of(waiting)
    assert waiting.tend()
    assert pid_of(waiting) == first


def test_it_goes_after_an_hour_in_which_nobody_asked(tmp_path: Path, waiting: Standby) -> None:
    ask_for_standby(tmp_path)
    request = tmp_path / ".standby"
    assert waiting.tend()
    asked = request.stat().st_mtime
    os.utime(request, (asked, asked - IDLE_SECONDS + 30))
    assert waiting.tend()
    os.utime(request, (asked, asked - IDLE_SECONDS - 1))
    assert not waiting.tend()


def test_it_goes_with_the_dashboard_that_asked(tmp_path: Path, waiting: Standby) -> None:
    script = (
        "import sys, pathlib; from cifar_core.scheduling.standby import ask_for_standby as ask; "
        "ask(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60)
    assert (tmp_path / ".standby").exists()
    assert not waiting.tend()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"host_id": "elsewhere", "pid": 1, "process_mark": ""}', b"\xff"]
)
def test_a_request_that_is_none_is_none(tmp_path: Path, waiting: Standby, content: bytes) -> None:
    (tmp_path / ".standby").write_bytes(content)
    assert not waiting.tend()


def test_it_gets_the_folder_of_the_run(tmp_path: Path, waiting: Standby, told: Path) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    folder = tmp_path / "a run\nof “Zoë”"
    child = waiting.hand_over(folder, "cpu")
    assert child is not None
    assert child.wait(30) == 0
    assert json.loads(told.read_text()) == str(folder)
    assert waiting.hand_over(folder, "cpu") is None  # one run, one worker
    assert not waiting.tend()  # the next one waits until this run has had its start


def test_where_it_was_killed_the_run_gets_a_process_of_its_own(tmp_path: Path, waiting: Standby) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    this_system().kill(pid_of(waiting))
    wait_until(lambda: waiting._child is None or waiting._child.poll() is not None)
    assert waiting.hand_over(tmp_path, "cpu") is None
    assert waiting.tend()


def test_one_that_ends_by_itself_is_not_started_again_and_again(tmp_path: Path) -> None:
    ask_for_standby(tmp_path)
    broken = Standby(tmp_path, CPU, lambda line: None, (sys.executable, "-c", "raise SystemExit(3)"))
    assert broken.tend()
    wait_until(lambda: not broken.tend())
    assert not broken.tend()


def test_a_run_for_another_device_does_not_get_it(tmp_path: Path, waiting: Standby) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    assert waiting.hand_over(tmp_path, "gpu:0") is None
    child = waiting.hand_over(tmp_path, "cpu")
    assert child is not None
    assert child.wait(30) == 0


def test_one_with_other_code_is_not_used(
    tmp_path: Path, waiting: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    monkeypatch.setattr(standby, "code_version", lambda: (1, 2, 3))
    assert waiting.hand_over(tmp_path, "cpu") is None
    assert waiting._child is None


def test_the_code_has_another_version_when_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cifar_core" / "training").mkdir(parents=True)
    file = tmp_path / "cifar_core" / "training" / "train.py"
    file.write_text("x = 1")
    monkeypatch.setattr(standby, "PROJECT_ROOT", tmp_path)
    before = standby.code_version()
    assert standby.code_version() == before
    file.write_text("x = 12")
    assert standby.code_version() != before


def test_it_ends_when_its_supervisor_is_gone(tmp_path: Path, waiting: Standby, told: Path) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    child = waiting._child
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()  # as the system does for a process that was killed
    assert child.wait(30) == 0
    assert told.read_text() == "nothing came"


def test_a_queued_run_is_given_to_it(tmp_path: Path, waiting: Standby, told: Path) -> None:
    run = RunStore(tmp_path).create(TrainingConfig(name="a", model="cnn-2conv", data="drawn:80"))
    ask_for_standby(tmp_path)
    waiting.tend()
    pid = pid_of(waiting)
    executor = LocalExecutor(("no", "such", "program"), [CPU], standby=waiting)
    job = executor.start(run, [])
    assert job is not None
    assert job.process.pid == pid
    beat = Heartbeat.read(run.paths.heartbeat)
    assert beat is not None
    assert beat.pid == pid
    wait_until(lambda: not job.alive())
    assert json.loads(told.read_text()) == str(run.paths.folder)
