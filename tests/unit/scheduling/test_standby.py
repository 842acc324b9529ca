"""The worker that waits: when it is there, who gets it, and that it is never in anybody's way."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.processes import is_alive
from cifar_core.runs.record import RunGroup
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import standby
from cifar_core.scheduling.local import LocalExecutor
from cifar_core.scheduling.standby import IDLE_SECONDS, Standby, ask_for_standby
from cifar_core.scheduling.supervisor import Supervisor
from cifar_core.system import this_system
from cifar_core.system.windows import Windows
from tests.clock import replace_clock
from tests.waiting import wait_until

CPU = Device("cpu", "a processor")
READS_LINES = """
import pathlib, sys
told = pathlib.Path(sys.argv[1])
while line := sys.stdin.readline():
    if "/crash" in line:
        sys.exit(7)
    told.write_text(line)
    if "/long" not in line:
        print(flush=True)
told.write_text("nothing more came")
"""

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
    command = (sys.executable, "-c", READS_LINES, str(told))
    made = Standby(tmp_path, [CPU], lambda line: None, command)
    yield made
    made.close()


def pid_of(waiting: Standby) -> int:
    return waiting._workers["cpu"].child.pid


def test_it_is_asked_for_once_a_minute(tmp_path: Path) -> None:
    assert ask_for_standby(tmp_path / "runs")
    assert not ask_for_standby(tmp_path / "runs")
    os.utime(tmp_path / "runs" / ".standby", (0, 0))
    assert ask_for_standby(tmp_path / "runs")


def test_a_sweep_leaves_it_to_the_dashboard(tmp_path: Path, waiting: Standby) -> None:
    assert ask_for_standby(tmp_path, gives_way=True)  # nobody has asked
    request = tmp_path / ".standby"
    asked = request.read_bytes()
    for age, asks in ((30, False), (IDLE_SECONDS - 30, False), (IDLE_SECONDS + 1, True)):
        then = time.time() - age
        os.utime(request, (then, then))
        assert ask_for_standby(tmp_path, gives_way=True) == asks
        assert (request.stat().st_mtime == pytest.approx(then, abs=1)) is not asks
    assert request.read_bytes() == asked
    request.write_bytes(b"somebody who is gone")
    assert ask_for_standby(tmp_path, gives_way=True)
    assert waiting.tend()


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
    assert ask_for_standby(
        tmp_path
    )  # the dashboard that was started in its place, though it is not a minute ago
    assert waiting.tend()


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
    worker = waiting.hand_over(folder, "cpu")
    assert worker is not None
    wait_until(lambda: not worker.is_busy())
    assert json.loads(told.read_text()) == str(folder)


def test_it_gets_the_next_run_when_the_first_has_ended(tmp_path: Path, waiting: Standby, told: Path) -> None:
    for name in ("first", "second", "third"):
        worker = waiting.hand_over(tmp_path / name, "cpu", owner="zoe", others_follow=True)
        assert worker is not None
        wait_until(lambda: not worker.is_busy())  # noqa: B023
        assert json.loads(told.read_text()).endswith(name)
        assert not waiting.tend()  # nobody asks for one that waits, and it stays all the same
    assert worker.turns == 3
    assert worker.is_over(2)
    assert not worker.is_over(4)


def test_whoever_waits_is_woken_when_a_run_has_ended(
    tmp_path: Path, waiting: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    replace_clock(monkeypatch, standby, sleep=slept.append)
    worker = waiting.hand_over(tmp_path / "first", "cpu", others_follow=True)
    assert worker is not None
    waiting.wait(600.0)
    assert worker.is_over(1)
    assert slept == []
    waiting.wait(0.3)  # Nothing is under way.
    assert slept == [0.3]


def test_one_run_alone_gets_a_process_of_its_own(tmp_path: Path, waiting: Standby) -> None:
    assert waiting.hand_over(tmp_path, "cpu") is None


def test_nobody_gets_the_worker_of_somebody_else(tmp_path: Path, waiting: Standby) -> None:
    first = waiting.hand_over(tmp_path / "a", "cpu", owner="zoe", others_follow=True)
    assert first is not None
    wait_until(lambda: not first.is_busy())
    second = waiting.hand_over(tmp_path / "b", "cpu", owner="max", others_follow=True)
    assert second is not None
    assert second.child.pid != first.child.pid
    assert first.has_ended()
    wait_until(lambda: not second.is_busy())
    assert waiting.hand_over(tmp_path / "c", "cpu", owner="zoe") is None


def test_it_goes_when_no_further_run_comes(
    tmp_path: Path, waiting: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = waiting.hand_over(tmp_path / "a", "cpu", others_follow=True)
    assert worker is not None
    wait_until(lambda: not worker.is_busy())
    waiting.tend()
    assert not worker.has_ended()
    monkeypatch.setattr(standby, "LINGER_SECONDS", 0.0)
    waiting.tend()
    assert worker.has_ended()
    assert waiting._workers == {}


def test_one_that_crashes_costs_one_run(tmp_path: Path, waiting: Standby, told: Path) -> None:
    first = waiting.hand_over(tmp_path / "a", "cpu", others_follow=True)
    assert first is not None
    wait_until(lambda: not first.is_busy())
    assert waiting.hand_over(tmp_path / "crash", "cpu", others_follow=True) is first
    wait_until(lambda: first.is_over(2))
    assert first.child.returncode == 7
    second = waiting.hand_over(tmp_path / "b", "cpu", others_follow=True)
    assert second is not None
    wait_until(lambda: not second.is_busy())
    assert json.loads(told.read_text()) == str(tmp_path / "b")


def test_one_that_trains_is_left_to_end_its_run(tmp_path: Path, waiting: Standby, told: Path) -> None:
    worker = waiting.hand_over(tmp_path / "long", "cpu", others_follow=True)
    assert worker is not None
    wait_until(told.exists)
    waiting.close()
    assert worker.child.wait(30) == 0
    assert told.read_text() == "nothing more came"


def test_where_it_was_killed_the_run_gets_a_process_of_its_own(tmp_path: Path, waiting: Standby) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    this_system().kill(pid_of(waiting))
    wait_until(waiting._workers["cpu"].has_ended)
    assert waiting.hand_over(tmp_path, "cpu") is None
    assert waiting.tend()


def test_one_that_ends_by_itself_is_not_started_again_and_again(tmp_path: Path) -> None:
    ask_for_standby(tmp_path)
    broken = Standby(tmp_path, [CPU], lambda line: None, (sys.executable, "-c", "raise SystemExit(3)"))
    assert broken.tend()
    wait_until(lambda: not broken.tend())
    assert not broken.tend()


def test_a_run_for_another_device_does_not_get_it(tmp_path: Path, waiting: Standby) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    assert waiting.hand_over(tmp_path, "gpu:0") is None
    worker = waiting.hand_over(tmp_path, "cpu")
    assert worker is not None
    wait_until(lambda: not worker.is_busy())


def test_one_with_other_code_is_not_used(
    tmp_path: Path, waiting: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_standby(tmp_path)
    waiting.tend()
    monkeypatch.setattr(standby, "code_version", lambda: (1, 2, 3))
    assert waiting.hand_over(tmp_path, "cpu") is None
    assert waiting._workers == {}


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
    child = waiting._workers["cpu"].child
    assert child.stdin is not None
    child.stdin.close()  # as the system does for a process that was killed
    assert child.wait(30) == 0
    assert told.read_text() == "nothing more came"


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
    assert is_alive(job.process)
    assert job.ending().sentence  # asked of a run that has been queued anew since


def test_the_trials_of_a_sweep_follow_each_other(tmp_path: Path, waiting: Standby) -> None:
    store, group = RunStore(tmp_path), RunGroup(id="s", kind="sweep", name="s", number=0)
    executor = LocalExecutor(("no", "such", "program"), [CPU], standby=waiting)
    pids = set()
    for name in ("a", "b"):
        run = store.create(TrainingConfig(name=name, model="cnn-2conv", data="drawn:80"), group=group)
        job = executor.start(run, [])
        assert job is not None
        wait_until(lambda: not job.alive())  # noqa: B023
        pids.add(job.process.pid)
    assert len(pids) == 1


def test_a_run_that_is_ended_ends_its_worker(tmp_path: Path, waiting: Standby) -> None:
    group = RunGroup(id="s", kind="sweep", name="s", number=0)
    run = RunStore(tmp_path / "long").create(
        TrainingConfig(name="a", model="cnn-2conv", data="drawn:80"), group=group
    )
    executor = LocalExecutor(("no", "such", "program"), [CPU], standby=waiting)
    job = executor.start(run, [])
    assert job is not None
    assert job.alive()
    job.kill()
    assert not job.alive()
    assert "SIGKILL" in job.ending().sentence


def test_a_run_that_is_queued_when_a_supervisor_starts_is_given_to_it(
    tmp_path: Path, waiting: Standby, told: Path
) -> None:
    run = RunStore(tmp_path).create(TrainingConfig(name="a", model="cnn-2conv", data="drawn:80"))
    ask_for_standby(tmp_path)
    executor = LocalExecutor(("no", "such", "program"), [CPU], standby=waiting)
    Supervisor(tmp_path, executor, idle_seconds=0.1, standby=waiting).run()
    assert json.loads(told.read_text()) == str(run.paths.folder)
