"""Sweeps and notes that somebody made up: listed as damaged, or passed over, and never the end of a page."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.cluster_note import NOTE_NAME, ClusterNote
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.space import Search
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.summary import SweepSummary, TrialSummary
from cifar_core.views.train.sweep import build_sweep, sweep_labels, trial_columns
from tests.costs import Cost, is_little
from tests.hostile_runs import HUGE, MOMENTS, NO_COUNTS

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PLAN = SweepPlan(
    id="20261129-120000-sweep-abcd",
    name="rates",
    created=NOW,
    base=TrainingConfig(name="base", model="cnn-2conv", data="drawn"),
    space=(
        Search(field="learning_rate", low=1e-4, high=1e-2, log=True),
        Search(field="epochs", values=(2, 3)),
    ),
)
SUMMARY = SweepSummary(
    updated=NOW,
    trials=(
        TrialSummary(
            number=0, run_id="a", values={"learning_rate": 1e-3, "epochs": 2}, state="finished", value=0.5
        ),
        TrialSummary(
            number=1, run_id="b", values={"learning_rate": 1e-4, "epochs": 3}, state="failed", note="x"
        ),
    ),
    best=0,
    importance={"learning_rate": 0.7, "epochs": 0.3},
    importance_trials=2,
    classes=10,
)
TEXTS = (
    b"", b"null", b"[]", b'"x"', b"[" * 100_000, b'{"a":' * 100_000, bytes(1000), b"\xff\xfe", b" " * 5_000_000,
    b"[" + b"{}," * 400_000 + b"{}]",
)  # fmt: skip


def changed(document: dict[str, Any], dotted: str, raw: str) -> bytes:
    document = json.loads(json.dumps(document))
    *outer, last = dotted.split(".")
    part: Any = document
    for name in outer:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[last] = "@here@"
    return json.dumps(document).replace('"@here@"', raw).encode()


def plans() -> Iterator[bytes]:
    yield from TEXTS
    good = PLAN.model_dump(mode="json")
    for dotted, raws in {
        "created": MOMENTS,
        "name": ('""', "5", json.dumps("x" * 100_000)),
        "trials": NO_COUNTS,
        "parallel": NO_COUNTS,
        "schema_version": ("-1", HUGE),
        "base": ("{}", "5"),
        "base.epochs": (HUGE, "NaN"),
        "space": ("[]", "5", "[5]", "[" + ",".join(["{}"] * 10_000) + "]"),
        "space.0.low": ("NaN", "-1", HUGE, "1e308"),
        "space.0.high": ("Infinity", HUGE),
        "space.0.step": ("0", "-1", "NaN"),
        "space.0.field": ('"nothing"', "5", '"name"'),
        "space.1.values": ("[]", "5", f"[{HUGE}]", "[NaN]", "[[]]"),
        "objective": ('"x"', "5"),
        "owner": ("5",),
    }.items():
        yield from (changed(good, dotted, raw) for raw in raws)


def summaries() -> Iterator[bytes]:
    yield from TEXTS
    good = SUMMARY.model_dump(mode="json")
    for dotted, raws in {
        "updated": MOMENTS,
        "best": NO_COUNTS,
        "classes": ("0", *NO_COUNTS),
        "importance": ('{"learning_rate": NaN}', '{"learning_rate": -1}', '{"nothing": 0.5}', "[]"),
        "importance_trials": NO_COUNTS,
        "trials": ("5", "[5]", "[" + ",".join(["{}"] * 10_000) + "]"),
        "trials.0.number": NO_COUNTS,
        "trials.0.value": ("NaN", "Infinity", "1e300", HUGE, '"x"'),
        "trials.0.epochs": NO_COUNTS,
        "trials.0.values": (
            "{}",
            "5",
            '{"learning_rate": NaN}',
            f'{{"learning_rate": {HUGE}}}',
            '{"nothing": 1}',
        ),
        "trials.0.run_id": ("5", '"../x"', json.dumps("x" * 5000)),
        "trials.0.state": ('"x"',),
        "trials.1.note": (json.dumps("x" * 100_000), '"\\u202e"'),
        "state": ('"x"',),
    }.items():
        yield from (changed(good, dotted, raw) for raw in raws)


@pytest.fixture
def sweeps(tmp_path: Path) -> SweepStore:
    store = SweepStore(RunStore(tmp_path / "runs"))
    for plan in (PLAN, PLAN.model_copy(update={"id": "good"})):
        store.create(plan)
        SUMMARY.write(store.get(plan.id).paths.summary)
    return store


def look(sweeps: SweepStore) -> str | None:
    """Do with the sweeps all that the page does; return what is said of the first one, and see to the other."""
    listed = sweeps.list()
    assert {sweep.id for sweep in listed} == {PLAN.id, "good"}
    sweep_labels(listed)
    for sweep in listed:
        view = build_sweep(sweep, ["a", "b"])
        if view.plan is not None:
            trial_columns(view)
    good = sweeps.get("good")
    assert build_sweep(good, ["a"]).best_run == "a"
    return sweeps.get(PLAN.id).problem


def test_a_plan_that_breaks_a_rule_is_damaged(sweeps: SweepStore) -> None:
    assert look(sweeps) is None
    path = sweeps.get(PLAN.id).paths.plan
    for content in plans():
        path.write_bytes(content)
        with Cost() as cost:
            problem = look(sweeps)
        assert problem is not None, content[:300]
        assert problem.endswith("."), content[:300]
        assert len(problem) < 1500, content[:300]
        assert is_little(cost.seconds, 2.0), content[:300]


def test_a_summary_that_breaks_a_rule_is_passed_over(sweeps: SweepStore) -> None:
    path = sweeps.get(PLAN.id).paths.summary
    for content in summaries():
        path.write_bytes(content)
        with Cost() as cost:
            look(sweeps)
        assert is_little(cost.seconds, 2.0), content[:300]


@pytest.mark.skipif(sys.platform != "linux", reason="makes pipes and devices")
@pytest.mark.parametrize("name", ["sweep.json", "summary.json", "stop", "driver.log"])
def test_what_is_no_file_is_not_read(sweeps: SweepStore, name: str) -> None:
    path = sweeps.get(PLAN.id).paths.folder / name
    places: tuple[Callable[[], object], ...] = (
        lambda: os.mkfifo(path),
        lambda: path.symlink_to("/dev/zero"),
        lambda: path.symlink_to("/etc/passwd"),
        lambda: path.symlink_to(path.name),
        path.mkdir,
    )
    (sweeps.folder / "loop").symlink_to("loop")  # a sweep of that name is none
    for place in places:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        path.unlink(missing_ok=True)
        place()
        assert (look(sweeps) is not None) == (name == "sweep.json")


def test_a_note_on_the_cluster_that_breaks_a_rule_is_none(tmp_path: Path) -> None:
    good = ClusterNote(address="http://x", nodes=1, slots=2)
    good.write(tmp_path)
    assert ClusterNote.read(tmp_path) == good
    document = good.model_dump(mode="json")
    for content in (*TEXTS, *(changed(document, "slots", raw) for raw in NO_COUNTS)):
        (tmp_path / NOTE_NAME).write_bytes(content)
        assert ClusterNote.read(tmp_path) is None, content[:300]
