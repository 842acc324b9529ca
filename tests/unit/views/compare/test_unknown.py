"""The table of unlike pictures on Compare: kinds in order, and what was not measured of one run."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from cifar_core.explain.unknown.record import STEPS, ForeignRecord, UnknownRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT
from cifar_core.views.compare.unknown import UnknownView, build_unknown


def record(**areas: float) -> UnknownRecord:
    foreign = {
        name: ForeignRecord(pictures=50, auroc=area, low=area - 0.05, high=area + 0.05, called=5)
        for name, area in areas.items()
    }
    return UnknownRecord(
        run="r", data="d", seed=0, validation=40, of=40, quantiles=tuple(np.zeros(STEPS + 1).tolist()), test=80,
        false_alarms=6, foreign=foreign,
    )  # fmt: skip


def test_a_row_for_each_kind_a_column_for_each_run() -> None:
    view = UnknownView((("one", record(cifar100=0.7, noise=0.9)), ("two", record(noise=0.4))), (), ())
    assert view.table == {
        "AUROC": ["noise", "CIFAR-100's test pictures", "false alarms"],
        "one": ["0.90 (0.85 – 0.95)", "0.70 (0.65 – 0.75)", "7.5%"],
        "two": ["0.40 (0.35 – 0.45)", "–", "7.5%"],
    }


def test_shipped_runs_are_measured_and_one_without_weights_is_told(tmp_path: Any) -> None:
    store = RunStore(tmp_path, PROJECT_ROOT / "trained")
    ids = ("20261121-041450-cnn-7x7-9597", "20261122-055442-vit-tiny-9888")
    rows = [SimpleNamespace(run=store.get(one), id=one, label=one[-4:]) for one in ids]
    view = build_unknown(cast("Any", [SimpleNamespace(row=row) for row in rows]), tmp_path)
    assert [label for label, _ in view.records] == ["9597"]
    assert view.missing == ()
    (problem,) = view.problems
    assert "are not on this machine" in problem
