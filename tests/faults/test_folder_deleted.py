"""Somebody deletes a run's folder, or all of them, while it is being trained."""

import shutil
import time

import pytest

from tests.faults.ledger import Entry
from tests.faults.plan import Plan
from tests.faults.workbench import Workbench
from tests.waiting import wait_until


@pytest.mark.fault("The run's folder is deleted while it is being trained")
@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(), marks=pytest.mark.thorough, id="epoch"),
        pytest.param(Plan(long_batch=7, long_step=600.0), id="long step"),
    ],
)
def test_a_deleted_run_leaves_no_process(
    bench: Workbench, entry: Entry, plan: Plan, time_number: int
) -> None:
    paths = bench.queue(plan)
    neighbour = bench.queue_neighbour()
    if plan.long_batch:
        bench.wait_for_long_step(paths)
    else:
        bench.wait_for_epochs(paths, 1)
    moment = time.monotonic()
    shutil.rmtree(paths.folder, ignore_errors=True)
    shutil.rmtree(paths.folder, ignore_errors=True)  # The worker may have written in between.
    wait_until(lambda: not bench.processes(paths.folder.name), 5)
    entry.seconds = time.monotonic() - moment
    assert not paths.folder.exists()
    bench.all_else_is_unharmed(entry, [neighbour])


@pytest.mark.thorough
@pytest.mark.fault("All of the runs folder is deleted while a run is being trained")
@pytest.mark.costly(4)
def test_a_deleted_runs_folder_leaves_no_process(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue(Plan(long_batch=7, long_step=600.0))
    bench.wait_for_long_step(paths)
    moment = time.monotonic()
    while bench.store.runs_dir.exists():
        shutil.rmtree(bench.store.runs_dir, ignore_errors=True)
    wait_until(lambda: not bench.processes(), 5)
    entry.seconds = time.monotonic() - moment
    entry.done = True
