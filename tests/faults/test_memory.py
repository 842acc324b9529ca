"""No memory: refused to the process, or the process killed for it by the kernel."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ledger import Entry
from tests.faults.plan import Plan
from tests.faults.workbench import Workbench

GROUPS = {
    Path("/sys/fs/cgroup/memory"): ("memory.limit_in_bytes",),
    Path("/sys/fs/cgroup"): ("memory.max",),
}


@pytest.fixture
def memory_group(tmp_path: Path) -> Iterator[Path]:
    """Make a group of processes that may take 100 MB more than they have."""
    for root, (limit,) in GROUPS.items():
        group = root / f"cifar-lab-{tmp_path.parent.name}-{tmp_path.name}"
        with contextlib.suppress(OSError):
            group.mkdir()
            try:
                (group / limit).write_text("100000000")
                yield group
                return
            finally:
                group.rmdir()
    pytest.skip("this account may not limit memory by a control group, so the kernel kills nobody for it")


@pytest.mark.thorough
@pytest.mark.fault("Out of memory: the kernel kills the worker (control group)")
def test_killed_by_the_kernel(memory_group: Path, bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue(Plan(hungry_batch=8))
    neighbour = bench.queue_neighbour()
    bench.wait_for_epochs(paths, 1)
    with bench.fault(entry, paths, "failed"):
        (memory_group / "cgroup.procs").write_text(str(bench.worker(paths).pid))
    assert "SIGKILL" in (bench.record(paths).error or "")
    assert "smaller batch" in (bench.record(paths).error or "")
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])


@pytest.mark.thorough
@pytest.mark.fault("Out of memory: the process gets no more (`RLIMIT_AS`)")
def test_memory_is_refused(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue(Plan(memory=200_000_000, hungry_batch=8))
    neighbour = bench.queue_neighbour()
    with bench.fault(entry, paths, "failed"):
        bench.wait_for_death(paths)
    error = bench.record(paths).error
    assert error == "Memory ran out at batch size 64. Start a new run with a smaller batch."
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])
