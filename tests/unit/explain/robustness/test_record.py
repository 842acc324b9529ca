"""The robustness card: figures worked out by hand."""

import pytest
from pydantic import ValidationError

from cifar_core.corruptions.kinds import KINDS
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.explain.robustness.record import RobustnessRecord


def record(clean: int = 90, **rows: tuple[int, int, int, int, int]) -> RobustnessRecord:
    right = {kind: rows.get(kind, (80, 80, 80, 80, 80)) for kind in KINDS}
    return RobustnessRecord(run="a", data="d", pictures=100, of=200, seed=0, clean=clean, right=right)


def test_accuracies_and_errors() -> None:
    found = record(fog=(90, 70, 50, 30, 10))
    assert found.accuracy("fog", 4) == 0.3
    assert found.accuracy("fog", 0) == found.clean_accuracy == 0.9
    assert found.interval("fog", 4) == wilson_interval(30, 100)
    assert found.error("fog") == pytest.approx(0.5)
    assert found.mean_error == pytest.approx((14 * 0.2 + 0.5) / 15)
    assert found.lost == pytest.approx(found.mean_error - 0.1)
    assert found.breaks_first == "fog"


def test_relative_to_another_run_each_kind_counts_alike() -> None:
    own, other = record(fog=(60,) * 5), record(fog=(20,) * 5, snow=(90,) * 5)
    # fog 0.4 / 0.8, snow 0.2 / 0.1, thirteen kinds 0.2 / 0.2
    assert own.relative_error(other) == pytest.approx((0.5 + 2 + 13) / 15)
    assert own.relative_error(own) == pytest.approx(1)
    assert own.relative_error(record(fog=(100,) * 5)) is None


def test_counts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValidationError):
        record(clean=101)
    with pytest.raises(ValidationError):
        record(fog=(-1, 0, 0, 0, 0))
    with pytest.raises(ValidationError):
        RobustnessRecord(run="a", data="d", pictures=9, of=9, seed=0, clean=1, right={})
