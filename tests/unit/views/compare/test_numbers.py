"""The tables behind the charts of Compare."""

from pathlib import Path

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from cifar_core.data.catalog import open_dataset
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.numbers import class_columns, curve_columns
from cifar_core.views.compare.page import CompareView, build_compare
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import write_run


def view_of(root: Path) -> CompareView:
    dataset = open_dataset("drawn:80", Settings.from_environment())
    write_run(root, "a", dataset, wrong_every=3)
    write_run(root, "b", dataset, epochs=2)
    rows = list_rows(RunStore(root).list(), dataset)
    return build_compare(rows, ["a", "b"])


def test_classes_as_scikit_learn_counts_them(tmp_path: Path) -> None:
    view = view_of(tmp_path)
    found = class_columns(view.compared)
    for one in view.compared:
        rows = np.flatnonzero(np.array(found["run"]) == one.row.label)
        said = one.evaluation.matrix.predictions
        expected = precision_recall_fscore_support(said.labels, said.predicted, zero_division=np.nan)
        for title, values in zip(("precision", "recall", "F1", "pictures"), expected, strict=True):
            np.testing.assert_allclose(np.array(found[title], float)[rows], values)
        assert [found["class"][row] for row in rows] == list(one.data.class_names)


def test_curves_have_every_epoch(tmp_path: Path) -> None:
    view = view_of(tmp_path)
    found = curve_columns(view)
    assert found["run"] == ["a"] * 3 + ["b"] * 2
    assert found["epoch"] == [1, 2, 3, 1, 2]
    np.testing.assert_allclose(found["val_accuracy"], [0.41, 0.42, 0.43, 0.41, 0.42])
    assert found["penalty"] == [0.0] * 5
    epochs = read_metrics(tmp_path / "a" / "metrics.jsonl").epochs
    seeds = CompareView(view.compared, {}, {"s": (epochs, epochs[:1])}, {}, None, ())
    assert curve_columns(seeds)["run"] == ["s (1)"] * 3 + ["s (2)"]
