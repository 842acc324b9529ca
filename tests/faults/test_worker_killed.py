"""``kill -9`` of the process that trains: in the middle of an epoch, and at exact bytes of what it writes."""

import random
import time

import numpy as np
import pytest

from cifar_core.evaluation.epoch_predictions import load_epochs
from cifar_core.runs.layout import checkpoint_files
from cifar_core.training.checkpoint import last_checkpoint
from tests.faults.ledger import Entry
from tests.faults.plan import Plan
from tests.faults.workbench import Workbench, kill

CHECKPOINT_BYTES = 6_100_000  # A little less than it has.
END = -3
"""Stands for the last kilobyte."""


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of the worker in the middle of an epoch")
def test_killed_in_the_middle_of_an_epoch(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue()
    neighbour = bench.queue_neighbour()
    bench.wait_for_epochs(paths, 1 + time_number % 3)
    time.sleep(random.Random(time_number).uniform(0.0, 0.6))  # any moment of the next epoch
    with bench.fault(entry, paths, "failed"):
        kill(bench.worker(paths))
    assert "SIGKILL" in (bench.record(paths).error or "")
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    bench.resume_by_command(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])


def places(time_number: int) -> tuple[int, int]:
    """Two places to die at: the usual suspects first, then anywhere."""
    chosen = random.Random(time_number)
    suspects = [
        (CHECKPOINT_BYTES // 2, Plan.BEFORE_RENAME),
        (Plan.AFTER_RENAME, 0),
        (1, END),
    ]
    anywhere = (chosen.randrange(CHECKPOINT_BYTES), chosen.randrange(CHECKPOINT_BYTES))
    return suspects[time_number] if time_number < len(suspects) else anywhere


@pytest.mark.fault("`kill -9` of the worker at an exact byte of a checkpoint, twice in one run")
def test_killed_while_writing_a_checkpoint(bench: Workbench, entry: Entry, time_number: int) -> None:
    first, second = places(time_number)
    paths = bench.queue(Plan(pause=0.0, die_in="checkpoint/.epoch-0002", die_at=first))
    neighbour = bench.queue_neighbour()
    bench.wait_for_end(paths)
    assert last_checkpoint(paths.checkpoint).epoch == (2 if first == Plan.AFTER_RENAME else 1)
    if second == END:  # The next one is a little longer: it knows an epoch more.
        second = checkpoint_files(paths.checkpoint)[0].stat().st_size
    bench.resume(paths, Plan(pause=0.0, die_in="checkpoint/.epoch-0003", die_at=second))
    with bench.fault(entry, paths, "failed"):
        bench.wait_for_death(paths)
    assert [len(bench.epochs(paths)), len(checkpoint_files(paths.checkpoint))] == [3, 2]
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    assert entry.trained_again == (0 if second == Plan.AFTER_RENAME else 1)
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry, [neighbour])


OTHER_FILES = (
    Plan(pause=0.0, die_in=".run.json", die_at=100, die_on=3),  # the word that the run has finished
    Plan(pause=0.0, die_in=".part-", die_at=Plan.BEFORE_RENAME, die_on=2),  # model.keras
    Plan(pause=0.0, die_in=".predictions.npz", die_at=Plan.BEFORE_RENAME),
    Plan(pause=0.0, die_in=".run.json", die_at=Plan.AFTER_RENAME, die_on=2),
    Plan(pause=0.0, die_in=".heartbeat.json", die_at=17, die_on=3),
    Plan(pause=0.0, die_in=".heartbeat.json", die_at=Plan.BEFORE_RENAME),
)


@pytest.mark.thorough
@pytest.mark.fault(
    "`kill -9` of the worker while it writes `run.json`, `model.keras`, `predictions.npz`, the heartbeat"
)
def test_killed_while_writing_another_file(bench: Workbench, entry: Entry, time_number: int) -> None:
    plan = OTHER_FILES[time_number % len(OTHER_FILES)]
    paths = bench.queue(plan)
    with bench.fault(entry, paths, "failed"):
        bench.wait_for_death(paths)
    assert "SIGKILL" in (bench.record(paths).error or "")
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    bench.all_else_is_unharmed(entry)


IN_EPOCHS = (
    Plan(pause=0.0, die_in="epochs/.epoch-0002", die_at=100),
    Plan(pause=0.0, die_in="epochs/.epoch-0003", die_at=Plan.BEFORE_RENAME),
    Plan(pause=0.0, die_in="epochs/.epoch-0002", die_at=Plan.AFTER_RENAME),  # before its checkpoint
    Plan(pause=0.0, die_in="epochs/.validation", die_at=17),  # which pictures they are
)


@pytest.mark.thorough
@pytest.mark.fault("`kill -9` of the worker while it writes what is said after an epoch (`epochs/`)")
def test_killed_while_writing_in_epochs(bench: Workbench, entry: Entry, time_number: int) -> None:
    paths = bench.queue(IN_EPOCHS[time_number % len(IN_EPOCHS)])
    with bench.fault(entry, paths, "failed"):
        bench.wait_for_death(paths)
    entry.trained_again = entry.epochs - last_checkpoint(paths.checkpoint).epoch
    bench.resume(paths)
    bench.finishes_as_if_nothing_had_happened(entry, paths)
    mine, theirs = load_epochs(paths.epochs), load_epochs(bench.reference.paths.epochs)
    assert mine.epochs.tolist() == [1, 2, 3, 4]
    for kept in ("predicted", "confidence", "labels", "indices"):
        assert np.array_equal(getattr(mine, kept), getattr(theirs, kept)), kept
    assert {path.name for path in paths.epochs.iterdir()} == {
        path.name for path in bench.reference.paths.epochs.iterdir()
    }
    bench.all_else_is_unharmed(entry)
