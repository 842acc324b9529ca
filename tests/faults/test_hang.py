"""A worker that hangs: stopped by a signal, all its threads stand still and no heartbeat comes."""

import signal
import time
from collections.abc import Callable

import pytest

from tests.costs import is_little
from tests.faults.ledger import Entry
from tests.faults.plan import Plan
from tests.faults.workbench import Workbench
from tests.waiting import wait_until


@pytest.mark.fault("The worker hangs (`SIGSTOP`), for good")
def test_a_worker_that_hangs_is_ended(
    make_bench: Callable[..., Workbench], entry: Entry, time_number: int
) -> None:
    bench = make_bench("--hang-seconds", "2")
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    bench.wait_for_epochs(paths, 1)
    with bench.fault(entry, paths, "stalled"):
        bench.worker(paths).send_signal(signal.SIGSTOP)
    wait_until(lambda: bench.status(paths) == "failed")
    assert "gave no sign of life" in (bench.record(paths).error or "")
    assert not bench.processes(paths.folder.name)
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])


@pytest.mark.thorough
@pytest.mark.fault("The worker makes no step any more, though its heart beats")
def test_a_worker_that_makes_no_step_is_ended(
    make_bench: Callable[..., Workbench], entry: Entry, time_number: int
) -> None:
    bench = make_bench("--still-seconds", "30")  # The first step compiles the network, and counts too.
    paths = bench.queue(Plan(long_batch=7, long_step=600.0))
    neighbour = bench.queue_neighbour()
    bench.wait_for_long_step(paths)
    with bench.fault(entry, paths):
        wait_until(lambda: bench.status(paths) == "failed", 60)
    assert "made no step" in (bench.record(paths).error or "")
    assert not bench.processes(paths.folder.name)
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])


@pytest.mark.thorough
@pytest.mark.fault(
    "Supervisor and worker stand still for 12 s and go on (`SIGSTOP`, `SIGCONT`), as when a laptop sleeps"
)
def test_a_laptop_that_sleeps_loses_nothing(
    make_bench: Callable[..., Workbench], entry: Entry, time_number: int
) -> None:
    bench = make_bench("--hang-seconds", "5")
    paths = bench.queue()
    bench.wait_for_epochs(paths, 1)
    processes = [*bench.supervisors(), bench.worker(paths)]
    with bench.fault(entry, paths, "stalled"):
        for process in processes:
            process.send_signal(signal.SIGSTOP)
    for process in processes:
        process.send_signal(signal.SIGCONT)
    wait_until(lambda: bench.status(paths) != "stalled", 3)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    assert paths.log.read_text().count("begins") == 1
    bench.all_else_is_unharmed(entry)


@pytest.mark.thorough
@pytest.mark.fault("Stop in the middle of a step that takes minutes")
def test_stop_in_the_middle_of_a_long_step(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue(Plan(long_batch=7, long_step=600.0))
    neighbour = bench.queue_neighbour()
    bench.wait_for_long_step(paths)
    with bench.fault(entry, paths, "stopped"):
        bench.store.request_stop(paths.folder.name)
    assert entry.seconds is not None
    assert is_little(entry.seconds, 3.0, time.perf_counter)
    assert not bench.processes(paths.folder.name)
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])
