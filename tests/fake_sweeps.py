"""Sweeps as a driver would have left them, for tests of what is shown; and new ones, for tests of the driver."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.space import parse_search
from cifar_core.sweeps.store import Sweep, SweepStore
from cifar_core.sweeps.summary import SweepState, SweepSummary, TrialSummary

BASE = TrainingConfig(name="try", model="cnn-2conv", data="drawn", epochs=4, seed=5)
SPACE = ("learning_rate=1e-4..1e-1:log", "batch_size=32,64")


def trial(number: int, state: str, value: float | None, rate: float = 0.001, **more: Any) -> TrialSummary:
    return TrialSummary.model_validate(
        {
            "number": number,
            "run_id": f"run-{number}",
            "state": state,
            "value": value,
            "values": {"learning_rate": rate, "batch_size": 32},
            "epochs": 4,
        }
        | more
    )


TRIALS = (
    trial(0, "finished", 0.6, rate=1e-4),
    trial(1, "finished", 0.8, rate=1e-2, values={"learning_rate": 1e-2, "batch_size": 64}),
    trial(2, "pruned", 0.3, rate=1e-1, epochs=2, note="Stopped early after epoch 2: at best 30.0%."),
    trial(3, "failed", None, epochs=0, note="Memory ran out."),
    trial(4, "running", 0.5, epochs=1),
)


def write_sweep(
    runs: RunStore,
    trials: Sequence[TrialSummary] = TRIALS,
    *,
    state: SweepState = "running",
    best: int | None = 1,
    importance: dict[str, float] | None = None,
    classes: int | None = None,
    **changes: Any,
) -> Sweep:
    """Write a sweep with these trials."""
    base = TrainingConfig(name="find a rate", model="cnn-2conv", data="drawn", epochs=4)
    values = {
        "name": "find a rate",
        "base": base,
        "space": [parse_search(text) for text in SPACE],
        "trials": 8,
    }
    store = SweepStore(runs)
    sweep = store.create(make_plan(values | changes))
    SweepSummary(
        state=state,
        updated=datetime.now(UTC),
        trials=tuple(trials),
        best=best,
        importance=importance or {},
        importance_trials=2 if importance else 0,
        classes=classes,
    ).write(sweep.paths.summary)
    return store.get(sweep.id)


def start(sweeps: SweepStore, *searches: str, **changes: Any) -> Sweep:
    space = [parse_search(text) for text in searches or ("learning_rate=1e-4..1:log",)]
    values = {"name": "try", "base": BASE, "space": space, "trials": 6, "pruning": False}
    return sweeps.create(make_plan(values | changes))


def each_trial_is_one_run(runs: RunStore, summary: SweepSummary) -> None:
    """Check that trials and runs are the same, each there once."""
    records = {run.id: run.record for run in runs.list() if run.record is not None}
    assert sorted(records) == sorted(trial.run_id for trial in summary.trials)
    for trial in summary.trials:
        record = records[trial.run_id]
        assert record.group is not None
        assert (record.group.kind, record.group.number) == ("sweep", trial.number)
        for path, value in trial.values.items():
            assert record.config.model_dump()[path] == value
