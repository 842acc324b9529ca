"""``kill -9`` of the process that starts trainings; its workers do not notice."""

import pytest

from cifar_core.training.checkpoint import last_checkpoint
from tests.faults.ledger import Entry
from tests.faults.workbench import Workbench, kill
from tests.waiting import wait_until


@pytest.mark.fault("`kill -9` of the supervisor")
def test_the_supervisor_is_killed(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    bench.wait_for_epochs(paths, 1)
    worker = bench.worker(paths)
    with bench.fault(entry, paths):
        for supervisor in bench.supervisors():
            kill(supervisor)
        bench.wait_for_epochs(paths, 2)
        assert bench.status(paths) == "running"
        assert bench.status(neighbour) == "queued"
    assert not bench.supervisors()
    bench.supervise()
    assert bench.worker(paths) == worker
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    assert paths.log.read_text().count("begins") == 1
    bench.all_else_is_unharmed(entry, [neighbour])


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of supervisor and worker together, as when the machine goes down")
def test_supervisor_and_worker_are_killed_together(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    bench.wait_for_epochs(paths, 1)
    with bench.fault(entry, paths, "stalled"):
        for process in (*bench.supervisors(), bench.worker(paths)):
            kill(process)
    assert bench.status(neighbour) == "queued"
    bench.supervise()
    wait_until(lambda: bench.status(paths) == "failed")
    assert "left no word" in (bench.record(paths).error or "")
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])
