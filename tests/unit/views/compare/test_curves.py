"""Over which axis curves are drawn, and what two hundred runs cost."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.charts import curve_look as looks
from cifar_core.charts.curve_look import BackgroundCurve, Look, drawn_rows
from cifar_core.charts.curves import accuracy_figure, loss_figure
from cifar_core.evaluation.loss_names import LossNames
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.curves import CurveChoice, curve_look, overfitting_sentences, steps_per_epoch
from cifar_core.views.compare.page import CompareView, build_compare
from cifar_core.views.compare.table import RunRow, list_rows
from tests.fake_runs import write_run
from tests.unit.views.compare.test_page import make_dataset


@pytest.fixture
def rows(tmp_path: Path) -> tuple[RunRow, ...]:
    dataset = make_dataset()
    for name in ("a", "b", "c"):
        write_run(tmp_path / "runs", name, dataset, epochs=3)
    write_run(tmp_path / "runs", "elsewhere", make_dataset("e" * 16), epochs=3)
    return tuple(list_rows(RunStore(tmp_path / "runs").list(), dataset))


@pytest.mark.parametrize(
    ("axis", "places", "title"),
    [
        ("epoch", [1, 2, 3], "epoch"),
        ("step", [1, 2, 3], "step (mini-batches)"),  # 20 training pictures are one step of 32
        ("time", [25 / 60, 50 / 60, 75 / 60], "minutes of training"),
    ],
)
def test_each_axis(rows: tuple[RunRow, ...], axis: str, places: list[float], title: str) -> None:
    view = build_compare(rows, ["a"])
    look, notes = curve_look(view, CurveChoice(axis), rows)  # type: ignore[arg-type]
    assert notes == ()
    for figure in (
        accuracy_figure(view.curves, look=look),
        loss_figure(view.curves, {}, view.losses, look=look),
    ):
        np.testing.assert_allclose(figure.data[0].x, places)
        assert figure.layout.xaxis.title.text == title


def test_steps_follow_from_pictures_and_batch(rows: tuple[RunRow, ...]) -> None:
    record = rows[0].run.record
    assert record is not None
    assert steps_per_epoch(record) == 1
    smaller = record.model_copy(update={"config": record.training.model_copy(update={"batch_size": 6})})
    assert steps_per_epoch(smaller) == 4  # 20 pictures: three whole batches and a part of one
    assert steps_per_epoch(None) is None


def test_smoothing_leaves_the_original_faint_behind(rows: tuple[RunRow, ...]) -> None:
    view = build_compare(rows, ["a"])
    look, _ = curve_look(view, CurveChoice(smoothing=0.5), rows)
    faint, smooth, *_ = accuracy_figure(view.curves, look=look).data
    assert faint.opacity < 0.5
    assert faint.showlegend is False
    measured = [100 * one.val_accuracy for one in view.curves["a"]]
    np.testing.assert_allclose(faint.y, measured)
    np.testing.assert_allclose(smooth.y[1], (0.25 * measured[0] + 0.5 * measured[1]) / 0.75)


def test_the_lowest_loss_is_marked_and_the_axis_can_be_logarithmic(rows: tuple[RunRow, ...]) -> None:
    view = build_compare(rows, ["a"])
    look, _ = curve_look(view, CurveChoice(log=True), rows)
    figure = loss_figure(view.curves, {}, view.losses, look=look)
    assert figure.layout.yaxis.type == "log"
    ticks = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    assert (ticks[0.5], ticks[1], ticks[2]) == ("0.5", "1", "2")
    mark = figure.data[-1]
    assert (list(mark.x), list(mark.y)) == ([3], [pytest.approx(0.7)])
    assert accuracy_figure(view.curves, look=look).layout.yaxis.type is None


def test_others_stand_behind_in_grey_but_not_those_on_other_pictures(rows: tuple[RunRow, ...]) -> None:
    view = build_compare(rows, ["a"])
    look, _ = curve_look(view, CurveChoice(others=True), rows)
    assert sorted(look.background) == ["b", "c"]
    figure = accuracy_figure(view.curves, look=look)
    assert len(figure.data) == 2 + 2
    np.testing.assert_allclose(figure.data[0].y, [41, 42, 43], rtol=1e-6)


def view_of(losses: list[float]) -> CompareView:
    epochs = tuple(EpochMetrics(n, 1.0, 0.5, loss, 0.5, 1e-3, 900.0, 2.0) for n, loss in enumerate(losses, 1))
    return CompareView((), {"a": epochs}, {}, {"a": LossNames()}, None, ())


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        (
            [2.0, 1.5, 1.2, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6],
            "lowest after epoch 4 of 10 (1.000) and ends 0.600 higher",
        ),
        (
            [1.0 / n for n in range(1, 11)],
            "after epoch 10 of 10 (0.100), the last one: it does not overfit yet.",
        ),
        ([1, 0.9, 0.8, 0.6, 0.8, 0.6, 0.8, 0.6, 0.8, 0.7], "may be jitter"),
        ([1.0, 0.9], "with fewer than 8 epochs more cannot be told."),
    ],
)
def test_where_overfitting_begins_is_a_sentence(losses: list[float], words: str) -> None:
    (sentence,) = overfitting_sentences(view_of(losses))
    assert words in sentence


def test_two_hundred_runs_are_two_megabytes_at_most() -> None:
    rng = np.random.default_rng(0)
    epochs = [EpochMetrics(n, *rng.random(4).tolist(), 1e-3, 900.0, 2.0) for n in range(1, 201)]  # type: ignore[misc]
    behind = {
        f"a run with a name of some length {number}": BackgroundCurve(
            2.5 * np.arange(1, 201), rng.random(200), rng.random(200)
        )
        for number in range(194)
    }
    look = Look("step", {}, 0.6, True, {f"ticked {n}": (7, 0.5) for n in range(6)}, behind)
    curves = {f"ticked {number}": epochs for number in range(6)}
    size = sum(len(make(curves, look=look).to_json()) for make in (accuracy_figure, loss_figure))
    assert size < 2_000_000


def test_long_lines_are_drawn_in_part_and_that_is_said(
    rows: tuple[RunRow, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for length in (0, 1, 2, 3, 1000, 10_000):
        for lines in (1, 7, 200):
            kept = drawn_rows(length, lines)
            assert len(kept) * lines <= looks.MOST_POINTS + lines
            assert len(kept) == 0 or (kept[0], kept[-1]) == (0, length - 1)
    monkeypatch.setattr(looks, "MOST_POINTS", 4)
    _, notes = curve_look(build_compare(rows, ["a"]), CurveChoice(), rows)
    assert notes == ("To keep the page quick, of the longest lines one epoch in 2 is drawn, and the last.",)
