"""What Compare shows of confidence."""

from dataclasses import replace

import numpy as np
import pytest

from cifar_core.charts.confidence import coverage_figure, reliability_figure, right_wrong_figure
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.calibration import Reliability
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.confidence import (
    Confidence,
    build_confidence,
    confidence_columns,
    set_of_bin,
    set_of_side,
)
from cifar_core.views.compare.page import build_compare
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import write_run


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    dataset = open_dataset("drawn:400", settings)
    for name, every in (("fourth", 4), ("never", 10**6)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every, name=name)
    return dataset


@pytest.fixture
def runs(dataset: Dataset, settings: Settings) -> tuple[Confidence, ...]:
    rows = list_rows(RunStore.from_settings(settings).list(), dataset)
    return build_confidence(build_compare(rows, ["fourth", "never"]).compared)


def test_figures_of_two_runs(runs: tuple[Confidence, ...]) -> None:
    columns = confidence_columns(runs)
    assert columns["Run"] == ["fourth", "never"]
    predictions = runs[0].one.evaluation.matrix.predictions
    assert columns["ECE, equal width"][0] == pytest.approx(100 * Reliability.of(predictions).error)
    assert columns["NLL"][0] == pytest.approx(-np.log(
        predictions.probabilities[np.arange(len(predictions)), predictions.labels]
    ).mean())  # fmt: skip
    # All validation pictures are right, so the sharpest confidence fits them best.
    assert columns["Temperature"][0] == pytest.approx(0.05, rel=0.05)


def test_the_sentence_tells_which_way_it_errs(runs: tuple[Confidence, ...]) -> None:
    fourth, never = runs
    sure = fourth.one.evaluation.matrix.predictions.confidence.mean()
    assert sure > 0.76
    assert (
        fourth.sentence
        == f"fourth is too sure of itself (overconfident): {sure:.1%} sure on average, 75.0% right."
    )
    assert "never is not sure enough (underconfident)" in never.sentence


def test_a_mark_is_a_set_of_its_pictures(
    runs: tuple[Confidence, ...], dataset: Dataset, settings: Settings
) -> None:
    universe = Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)
    number = 0
    for one in runs:
        for count in one.by_width.count:
            assert len(choose(set_of_bin(runs, number), universe)) == count
            number += 1
    with pytest.raises(IndexError):
        set_of_bin(runs, number)


def test_right_and_wrong_answers_are_sets_by_how_sure_they_were(
    runs: tuple[Confidence, ...], dataset: Dataset, settings: Settings
) -> None:
    universe = Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)
    figure = right_wrong_figure({one.label: one.by_width for one in runs})
    assert [trace.name for trace in figure.data] == [
        "fourth: right", "fourth: wrong", "never: right", "never: wrong",
    ]  # fmt: skip
    number = 0
    for trace, one in zip(figure.data, (runs[0], runs[0], runs[1], runs[1]), strict=True):
        predictions = one.one.evaluation.matrix.predictions
        wanted = (predictions.predicted == predictions.labels) == trace.name.endswith("right")
        for place, count, _, _ in trace.customdata:
            assert place == number
            assert len(choose(set_of_side(runs, number), universe)) == count
            number += 1
        assert sum(row[1] for row in trace.customdata) == wanted.sum()
        assert sum(trace.y) == pytest.approx(100 if wanted.any() else 0)
    with pytest.raises(IndexError):
        set_of_side(runs, number)


def test_how_sure_when_right_and_when_wrong(runs: tuple[Confidence, ...]) -> None:
    columns = confidence_columns(runs)
    for number, one in enumerate(runs):
        predictions = one.one.evaluation.matrix.predictions
        right = predictions.probabilities.argmax(axis=1) == predictions.labels
        surest = predictions.probabilities.max(axis=1)
        assert columns["Sure when right"][number] == pytest.approx(100 * surest[right].mean())
        assert columns["Sure when wrong"][number] == pytest.approx(100 * surest[~right].mean())
    without = replace(runs[0], sure_when_wrong=None)
    assert confidence_columns([without])["Sure when wrong"] == [None]


def test_the_charts_draw_every_bin_and_the_surest_first(runs: tuple[Confidence, ...]) -> None:
    figure = reliability_figure({one.label: one.by_width for one in runs})
    _, first, second = figure.data
    assert list(first.x) == pytest.approx(list(100 * runs[0].by_width.confidence))
    assert list(first.y) == pytest.approx(list(100 * runs[0].by_width.accuracy))
    numbers = [row[0] for trace in (first, second) for row in trace.customdata]
    assert numbers == list(range(len(first.x) + len(second.x)))
    figure = coverage_figure({one.label: one.coverage for one in runs})
    assert figure.data[0].x[-1] == 100
    assert figure.data[0].y[-1] == pytest.approx(75.0)
    assert len(figure.data[0].x) <= 400
