"""``kill -9`` of a worker that waits for a run, of its supervisor, of a run that it was given, and between two."""

import psutil
import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import RunGroup
from cifar_core.scheduling import standby
from cifar_core.scheduling.standby import ask_for_standby
from cifar_core.system import this_system
from cifar_core.training.checkpoint import last_checkpoint
from tests.faults.ledger import Entry
from tests.faults.plan import Plan, write_plan
from tests.faults.workbench import CONFIG, PATIENCE, Workbench, kill, weights_of
from tests.waiting import wait_until

OTHER = CONFIG.model_copy(
    update={
        "model": "cnn-2conv",
        "name": "another",
        "data": "drawn:80",
        "epochs": 1,
        "seed": 7,
        "precision": "mixed_bfloat16",
    }
)

pytestmark = pytest.mark.skipif(not this_system().workers_can_wait, reason="no worker waits on this system")


@pytest.fixture
def waiting_bench(make_bench, monkeypatch: pytest.MonkeyPatch) -> Workbench:  # noqa: ANN001
    """Return a bench whose supervisor keeps a worker waiting, with the real program for its workers."""
    monkeypatch.delenv(standby.VARIABLE, raising=False)
    bench: Workbench = make_bench()
    bench._arguments = ["--idle-seconds", "1"]
    assert ask_for_standby(bench.store.runs_dir)
    return bench


def waiting_worker(bench: Workbench) -> psutil.Process:
    """Return the worker that waits, as soon as it does."""
    found: list[psutil.Process] = []

    def there() -> bool:
        if not bench.supervisors():
            bench.supervise()
        for supervisor in bench.supervisors():
            found.extend(one for one in supervisor.children() if standby.COMMAND[2] in one.cmdline())
        return bool(found)

    wait_until(there, PATIENCE)
    return found[0]


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def nobody_asks_any_more(bench: Workbench) -> None:
    (bench.store.runs_dir / ".standby").unlink()


def worker_of(bench: Workbench, paths: RunPaths) -> int:
    beat = bench.run(paths).heartbeat
    assert beat is not None
    return beat.pid


def queue_trial(bench: Workbench, config: TrainingConfig, number: int) -> RunPaths:
    """Queue a run as one of many, for which a worker is worth its start."""
    group = RunGroup(id="s", kind="sweep", name="s", number=number)
    run = bench.store.create(config, group=group)
    write_plan(run.paths.folder, Plan())
    bench.supervise()
    return run.paths


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of the worker that waits; then a run is queued, and starts cold")
def test_the_waiting_worker_is_killed(waiting_bench: Workbench, entry: Entry, time_number: int) -> None:
    bench = waiting_bench
    waiting = waiting_worker(bench)
    kill(waiting)
    wait_until(lambda: is_gone(waiting))
    paths = bench.queue()
    with bench.fault(entry, paths):
        bench.wait_for_epochs(paths, 1)
    assert worker_of(bench, paths) != waiting.pid
    nobody_asks_any_more(bench)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)


@pytest.mark.fault(
    "`kill -9` of the supervisor whose worker waits; then a run is given to a worker that waits"
)
def test_the_supervisor_of_a_waiting_worker_is_killed(
    waiting_bench: Workbench, entry: Entry, time_number: int
) -> None:
    bench = waiting_bench
    first = waiting_worker(bench)
    for supervisor in bench.supervisors():
        kill(supervisor)
    wait_until(lambda: is_gone(first), PATIENCE)
    second = waiting_worker(bench)
    another = bench.queue(config=OTHER)  # What comes after it in the same process is to know nothing of it.
    paths = bench.queue()
    with bench.fault(entry, paths):
        bench.wait_for_epochs(paths, 1)
    assert worker_of(bench, paths) == second.pid
    assert bench.status(another) == "finished"
    assert paths.folder.name not in another.log.read_text()
    assert another.log.read_text().count("test accuracy") == paths.log.read_text().count("parameters") == 1
    nobody_asks_any_more(bench)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)
    assert is_gone(second)


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of a worker that had waited, in the middle of its run")
def test_a_worker_that_had_waited_is_killed(waiting_bench: Workbench, entry: Entry, time_number: int) -> None:
    bench = waiting_bench
    waiting = waiting_worker(bench)
    paths = bench.queue()
    bench.wait_for_epochs(paths, 1)
    assert worker_of(bench, paths) == waiting.pid
    with bench.fault(entry, paths, "failed"):
        kill(waiting)
    assert "SIGKILL" in (bench.record(paths).error or "")
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    nobody_asks_any_more(bench)
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of a worker between two runs of a sweep; the next one starts cold")
def test_a_worker_is_killed_between_two_runs(
    waiting_bench: Workbench, entry: Entry, time_number: int
) -> None:
    bench = waiting_bench
    nobody_asks_any_more(bench)
    first = queue_trial(bench, OTHER, 0)
    bench.wait_for_end(first)
    waiting = waiting_worker(bench)
    kill(waiting)
    wait_until(lambda: is_gone(waiting))
    paths = queue_trial(bench, CONFIG, 1)
    with bench.fault(entry, paths):
        bench.wait_for_epochs(paths, 1)
    assert worker_of(bench, paths) != waiting.pid
    assert bench.status(first) == "finished"
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of a worker in the middle of its second run of a sweep; the third starts cold")
def test_a_worker_is_killed_in_its_second_run(
    waiting_bench: Workbench, entry: Entry, time_number: int
) -> None:
    bench = waiting_bench
    nobody_asks_any_more(bench)
    first, paths, third = (
        queue_trial(bench, config, number) for number, config in enumerate((OTHER, CONFIG, OTHER))
    )
    bench.wait_for_epochs(paths, 1)
    worker = waiting_worker(bench)
    assert worker_of(bench, paths) == worker.pid
    with bench.fault(entry, paths, "failed"):
        kill(worker)
    assert "SIGKILL" in (bench.record(paths).error or "")
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    bench.wait_for_end(third)
    assert bench.status(first) == bench.status(third) == "finished"
    assert weights_of(first.model) == weights_of(third.model)  # in a used process, and in a fresh one
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)
