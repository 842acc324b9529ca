"""Two runs class by class, worked out by hand."""

import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.class_pairs import class_pair_columns, class_pairs, class_pairs_sentence
from cifar_core.views.compare.page import ComparedRun, build_compare
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import write_run


@pytest.fixture
def pair(settings: Settings) -> tuple[ComparedRun, ComparedRun]:
    dataset = open_dataset("drawn:800", settings)
    for name, every in (("often", 2), ("never", 10**6)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every, name=name)
    rows = list_rows(RunStore.from_settings(settings).list(), dataset)
    first, second = build_compare(rows, ["often", "never"]).compared
    return first, second


def test_every_class_is_compared_on_its_own_pictures(pair: tuple[ComparedRun, ComparedRun]) -> None:
    labels = pair[0].evaluation.matrix.predictions.labels
    rows = class_pairs(pair)
    assert [name for name, _, _ in rows] == list(pair[0].data.class_names)
    for label, (_, found, _) in enumerate(rows):
        members = [i for i, one in enumerate(labels) if one == label]
        wrong = sum(1 for i in members if i % 2 == 0 and i != 0)
        at_zero = int(0 in members)  # both runs are wrong on the very first picture
        assert found == PairedComparison(len(members) - wrong - at_zero, 0, wrong, at_zero)


def test_p_values_are_corrected_for_the_number_of_classes(pair: tuple[ComparedRun, ComparedRun]) -> None:
    rows = class_pairs(pair)
    alone = sorted(found.p_value for _, found, _ in rows)
    corrected = sorted(p for _, _, p in rows)
    assert corrected[0] == pytest.approx(10 * alone[0])
    assert all(p >= found.p_value for _, found, p in rows)


def test_table_and_sentence(pair: tuple[ComparedRun, ComparedRun]) -> None:
    columns = class_pair_columns(pair)
    first = class_pairs(pair)[0][1]
    assert columns["often"][0] == pytest.approx(100 * first.both_right / first.count)
    assert columns["Difference"][0] == pytest.approx(100 * first.only_b / first.count)
    # Of ten classes at once: each interval holds with 99.5%.
    at_once = [found.interval_with(0.995).in_points for _, found, _ in class_pairs(pair)]
    assert columns["95% interval, all at once"] == at_once
    real = [name for name, _, p in class_pairs(pair) if p < 0.05]
    told = class_pairs_sentence(pair)
    assert told.startswith("never is really better on ") if real else told.startswith("On no class alone")
    assert all(name in told for name in real)
    assert class_pairs_sentence((pair[0], pair[0])).startswith("On no class alone")
