"""The tab Robustness: lines, table and sentences of records worked out by hand."""

import pytest

from cifar_core.corruptions.kinds import KINDS
from cifar_core.explain.robustness.record import RobustnessRecord
from cifar_core.views.compare.robustness import EVERY, KIND_TITLES, RobustnessView


def view() -> RobustnessView:
    right = {kind: (8, 8, 8, 8, 8) for kind in KINDS} | {"fog": (8, 6, 4, 2, 0)}
    record = RobustnessRecord(run="r", data="d", pictures=10, of=50, seed=0, clean=9, right=right)
    return RobustnessView((("mine", record),), (), ())


def test_a_line_for_each_kind_and_for_all() -> None:
    (fog,) = view().lines("fog")
    assert fog.accuracies == (0.9, 0.8, 0.6, 0.4, 0.2, 0.0)
    assert fog.intervals is not None
    assert (fog.intervals[5].low, len(fog.intervals)) == (0.0, 6)
    (every,) = view().lines(EVERY)
    assert every.accuracies == pytest.approx(
        (0.9, 0.8, *((14 * 0.8 + last) / 15 for last in (0.6, 0.4, 0.2, 0)))
    )
    assert every.intervals is None
    assert list(KIND_TITLES) == [EVERY, *KINDS]


def test_table_and_sentence() -> None:
    table = dict(zip(view().table["Accuracy"], view().table["mine"], strict=True))
    assert len(table) == 17
    assert (table["As they are"], table["Fog"], table["Snow"]) == ("90.0%", "40.0%", "80.0%")
    assert table["Mean corruption error"] == "22.7%"  # (14 · 20 + 60) / 15
    (sentence,) = view().sentences
    assert "breaks first in fog (40.0%)" in sentence
    assert "10 test pictures of 50" in sentence
