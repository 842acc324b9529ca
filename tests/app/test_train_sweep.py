"""Repeats and sweeps on the Train page, and repeats on Compare."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.runs.record import RunGroup, RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.summary import STOPPED_WITH_SWEEP
from tests.fake_runs import write_run
from tests.fake_sweeps import TRIALS, trial, write_sweep
from tests.open_page import open_form, open_page
from tests.run_table import column, labels

DATA = "drawn:80"


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)


@pytest.fixture
def runs(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.success, app.error)
    words = "\n".join(element.value for kind in kinds for element in kind)
    return words.replace("\\", "").replace("\u2060", "")  # without what keeps names from being markup


def choose(app: AppTest, how_many: str) -> None:
    app.segmented_control(key="how_many").set_value(how_many).run()
    assert not app.exception


def test_several_seeds_are_queued_at_once(runs: RunStore) -> None:
    app = open_form()
    choose(app, "seeds")
    app.number_input(key="seeds_count").set_value(3)
    app.number_input(key="train_seed").set_value(4).run()
    assert "3 runs with the seeds 4 to 6" in texts(app)
    assert app.button(key="start").label == "Start 3 runs"
    app.button(key="start").click().run()
    assert not app.exception
    records = [run.record for run in reversed(runs.list()) if run.record is not None]
    assert [record.config.seed for record in records] == [4, 5, 6]
    assert {record.group.kind for record in records if record.group} == {"seeds"}
    assert app.query_params["run"] in (records[0].id, [records[0].id])


def test_a_sweep_is_started_as_it_was_asked_for(runs: RunStore, driven: list[Path]) -> None:
    app = open_page("train")
    choose(app, "sweep")
    assert "learning_rate = 0.0001..0.01:log" in texts(app)
    app.multiselect(key="sweep_fields").set_value(["learning_rate", "batch_size", "augmentation.flip"]).run()
    app.text_input(key="list_batch_size").set_value("32, 64")
    app.number_input(key="sweep_trials").set_value(12).run()
    app.button(key="start").click().run()
    assert not app.exception
    (sweep,) = SweepStore(runs).list()
    assert sweep.plan is not None
    assert sweep.plan.trials == 12
    assert sweep.plan.method == "tpe"
    assert sweep.plan.pruning
    assert [search.sentence() for search in sweep.plan.space] == [
        "learning_rate = 0.0001..0.01:log",
        "batch_size = 32, 64",
        "augmentation.flip = no, yes, alternating",
    ]
    assert driven[0] == runs.runs_dir
    assert app.query_params["sweep"] in (sweep.id, [sweep.id])
    assert "0 of 12 trials have ended" in app.get("progress")[0].proto.text
    assert runs.list() == ()  # The driver makes them.


def test_a_grid_asks_for_lists(runs: RunStore) -> None:
    app = open_page("train")
    choose(app, "sweep")
    app.selectbox(key="sweep_method").select("grid").run()
    app.text_input(key="list_learning_rate").set_value("0.001, 0.01").run()
    assert app.button(key="start").label == "Start a sweep of 2 runs"
    assert not any(one.key == "sweep_trials" for one in app.number_input)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("0.1, fast", "learning_rate: must be a number"),
        ("", "learning_rate has no values yet."),
        ("-1", "greater than 0"),
    ],
)
def test_wrong_values_are_a_sentence_and_nothing_starts(runs: RunStore, values: str, words: str) -> None:
    app = open_page("train")
    choose(app, "sweep")
    app.selectbox(key="sweep_method").select("grid").run()
    app.text_input(key="list_learning_rate").set_value(values).run()
    assert not app.exception
    assert words in texts(app)
    assert app.button(key="start").disabled
    app.multiselect(key="sweep_fields").set_value([]).run()
    assert not app.exception
    assert app.button(key="start").disabled
    assert SweepStore(runs).list() == ()


def test_a_sweep_under_way_is_shown_and_stopped(runs: RunStore, driven: list[Path]) -> None:
    sweep = write_sweep(runs, importance={"learning_rate": 0.9, "batch_size": 0.1})
    app = open_page("train", sweep=sweep.id)
    assert "**Best: trial 2**" in app.success[0].value
    assert len(app.get("plotly_chart")) == 2  # coordinates and importance
    assert "**Unreliable:**" in texts(app)
    table = app.dataframe[0].value
    assert table["Trial"].tolist() == [5, 4, 3, 2, 1]
    assert table["State"].tolist() == ["running", "failed", "stopped early", "finished ★", "finished"]
    assert table["Validation accuracy"].tolist()[2:] == pytest.approx([30, 80, 60])
    assert table["batch size"].tolist() == [32, 32, 32, 64, 32]
    assert driven  # Whatever became of the last driver, the sweep goes on.
    app.button(key=f"stop_{sweep.id}").click().run()
    assert not app.exception
    assert sweep.paths.stop.exists()
    assert not any(button.key == f"stop_{sweep.id}" for button in app.button)


def test_the_way_to_the_best_run_and_back(runs: RunStore) -> None:
    dataset = open_dataset(DATA, Settings.from_environment())
    write_run(runs.runs_dir, "run-1", dataset)
    sweep = write_sweep(runs, TRIALS[:4], state="finished")
    app = open_page("train", sweep=sweep.id)
    app.button(key=f"best_{sweep.id}").click().run()
    assert not app.exception
    assert "sweep" not in app.query_params
    assert app.selectbox(key="run_run-1").value == "run-1"
    app.segmented_control(key="show_None").set_value("sweeps").run()
    assert not app.exception
    assert app.query_params["sweep"] in (sweep.id, [sweep.id])
    app.segmented_control(key=f"show_{sweep.id}").set_value("runs").run()
    assert "sweep" not in app.query_params


def test_a_stopped_sweep_goes_on_and_its_best_trial_is_repeated(runs: RunStore, driven: list[Path]) -> None:
    stopped = (*TRIALS[:4], trial(4, "stopped", 0.5, epochs=1, note=STOPPED_WITH_SWEEP))
    sweep = write_sweep(runs, stopped, state="stopped", classes=10)
    sweep.paths.stop.touch()
    app = open_page("train", sweep=sweep.id)
    assert app.button(key=f"repeat_{sweep.id}").label == "Repeat the best with 5 seeds"
    app.button(key=f"repeat_{sweep.id}").click().run()
    assert not app.exception
    records = [run.record for run in reversed(runs.list()) if run.record is not None]
    assert [record.config.seed for record in records] == [1, 2, 3, 4, 5]
    assert {record.config.learning_rate for record in records} == {0.01}
    assert app.query_params["run"] in (records[0].id, [records[0].id])

    app = open_page("train", sweep=sweep.id)
    assert app.button(key=f"resume_{sweep.id}").label == "Resume: 4 trials left"
    app.button(key=f"resume_{sweep.id}").click().run()
    assert not app.exception
    assert (SweepStore(runs).get(sweep.id).state, sweep.paths.resume.exists()) == ("running", True)
    assert driven
    assert not {f"resume_{sweep.id}", f"repeat_{sweep.id}"} & {button.key for button in app.button}


def test_a_sweep_is_forgotten_and_its_runs_stay(runs: RunStore) -> None:
    dataset = open_dataset(DATA, Settings.from_environment())
    write_run(runs.runs_dir, "run-1", dataset)
    sweep = write_sweep(runs, TRIALS[:4], state="stopped")
    app = open_page("train", sweep=sweep.id)
    app.button(key=f"confirm_{sweep.id}").click().run()
    assert not app.exception
    assert SweepStore(runs).list() == ()
    assert [run.id for run in runs.list()] == ["run-1"]


def test_wrong_and_damaged_sweeps_are_sentences(runs: RunStore) -> None:
    assert "There is no run yet" in texts(open_page("train", sweep="nothing"))
    sweep = write_sweep(runs)
    app = open_page("train", sweep="nothing")
    assert "There is no sweep “nothing”" in app.warning[0].value
    sweep.paths.plan.write_text("{")
    app = open_page("train", sweep=sweep.id)
    assert "no readable sweep.json" in texts(app)


def test_repeats_stand_in_the_table_and_are_chosen_like_a_run(runs: RunStore) -> None:
    dataset = open_dataset(DATA, Settings.from_environment())
    for number, wrong in enumerate((2, 4, 5)):
        paths = write_run(runs.runs_dir, f"small-{number}", dataset, wrong_every=wrong)
        group = RunGroup(id="group", kind="seeds", name="small", number=number)
        record = RunRecord.read(paths.record)
        record.model_copy(update={"group": group}).write(paths.record)
    app = open_page("compare")
    assert app.session_state["chosen"] == ["group"]
    assert labels(app) == ["small × 3 seeds"]
    assert column(app, "Test accuracy") == ["68.3%"]  # (50 + 75 + 80) / 3
    assert column(app, "Status") == ["3 of 3 tested, ± 16.07"]
    app.toggle(key="all_lines").set_value(True).run()
    assert labels(app) == ["small × 3 seeds", "small-2", "small-1", "small-0"]
    assert len(app.get("plotly_chart")) == 1  # the matrix of the median run
    app = open_page("compare", runs=["group", "small-0"], show="Curves")
    assert len(app.get("plotly_chart")) == 2
    assert "mean over several seeds" in texts(app)
