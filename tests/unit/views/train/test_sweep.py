import json
from pathlib import Path

import pytest

from cifar_core.charts.importance import importance_figure
from cifar_core.charts.parallel_coordinates import (
    objective_axis,
    objective_position,
    parallel_coordinates_figure,
    position,
)
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.space import parse_search
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.summary import SweepSummary
from cifar_core.views.train.sweep import build_sweep, failure_sentences, sweep_labels
from tests.fake_sweeps import TRIALS, trial, write_sweep


@pytest.fixture
def runs(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_a_sweep_in_words(runs: RunStore) -> None:
    view = build_sweep(write_sweep(runs, importance={"batch_size": 0.1, "learning_rate": 0.9}), {"run-1"})
    assert view.progress == 0.5
    assert view.progress_sentence == "4 of 8 trials have ended · 1 running · 1 stopped early · 1 failed"
    assert (view.best_sentence or "").replace("\u2060", "") == (
        "**Best: trial 2**, validation accuracy **80.0%** with learning rate **0.01**, batch size **64**. "
        "Chosen as the best of 2, so part of it is luck: repeat it with several seeds."
    )
    assert view.best_run == "run-1"
    assert view.fields == ("learning rate", "batch size")
    assert view.numbers == ("learning rate",)
    assert [(row.number, row.state, row.best, row.has_run) for row in view.rows] == [
        (5, "running", False, False),
        (4, "failed", False, False),
        (3, "stopped early", False, False),
        (2, "finished", True, True),
        (1, "finished", False, False),
    ]
    assert view.rows[3].values == (1e-2, 64)
    assert view.importance == (("learning rate", 0.9), ("batch size", 0.1))
    assert "Computed from 2 trials" in view.importance_sentence
    assert "**Unreliable:** with fewer than about 20" in view.importance_sentence
    assert "not before 3 trials have finished, nor before epoch 2." in view.asked[2]
    assert (view.active, view.can_stop, view.can_delete) == (True, True, False)


@pytest.mark.parametrize(
    ("objective", "value", "classes", "sentence"),
    [
        ("val_accuracy", 0.1, 10, "has validation accuracy **10.0%** with learning rate **0.01**, batch size **32**; "
         "guessing among 10 classes gives 10.0%."),
        ("val_loss", 2.31, 10, "has validation cross-entropy **2.310** with learning rate **0.01**, batch size **32**; "
         "guessing among 10 classes gives 2.303."),
        ("val_accuracy", 0.5, 2, "guessing among 2 classes gives 50.0%."),
    ],
)  # fmt: skip
def test_a_best_trial_that_guesses_is_called_that(
    runs: RunStore, objective: str, value: float, classes: int, sentence: str
) -> None:
    trials = (trial(0, "finished", value, rate=0.01),)
    sweep = write_sweep(runs, trials, state="finished", best=0, objective=objective, classes=classes)
    view = build_sweep(sweep, ())
    told = (view.best_sentence or "").replace("\u2060", "")
    assert told.startswith("**No trial is better than guessing.** The best one, trial 1, ")
    assert told.endswith(sentence)
    assert not view.learned


def test_a_best_trial_that_learned_is_the_best(runs: RunStore) -> None:
    for classes in (10, None):
        view = build_sweep(write_sweep(runs, classes=classes), ())
        assert view.learned
        assert (view.best_sentence or "").startswith("**Best: trial 2**")


def test_why_trials_failed_is_said_once_for_each_reason(runs: RunStore) -> None:
    diverged = "The training loss is no finite number."
    trials = [trial(number, "failed", None, note=diverged) for number in (0, 2, 3, 5)]
    trials += [
        trial(1, "failed", None, note="Memory ran out."),
        trial(4, "failed", None),
        trial(6, "stopped", 0.1),
    ]
    view = build_sweep(write_sweep(runs, trials, state="finished", best=None), ())
    assert view.failures == (
        f"4 trials failed (1, 3, 4, …): {diverged}",
        "1 trial failed (2): Memory ran out.",
        "1 trial failed (5): No reason was written down.",
    )
    assert view.best_sentence == "No trial has finished, so there is no best one."
    assert not view.learned
    assert failure_sentences(trials[:2]) == (f"2 trials failed (1 and 3): {diverged}",)


def test_what_can_be_done_follows_from_the_state_and_the_owner(runs: RunStore) -> None:
    ended = write_sweep(runs, TRIALS[:4], state="finished")
    view = build_sweep(ended, ())
    assert (view.active, view.can_stop, view.can_delete) == (False, False, True)
    assert not build_sweep(ended, (), may_change=False).can_delete
    going_on = write_sweep(runs)
    assert not build_sweep(going_on, (), may_change=False).can_stop
    going_on.paths.stop.touch()
    view = build_sweep(SweepStore(runs).get(going_on.id), ())
    assert (view.state, view.active, view.can_stop) == ("stopping", True, False)


def test_a_sweep_that_has_not_begun_or_is_damaged(runs: RunStore) -> None:
    sweep = write_sweep(runs)
    sweep.paths.summary.unlink()
    view = build_sweep(SweepStore(runs).get(sweep.id), ())
    assert view.progress_sentence == "0 of 8 trials have ended"
    assert view.rows == ()
    assert view.best_sentence is None
    sweep.paths.plan.write_text("{}")
    damaged = SweepStore(runs).get(sweep.id)
    view = build_sweep(damaged, ())
    assert view.plan is None
    assert "id: is missing" in (view.problem or "")
    assert sweep_labels([damaged]) == {sweep.id: f"{sweep.id} (damaged)"}


def test_names_and_notes_from_people_are_no_markup(runs: RunStore) -> None:
    hostile = trial(0, "finished", 0.5, values={"learning_rate": 0.01, "batch_size": 32})
    sweep = write_sweep(runs, [hostile], best=0, name="**bold** <b>")
    assert build_sweep(sweep, ()).title == "**bold** <b>"  # The page puts it through plain().
    (label,) = sweep_labels([sweep]).values()
    assert label.startswith("**bold** <b> · ")


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("learning_rate=1e-4..1e-1:log", 1e-4, 0),
        ("learning_rate=1e-4..1e-1:log", 1e-3, 1 / 3),
        ("learning_rate=1e-4..1e-1:log", 1e-1, 1),
        ("translate=0.1..0.3", 0.15, 0.25),
        ("batch_size=32,64,128", 64, 0.5),
        ("batch_size=32", 32, 0.5),
        ("flip=no,yes", True, 1),
        ("epochs=2..10", 4, 0.25),
    ],
)
def test_positions_on_an_axis(text: str, value: float, expected: float) -> None:
    assert position(parse_search(text), value) == pytest.approx(expected)


def test_the_better_end_is_on_top(runs: RunStore) -> None:
    accuracy = write_sweep(runs).plan
    loss = write_sweep(runs, objective="val_loss").plan
    assert accuracy is not None
    assert loss is not None
    assert objective_position(accuracy, [0.6, 0.8], 0.75) == pytest.approx(0.75)
    assert objective_position(loss, [0.6, 0.8], 0.75) == pytest.approx(0.25)
    assert objective_axis(accuracy, [0.6, 0.8]).ticks[0] == (0, "60.0")
    assert objective_axis(loss, [0.6, 0.8]).ticks[0] == (1, "0.600")
    assert objective_axis(loss, [0.6]).ticks == ((1, "0.600"),)


def test_a_line_for_each_trial_and_the_best_on_top(runs: RunStore) -> None:
    sweep = write_sweep(runs)
    assert sweep.plan is not None
    assert sweep.summary is not None
    figure = json.loads(parallel_coordinates_figure(sweep.plan, sweep.summary.trials).to_json())
    stopped, worse, best = figure["data"]
    assert (stopped["name"], worse["name"], best["name"]) == ("stopped early", "finished", "best")
    assert worse["y"] == [0, 0, 0]
    assert best["y"] == pytest.approx([2 / 3, 1, 1])
    assert stopped["x"] == [0, 1, 1.2, None]  # It ends before the last axis.
    assert "trial 2" in best["hovertemplate"]
    assert "80.0% after 4 epochs" in best["hovertemplate"]
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "validation<br>accuracy<br>(%)"
    empty = SweepSummary(updated=sweep.summary.updated)
    assert json.loads(parallel_coordinates_figure(sweep.plan, empty.trials).to_json())["data"] == []


def test_bars_of_importance_have_the_largest_on_top() -> None:
    figure = json.loads(importance_figure([("learning rate", 0.9), ("batch size", 0.1)]).to_json())
    (bars,) = figure["data"]
    assert bars["y"] == ["batch size", "learning rate"]
    assert bars["x"] == pytest.approx([10, 90])
    assert bars["text"] == ["10%", "90%"]
