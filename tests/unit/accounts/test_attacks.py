"""What one student may try against another, or against the limits, where runs and sweeps are changed; none succeeds.

tests/app/test_class_attacks.py tries the pages, tests/app/test_gate.py and tests/browser/test_class_login.py what is
sent to the server beside them.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cifar_core.accounts.limits import Limits
from cifar_core.accounts.user import User
from cifar_core.errors import CifarLabError, ConfigError, RunError
from cifar_core.imports.mlflow import _take_ours
from cifar_core.imports.model import import_model
from cifar_core.imports.protocol import Imported, ImportRequest
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import DataProvenance
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.sweeps.leader import SweepLeader
from cifar_core.sweeps.plan import SweepPlan, make_plan
from cifar_core.sweeps.seeds import submit_seeds
from cifar_core.sweeps.space import parse_search
from cifar_core.sweeps.store import SweepStore
from tests.fake_imports import FINDING

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)
ADA = User("ada@school.example", "Ada", "student")
BOB = User("bob@school.example", "Bob", "student")
AMPLE = Limits(runs_per_student=100, bytes_per_student=10**9, hours_per_run=4.0)
OUTSIDE = (
    "..", "../runs/x", "../../etc/passwd", "/etc/passwd", "a/../../b", "a\\..\\b", "a\0b", ".sweeps", ".new-a", "",
    "con", "%2e%2e", "\u2024\u2024/x", "A-RUN", "x" * 81, "a b",
)  # fmt: skip


def plan(**changes: object) -> SweepPlan:
    values = {
        "name": "search",
        "base": CONFIG,
        "space": [parse_search("batch_size=16,32,64,128")],
        "trials": 4,
    }
    return make_plan(values | changes)


def bobs(folder: Path, limits: Limits = AMPLE) -> RunStore:
    return RunStore(folder, user=BOB, limits=limits)


def everything(folder: Path) -> Mapping[str, bytes]:
    """Return all files of the runs folder but locks."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the process that opens a model: this one says the same of every file."""

    def opened(request: ImportRequest, report: Callable[[str], None], *limits: object) -> Imported:
        report("looking into the file")
        (Path(request.folder) / "model.keras").write_bytes(b"weights")
        data = DataProvenance(
            key="drawn", name="Drawn", source="built in", verified=False, fingerprint="f" * 16, class_names=("a", "b"),
            training_pictures=None, validation_pictures=3, test_pictures=5,
        )  # fmt: skip
        return Imported(
            parameters=1, output="logits", scaling=FINDING, data=data,
            validation_accuracy=0.5, validation_loss=0.7, test_accuracy=0.5, test_loss=0.7,
        )  # fmt: skip

    monkeypatch.setattr("cifar_core.imports.model._ask", opened)


RUN_VERBS: dict[str, Callable[[RunStore, str], object]] = {
    "request_stop": lambda store, run_id: store.request_stop(run_id),
    "resume": lambda store, run_id: store.resume(run_id),
    "prioritize": lambda store, run_id: store.prioritize(run_id, -1),
    "move_before": lambda store, run_id: store.move_before(run_id, None),
    "delete": lambda store, run_id: store.delete(run_id),
}
SWEEP_VERBS: dict[str, Callable[[SweepStore, str], object]] = {
    "request_resume": lambda store, sweep_id: store.request_resume(sweep_id),
    "request_stop": lambda store, sweep_id: store.request_stop(sweep_id),
    "delete": lambda store, sweep_id: store.delete(sweep_id),
}


def test_no_verb_is_forgotten_here() -> None:
    def verbs(kind: type) -> set[str]:
        return {
            name for name, one in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")
        }

    assert verbs(RunStore) == {"list", "get", "check_room", "create", *RUN_VERBS}
    assert verbs(SweepStore) == {"list", "get", "create", "may_change", *SWEEP_VERBS}


@pytest.mark.parametrize("status", ["queued", "running", "stopped", "failed", "finished"])
@pytest.mark.parametrize("verb", RUN_VERBS)
def test_1_anothers_run_is_changed_by_no_verb_in_any_state(tmp_path: Path, verb: str, status: str) -> None:
    hers = RunStore(tmp_path, user=ADA).create(CONFIG)
    assert hers.record is not None
    now = datetime.now(UTC)
    hers.record.model_copy(update={"status": status, "started": now, "ended": now}).write(hers.paths.record)
    before = everything(tmp_path)
    with pytest.raises(RunError, match="is not yours"):
        RUN_VERBS[verb](bobs(tmp_path), hers.id)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("verb", SWEEP_VERBS)
def test_2_anothers_sweep_is_neither_stopped_nor_deleted(tmp_path: Path, verb: str) -> None:
    hers = SweepStore(RunStore(tmp_path, user=ADA, limits=AMPLE)).create(plan())
    before = everything(tmp_path)
    with pytest.raises(RunError, match="is not yours"):
        SWEEP_VERBS[verb](SweepStore(bobs(tmp_path)), hers.id)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("asked", OUTSIDE)
def test_3_an_id_leads_nowhere_but_to_runs_and_sweeps(tmp_path: Path, asked: str) -> None:
    folder = tmp_path / "runs"
    RunStore(folder, user=ADA, limits=AMPLE).create(CONFIG)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "run.json").write_text("{}", encoding="utf-8")
    before = everything(tmp_path)
    store = bobs(folder)
    tries = [lambda verb=verb: verb(store, asked) for verb in RUN_VERBS.values()]
    tries += [lambda verb=verb: verb(SweepStore(store), asked) for verb in SWEEP_VERBS.values()]
    tries += [lambda: store.get(asked), lambda: store.create(CONFIG, run_id=asked)]
    tries += [lambda: SweepStore(store).create(plan().model_copy(update={"id": asked}))]
    for attempt in tries:
        with pytest.raises(RunError):
            attempt()
    assert everything(tmp_path) == before


def test_4_nobody_makes_runs_in_anothers_name_or_beyond_their_own_limits(tmp_path: Path) -> None:
    store = bobs(tmp_path, Limits(3, 10**9, hours_per_run=1.5))
    made = store.create(CONFIG, owner=ADA.id).record
    assert made is not None
    assert (made.owner, made.hours_allowed) == (BOB.id, 1.5)
    with pytest.raises(ConfigError):
        TrainingConfig.from_values(CONFIG.model_dump() | {"owner": ADA.id})
    forged = plan(parallel=1).model_copy(update={"owner": ADA.id, "limits": None})
    sweep = SweepStore(store).create(forged).plan
    assert sweep is not None
    assert (sweep.owner, sweep.limits) == (BOB.id, store.limits)
    with pytest.raises(RunError, match="for instructors"):
        SweepStore(store).create(plan(priority=1))


def test_5_the_id_of_anothers_run_is_taken(tmp_path: Path) -> None:
    hers = RunStore(tmp_path, user=ADA).create(CONFIG)
    before = everything(tmp_path)
    with pytest.raises(RunError, match="There is a run"):
        bobs(tmp_path).create(CONFIG.model_copy(update={"name": "mine"}), run_id=hers.id)
    assert everything(tmp_path) == before


def test_6_many_tabs_at_once_do_not_pass_the_limit(tmp_path: Path) -> None:
    def start(_: int) -> bool:
        try:
            bobs(tmp_path, Limits(3, 10**9)).create(CONFIG)
        except RunError:
            return False
        return True

    with ThreadPoolExecutor(8) as tabs:
        started = list(tabs.map(start, range(16)))
    assert sum(started) == len(bobs(tmp_path).list()) == 3
    with pytest.raises(RunError):
        submit_seeds(bobs(tmp_path, Limits(4, 10**9)), CONFIG, 2)
    assert len(bobs(tmp_path).list()) == 3


def test_7_sweeps_that_have_not_queued_yet_count_as_what_they_will(tmp_path: Path) -> None:
    sweeps = SweepStore(bobs(tmp_path, Limits(5, 10**9)))
    first = sweeps.create(plan(parallel=2))
    sweeps.create(plan(parallel=2))
    with pytest.raises(RunError, match="5 at a time are allowed"):
        sweeps.create(plan(parallel=2))
    assert len(sweeps.list()) == 2
    assert not [path for path in sweeps.folder.iterdir() if path.name.startswith(".")]
    SweepStore(RunStore(tmp_path, user=ADA, limits=Limits(5, 10**9))).create(plan(parallel=4))
    first.paths.stop.touch()
    (first.paths.folder / "summary.json").write_text(
        json.dumps({"updated": datetime.now(UTC).isoformat(), "state": "stopped"}), encoding="utf-8"
    )
    sweeps.create(plan(parallel=2))


def test_8_the_disk_is_not_filled_by_what_is_no_training(
    tmp_path: Path, settings: Settings, no_process: None
) -> None:
    """By models that are imported in several tabs at once, and by files of whatever name in runs that have ended."""
    store = bobs(tmp_path / "runs", Limits(9, 100_000))
    file = tmp_path / "model.keras"
    file.write_bytes(b"a model")
    others = RunPaths(store.runs_dir / "meanwhile")

    def another_tab_was_first(stage: str) -> None:
        if not others.folder.exists():
            kept = store.create(CONFIG, run_id="meanwhile")
            store.request_stop(kept.id)
            (kept.paths.folder / "anything.bin").write_bytes(bytes(150_000))

    with pytest.raises(RunError, match="allowed for each student"):
        import_model(file, store, settings, report=another_tab_was_first)
    assert [run.id for run in store.list()] == ["meanwhile"]
    for asked in (
        lambda: store.create(CONFIG),
        lambda: store.resume("meanwhile"),
        lambda: SweepStore(store).create(plan()),
        lambda: import_model(file, store, settings),
    ):
        with pytest.raises(RunError, match="allowed for each student"):
            asked()


def test_9_the_hours_of_a_run_are_not_dodged_by_stopping_resuming_or_sweeping(tmp_path: Path) -> None:
    store = bobs(tmp_path, Limits(9, 10**9, hours_per_run=1.0))
    run = store.create(CONFIG)
    for minutes in (25, 25, 9):  # each time just before the end
        record = store.get(run.id).record
        assert record is not None
        now = datetime.now(UTC)
        spent = {"status": "stopped", "started": now - timedelta(minutes=minutes), "ended": now}
        record.model_copy(update=spent).write(run.paths.record)
        store.resume(run.id)
    record = store.get(run.id).record
    assert record is not None
    assert record.hours_allowed == 1.0
    now = datetime.now(UTC)
    spent = {"status": "stopped", "started": now - timedelta(minutes=1), "ended": now}
    record.model_copy(update=spent).write(run.paths.record)
    with pytest.raises(RunError, match="An instructor can resume it"):
        store.resume(run.id)

    sweep = SweepStore(store).create(plan())
    assert sweep.plan is not None
    leader = SweepLeader(sweep.paths, sweep.plan, study=None, supervise=lambda: None)  # type: ignore[arg-type]
    trial = leader._store.create(CONFIG, owner=ADA.id).record
    assert trial is not None
    assert (trial.owner, trial.hours_allowed) == (BOB.id, 1.0)


@pytest.mark.parametrize(
    "file_name",
    [
        "../../../../tmp/evil.keras",
        "/etc/evil.keras",
        "..",
        "a\0b.keras",
        "x" * 5000 + ".keras",
        "\u202egnp.keras",
    ],
)
def test_10_an_uploaded_file_is_written_to_its_own_new_run_whatever_its_name(
    tmp_path: Path, settings: Settings, no_process: None, file_name: str
) -> None:
    hers = RunStore(tmp_path / "runs", user=ADA).create(CONFIG)
    before = everything(tmp_path / "runs")
    file = tmp_path / "upload"
    file.write_bytes(b"a model")
    store = bobs(tmp_path / "runs")
    try:
        run = import_model(file, store, settings, file_name=file_name)
    except CifarLabError:
        assert everything(tmp_path / "runs") == before
        return
    assert run.id.startswith("2")
    assert run.record is not None
    assert run.record.owner == BOB.id
    assert run.paths.folder.parent == tmp_path / "runs"
    assert everything(hers.paths.folder) == {"run.json": before[f"{hers.id}/run.json"]}
    assert not list(tmp_path.rglob("*evil*"))
    assert all(character.isprintable() for character in run.name)


def test_a_run_out_of_mlflow_belongs_to_whoever_brings_it(tmp_path: Path) -> None:
    """What the files say of their owner was written by whoever wrote the files."""
    came = RunStore(tmp_path / "mlflow", user=ADA).create(CONFIG)
    assert came.record is not None
    came.record.model_copy(update={"status": "finished"}).write(came.paths.record)
    run = _take_ours(came.paths.folder, bobs(tmp_path / "runs"))
    assert run.record is not None
    assert (run.id, run.record.owner) == (came.id, BOB.id)
    with pytest.raises(RunError, match="is here already"):
        _take_ours(came.paths.folder, bobs(tmp_path / "runs"))
