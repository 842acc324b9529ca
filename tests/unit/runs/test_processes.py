"""A process is known by what never changes: not by an id that is given again, nor by a clock that may be set."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cifar_core.runs.heartbeat import Heartbeat, write_first_heartbeat
from cifar_core.runs.processes import find_worker
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import this_system


def beat_of(process: psutil.Process, tmp_path: Path) -> Heartbeat:
    write_first_heartbeat(tmp_path / "heartbeat.json", process)
    beat = Heartbeat.read(tmp_path / "heartbeat.json")
    assert beat is not None
    return beat


@pytest.mark.posix
def test_a_worker_is_found_after_the_clock_was_set(tmp_path: Path) -> None:
    beat = beat_of(psutil.Process(), tmp_path)
    # What the system now says of the start, in seconds since 1970, differs by as much as the clock was set.
    for hours in (-3, 2):
        found = find_worker(beat.model_copy(update={"process_started": beat.process_started + 3600 * hours}))
        assert found == psutil.Process()


@pytest.mark.posix
def test_another_process_with_the_same_id_is_not_the_worker(tmp_path: Path) -> None:
    beat = beat_of(psutil.Process(), tmp_path)
    boot, _, tick = beat.process_mark.partition(" ")
    for mark in (f"{boot} {int(tick) - 1}", f"another {tick}"):
        assert find_worker(beat.model_copy(update={"process_mark": mark})) is None


def test_an_older_heartbeat_goes_by_the_start_time(tmp_path: Path) -> None:
    beat = beat_of(psutil.Process(), tmp_path).model_copy(update={"process_mark": ""})
    assert find_worker(beat) == psutil.Process()
    assert find_worker(beat.model_copy(update={"process_started": beat.process_started - 5})) is None


@pytest.mark.posix
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells")
def test_a_mark_names_one_process(tmp_path: Path) -> None:
    strange = tmp_path / "a ) b (c"  # The program's name stands in the same line.
    strange.symlink_to(sys.executable)
    with subprocess.Popen([str(strange), "-c", "input()"], stdin=subprocess.PIPE) as child:
        mark = this_system().process_mark
        marks = {mark(child.pid), mark(os.getpid())}
        assert len(marks) == 2
        assert all(one.split(" ")[1].isdecimal() for one in marks)
        assert mark(child.pid) in marks
        child.kill()
    assert mark(child.pid) == ""


def test_a_process_ends_with_whoever_started_it() -> None:
    program = (
        "from cifar_core.runs.processes import end_with_parent; end_with_parent(); print(1, flush=True)\n"
    )
    wait = "import threading; threading.Event().wait()"
    command = [sys.executable, "-c", program + wait]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=PROJECT_ROOT, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(20) == 0
