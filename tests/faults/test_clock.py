"""The clock jumps while a run is trained: every process of it sees another time of day from one moment to the next.

Debian's libfaketime gives all processes here a clock of their own, read from a file; how long something took, which
the kernel counts apart from the time of day, stays true, as it does when a real clock is set.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.faults.ledger import Entry
from tests.faults.workbench import GRACE_SECONDS, ROOT, Workbench, kill

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@pytest.fixture
def set_clock(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Return what sets the clock of all processes that are started from here on, those running included."""
    if not LIBRARIES:
        pytest.skip("no libfaketime found, so no clock can be set; on Debian: apt-get install faketime")
    file = tmp_path / "clock"
    file.write_text("+0\n")

    def set_it(change: str) -> None:
        part = tmp_path / "clock.part"
        part.write_text(f"{change}\n")
        part.replace(file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LD_PRELOAD", str(LIBRARIES[0]))
        patch.setenv("FAKETIME_TIMESTAMP_FILE", str(file))
        patch.setenv("FAKETIME_NO_CACHE", "1")
        patch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        yield set_it


def seen_status(bench: Workbench, run_id: str) -> str:
    """Ask a process that has the same clock."""
    words = ["--runs", str(bench.store.runs_dir), "runs", "show", run_id, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "cifar_core", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return str(json.loads(done.stdout)["status"])


@pytest.mark.fault("The clock jumps two hours ahead and then three hours back while a run is trained")
def test_the_clock_jumps(
    set_clock: Callable[[str], None], bench: Workbench, entry: Entry, time_number: int
) -> None:
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    run_id = paths.folder.name
    bench.wait_for_epochs(paths, 1)
    worker = bench.worker(paths)
    slowest = 0.0
    for epoch, change in ((2, "+7200"), (3, "-3600")):
        moment = time.monotonic()
        with bench.fault(entry, paths):
            set_clock(change)
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


@pytest.mark.fault("The clock is set back one hour, then `kill -9` of the worker")
@pytest.mark.costly(4)
def test_a_worker_killed_after_the_clock_was_set_back(
    set_clock: Callable[[str], None], bench: Workbench, entry: Entry, time_number: int
) -> None:
    paths = bench.queue()
    bench.wait_for_epochs(paths, 1)
    moment = time.monotonic()
    for supervisor in bench.supervisors():
        kill(supervisor)
    kill(bench.worker(paths))
    with bench.fault(entry, paths):
        set_clock("-3600")
    wait_until(lambda: seen_status(bench, paths.folder.name) == "stalled", GRACE_SECONDS)
    entry.seconds = time.monotonic() - moment
    bench.supervise()
    wait_until(lambda: bench.record(paths).status == "failed")
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)
