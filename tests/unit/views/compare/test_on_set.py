"""Compare on a picture set: every figure on its pictures alone."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.picture_sets.saved import SetStore
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.difference import comparable_pair, set_of_cells
from cifar_core.views.compare.on_set import set_figures, telling_sets, together_sentence, view_on_set
from cifar_core.views.compare.page import CompareView, build_compare
from cifar_core.views.compare.table import list_rows
from cifar_core.views.picture_set import SetOnScreen, open_set
from tests.fake_runs import write_run


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    dataset = open_dataset("drawn:400", settings)
    for name, every in (("fourth", 4), ("third", 3)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every, name=name)
    return dataset


def view_of(dataset: Dataset, settings: Settings, *ids: str) -> CompareView:
    return build_compare(list_rows(RunStore.from_settings(settings).list(), dataset), ids)


def opened(text: str, dataset: Dataset, settings: Settings) -> SetOnScreen:
    runs = RunStore.from_settings(settings).list()
    shown, note = open_set(text, dataset, runs, settings.cache_dir, SetStore(settings.runs_dir), {})
    assert note is None
    assert shown is not None
    return shown


def test_every_figure_is_of_the_set(dataset: Dataset, settings: Settings) -> None:
    cat = dataset.class_names.index("cat")
    cats = np.flatnonzero(dataset.test.labels == cat)
    shown = opened("class(cat)", dataset, settings)
    view = view_on_set(view_of(dataset, settings, "fourth", "third"), shown)
    for one, every in zip(view.compared, (4, 3), strict=True):
        right = int((cats % every != 0).sum())
        counts = one.evaluation.matrix.counts
        assert counts.sum() == counts[cat].sum() == len(cats)
        assert counts[cat, cat] == right
        assert one.evaluation.per_class.true_counts[cat] == len(cats)
        assert np.isnan(one.evaluation.per_class.recall[cat - 1])
    first, _ = set_figures(view.compared)
    right = int((cats % 4 != 0).sum())
    assert (first.label, first.right, first.count) == ("fourth", right, len(cats))
    assert first.accuracy == f"{right / len(cats):.1%}"
    expected = wilson_interval(right, len(cats)).in_percent
    assert first.sentence == f"{right} of {len(cats)} right, 95% interval {expected}"
    assert view.verdict is not None
    assert f"{len(cats)} pictures)" in view.verdict.sentence


def test_a_set_that_the_runs_themselves_chose_is_no_test(dataset: Dataset, settings: Settings) -> None:
    shown = opened("flips(fourth, third)", dataset, settings)
    view = view_on_set(view_of(dataset, settings, "fourth", "third"), shown)
    assert [figure.accuracy for figure in set_figures(view.compared)] == ["100.0%", "0.0%"]
    assert view.verdict is not None
    assert view.verdict.is_real is None
    assert "were chosen by what fourth and third said of them" in view.verdict.sentence


def test_an_empty_set_has_no_figures(dataset: Dataset, settings: Settings) -> None:
    shown = opened("class(cat) and class(dog)", dataset, settings)
    view = view_on_set(view_of(dataset, settings, "fourth", "third"), shown)
    assert [figure.accuracy for figure in set_figures(view.compared)] == ["–", "–"]
    assert view.verdict is not None
    assert view.verdict.sentence == "The set has no test picture, so there is nothing to compare."
    assert all(one.evaluation.matrix.counts.sum() == 0 for one in view.compared)


def test_one_picture_is_a_set(dataset: Dataset, settings: Settings) -> None:
    view = view_on_set(
        view_of(dataset, settings, "fourth", "third"), opened("list(test:8)", dataset, settings)
    )
    assert [figure.sentence for figure in set_figures(view.compared)] == [
        "0 of 1 right, 95% interval 0.0 – 79.3%",
        "1 of 1 right, 95% interval 20.7 – 100.0%",
    ]


def test_a_run_on_other_pictures_is_left_out(dataset: Dataset, settings: Settings, tmp_path: Path) -> None:
    write_run(settings.runs_dir, "other", open_dataset("drawn:80", settings), name="other")
    view = view_of(dataset, settings, "fourth", "other")
    on_it = view_on_set(view, opened("class(cat)", dataset, settings))
    assert [one.id for one in on_it.compared] == ["fourth"]
    assert on_it.problems == ("“other” was tested on other pictures than those of the set.",)
    assert on_it.verdict is None


def test_the_sets_that_tell_runs_apart(dataset: Dataset, settings: Settings) -> None:
    view, tests = view_of(dataset, settings, "fourth", "third"), range(len(dataset.test))
    links = telling_sets(view.compared, None)
    counts = [
        sum(1 for i in tests if i % 4 and i % 3 == 0),
        sum(1 for i in tests if i % 4 == 0 and i % 3),
        sum(1 for i in tests if i % 12 == 0),
    ]
    assert [link.label for link in links] == [
        f"only fourth right: {counts[0]} pictures",
        f"only third right: {counts[1]} pictures",
        f"both wrong: {counts[2]} pictures",
    ]
    for link, count in zip(links, counts, strict=True):
        assert len(opened(link.expression, dataset, settings).indices("test")) == count
    (alone,) = telling_sets(view.compared[:1], None)
    assert alone.expression == "wrong(fourth)"


def test_within_a_set_its_parts_are_offered(dataset: Dataset, settings: Settings) -> None:
    shown = opened("class(cat) or class(dog)", dataset, settings)
    view = view_on_set(view_of(dataset, settings, "fourth", "third"), shown)
    for link in telling_sets(view.compared, shown):
        part = opened(link.expression, dataset, settings).indices("test")
        assert link.label.endswith(f": {len(part)} pictures")
        assert set(part) <= set(shown.indices("test"))


def test_a_cell_of_the_difference_is_what_one_alone_puts_there(dataset: Dataset, settings: Settings) -> None:
    view = view_of(dataset, settings, "fourth", "third")
    pair = comparable_pair(view.compared)
    assert pair is not None
    cat, deer = dataset.class_names.index("cat"), dataset.class_names.index("deer")
    shown = opened(set_of_cells(pair, cat, deer), dataset, settings)
    assert sorted(shown.indices("test").tolist()) == [
        i for i, label in enumerate(dataset.test.labels) if label == cat and (i % 4 == 0) != (i % 3 == 0)
    ]
    assert comparable_pair(view.compared[:1]) is None


def test_what_the_runs_are_worth_together(dataset: Dataset, settings: Settings) -> None:
    view = view_of(dataset, settings, "fourth", "third")
    told = together_sentence(view.compared)
    assert told is not None
    mean = np.mean([one.evaluation.matrix.predictions.probabilities for one in view.compared], axis=0)
    said = mean.round(6).argmax(axis=1)  # Made-up runs are often equally sure: the lowest number wins.
    accuracy = (said == dataset.test.labels).mean()
    assert f"they are right on {accuracy:.1%}: " in told
    assert "points against fourth" in told
    assert "Cohen's κ of 0." in told
    assert together_sentence(view.compared[:1]) is None
    empty = view_on_set(view, opened("class(cat) and class(dog)", dataset, settings))
    assert together_sentence(empty.compared) is None
