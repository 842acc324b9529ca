"""The clock jumps while a run is trained: every process of it sees another time of day from one moment to the next.

A preloaded library (``clock.c``) gives all processes here a clock of their own; how long something took, which the
kernel counts apart from the time of day, stays true, as it does when a real clock is set.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.faults.ledger import Entry
from tests.faults.workbench import GRACE_SECONDS, ROOT, Workbench, kill
from tests.waiting import wait_until

SetClock = Callable[[float], None]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler found, so no clock can be set; on Debian: apt-get install gcc libc6-dev")
    built = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(built), str(source)], check=True)
    return built


@pytest.fixture
def set_clock(tmp_path: Path, library: Path) -> Iterator[SetClock]:
    """Return what sets the clock, in hours ahead, of all processes that are started from here on."""
    file = tmp_path / "clock"

    def set_it(hours: float) -> None:
        with file.open(
            "r+b" if file.exists() else "wb", buffering=0
        ) as opened:  # The same file: it is mapped.
            opened.write(int(hours * 3600).to_bytes(8, sys.byteorder, signed=True))

    set_it(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LD_PRELOAD", str(library))
        patch.setenv("FAULTS_CLOCK", str(file))
        yield set_it


def seen_status(bench: Workbench, run_id: str) -> str:
    """Ask a process that has the same clock."""
    words = ["--runs", str(bench.store.runs_dir), "runs", "show", run_id, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "cifar_core", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return str(json.loads(done.stdout)["status"])


@pytest.mark.thorough
@pytest.mark.fault("The clock jumps two hours ahead and then three hours back while a run is trained")
def test_the_clock_jumps_ahead_and_back(
    set_clock: SetClock, bench: Workbench, entry: Entry, time_number: int
) -> None:
    trains_on_through(((2, 2), (3, -1)), set_clock, bench, entry)


@pytest.mark.thorough
@pytest.mark.fault("The clock is set back three hours while a run is trained")
def test_the_clock_jumps_back(set_clock: SetClock, bench: Workbench, entry: Entry, time_number: int) -> None:
    trains_on_through(((2, -3),), set_clock, bench, entry)


def trains_on_through(
    jumps: Sequence[tuple[int, int]], set_clock: SetClock, bench: Workbench, entry: Entry
) -> None:
    """Set the clock to so many hours ahead; each time an epoch is waited for, and in the end the whole run."""
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    run_id = paths.folder.name
    bench.wait_for_epochs(paths, 1)
    worker = bench.worker(paths)
    slowest = 0.0
    for epoch, hours in jumps:
        moment = time.monotonic()
        with bench.fault(entry, paths):
            set_clock(hours)
        wait_until(lambda: seen_status(bench, run_id) == "running", GRACE_SECONDS)
        slowest = max(slowest, time.monotonic() - moment)
        for supervisor in bench.supervisors():  # The next one must know the worker again.
            kill(supervisor)
        wait_until(lambda: not bench.supervisors())
        bench.supervise()
        bench.wait_for_epochs(paths, epoch)
        assert bench.worker(paths) == worker
    entry.seconds = slowest
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    assert paths.log.read_text().count("begins") == 1
    bench.all_else_is_unharmed(entry, [neighbour])


@pytest.mark.thorough
@pytest.mark.fault("The clock is set back one hour, then `kill -9` of the worker")
@pytest.mark.costly(4)
def test_a_worker_killed_after_the_clock_was_set_back(
    set_clock: SetClock, bench: Workbench, entry: Entry, time_number: int
) -> None:
    paths = bench.queue()
    bench.wait_for_epochs(paths, 1)
    moment = time.monotonic()
    for supervisor in bench.supervisors():
        kill(supervisor)
    kill(bench.worker(paths))
    with bench.fault(entry, paths):
        set_clock(-1)
    wait_until(lambda: seen_status(bench, paths.folder.name) == "stalled", GRACE_SECONDS)
    entry.seconds = time.monotonic() - moment
    bench.supervise()
    wait_until(lambda: bench.record(paths).status == "failed")
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)
