"""The bars of the classes as picture sets."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.charts.per_class import measure_figure, misclassified_figure, predicted_figure
from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.classes import list_bars, set_of_bar
from cifar_core.views.compare.page import ComparedRun, build_compare
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import write_run


@pytest.fixture
def opened(settings: Settings, tmp_path: Path) -> tuple[tuple[ComparedRun, ...], Universe]:
    dataset = open_dataset("drawn:200", settings)
    for name, every in (("often", 2), ("never", 10**6)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every, name=name)
    runs = RunStore.from_settings(settings).list()
    view = build_compare(list_rows(runs, dataset), ["often", "never"])
    return view.compared, Universe.of_dataset(dataset, runs, settings.cache_dir)


def test_a_bar_is_exactly_the_pictures_that_it_counts(
    opened: tuple[tuple[ComparedRun, ...], Universe],
) -> None:
    group, universe = opened
    names = group[0].data.class_names
    figures = {one.row.label: one.evaluation.per_class for one in group}
    charts = {
        "misclassified": misclassified_figure(figures, names),
        "predicted": predicted_figure(figures, names),
    }
    for chart, figure in charts.items():
        for trace in figure.data:
            for custom, height in zip(trace.customdata, trace.y, strict=True):
                assert len(choose(set_of_bar(chart, group, custom[0]), universe).of_split("test")) == height


def test_a_bar_of_a_measure_leads_to_the_mistakes_that_keep_it_from_one_hundred(
    opened: tuple[tuple[ComparedRun, ...], Universe],
) -> None:
    group, universe = opened
    names, figures = group[0].data.class_names, group[0].evaluation.per_class
    bars = measure_figure({"often": figures}, names, "f1").data[0]
    for label, custom in enumerate(bars.customdata):
        assert custom[0] == label
        found = {
            chart: len(choose(set_of_bar(chart, group, label), universe))
            for chart in ("recall", "precision", "f1")
        }
        assert figures.recall[label] == pytest.approx(1 - found["recall"] / figures.true_counts[label])
        assert figures.precision[label] == pytest.approx(
            1 - found["precision"] / figures.predicted_counts[label]
        )
        right = figures.true_counts[label] - figures.misclassified[label]
        assert figures.f1[label] == pytest.approx(2 * right / (2 * right + found["f1"]))
    confidence = group[0].evaluation.matrix.predictions.confidence
    order = choose(set_of_bar("predicted", group, 3), universe).of_split("test")
    assert (np.diff(confidence[order]) <= 0).all()


def test_all_bars_with_pictures_stand_in_a_list(opened: tuple[tuple[ComparedRun, ...], Universe]) -> None:
    group, universe = opened
    bars = list(list_bars(group, "recall"))
    assert len({bar.label for bar in bars}) == len(bars)
    # The run that is never wrong but once has its predictions, and the mistakes of one class twice.
    assert sum("never" in bar.label for bar in bars) == len(group[0].data.class_names) + 2
    for bar in bars[::7]:
        count = len(choose(bar.expression, universe).of_split("test"))
        assert f"({count} picture" in bar.label
