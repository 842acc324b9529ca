from pathlib import Path

import numpy as np
import pytest

from cifar_core.charts.curves import loss_figure
from cifar_core.data.dataset import Dataset, Split
from cifar_core.errors import RunError
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import Recipe
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.cell import (
    PER_PAGE,
    cell_options,
    cell_page,
    missing_pictures,
    open_cell,
    page_number,
)
from cifar_core.views.compare.columns import columns_of
from cifar_core.views.compare.page import MOST_RUNS, ComparedRun, build_compare, choose_runs
from cifar_core.views.compare.table import RunRow, list_rows
from tests.fake_runs import write_run


def make_dataset(fingerprint: str = "f" * 16, names: tuple[str, ...] = ("cat", "dog", "a,b")) -> Dataset:
    rng = np.random.default_rng(0)

    def split(count: int) -> Split:
        return Split(
            rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8),
            np.arange(count, dtype=np.int64) % len(names),
        )

    return Dataset("here", "Test pictures", names, split(30), split(300), "made up", False, fingerprint)


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", tmp_path / "trained")


def rows_of(store: RunStore, dataset: Dataset) -> tuple[RunRow, ...]:
    return list_rows(store.list(), dataset)


def cells(rows: tuple[RunRow, ...], about: str) -> dict[str, list[str]]:
    return {column.title: [column.words(row) for row in rows] for column in columns_of(rows, about)}


def compared(store: RunStore, dataset: Dataset, *ids: str) -> tuple[ComparedRun, ...]:
    return build_compare(rows_of(store, dataset), ids).compared


def test_best_first_and_every_figure_with_its_interval(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "poor", dataset, wrong_every=2)
    write_run(store.runs_dir, "running", dataset, status="running")
    write_run(store.trained_dir or Path(), "good", dataset, wrong_every=10)
    rows = rows_of(store, dataset)
    assert [row.id for row in rows] == ["good", "poor", "running"]
    good, _, running = rows
    assert good.test_accuracy == pytest.approx(0.9)
    assert good.interval is not None
    assert good.interval.low < 0.9 < good.interval.high
    assert (good.test_pictures, good.parameters, good.epochs, good.training_seconds) == (300, 167_562, 3, 75)
    assert good.run.shipped
    assert good.missing is None
    assert running.test_accuracy is None
    assert running.missing is not None


def test_equal_names_are_told_apart(store: RunStore, dataset: Dataset) -> None:
    for run_id in ("one", "two"):
        write_run(store.runs_dir, run_id, dataset, name="mine")
    write_run(store.runs_dir, "three", dataset, name="other")
    labels = {row.id: row.label for row in rows_of(store, dataset)}
    assert len(set(labels.values())) == 3
    assert labels["three"] == "other"
    assert labels["one"] == "mine (one)"  # Made at the same time, so the time would not help.


def test_equal_names_are_told_apart_by_their_recipes_first(store: RunStore, dataset: Dataset) -> None:
    presets = MODELS["cnn-2conv"].presets
    changed = presets["lab"].model_copy(update={"epochs": 3})
    for run_id, recipe in (("old", presets["published"]), ("new", presets["lab"]), ("short", changed)):
        write_run(store.runs_dir, run_id, dataset, name="mine", recipe=recipe)
    rows = rows_of(store, dataset)
    assert {row.id: row.label for row in rows} == {
        # The short one follows no recipe to the letter, so its settings say more.
        "old": "mine (lr 0.001)",
        "new": "mine (lr 0.12, 16 epochs)",
        "short": "mine (lr 0.12, 3 epochs)",
    }
    assert set(cells(rows, "Training")["Recipe"]) == {"as published", "CIFAR Lab", "CIFAR Lab, changed"}


def test_the_two_best_on_these_pictures_open_by_themselves(store: RunStore, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 3), ("b", 9), ("c", 6)):
        write_run(store.runs_dir, run_id, dataset, wrong_every=wrong)
    write_run(store.runs_dir, "elsewhere", make_dataset("e" * 16), wrong_every=50)
    rows = rows_of(store, dataset)
    assert choose_runs(rows, None).ids == ("b", "c")
    assert [row.same_data for row in rows if row.id == "elsewhere"] == [False]


def test_runs_that_can_be_explained_come_first(store: RunStore, dataset: Dataset) -> None:
    for run_id, wrong, explained in (("huge", 50, False), ("good", 9, True), ("poor", 3, True)):
        paths = write_run(store.runs_dir, run_id, dataset, wrong_every=wrong)
        if explained:
            paths.model.touch()
    assert choose_runs(rows_of(store, dataset), None).ids == ("good", "poor")
    (store.runs_dir / "poor" / "model.keras").unlink()
    assert choose_runs(rows_of(store, dataset), None).ids == ("huge", "good")


def test_what_the_url_asks_for_and_is_not_there_is_said(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset)
    (store.runs_dir / "broken").mkdir()
    (store.runs_dir / "broken" / "run.json").write_text("{")
    choice = choose_runs(rows_of(store, dataset), ["nothing", "a", "a", "broken", "../etc"])
    assert choice.ids == ("a",)
    assert len(choice.notes) == 3
    assert "no run “nothing”" in choice.notes[0]
    for number in range(MOST_RUNS):
        write_run(store.runs_dir, f"r{number}", dataset)
    many = choose_runs(rows_of(store, dataset), ["a", *(f"r{number}" for number in range(MOST_RUNS))])
    assert len(many.ids) == MOST_RUNS
    assert "Only 6 runs" in many.notes[0]
    assert choose_runs(rows_of(store, dataset), []).ids == ()
    thousands = choose_runs(rows_of(store, dataset), [f"no {number}" for number in range(3000)])
    assert len(thousands.notes) == 7
    assert thousands.notes[-1] == "And 2,994 more such notes."


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", "is queued"),
        ("stopped", "was stopped before it was tested"),
        ("failed", "failed and has no confusion matrix. Memory ran out."),
    ],
)
def test_a_run_without_predictions_says_why(
    store: RunStore, dataset: Dataset, status: str, words: str
) -> None:
    write_run(store.runs_dir, "a", dataset, status=status)  # type: ignore[arg-type]
    view = build_compare(rows_of(store, dataset), ["a"])
    assert view.compared == ()
    assert words in view.problems[0]
    assert list(view.curves) == ["a"]  # its curves show all the same


def test_curves_that_are_no_cross_entropy_are_named_below_the_chart(
    store: RunStore, dataset: Dataset
) -> None:
    """Two runs of version 0.1, whose losses have the same in them, share a sentence; a new one needs none."""
    smoothed = Recipe(label_smoothing=0.2)
    write_run(store.runs_dir, "new", dataset, recipe=smoothed)
    for name in ("old", "older"):
        paths = write_run(store.runs_dir, name, dataset, recipe=smoothed, epochs=0)
        append_metrics(paths.metrics, EpochMetrics(1, 1.0, 0.5, 0.6, 0.7, 1e-3, 100.0, 2.0))
    view = build_compare(rows_of(store, dataset), ["new", "old", "older"])
    assert view.losses["new"].is_cross_entropy
    assert view.loss_sentences() == (
        "“old”, “older”: training loss: with label smoothing 0.2; validation: cross-entropy.",
    )
    figure = loss_figure(view.curves, view.repeated, view.losses)
    assert figure.layout.yaxis.title.text == "loss (nats)"
    alone = build_compare(rows_of(store, dataset), ["new"])
    assert alone.loss_sentences() == ()
    assert loss_figure(alone.curves, {}, alone.losses).layout.yaxis.title.text == "cross-entropy (nats)"


def test_damaged_predictions_are_a_sentence(store: RunStore, dataset: Dataset) -> None:
    paths = write_run(store.runs_dir, "a", dataset)
    write_run(store.runs_dir, "b", dataset)
    paths.predictions.write_bytes(paths.predictions.read_bytes()[:200])
    view = build_compare(rows_of(store, dataset), ["a", "b"])
    assert [one.id for one in view.compared] == ["b"]
    assert "is damaged" in view.problems[0]
    paths.predictions.unlink()
    assert "predictions.npz" in build_compare(rows_of(store, dataset), ["a"]).problems[0]


def test_predictions_for_other_pictures_are_refused(store: RunStore, dataset: Dataset) -> None:
    paths = write_run(store.runs_dir, "a", dataset)
    other = write_run(store.runs_dir, "b", make_dataset("e" * 16))
    paths.predictions.write_bytes(other.predictions.read_bytes())
    with pytest.raises(RunError, match="do not belong to the data set"):
        evaluate_run(store.get("a"))


def test_predictions_are_evaluated_once_until_they_change(store: RunStore, dataset: Dataset) -> None:
    paths = write_run(store.runs_dir, "a", dataset, wrong_every=2)
    first = evaluate_run(store.get("a"))
    assert evaluate_run(store.get("a")) is first
    better = write_run(store.runs_dir, "b", dataset, wrong_every=5)
    better.predictions.replace(paths.predictions)
    again = evaluate_run(store.get("a")).matrix.predictions
    assert again.accuracy > first.matrix.predictions.accuracy


def test_the_verdict_is_on_the_two_best(store: RunStore, dataset: Dataset) -> None:
    for run_id, wrong in (("a", 2), ("b", 10), ("c", 11)):
        write_run(store.runs_dir, run_id, dataset, wrong_every=wrong)
    rows = rows_of(store, dataset)
    real = build_compare(rows, ["a", "b"]).verdict
    assert real is not None
    assert real.is_real
    assert real.sentence.startswith("b is better than a by 40.0 points")
    noise = build_compare(rows, ["a", "b", "c"]).verdict
    assert noise is not None
    assert noise.is_real is False
    assert "within noise" in noise.sentence
    assert build_compare(rows, ["a"]).verdict is None


def test_runs_on_different_pictures_get_no_verdict(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset)
    write_run(store.runs_dir, "b", make_dataset("e" * 16, ("red", "green")))
    view = build_compare(rows_of(store, dataset), ["a", "b"])
    assert view.verdict is not None
    assert view.verdict.is_real is None
    assert "different pictures" in view.verdict.sentence
    assert [[one.id for one in group] for group in view.by_classes()] == [["a"], ["b"]]


def test_matrices_share_the_scale_of_the_largest_mistake(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset, wrong_every=2)
    write_run(store.runs_dir, "b", dataset, wrong_every=50)
    view = build_compare(rows_of(store, dataset), ["b", "a"])
    assert view.largest_mistake(by_true_class=False) == 50
    assert view.largest_mistake(by_true_class=True) == pytest.approx(0.5)
    assert view.compared[1].evaluation.matrix.counts[0, 0] == 50  # reading it changed nothing


def test_a_cell_holds_exactly_its_pictures(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset, wrong_every=2)
    runs = compared(store, dataset, "a")
    cell, note = open_cell(runs, "cat,dog", "a")
    assert note is None
    assert cell is not None
    expected = [k for k in range(300) if k % 2 == 0 and k % 3 == 0]
    assert cell.count == len(expected) == 50
    assert cell.pages == 4
    pages = [cell_page(cell, page, dataset) for page in (1, 2, 3, 4)]
    assert [index for page in pages for index in page.indices] == expected  # made most confident first
    assert [len(page.indices) for page in pages] == [PER_PAGE, PER_PAGE, PER_PAGE, 2]
    np.testing.assert_array_equal(pages[1].images, dataset.test.images[expected[PER_PAGE : 2 * PER_PAGE]])
    assert pages[0].captions[0] == "dog 1.00"
    assert pages[0].hover[0].startswith("test picture 0\ndog 0.99")
    assert cell_page(cell, 99, dataset).indices == pages[3].indices
    assert cell.title == "50 pictures of cat taken for dog by a"


def test_a_class_name_may_hold_a_comma(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset)
    runs = compared(store, dataset, "a")
    cell, _ = open_cell(runs, "a,b,cat", None)
    assert cell is not None
    assert (cell.true, cell.predicted, cell.text) == (2, 0, "a,b,cat")
    right, _ = open_cell(runs, "a,b,a,b", None)
    assert right is not None
    assert "recognised by a" in right.title


@pytest.mark.parametrize("text", ["cat", "cat,elephant", ",", "cat,dog,dog", "<script>"])
def test_a_cell_that_is_not_there_is_said(store: RunStore, dataset: Dataset, text: str) -> None:
    write_run(store.runs_dir, "a", dataset)
    cell, note = open_cell(compared(store, dataset, "a"), text, "a")
    assert cell is None
    assert note is not None
    assert "There is no cell" in note


def test_a_cell_of_a_run_that_is_not_shown_is_said(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset)
    cell, note = open_cell(compared(store, dataset, "a"), "cat,dog", "b")
    assert cell is None
    assert note is not None
    assert "“b” is not on this page" in note
    assert open_cell((), "cat,dog", "b") == (None, None)
    assert open_cell(compared(store, dataset, "a"), None, None) == (None, None)


def test_the_list_of_cells_begins_with_the_worst_mistake(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset, wrong_every=4)
    (run,) = compared(store, dataset, "a")
    options = cell_options(run.evaluation.matrix, run.data.class_names)
    counts = run.evaluation.matrix.counts
    assert len(options) == np.count_nonzero(counts)
    assert next(iter(options.values())).startswith("cat taken for dog")
    assert list(options)[-1] == "a,b,a,b"


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (None, 1),
        ("2", 2),
        ("3", 3),
        ("4", 3),
        ("0", 1),
        ("-1", 1),
        ("", 1),
        ("²", 1),
        ("٢", 1),
        ("9" * 99, 1),
    ],
)
def test_an_address_names_a_page_of_a_gallery(text: str | None, page: int) -> None:
    assert page_number(text, 3) == page


def test_missing_pictures_are_named(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "a", dataset)
    (run,) = compared(store, dataset, "a")
    assert "“Test pictures” (made up, fingerprint ffffffffffffffff)" in missing_pictures(run.data)
    drawn = run.data.model_copy(update={"key": "drawn:80"})
    assert "another version of CIFAR Lab" in missing_pictures(drawn)


def uneven_dataset() -> Dataset:
    """Make a data set with 270 test pictures of the first class and 30 of the second."""
    even = make_dataset(names=("healthy", "sick"))
    labels = (np.arange(300) % 10 == 0).astype(np.int64)
    return Dataset(
        "here",
        "X-rays",
        even.class_names,
        even.train,
        Split(even.test.images, labels),
        "made up",
        False,
        "e" * 16,
    )


def test_where_classes_are_unbalanced_balanced_accuracy_stands_beside_accuracy(store: RunStore) -> None:
    dataset = uneven_dataset()
    # Every tenth picture is a sick one. The careless run takes exactly these 30 for healthy ones; of the 43 mistakes of
    # the careful one 5 are sick: (232 of 270 + 25 of 30) / 2.
    write_run(store.runs_dir, "careless", dataset, wrong_every=10)
    write_run(store.runs_dir, "careful", dataset, wrong_every=7)
    rows = rows_of(store, dataset)
    columns = cells(rows, "Accuracy")
    assert columns["Test accuracy"] == ["90.0%", "85.7%"]
    assert columns["Balanced accuracy"] == ["50.0%", "84.6%"]
    verdict = build_compare(rows, ["careless", "careful"]).verdict
    assert verdict is not None
    assert (
        "The classes of the test pictures are unbalanced. Balanced accuracy, in which each class counts the same, is "
        "50.0% (95% interval 49.3 – 55.7%) for careless and 84.6%"
    ) in verdict.sentence
    assert verdict.sentence.endswith(
        "for careful. There the other one is ahead: it recognises the rare classes better."
    )


def test_where_classes_are_balanced_it_is_left_out(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "one", dataset)
    write_run(store.runs_dir, "two", dataset, wrong_every=5)
    rows = rows_of(store, dataset)
    assert "Balanced accuracy" not in cells(rows, "Accuracy")
    assert (verdict := build_compare(rows, ["one", "two"]).verdict) is not None
    assert "alanced" not in verdict.sentence
