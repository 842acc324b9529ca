"""A power cut: no process is left, and the file that was written last is there in part only.

What a power cut can leave depends on the file system. Files that are replaced as a whole are forced to the disk before
they get their name, so of those there is the old or the new one; still, each file of a run is cut here in every way
that we could think of, and filled with zeros, as some file systems do.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cifar_core.errors import CifarLabError
from cifar_core.evaluation.epoch_predictions import load_epochs
from cifar_core.evaluation.predictions import load_predictions
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from tests.faults.ledger import Entry
from tests.faults.plan import Plan, write_plan
from tests.faults.workbench import CONFIG, ROOT, WORKER, Reference, Workbench
from tests.waiting import wait_until

FILES = (
    "run.json",
    "metrics.jsonl",
    "heartbeat.json",
    "checkpoint/epoch-0002.npz",
    "epochs/validation.npz",
    "epochs/epoch-0002.npz",
    "model.keras",
    "predictions.npz",
    "worker.log",
)


def cuts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what may be left of a file, one of each kind."""
    size = len(content)
    yield "empty", b""
    yield "one byte", content[:1]
    yield "half", content[: size // 2]
    yield "all but one byte", content[:-1]
    yield "half, then zeros", content[: size // 2] + bytes(size - size // 2)
    if content[:2] == b"PK":
        directory = content.rindex(b"PK\x01\x02")
        yield "up to the directory of the archive", content[: content.index(b"PK\x01\x02")]
        yield "into the directory of the archive", content[: directory + 20]
    elif b"\n" in content[:-1]:
        line = content.rindex(b"\n", 0, size - 1)
        yield "whole lines", content[: line + 1]
        yield "into a line", content[: line + 20]
    letter = next((place for place, byte in enumerate(content) if byte >= 0xC2), None)
    if letter is not None and content[:2] != b"PK":
        yield "into a letter of two bytes", content[: letter + 1]


@pytest.fixture(scope="session")
def interrupted(environment: Path, reference: Reference) -> RunPaths:
    """A run whose power went out in its third epoch."""
    run = RunStore(environment / "interrupted").create(CONFIG.model_copy(update={"name": "größer"}))
    plan = Plan(pause=0.0, die_in="checkpoint/.epoch-0003", die_at=Plan.BEFORE_RENAME)
    write_plan(run.paths.folder, plan)
    subprocess.run([*WORKER, str(run.paths.folder)], cwd=ROOT, capture_output=True)
    with run.paths.log.open("w") as log:
        log.write("epoch 1: größer\nepoch 2\n")
    shutil.copy(reference.paths.predictions, run.paths.predictions)
    assert {path.name for path in run.paths.checkpoint.glob("*.npz")} == {"epoch-0001.npz", "epoch-0002.npz"}
    _let_a_minute_pass(run.paths)
    return run.paths


def _let_a_minute_pass(paths: RunPaths) -> None:
    """Set back what a run says of the time, as nobody looks before the machine is up again."""
    record, beat = RunRecord.read(paths.record), Heartbeat.read(paths.heartbeat)
    assert record.started is not None
    assert beat is not None
    record.model_copy(update={"started": record.started - timedelta(minutes=1)}).write(paths.record)
    earlier = {"written": beat.written - 60, "next_due": beat.next_due - 60}
    paths.heartbeat.write_text(beat.model_copy(update=earlier).model_dump_json())


def cut(bench: Workbench, template: RunPaths, file: str, number: int, content: bytes) -> RunPaths:
    name = file.replace("/", "-").replace(".", "-")
    paths = RunPaths(bench.store.runs_dir / f"cut-{name}-{number}")
    shutil.copytree(template.folder, paths.folder)
    (paths.folder / file).write_bytes(content)
    return paths


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_whatever_is_left_of_a_file(
    bench: Workbench,
    interrupted: RunPaths,
    new_entry: Callable[[str], Entry],
    time_number: int,
    request: pytest.FixtureRequest,
) -> None:
    if time_number:
        return  # There is no chance in it: each way once.
    made: list[tuple[Entry, RunPaths]] = []
    for file in FILES:
        content = (interrupted.folder / file).read_bytes()
        for number, (_, left) in enumerate(cuts(content)):
            paths = cut(bench, interrupted, file, number, left)
            made.append((new_entry(f"Power cut: `{file}` is there in part only"), paths))
    listed = {run.id: run for run in bench.store.list()}
    assert all(paths.folder.name in listed for _, paths in made)
    damaged = [(entry, paths) for entry, paths in made if listed[paths.folder.name].problem]
    assert {paths.folder.name.rpartition("-")[0] for _, paths in damaged} == {"cut-run-json"}
    for entry, paths in damaged:
        with pytest.raises(CifarLabError, match=r"run\.json"):
            bench.store.resume(paths.folder.name)
        entry.epochs, entry.done = len(bench.epochs(paths)), True
        bench.store.delete(paths.folder.name)
    whole = [(entry, paths) for entry, paths in made if (entry, paths) not in damaged]
    for entry, paths in whole:
        with bench.fault(entry, paths, "stalled"):
            pass
    bench.supervise()
    wait_until(lambda: all(bench.status(paths) == "failed" for _, paths in whole), 60)
    assert all("left no word" in (bench.record(paths).error or "") for _, paths in whole)
    wait_until(lambda: not bench.supervisors(), 30)

    # Some of each file's where time is short.
    resumed = whole if request.config.getoption("--times", default=0) else whole[::6]
    for _, paths in resumed:
        bench.store.resume(paths.folder.name)
    program = [sys.executable, str(ROOT / "tests" / "faults" / "resume_all.py")]
    done = subprocess.run(
        [*program, *(str(paths.folder) for _, paths in resumed)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for entry, paths in resumed:
        bench.finishes_as_if_nothing_had_happened(entry, paths)
        lost = 2 if "epochs-epoch-0002" in paths.folder.name else None
        kept = load_epochs(paths.epochs)
        assert kept.epochs.tolist() == [epoch for epoch in range(1, 5) if epoch != lost]
        assert kept.left_out == (lost is not None)
        entry.done = True
    bench.all_else_is_unharmed(resumed[0][0])


def test_a_finished_run_with_torn_predictions_is_a_sentence(bench: Workbench) -> None:
    content = bench.reference.paths.predictions.read_bytes()
    for number, (_, left) in enumerate(cuts(content)):
        paths = cut(bench, bench.reference.paths, "predictions.npz", number, left)
        assert bench.status(paths) == "finished"
        with pytest.raises(CifarLabError):
            load_predictions(paths.predictions, "test")
