"""No room on the disk: a small file system that is really full, and files that may not grow."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.runs.outcome import DISK_FULL
from cifar_core.training.checkpoint import last_checkpoint
from tests.faults.ledger import Entry
from tests.faults.plan import Plan
from tests.faults.workbench import CONFIG, Workbench
from tests.waiting import wait_until


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"this account may not mount a small file system ({done.stderr.strip()})")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1_000_000, 1000, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast


@pytest.mark.fault(
    "The disk is full (64 MB file system, really full) while training; later there is room again"
)
def test_the_disk_is_full(
    make_bench: Callable[..., Workbench], small_disk: Path, entry: Entry, time_number: int
) -> None:
    bench = make_bench(folder=small_disk / "runs")
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    bench.wait_for_epochs(paths, 1)
    # A worker that gives up a half-written checkpoint may find room to say so; where there is none, nobody can.
    with bench.fault(entry, paths, "failed", "stalled"):
        ballast = fill(small_disk)
        while bench.processes(paths.folder.name):
            if time_number % 2 == 0:
                fill(small_disk)
    fill(small_disk)
    with pytest.raises(RunError, match="Free some space"):
        bench.store.create(CONFIG)
    assert bench.status(neighbour) == "queued"
    assert not bench.processes(paths.folder.name)
    ballast.unlink()
    bench.supervise()
    wait_until(lambda: bench.status(paths) == "failed")
    assert bench.record(paths).error == DISK_FULL
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])


@(pytest.mark.thorough if os.geteuid() == 0 else pytest.mark.costly(1))  # Others cannot mount a small disk.
@pytest.mark.fault("No room for the checkpoint alone (`RLIMIT_FSIZE`)")
def test_there_is_no_room_for_a_checkpoint(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue(Plan(largest_file=3_000_000))
    neighbour = bench.queue_neighbour()
    with bench.fault(entry, paths, "failed"):
        bench.wait_for_death(paths)
    error = bench.record(paths).error or ""
    assert error.startswith("Training broke off (File too large")
    assert error.endswith(
        "Allow larger files (ulimit -f), then resume the run: all finished epochs are kept."
    )
    assert entry.epochs == 1
    entry.trained_again = 1 - last_checkpoint(paths.checkpoint).epoch
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])
