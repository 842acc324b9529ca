"""The Compare page: without runs, with two, with damaged ones, and opened by an address that is wrong."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset, Split
from cifar_core.evaluation.epoch_predictions import begin_epochs, save_epoch
from cifar_core.explain.robustness.study import RobustnessStudy
from cifar_core.picture_sets.saved import SetStore
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run
from tests.open_page import given_to, open_page, walls
from tests.run_table import column, labels, run_table, sort_by, tick

DATA = "drawn:80"


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def dataset() -> Dataset:
    return open_dataset(DATA, Settings.from_environment())


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.header)
    return " ".join(element.value for kind in kinds for element in kind)


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def test_without_runs_it_leads_to_train() -> None:
    app = open_page("compare")
    assert "There is no run yet" in texts(app)
    assert charts(app) == 0


def test_the_curves_of_a_run_that_diverged_have_gaps(runs_dir: Path, dataset: Dataset) -> None:
    paths = write_run(runs_dir, "diverged", dataset, status="failed", epochs=2)
    append_metrics(paths.metrics, EpochMetrics(3, math.nan, 0.1, math.inf, math.nan, 10.0, 900.0, 4.0))
    write_run(runs_dir, "good", dataset)
    app = open_page("compare", runs=["diverged", "good"], show="Curves")
    assert not app.exception
    assert charts(app) == 2


def test_runs_on_other_pictures_wait_behind_a_switch(runs_dir: Path) -> None:
    other = open_dataset("drawn:60", Settings.from_environment())
    write_run(runs_dir, "elsewhere", other)
    app = open_page("compare")
    assert "no run on Drawn sample" in texts(app)
    app.toggle(key="all_data").set_value(True).run()
    assert not app.exception
    assert labels(app) == ["elsewhere"]
    tick(app, "elsewhere")
    assert charts(app) == 1


def test_other_data_sets_are_offered_once_all_lines_are_there(runs_dir: Path, dataset: Dataset) -> None:
    for number in range(6):
        write_run(runs_dir, f"r{number}", dataset, wrong_every=number + 2)
    write_run(runs_dir, "elsewhere", open_dataset("drawn:60", Settings.from_environment()), wrong_every=50)
    app = open_page("compare")
    assert [one.key for one in app.toggle] == ["all_lines"]
    app.toggle(key="all_lines").set_value(True).run()
    app.toggle(key="all_data").set_value(True).run()
    assert labels(app)[0] == "elsewhere"
    app.toggle(key="all_lines").set_value(False).run()
    assert len(labels(app)) == 4
    assert app.toggle(key="all_data").value  # what is on can be switched off
    app = open_page("compare", all_data="true")
    assert labels(app)[0] == "elsewhere"


def test_a_view_that_was_clicked_comes_into_sight_and_one_that_was_opened_does_not(
    runs_dir: Path, dataset: Dataset
) -> None:
    write_run(runs_dir, "a", dataset)

    def asked(app: AppTest) -> list[str]:
        return [given["asked"] for given in given_to(app, "cifar_lab_come_into_view")]

    app = open_page("compare", show="Curves")
    assert asked(app) == []
    app.segmented_control(key="show").set_value("classes").run()
    assert asked(app) == ["classes of these runs"]
    app = open_page("compare", cell="cat,deer", of="a")
    assert asked(app) == ["cat,deer of a"]


def test_runs_on_different_pictures_are_told_apart_by_the_verdict(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "elsewhere", open_dataset("drawn:60", Settings.from_environment()))
    for run_id in ("here", "weights"):
        write_run(runs_dir, run_id, dataset).model.write_bytes(b"weights")
    app = open_page("compare", runs=["elsewhere", "here"], show="Robustness")
    assert [one.value for one in app.info] == [
        "**Is the difference real?** These runs were tested on different pictures, so their accuracies say nothing "
        "about each other."
    ]
    assert "Not measured yet: here." in texts(app)
    assert "elsewhere was tested on other pictures than those on screen" in texts(app)


def test_the_two_best_open_side_by_side(runs_dir: Path, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 2), ("b", 5), ("c", 10)):
        write_run(runs_dir, run_id, dataset, wrong_every=wrong)
    app = open_page("compare")
    assert app.session_state["chosen"] == ["c", "b"]
    assert charts(app) == 2
    assert "Is the difference real?" in texts(app)
    assert labels(app) == ["c", "b", "a"]
    assert [line["ticked"] for line in run_table(app)["lines"]] == [True, True, False]
    assert column(app, "Test accuracy") == ["90.0%", "80.0%", "50.0%"]
    assert column(app, "Tested on") == ["20", "20", "20"]
    assert column(app, "95% interval")[2] == "29.9 – 70.1%"
    # The bar: accuracy, and the two ends of Wilson's interval.
    assert column(app, "0 to 100%")[2] == pytest.approx([0.5, 0.2993, 0.7007], abs=1e-4)


def test_a_cell_chosen_by_keyboard_shows_its_pictures(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset, wrong_every=1)
    app = open_page("compare")
    options = app.selectbox(key="which_cell").options
    assert options[0] == "airplane taken for automobile (2)"
    app.selectbox(key="which_cell").set_value("cat,deer").run()
    assert not app.exception
    assert app.query_params["cell"] == "cat,deer"
    assert app.query_params["of"] == "a"
    assert app.query_params["runs"] == "a"
    assert app.header[0].value == "2 pictures of cat taken for deer by a"
    assert charts(app) == 1
    assert [len(wall["pictures"]) for wall in walls(app)] == [2]


def test_an_address_shows_the_same_view(runs_dir: Path, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 1), ("b", 5), ("c", 10)):
        write_run(runs_dir, run_id, dataset, wrong_every=wrong)
    app = open_page("compare", runs=["b", "a"], cell="cat,deer", of="a")
    assert app.session_state["chosen"] == ["b", "a"]
    assert app.selectbox(key="of_run").value == "a"
    assert app.selectbox(key="which_cell").value == "cat,deer"
    assert app.header[0].value == "2 pictures of cat taken for deer by a"
    assert charts(app) == 2
    assert [len(wall["pictures"]) for wall in walls(app)] == [2]


def test_choosing_runs_goes_into_the_address(runs_dir: Path, dataset: Dataset) -> None:
    for run_id in ("a", "b"):
        write_run(runs_dir, run_id, dataset)
    app = open_page("compare")
    tick(app, "b")
    assert app.query_params["runs"] == "b"
    assert charts(app) == 1
    tick(app)
    assert "Tick one run or more" in texts(app)


def test_the_table_begins_with_few_lines_and_has_all_on_demand(runs_dir: Path, dataset: Dataset) -> None:
    for number in range(8):
        write_run(runs_dir, f"r{number}", dataset, wrong_every=number + 2)
    app = open_page("compare", runs=["r0"])
    # The four best, and the ticked one, which is the worst of all.
    assert labels(app) == ["r7", "r6", "r5", "r4", "r0"]
    assert app.toggle(key="all_lines").label == "All 8 lines"
    assert [one.key for one in app.toggle] == ["all_lines"]  # there are no other data sets
    app.toggle(key="all_lines").set_value(True).run()
    assert labels(app) == [f"r{number}" for number in reversed(range(8))]
    app.segmented_control(key="columns").set_value("Training").run()
    assert column(app, "Time") == ["1 min 15 s"] * 8
    assert "Status" not in [one["title"] for one in run_table(app)["columns"]]


def test_a_seventh_tick_is_refused_with_a_sentence(runs_dir: Path, dataset: Dataset) -> None:
    for number in range(7):
        write_run(runs_dir, f"r{number}", dataset)
    app = open_page("compare", runs=[f"r{number}" for number in range(7)])
    assert "Only 6 runs are shown at once; “r6” was left out." in texts(app)
    ticked = {line["id"] for line in run_table(app)["lines"] if line["ticked"]}
    assert ticked == {f"r{number}" for number in range(6)}


def test_a_ticked_run_is_renamed(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset)
    app = open_page("compare")
    app.session_state["edit"] = True  # the menu is open
    app.run()
    assert app.selectbox(key="rename_run").options == ["a"]
    app.text_input(key="rename_to_a").set_value("  ")
    app.button(key="rename_save").click().run()
    assert "The name cannot be used: it is empty" in app.error[0].value
    app.text_input(key="rename_to_a").set_value("lr 0.003")
    app.button(key="rename_save").click().run()
    assert not app.exception
    assert labels(app) == ["lr 0.003"]
    assert app.session_state["chosen"] == ["a"]


@pytest.mark.parametrize(("show", "count"), [("Curves", 2), ("Classes", 3), ("Confidence", 3)])
def test_the_other_views(runs_dir: Path, dataset: Dataset, show: str, count: int) -> None:
    for run_id in ("a", "b"):
        write_run(runs_dir, run_id, dataset)
    app = open_page("compare", show=show)
    assert charts(app) == count


def test_by_true_class(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset)
    app = open_page("compare")
    app.segmented_control(key="numbers").set_value("by true class").run()
    assert not app.exception
    assert charts(app) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ({"runs": ["nothing", "a"]}, "There is no run “nothing”"),
        ({"runs": ["../../etc"]}, "There is no run “../../etc”"),
        ({"cell": "cat,elephant"}, "There is no cell “cat,elephant”"),
        ({"cell": "nonsense", "of": "a"}, "There is no cell “nonsense”"),
        ({"cell": "cat,dog", "of": "gone"}, "The matrix of “gone” is not on this page"),
    ],
)
def test_a_wrong_address_gets_a_sentence(
    runs_dir: Path, dataset: Dataset, url: dict[str, str | list[str]], words: str
) -> None:
    write_run(runs_dir, "a", dataset)
    assert words in texts(open_page("compare", **url))


@pytest.mark.parametrize("name", ["show", "numbers", "page", "all_data", "measure"])
def test_nonsense_in_the_other_parameters_is_ignored(runs_dir: Path, dataset: Dataset, name: str) -> None:
    write_run(runs_dir, "a", dataset)
    assert charts(open_page("compare", **{name: "nonsense"})) == 1


def test_damaged_and_unfinished_runs_never_break_the_page(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "good", dataset)
    torn = write_run(runs_dir, "torn", dataset)
    torn.predictions.write_bytes(torn.predictions.read_bytes()[:100])
    write_run(runs_dir, "failed", dataset, status="failed")
    (runs_dir / "broken").mkdir()
    (runs_dir / "broken" / "run.json").write_text('{"id": ')
    app = open_page("compare", runs=["good", "torn", "failed", "broken"])
    assert charts(app) == 1
    said = texts(app)
    assert "is damaged" in said
    assert "“failed” failed and has no confusion matrix. Memory ran out." in said
    assert "“broken”" in said
    assert {line["label"] for line in run_table(app)["lines"] if not line["can_be_ticked"]} == {"broken"}
    assert set(column(app, "Status")) == {"finished", "failed", "damaged"}


def test_without_its_pictures_the_matrix_still_shows(runs_dir: Path, dataset: Dataset) -> None:
    # Another machine's data set: the same classes, other pictures, a place that does not exist here.
    elsewhere = replace(dataset, fingerprint="0123456789abcdef", key="/not/here")
    write_run(runs_dir, "a", elsewhere)
    app = open_page("compare", runs=["a"], cell="cat,cat")
    assert charts(app) == 1
    assert "The pictures are not on this machine" in texts(app)
    assert "0123456789abcdef" in texts(app)


def test_another_data_set_on_screen_means_its_runs(
    runs_dir: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_dataset("drawn:60", Settings.from_environment())
    write_run(runs_dir, "here", dataset)
    write_run(runs_dir, "there", other)
    app = open_page("compare", runs=["here"], cell="cat,cat")
    assert charts(app) == len(walls(app)) == 1
    monkeypatch.setattr("pages.parts.frame.session.current_dataset", lambda: other)
    app.run()
    assert not app.exception
    assert app.session_state["chosen"] == ["there"]
    assert charts(app) == 1
    assert walls(app) == []


def test_every_figure_of_a_picture_set(runs_dir: Path, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 2), ("b", 5)):
        write_run(runs_dir, run_id, dataset, wrong_every=wrong)
    cats = [
        i for i, label in enumerate(dataset.test.labels.tolist()) if label == dataset.class_names.index("cat")
    ]
    app = open_page("compare", runs=["a", "b"], set="class(cat)")
    assert "**pictures of cat**" in texts(app)
    right = {run: sum(i % every != 0 for i in cats) for run, every in (("a", 2), ("b", 5))}
    assert [(one.label, one.value) for one in app.metric] == [
        (run, f"{count / len(cats):.1%}") for run, count in right.items()
    ]
    assert f"{right['a']} of {len(cats)} right, 95% interval" in texts(app)
    assert charts(app) == 2
    app.button(key="set_off").click().run()
    assert len(app.metric) == 0
    assert "set" not in app.query_params


def test_an_empty_set_breaks_nothing(runs_dir: Path, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 2), ("b", 5)):
        write_run(runs_dir, run_id, dataset, wrong_every=wrong)
    for show in ("Matrices", "Curves", "Classes", "Confidence"):
        app = open_page("compare", runs=["a", "b"], set="class(cat) and class(dog)", show=show)
        assert not app.exception
        assert "The set has no test picture, so there is nothing to compare." in texts(app)


def test_the_difference_of_two_matrices(runs_dir: Path, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 2), ("b", 5)):
        write_run(runs_dir, run_id, dataset, wrong_every=wrong)
    app = open_page("compare", runs=["a", "b"], numbers="Difference")
    assert not app.exception
    assert charts(app) == 1
    assert "Blue: a has more pictures in the cell; orange: b has." in texts(app)
    alone = open_page("compare", runs="a", numbers="Difference")
    assert not alone.exception
    assert "asks for “Numbers: Difference”, which does not exist" in texts(alone)


def test_where_a_run_is_worst(runs_dir: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(runs_dir, "a", dataset, wrong_every=2)
    app = open_page("compare", runs="a", show="Slices")
    assert not app.exception
    assert "No slice of 40 test pictures or more stands out" in texts(app)  # of twenty
    large = open_dataset("drawn:2000", Settings.from_environment())
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:2000")
    write_run(runs_dir, "b", large, wrong_every=3)
    app = open_page("compare", runs="b", show="Slices")
    assert not app.exception
    assert "slice" in texts(app)


def test_tags_and_a_note_are_written_and_found(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset)
    write_run(runs_dir, "b", dataset)
    app = open_page("compare", runs="a")
    app.session_state["edit"] = True
    app.run()
    app.text_input(key="tags_of_a").set_value("x" * 40)
    app.button(key="notes_save").click().run()
    assert "write at most 30" in " ".join(error.value for error in app.error)
    app.text_input(key="tags_of_a").set_value("**Talk**, baseline")
    app.text_area(key="note_of_a").set_value("<b>overfits</b>")
    app.button(key="notes_save").click().run()
    assert sorted(column(app, "Tags")) == ["", "**Talk**, baseline"]
    app.text_input(key="find").set_value("talk").run()
    assert labels(app) == ["a"]
    app.segmented_control(key="columns").set_value("Data").run()
    assert column(app, "Note") == ["<b>overfits</b>"]


def test_the_table_is_sorted_searched_and_has_columns_of_ones_own(runs_dir: Path, dataset: Dataset) -> None:
    for number, name in enumerate(("b", "a", "=c")):
        write_run(runs_dir, f"r{number}", dataset, name=name, wrong_every=10 - number, epochs=number + 1)
    app = open_page("compare", runs="r0", sort="Run")
    assert labels(app) == ["=c", "a", "b"]
    assert run_table(app)["columns"][0]["sorted"] == "ascending"
    sort_by(app, "Run")
    assert labels(app) == ["b", "a", "=c"]
    app.segmented_control(key="columns").set_value("Own").run()
    app.multiselect(key="own_columns").set_value(["Epochs", "Model"]).run()
    assert [one["title"] for one in run_table(app)["columns"]] == ["Run", "Epochs", "Model"]
    assert app.query_params["column"] == ["Epochs", "Model"]
    sort_by(app, "Epochs")
    assert column(app, "Epochs") == ["3", "2", "1"]
    app.text_input(key="find").set_value("=C").run()
    assert labels(app) == ["=c"]
    assert app.session_state["chosen"] == ["r0"]  # what is not seen stays ticked
    app.text_input(key="find").set_value("**nothing**").run()
    assert "No run has" in texts(app)
    assert not app.exception


def test_an_address_with_an_order_and_columns_that_there_are_not(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset)
    app = open_page("compare", sort="<b>", columns="Own", column=["nonsense", "Time"])
    assert [one["title"] for one in run_table(app)["columns"]] == ["Run", "Time"]
    assert len(app.warning) == 2


def test_over_epochs_a_slider_goes_through_what_was_kept(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "without", dataset)
    app = open_page("compare", runs="without", show="Epochs")
    assert "None of the ticked runs kept what it said" in texts(app)
    paths, labels = write_run(runs_dir, "kept", dataset), dataset.train.labels[:10]
    begin_epochs(paths.epochs, labels, np.arange(10), dataset.fingerprint)
    for epoch, right in ((1, 2), (2, 6), (3, 5)):
        said = np.where(np.arange(10) < right, labels, (labels + 1) % len(dataset.class_names))
        save_epoch(paths.epochs, epoch, 4 * np.eye(len(dataset.class_names), dtype=np.float32)[said])
    app = open_page("compare", runs="without", show="Epochs")
    assert "Epochs of kept" in [link.proto.label for link in app.get("page_link")]
    app = open_page("compare", runs="kept", show="Epochs")
    given = scrubbed(app)
    assert given["said"][2].startswith("After epoch 3: 50.0% of 10 validation pictures right")
    assert given["flips"][1:] == [
        "Since epoch 1: 4 learnt, 0 lost (flips).",
        "Since epoch 2: 0 learnt, 1 lost (flips).",
    ]
    assert (given["epoch"], given["course"]) == (3, None)
    names = dataset.class_names
    app = open_page("compare", runs="kept", show="Epochs", epoch="1", course=f"{names[0]},{names[1]}")
    assert (scrubbed(app)["epoch"], scrubbed(app)["course"]) == (1, 1)
    first = int(labels[0])  # right after every epoch
    app.selectbox(key="course_cell").set_value(f"{names[first]},{names[first]}").run()
    assert not app.exception
    assert scrubbed(app)["course"] == first * len(names) + first
    app = open_page("compare", runs="kept", show="Epochs", epoch="9")
    assert scrubbed(app)["epoch"] == 3
    assert len(app.warning) == 1


def scrubbed(app: AppTest) -> dict[str, Any]:
    (given,) = (
        json.loads(part.proto.json)
        for part in app.get("bidi_component")
        if part.proto.component_name == "cifar_lab_scrub"
    )
    return dict(given)


def test_the_most_confused_pairs_stand_beside_every_matrix(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset, wrong_every=1)
    write_run(runs_dir, "b", dataset, wrong_every=10**6)
    app = open_page("compare", runs=["a", "b"])
    assert "**Most confused pairs** of a" in texts(app)
    (first, _) = (frame.value for frame in app.dataframe)
    assert first["True → said"][0] == "airplane → automobile"
    assert first["Of the class"][0].startswith("100.0% (")
    assert len(first) == 5


def test_twenty_classes_stand_by_what_is_confused_or_as_they_are_listed(
    runs_dir: Path, dataset: Dataset
) -> None:
    names = tuple(f"class {k}" for k in range(20))
    labels = np.arange(40) % 20
    many = replace(
        dataset, class_names=names, fingerprint="a" * 16, test=Split(dataset.test.images[labels % 20], labels)
    )
    write_run(runs_dir, "a", many, wrong_every=2)
    app = open_page("compare", runs="a", all_data="true")
    assert "Classes that are often confused stand side by side" in texts(app)
    app = open_page("compare", runs="a", all_data="true", order="As listed")
    assert app.segmented_control(key="order").value == "as listed"
    assert "side by side" not in texts(app)


def test_a_bar_chosen_by_keyboard_opens_its_pictures(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset, wrong_every=2)
    app = open_page("compare", runs="a", show="Classes")
    options = app.selectbox(key="which_bar_0").options
    chosen = next(one for one in options if ", misclassified · a" in one)
    app.selectbox(key="which_bar_0").set_value(chosen).run()
    assert not app.exception
    assert app.title[0].value == dataset.name
    name = chosen.split(",")[0]
    assert app.query_params["set"] == f"sort(class({name}) and wrong(a), confidence(a), down)"


def test_what_accuracy_costs_is_a_tab(runs_dir: Path, dataset: Dataset) -> None:
    for name in ("a", "b"):
        write_run(runs_dir, name, dataset)
    app = open_page("compare", runs="a", show="Cost", cost="Training time")
    assert not app.exception
    assert charts(app) == 1
    assert "Pareto front" in texts(app)


def test_doubted_labels_are_decided_one_after_the_other(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset, wrong_every=7)
    app = open_page("compare", runs="a", show="Labels")
    assert "Nothing was decided yet" in texts(app)
    first = app.header[0].value
    app.button(key="label_relabel").click().run()
    assert not app.exception
    assert "1 label decided: 0 accepted, 1 relabelled, 0 rejected" in texts(app)
    assert app.header[0].value != first  # the next one
    app.button(key="label_reject").click().run()
    assert "1 relabelled, 1 rejected" in texts(app)
    again = open_page("compare", runs="a", show="Labels")  # a new session: what was decided is still there
    assert "2 labels decided" in texts(again)
    (kept,) = (runs_dir / ".labels").rglob("*.json")
    kept.write_text("{", encoding="utf-8")
    again.button(key="label_accept").click().run()
    assert not again.exception
    assert "cannot be used" in " ".join(error.value for error in again.error)
    assert kept.read_text(encoding="utf-8") == "{"


def test_the_choice_of_curves_is_in_the_address(runs_dir: Path, dataset: Dataset) -> None:
    for name in ("a", "b"):
        write_run(runs_dir, name, dataset, epochs=9)
    app = open_page(
        "compare", runs="a", show="Curves", over="Time", smoothing="0.6", log="true", others="true"
    )
    assert not app.exception
    assert app.segmented_control(key="over").value == "time"
    assert app.slider(key="smoothing").value == 0.6
    assert app.toggle(key="others").value is True
    assert "momentum 0.60" in texts(app)
    assert "the last one: it does not overfit yet" in texts(app)
    app.segmented_control(key="over").set_value("step").run()
    assert not app.exception


def test_a_search_that_leaves_fewer_pages_leads_to_the_last(runs_dir: Path, dataset: Dataset) -> None:
    for number in range(90):
        write_run(
            runs_dir, f"r{number}", dataset, name=f"{'few' if number < 50 else 'other'} {number}", epochs=1
        )
    app = open_page("compare", runs="r0", all_lines="true", lines_page="3")
    assert len(labels(app)) == 10
    app.text_input(key="find").set_value("few").run()
    assert not app.exception
    assert len(labels(app)) == 10  # of fifty, the second page


def test_saved_sets_are_slices_and_can_be_left_out_of_a_set(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "a", dataset, wrong_every=2)
    SetStore(runs_dir).save("cats", "class(cat)")
    (SetStore(runs_dir).folder / "torn.json").write_text("{", encoding="utf-8")
    app = open_page("compare", runs="a", show="Slices", set="class(cat) or class(dog)")
    assert "On none of your saved sets" in texts(app)
    assert sum("1 saved set left out, because damaged: torn.json" in one.value for one in app.warning) == 2
    assert app.dataframe[0].value["Set"].tolist() == ["cats"]
    app.selectbox(key="set_without").set_value("cats").run()
    assert not app.exception
    assert app.query_params["set"] == "(class(cat) or class(dog)) and not saved(cats)"
    assert "2 test pictures" in texts(app)


def test_robustness_is_measured_by_a_button_and_then_shown(runs_dir: Path, dataset: Dataset) -> None:
    write_run(runs_dir, "light", dataset)
    paths = write_run(runs_dir, "kept", dataset)
    paths.model.write_bytes(b"weights")
    app = open_page("compare", runs=["kept", "light"], show="Robustness")
    assert not app.exception
    assert "Not measured yet: kept" in texts(app)
    assert "Train it again" in texts(app)
    assert app.button(key="robustness_begin").label == "Measure 1 run"
    study = RobustnessStudy(RunStore(runs_dir).get("kept"), dataset, Settings.from_environment().cache_dir)
    study.measure(AlwaysFirst(), lambda *_: None)
    app = open_page("compare", runs=["kept", "light"], show="Robustness", corruption="fog")
    assert not app.exception
    assert "breaks first in" in texts(app)
    assert app.selectbox(key="corruption").value == "fog"
    assert charts(app) == 1


class AlwaysFirst:
    """A network that says the first class."""

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.eye(10, dtype=np.float32)[np.zeros(len(images), int)]
