import math
from dataclasses import replace
from typing import Literal

import pytest

from cifar_core.runs.metrics import EpochMetrics, Metrics
from cifar_core.runs.outcome import best_epoch, median_speed, results_so_far

LINE = EpochMetrics(1, 2.0, 0.2, 1.9, 0.25, 1e-3, 500.0, 4.0)


def epochs(*losses: float) -> list[EpochMetrics]:
    return [replace(LINE, epoch=number, val_loss=loss) for number, loss in enumerate(losses, 1)]


@pytest.mark.parametrize(
    ("losses", "best"),
    [
        ([], None),
        ([1.9, 1.2, 1.5], 2),
        ([1.2, 1.2], 1),
        ([math.nan, 1.5, 1.2], 3),
        ([1.5, math.nan, 1.7], 1),
        ([math.inf, 3.0], 2),
        ([math.nan, math.inf], None),
    ],
)
def test_the_best_epoch_has_the_lowest_loss_that_is_a_number(losses: list[float], best: int | None) -> None:
    found = best_epoch(epochs(*losses))
    assert (found.epoch if found else None) == best


def test_a_run_that_diverged_at_once_has_no_results() -> None:
    assert results_so_far(Metrics(tuple(epochs(math.nan)))) is None
    results = results_so_far(Metrics(tuple(epochs(1.5, math.nan))))
    assert results is not None
    assert (results.best_epoch, results.validation_loss, results.epochs) == (1, 1.5, 2)


@pytest.mark.parametrize(("noted", "told"), [(0.4, 0.4), (None, 1.9), (math.nan, 1.9)])
def test_the_loss_of_a_stopped_run_is_its_cross_entropy_where_that_was_noted(
    noted: float | None, told: float
) -> None:
    results = results_so_far(Metrics((replace(LINE, val_cross_entropy=noted),)))
    assert results is not None
    assert results.validation_loss == told


@pytest.mark.parametrize(
    ("keep", "testing", "epoch", "note"),
    [
        ("best", False, 2, "best epoch so far"),
        (
            "last",
            False,
            2,
            "best epoch so far",
        ),  # Until training has ended, the best epoch's weights are kept.
        ("best", True, 2, "weights of epoch 2 are kept"),
        ("last", True, 3, "weights of epoch 3 are kept"),
    ],
)
def test_a_stopped_run_reports_the_weights_it_has_kept(
    keep: Literal["best", "last"], testing: bool, epoch: int, note: str
) -> None:
    results = results_so_far(Metrics(tuple(epochs(1.9, 1.2, 1.5))), keep, testing=testing)
    assert results is not None
    assert (results.best_epoch, results.validation_loss) == (epoch, [1.9, 1.2, 1.5][epoch - 1])
    assert note in (results.note or "")
    assert results.test_accuracy is None


def test_speeds_that_are_none_do_not_count() -> None:
    speeds = [500.0, math.nan, math.inf, None, 700.0, 900.0]
    assert median_speed([replace(LINE, images_per_second=speed) for speed in speeds]) == 700.0
    assert median_speed([replace(LINE, images_per_second=math.inf)]) is None
