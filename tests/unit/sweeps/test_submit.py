"""What is asked of sweeps, and that a driver is called for it."""

from pathlib import Path

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.space import parse_search
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.submit import stop_sweep, submit_sweep, take_up_sweeps


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
