"""Eight processes that all act on one runs folder at the same moment."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from tests.faults.ledger import Entry
from tests.faults.workbench import CONFIG, PATIENCE, ROOT, Workbench
from tests.waiting import wait_until

PROCESSES = 8


def race(runs_dir: Path, task: str) -> list[dict[str, int]]:
    """Let eight processes begin together; return what each was granted."""
    program = [sys.executable, str(ROOT / "tests" / "faults" / "racer.py"), str(runs_dir), task]
    racers = [
        subprocess.Popen([*program, str(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    wait_until(lambda: len(list(runs_dir.glob(".ready-*"))) == PROCESSES, 60)
    (runs_dir / ".go").touch()
    answers = [racer.communicate(timeout=PATIENCE)[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * PROCESSES
    return [json.loads(answer) for answer in answers]


@pytest.mark.thorough
@pytest.mark.fault("Eight processes queue two runs each and start a supervisor at the same moment")
def test_no_run_is_started_twice(bench: Workbench, entry: Entry, time_number: int) -> None:
    race(bench.store.runs_dir, "start")
    runs = [run for run in bench.store.list() if run.id != "20261120-090000-finished-before"]
    assert len(runs) == 2 * PROCESSES
    wait_until(lambda: len(bench.supervisors()) == 1, 30)
    bench.all_else_is_unharmed(entry, [run.paths for run in runs])
    log = (bench.store.runs_dir / ".supervisor.log").read_text()
    assert log.count(" started ") == 2 * PROCESSES


@pytest.mark.fault("Eight processes resume, stop and move one run at the same moment, 25 times each")
def test_no_change_of_a_record_is_lost(entry: Entry, tmp_path: Path, time_number: int) -> None:
    store = RunStore(tmp_path / "runs")
    run = store.create(CONFIG)
    store.request_stop(run.id)
    granted = race(store.runs_dir, "change")
    record = RunRecord.read(run.paths.record)
    resumed = sum(one["resume"] for one in granted)
    stopped = 1 + sum(one["stop"] for one in granted)
    assert resumed > PROCESSES
    assert len(record.attempts) == resumed
    assert stopped - resumed == (1 if record.status == "stopped" else 0)
    assert record.config == CONFIG
    entry.done = True
