"""What the driver does at each look, with a stand-in for the queue: it trains one epoch of the oldest run each time."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cifar_core.accounts.limits import Limits
from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import EpochMetrics, append_metrics, read_metrics
from cifar_core.runs.outcome import results_so_far
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.leader import SweepLeader
from cifar_core.sweeps.store import Sweep, SweepStore
from cifar_core.sweeps.study import Study
from cifar_core.sweeps.summary import SweepSummary, TrialSummary
from tests.fake_sweeps import BASE, each_trial_is_one_run, start

Drive = Callable[[Sweep], SweepLeader]


@pytest.fixture
def driver_of() -> Iterator[Drive]:
    studies: list[Study] = []

    def make(sweep: Sweep) -> SweepLeader:
        assert sweep.plan is not None
        studies.append(Study(sweep.paths.study, sweep.plan))
        return SweepLeader(sweep.paths, sweep.plan, studies[-1], lambda: None)

    yield make
    for study in studies:
        study.close()


def accuracy_of(run: Run) -> float:
    """0.9 at a learning rate of 0.01, less by 0.3 for each power of ten away from it."""
    assert run.record is not None
    return 0.9 - 0.3 * abs(math.log10(run.record.config.learning_rate) + 2)


def train_an_epoch(runs: RunStore) -> None:
    """Do what the supervisor and its worker do, for the oldest run."""
    run = next((run for run in reversed(runs.list()) if run.active), None)
    if run is None or run.record is None:
        return
    if run.status == "queued":
        run.record.model_copy(update={"status": "running", "started": datetime.now(UTC)}).write(
            run.paths.record
        )
        return
    if run.paths.stop.exists():
        end(run, "stopped")
        return
    epoch = len(read_metrics(run.paths.metrics).epochs) + 1
    value = accuracy_of(run) * epoch / run.record.config.epochs
    append_metrics(run.paths.metrics, EpochMetrics(epoch, 1.0, 0.5, 1 - value, value, 1e-3, 1.0, 1.0))
    if epoch == run.record.config.epochs:
        end(run, "finished")


def end(run: Run, status: str, error: str | None = None) -> None:
    assert run.record is not None
    results = results_so_far(read_metrics(run.paths.metrics))
    changes = {"status": status, "ended": datetime.now(UTC), "results": results, "error": error}
    run.record.model_copy(update=changes).write(run.paths.record)


def to_the_end(driver: SweepLeader, runs: RunStore) -> SweepSummary:
    for _ in range(300):
        if not driver.look():
            return summary_of(driver)
        train_an_epoch(runs)
    raise AssertionError("the sweep does not end")


def summary_of(driver: SweepLeader) -> SweepSummary:
    return SweepSummary.model_validate_json(driver.paths.summary.read_bytes())


def test_a_grid_tries_every_combination_once(runs: RunStore, sweeps: SweepStore, driver_of: Drive) -> None:
    sweep = start(sweeps, "batch_size=32,64", "optimizer=adam,sgd", method="grid", trials=None)
    summary = to_the_end(driver_of(sweep), runs)
    assert [(t.values["batch_size"], t.values["optimizer"]) for t in summary.trials] == [
        (32, "adam"),
        (32, "sgd"),
        (64, "adam"),
        (64, "sgd"),
    ]
    assert {trial.state for trial in summary.trials} == {"finished"}
    assert summary.state == "finished"
    each_trial_is_one_run(runs, summary)
    assert sweeps.get(sweep.id).state == "finished"


def test_trials_are_runs_of_the_recipe_in_the_queue(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    sweep = start(sweeps, parallel=3, priority=2)
    assert driver_of(sweep).look()
    made = [run.record for run in reversed(runs.list()) if run.record is not None]
    assert [record.config.name for record in made] == ["try · 1", "try · 2", "try · 3"]
    for record in made:
        rate = record.config.learning_rate
        assert record.config.model_copy(update={"name": "try", "learning_rate": BASE.learning_rate}) == BASE
        assert 1e-4 <= rate <= 1
        assert record.priority == 2
        assert record.group is not None
        assert record.group.id == sweep.id


def test_no_more_trials_wait_or_run_than_asked_for(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    driver = driver_of(start(sweeps, parallel=2))
    most = 0
    while driver.look():
        most = max(most, sum(run.active for run in runs.list()))
        train_an_epoch(runs)
    assert most == 2


def test_twenty_trials_come_near_the_best_learning_rate(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    summary = to_the_end(
        driver_of(start(sweeps, trials=20, base=BASE.model_copy(update={"epochs": 1}))), runs
    )
    each_trial_is_one_run(runs, summary)
    values = [trial.value or 0.0 for trial in summary.trials]
    assert summary.best is not None
    assert values[summary.best] == max(values) > 0.85


def test_the_best_trial_by_loss_is_the_lowest(runs: RunStore, sweeps: SweepStore, driver_of: Drive) -> None:
    summary = to_the_end(driver_of(start(sweeps, objective="val_loss", method="random")), runs)
    losses = [trial.value for trial in summary.trials]
    assert all(loss is not None for loss in losses)
    assert summary.best is not None
    assert losses[summary.best] == min(loss for loss in losses if loss is not None)


def test_trials_that_fall_behind_are_stopped_early_and_say_so(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    searches = ("learning_rate=0.01,0.02,0.005,0.0001,0.03",)
    sweep = start(sweeps, *searches, method="grid", trials=None, pruning=True, parallel=1)
    summary = to_the_end(driver_of(sweep), runs)
    states = [trial.state for trial in summary.trials]
    assert states == ["finished", "finished", "finished", "pruned", "finished"] or states[3] == "pruned"
    bad = summary.trials[3]
    # At epoch 2 it has 0.3 · 2/4; the three finished ones had half of 0.9, 0.81 and 0.81.
    assert bad.epochs == 2
    assert bad.value == pytest.approx(0.15)
    assert bad.note == "Stopped early after epoch 2: at best 15.0%, finished trials had 40.5% there."
    run = runs.get(bad.run_id)
    assert run.status == "stopped"
    assert summary.trials[0].value == pytest.approx(0.9)


def test_without_pruning_all_trials_go_on(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("optuna.importance.FanovaImportanceEvaluator")  # What varies alone explains it all.
    sweep = start(sweeps, "learning_rate=0.01,0.02,0.005,0.0001", method="grid", trials=None, parallel=1)
    summary = to_the_end(driver_of(sweep), runs)
    assert [trial.state for trial in summary.trials] == ["finished"] * 4
    assert summary.importance == {"learning_rate": 1.0}
    assert summary.importance_trials == 4


def test_importance_names_the_setting_that_matters(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    base = BASE.model_copy(update={"epochs": 1})
    sweep = start(
        sweeps, "learning_rate=1e-4..1:log", "batch_size=32,64", base=base, trials=14, method="random"
    )
    driver = driver_of(sweep)
    driver.look()
    assert summary_of(driver).importance == {}
    summary = to_the_end(driver, runs)
    assert summary.importance["learning_rate"] > 0.7
    assert sum(summary.importance.values()) == pytest.approx(1)
    assert summary.importance_trials == 14


def test_importance_counts_trials_that_were_stopped_early(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    searches = ("learning_rate=0.01,0.0001,0.5", "batch_size=32,64,96")
    sweep = start(sweeps, *searches, method="grid", trials=None, pruning=True, parallel=1)
    summary = to_the_end(driver_of(sweep), runs)
    states = [trial.state for trial in summary.trials]
    assert states == ["finished"] * 3 + ["pruned"] * 6  # Only one learning rate has come to its end.
    assert summary.importance_trials == 9
    assert summary.importance["learning_rate"] > 0.9


def test_a_failed_run_is_a_failed_trial_and_the_sweep_goes_on(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    driver = driver_of(start(sweeps, parallel=1, trials=3))
    driver.look()
    (run,) = runs.list()
    end(run, "failed", "Memory ran out.")
    driver.look()
    assert summary_of(driver).trials[0].state == "queued"  # Perhaps it is tried again at once.
    summary = to_the_end(driver, runs)
    assert [trial.state for trial in summary.trials] == ["failed", "finished", "finished"]
    assert summary.trials[0].note == "Memory ran out."


def test_a_run_that_is_tried_again_at_once_is_the_same_trial(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    driver = driver_of(start(sweeps, parallel=1, trials=1))
    driver.look()
    (run,) = runs.list()
    end(run, "failed", "The machine was lost.")
    driver.look()
    runs.resume(run.id)
    summary = to_the_end(driver, runs)
    assert [trial.state for trial in summary.trials] == ["finished"]


def test_when_everything_fails_the_sweep_says_so_and_ends(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    sweep = start(sweeps, trials=50, parallel=2)
    driver = driver_of(sweep)
    for _ in range(30):
        if not driver.look():
            break
        for run in runs.list():
            if run.active:
                end(run, "failed", "There are no pictures.")
    summary = summary_of(driver)
    assert summary.state == "failed"
    assert summary.problem is not None
    assert "trials failed, so no more are tried. The last one: There are no pictures." in summary.problem
    assert len(summary.trials) < 9
    assert sweeps.get(sweep.id).problem == summary.problem


def test_it_ends_as_said_though_a_trial_under_way_ends_well(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    sweep = start(sweeps, trials=7, parallel=2)
    driver = driver_of(sweep)
    driver.look()
    kept = summary_of(driver).trials[1].run_id  # It goes on while five others fail.
    told = "All of the first 5 trials failed, so no more are tried. The last one: It diverged."
    for _ in range(40):
        driver.look()
        for run in runs.list():
            if run.active and run.id != kept:
                end(run, "failed", "It diverged.")
        if summary_of(driver).problem == told:
            break
    assert summary_of(driver).state == "stopping"
    runs.get(kept).paths.stop.unlink(missing_ok=True)  # It has ended by itself just before it was asked.
    append_metrics(runs.get(kept).paths.metrics, EpochMetrics(1, 1.0, 0.5, 1.0, 0.1, 1e-3, 1.0, 1.0))
    end(runs.get(kept), "finished")
    another = driver_of(sweep)  # The driver was killed meanwhile: what was said still holds.
    summary = to_the_end(another, runs)
    assert (summary.state, summary.problem, summary.gave_up) == ("failed", told, True)
    assert [trial.state for trial in summary.trials].count("failed") == 5
    assert len(summary.trials) == 6
    assert summary.best == 1
    assert not sweeps.get(sweep.id).active


def test_when_it_gives_up_what_is_under_way_is_stopped(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    driver = driver_of(start(sweeps, trials=9, parallel=3))
    driver.look()
    kept = set(trial.run_id for trial in summary_of(driver).trials[1:])
    for _ in range(40):
        if not driver.look():
            break
        for run in runs.list():
            if run.active and run.id not in kept:
                end(run, "failed", "It diverged.")
            elif run.paths.stop.exists():
                end(run, "stopped")
    summary = summary_of(driver)
    assert summary.state == "failed"
    assert sorted(trial.state for trial in summary.trials) == ["failed"] * 5 + ["stopped"] * 2
    assert {trial.note for trial in summary.trials if trial.state == "stopped"} == {"Stopped with the sweep."}


@pytest.mark.parametrize(("trials", "told"), [(1, "The only trial failed"), (3, "All 3 trials failed")])
def test_a_small_sweep_whose_trials_all_fail_has_failed(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive, trials: int, told: str
) -> None:
    driver = driver_of(start(sweeps, trials=trials, parallel=2))
    for _ in range(20):
        if not driver.look():
            break
        for run in runs.list():
            if run.active:
                append_metrics(run.paths.metrics, EpochMetrics(1, 1.0, 0.1, 1.0, 0.1, 1e-3, 1.0, 1.0))
                end(run, "failed", "It diverged.")
    summary = summary_of(driver)
    assert summary.state == "failed"
    assert summary.problem == f"{told}, so there is no best one. The last one: It diverged."
    assert summary.best is None
    # What a training had reached before it failed is no result.
    assert [(trial.state, trial.value, trial.note) for trial in summary.trials] == [
        ("failed", None, "It diverged.")
    ] * trials


def test_runs_that_people_stop_delete_or_damage_do_not_disturb(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    driver = driver_of(start(sweeps, parallel=4, trials=5))
    driver.look()
    by_number = [trial.run_id for trial in summary_of(driver).trials]
    runs.request_stop(by_number[0])
    runs.delete(by_number[1])
    runs.get(by_number[2]).paths.record.write_text("{")
    driver.look()
    runs.resume(by_number[0])  # It goes on as a run of its own.
    summary = to_the_end(driver, runs)
    assert [trial.state for trial in summary.trials] == [
        "stopped",
        "stopped",
        "failed",
        "finished",
        "finished",
    ]
    assert summary.trials[0].note == "Stopped by hand."
    assert summary.trials[1].note == "Its run was deleted."
    assert "run.json" in (summary.trials[2].note or "")


def test_stopping_a_sweep_cancels_what_waits_and_stops_what_runs(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    sweep = start(sweeps, parallel=3)
    driver = driver_of(sweep)
    for _ in range(7):
        driver.look()
        train_an_epoch(runs)
    sweeps.request_stop(sweep.id)
    assert sweeps.get(sweep.id).state == "stopping"
    assert driver.look()
    assert [run.status for run in reversed(runs.list())] == ["finished", "running", "stopped", "stopped"]
    summary = to_the_end(driver, runs)
    assert summary.state == "stopped"
    assert [trial.state for trial in summary.trials] == ["finished", "stopped", "stopped", "stopped"]
    assert summary.trials[1].note == "Stopped with the sweep."
    with pytest.raises(RunError, match="is stopped already"):
        sweeps.request_stop(sweep.id)
    driver.study.close()  # As the driver's process does when nothing is left to do; Windows deletes nothing open.
    sweeps.delete(sweep.id)
    assert sweeps.list() == ()
    assert len(runs.list()) == 4  # The runs stay.


def test_values_that_are_not_allowed_together_fail_alone(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cifar_core.errors import ConfigError
    from cifar_core.sweeps import leader as module

    original = module.with_values

    def picky(config: TrainingConfig, values: dict[str, Any]) -> TrainingConfig:
        if values["batch_size"] == 64:
            raise ConfigError("Not together.")
        return original(config, values)

    monkeypatch.setattr(module, "with_values", picky)
    summary = to_the_end(driver_of(start(sweeps, "batch_size=32,64,128", method="grid")), runs)
    assert [trial.state for trial in summary.trials] == ["finished", "failed", "finished"]
    assert summary.trials[1].note == "Not together."
    assert len(runs.list()) == 2


def test_small_spaces_are_not_tried_twice(runs: RunStore, sweeps: SweepStore, driver_of: Drive) -> None:
    base = BASE.model_copy(update={"epochs": 1})
    for method in ("tpe", "random"):
        sweep = start(sweeps, "batch_size=32,64", "epochs=1..3", method=method, base=base)
        summary = to_the_end(driver_of(sweep), runs)
        tried = {tuple(trial.values.values()) for trial in summary.trials}
        assert len(tried) == len(summary.trials) == 6


def continue_anew(driver: SweepLeader, driver_of: Drive) -> SweepLeader:
    return driver_of(Sweep(driver.plan, None, driver.paths))


def test_a_new_driver_goes_on_where_the_old_one_was_after_every_look(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    driver = driver_of(start(sweeps, parallel=2, trials=5, pruning=True, method="random"))
    while driver.look():
        train_an_epoch(runs)
        driver = continue_anew(driver, driver_of)
    summary = summary_of(driver)
    each_trial_is_one_run(runs, summary)
    assert len(summary.trials) == 5
    assert len({trial.values["learning_rate"] for trial in summary.trials}) == 5
    assert all(not trial.under_way for trial in summary.trials)


class Killed(Exception):
    pass


@pytest.mark.parametrize("moment", ["ask", "enqueue_trial", "set_user_attr", "create", "mark_created"])
def test_killed_between_any_two_steps_of_a_new_trial(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    import optuna

    owners: dict[str, Any] = {
        "ask": optuna.Study,
        "enqueue_trial": optuna.Study,
        "set_user_attr": optuna.trial.Trial,
        "create": RunStore,
        "mark_created": Study,
    }
    sweep = start(sweeps, "batch_size=32,64,128", "optimizer=adam,sgd", method="grid", trials=None)
    original = getattr(owners[moment], moment)
    for before in (True, False):
        driver = driver_of(sweep)
        driver.look()
        train_an_epoch(runs)
        run = next(run for run in runs.list() if run.active)
        end(run, "finished")

        def die(*args: Any, before: bool = before, **kwargs: Any) -> None:
            if not before:
                original(*args, **kwargs)
            raise Killed

        monkeypatch.setattr(owners[moment], moment, die)
        with pytest.raises(Killed):
            to_the_end(driver, runs)
        monkeypatch.undo()
    summary = to_the_end(driver_of(sweep), runs)
    each_trial_is_one_run(runs, summary)
    assert len({tuple(trial.values.values()) for trial in summary.trials}) == len(summary.trials) == 6


def test_a_full_disk_holds_up_new_trials_only(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = driver_of(start(sweeps, parallel=2, trials=2))

    def full(*args: object, **kwargs: object) -> None:
        raise RunError("The disk is full.")

    monkeypatch.setattr(RunStore, "create", full)
    assert driver.look()
    assert driver.look()
    assert summary_of(driver).problem == "The disk is full."
    assert len(summary_of(driver).trials) == 1
    monkeypatch.undo()
    summary = to_the_end(driver, runs)
    assert [trial.state for trial in summary.trials] == ["finished", "finished"]
    assert summary.problem is None


def test_a_student_stays_within_the_limits_and_only_changes_own_sweeps(
    runs: RunStore, driver_of: Drive
) -> None:
    ada, bob = User("ada@school.example", "Ada", "student"), User("bob@school.example", "Bob", "student")
    limits = Limits(runs_per_student=2, bytes_per_student=10**9)
    of_ada = SweepStore(RunStore(runs.runs_dir, user=ada, limits=limits))
    with pytest.raises(RunError, match="You asked for 3 runs"):
        start(of_ada, parallel=3)
    sweep = start(of_ada, parallel=2)
    driver_of(sweep).look()
    assert {run.record.owner for run in runs.list() if run.record} == {ada.id}
    of_bob = SweepStore(RunStore(runs.runs_dir, user=bob, limits=limits))
    with pytest.raises(RunError, match="not yours"):
        of_bob.request_stop(sweep.id)
    of_ada.request_stop(sweep.id)

    tight = SweepStore(RunStore(runs.runs_dir, user=bob, limits=Limits(1, 10**9)))
    second = start(tight, parallel=1, trials=2)
    driver = driver_of(second)
    driver.look()
    run = next(run for run in runs.list() if run.record and run.record.owner == bob.id)
    RunStore(runs.runs_dir, user=bob, limits=Limits(9, 10**9)).create(BASE)
    end(run, "finished")
    driver.look()
    assert "waiting or running" in (summary_of(driver).problem or "")


def test_a_damaged_sweep_is_listed_with_a_sentence(sweeps: SweepStore) -> None:
    sweep = start(sweeps)
    sweep.paths.plan.write_text("{")
    (found,) = sweeps.list()
    assert found.problem == (
        f"The sweep “{sweep.id}” has no readable sweep.json. Delete its folder if you do not need it."
    )
    assert found.state == "failed"
    assert not found.active
    with pytest.raises(RunError, match="There is no sweep “nothing”"):
        sweeps.get("nothing")
    with pytest.raises(RunError, match="is no run id"):
        sweeps.get("../runs")


def test_trials_under_way() -> None:
    states = ("queued", "running", "finished", "pruned", "stopped", "failed")
    trials = [TrialSummary(number=0, run_id="a", values={}, state=state) for state in states]
    assert [trial.under_way for trial in trials] == [True, True, False, False, False, False]


def test_a_stopped_sweep_goes_on_and_keeps_what_is_done(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    sweep = start(sweeps, trials=6, parallel=3)
    driver = driver_of(sweep)
    for _ in range(7):  # The first trial ends, the second has had an epoch, the third waits.
        assert driver.look()
        train_an_epoch(runs)
    while len(read_metrics(runs.get(summary_of(driver).trials[1].run_id).paths.metrics).epochs) < 1:
        assert driver.look()
        train_an_epoch(runs)
    by_hand = summary_of(driver).trials[3].run_id
    runs.request_stop(by_hand)
    driver.look()
    sweeps.request_stop(sweep.id)
    before = to_the_end(driver, runs)
    assert before.state == "stopped"
    assert [trial.state for trial in before.trials] == [
        "finished",
        "stopped",
        "stopped",
        "stopped",
        "stopped",
    ]
    assert [trial.interrupted for trial in before.trials] == [False, True, True, False, True]
    assert sweeps.get(sweep.id).trials_left == 4  # three that were stopped with it, and one not yet asked for
    epochs = {trial.run_id: trial.epochs for trial in before.trials}

    sweeps.request_resume(sweep.id)
    assert sweeps.get(sweep.id).state == "running"
    again = driver_of(sweep)
    assert again.look()
    assert not sweep.paths.resume.exists()
    assert [runs.get(trial.run_id).status for trial in before.trials] == [
        "finished",
        "queued",
        "queued",
        "stopped",
        "queued",
    ]
    after = to_the_end(again, runs)
    assert after.state == "finished"
    assert [trial.run_id for trial in after.trials[:5]] == [trial.run_id for trial in before.trials]
    assert [trial.state for trial in after.trials] == ["finished"] * 3 + ["stopped"] + ["finished"] * 2
    assert [trial.values for trial in after.trials[:5]] == [trial.values for trial in before.trials]
    each_trial_is_one_run(runs, after)
    second = after.trials[1]
    assert epochs[second.run_id] == 1
    # Its first epoch is there once: the run went on, and was not begun anew.
    lines = runs.get(second.run_id).paths.metrics.read_text(encoding="utf-8").splitlines()
    assert len(lines) == BASE.epochs
    with pytest.raises(RunError, match="has finished, and cannot go on"):
        sweeps.request_resume(sweep.id)


def test_a_sweep_that_goes_on_can_be_stopped_again_and_names_what_was_deleted(
    runs: RunStore, sweeps: SweepStore, driver_of: Drive
) -> None:
    sweep = start(sweeps, trials=3, parallel=3)
    driver = driver_of(sweep)
    driver.look()
    with pytest.raises(RunError, match="is running; there is nothing to resume"):
        sweeps.request_resume(sweep.id)
    sweeps.request_stop(sweep.id)
    # All three were asked for already: it is stopped and not finished, for none has been tried to its end.
    assert to_the_end(driver, runs).state == "stopped"
    first, *_ = summary_of(driver).trials
    runs.delete(first.run_id)
    for left in (3, 2):
        assert sweeps.get(sweep.id).trials_left == left
        sweeps.request_resume(sweep.id)
        driver = driver_of(sweep)
        assert driver.look()
        sweeps.request_stop(sweep.id)
        assert to_the_end(driver, runs).state == "stopped"
        assert summary_of(driver).trials[0].note == "Its run was deleted."
    sweeps.request_resume(sweep.id)
    after = to_the_end(driver_of(sweep), runs)
    assert after.state == "finished"
    assert [trial.state for trial in after.trials] == ["stopped", "finished", "finished"]


def test_a_sweep_that_gave_up_does_not_go_on(runs: RunStore, sweeps: SweepStore, driver_of: Drive) -> None:
    sweep = start(sweeps, trials=8, parallel=1)
    driver = driver_of(sweep)
    while driver.look():
        for run in runs.list():
            if run.active:
                end(run, "failed", "Memory ran out.")
    assert summary_of(driver).gave_up
    assert sweeps.get(sweep.id).trials_left == 0
    with pytest.raises(RunError, match=r"has failed, and cannot go on\. Start a new one\."):
        sweeps.request_resume(sweep.id)
