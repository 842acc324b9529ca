"""What is asked of sweeps, and that a driver is called for it."""

from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.space import parse_search
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.submit import repeat_best, stop_sweep, submit_sweep, take_up_sweeps
from tests.fake_sweeps import TRIALS, write_sweep


def test_a_sweep_is_begun_and_stopped(settings: Settings, driven: list[Path]) -> None:
    store = SweepStore(RunStore.from_settings(settings))
    base = TrainingConfig(name="search", model="cnn-2conv", data="drawn")
    space = [parse_search("batch_size=32,64")]
    sweep = submit_sweep(store, make_plan({"name": "search", "base": base, "space": space, "trials": 2}))
    assert [one.id for one in store.list()] == [sweep.id]
    assert sweep.state == "running"
    assert driven == [settings.runs_dir]
    stop_sweep(store, sweep.id)
    assert store.get(sweep.id).state == "stopping"
    assert driven == [settings.runs_dir] * 2
    take_up_sweeps(store)
    assert driven == [settings.runs_dir] * 3


def test_the_best_is_repeated_with_seeds_that_had_no_part_in_choosing_it(
    settings: Settings, supervised: list[Path]
) -> None:
    runs = RunStore.from_settings(settings)
    sweep = write_sweep(runs, state="stopped")
    repeats = repeat_best(SweepStore(runs), sweep.id, 3)
    assert supervised == [settings.runs_dir]
    configs = [run.record.config for run in repeats if run.record]
    assert sweep.plan is not None
    assert [one.seed for one in configs] == [1, 2, 3]  # the sweep's is 0
    assert {(one.learning_rate, one.batch_size) for one in configs} == {
        (0.01, 64)
    }  # of trial 2, the best one
    assert {one.epochs for one in configs} == {4}
    assert configs[0].name == "find a rate · 2 · seed 1"
    assert {run.record.group.name for run in repeats if run.record and run.record.group} == {
        "find a rate · 2"
    }
    assert {run.record.group.kind for run in repeats if run.record and run.record.group} == {"seeds"}


def test_without_a_finished_trial_there_is_nothing_to_repeat(settings: Settings) -> None:
    runs = RunStore.from_settings(settings)
    sweep = write_sweep(runs, TRIALS[2:], best=None)
    with pytest.raises(RunError, match=r"No trial of the sweep .* has finished"):
        repeat_best(SweepStore(runs), sweep.id)
    assert runs.list() == ()
