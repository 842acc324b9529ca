"""McNemar's test and its interval say the same, and the sentence says it with digits that show it."""

import re

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, norm

from cifar_core.errors import RunError
from cifar_core.evaluation.holm import holm
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.significance import SIGNIFICANT
from tests.unit.evaluation.test_metrics import with_correct


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 6), (1, 7), (12, 2), (30, 31), (700, 580)])
def test_mcnemar_is_the_chi_squared_test_on_who_alone_was_right(only_a: int, only_b: int) -> None:
    expected = chi2.sf((only_a - only_b) ** 2 / (only_a + only_b), 1)
    assert PairedComparison(100, only_a, only_b, 20).p_value == pytest.approx(expected, rel=1e-9)


def test_mcnemar_without_any_difference_and_with_nothing_else() -> None:
    assert PairedComparison(100, 0, 0, 20).p_value == 1.0
    assert PairedComparison(100, 5, 5, 20).p_value == 1.0
    assert PairedComparison(0, 0, 10_000, 0).p_value == 0.0


def score_by_search(pair: PairedComparison, difference: float) -> float:
    """Tango's score with the most likely shares searched for, not computed by his formula."""
    a, b, others = pair.only_a, pair.only_b, pair.both_right + pair.both_wrong

    def unlikely(share_a: float) -> float:
        return -sum(
            count * np.log(share)
            for count, share in (
                (a, share_a),
                (b, share_a + difference),
                (others, 1 - 2 * share_a - difference),
            )
            if count
        )

    least, most = max(0.0, -difference), (1 - difference) / 2
    share_a = minimize_scalar(unlikely, bounds=(least + 1e-13, most - 1e-13), options={"xatol": 1e-13}).x
    variance = pair.count * (2 * share_a + difference - difference**2)
    return float((b - a - pair.count * difference) / np.sqrt(variance))


@pytest.mark.parametrize(
    "counts", [(43, 1, 0, 0), (36, 12, 2, 0), (20, 3, 12, 5), (2, 0, 4, 0), (8000, 700, 800, 500)]
)
@pytest.mark.parametrize("confidence", [0.95, 0.995])
def test_the_ends_are_the_differences_that_the_score_test_just_refuses(
    counts: tuple[int, int, int, int], confidence: float
) -> None:
    pair, z = PairedComparison(*counts), norm.ppf((1 + confidence) / 2)
    found = pair.interval_with(confidence)
    assert score_by_search(pair, found.low) == pytest.approx(z, abs=1e-5)
    assert score_by_search(pair, found.high) == pytest.approx(-z, abs=1e-5)
    assert (found == pair.interval) == (confidence == 0.95)


def test_a_published_table() -> None:
    # Approval of a prime minister in two surveys, Agresti, Categorical Data Analysis (2002), section 10.1: the score
    # test gives z² = 17.36, and p_1 − p_2 is 0.04.
    pair = PairedComparison(794, 86, 150, 570)
    assert pair.difference == pytest.approx(0.04)
    assert pair.p_value == pytest.approx(chi2.sf(17.356, 1), rel=1e-3)
    assert (pair.interval.low, pair.interval.high) == pytest.approx((0.0214, 0.0590), abs=5e-5)


def test_the_interval_agrees_with_resampling_and_covers() -> None:
    pair = PairedComparison(8000, 700, 800, 500)
    rng = np.random.default_rng(0)
    draws = rng.multinomial(10_000, [0.8, 0.07, 0.08, 0.05], 20_000)
    low, high = np.quantile((draws[:, 2] - draws[:, 1]) / 10_000, [0.025, 0.975])
    assert pair.interval.low == pytest.approx(low, abs=2e-4)
    assert pair.interval.high == pytest.approx(high, abs=2e-4)
    # Few pictures, and one model much better: where simpler intervals are too narrow.
    tables = rng.multinomial(40, [0.6, 0.02, 0.25, 0.13], 2000).tolist()
    covered = [0.23 in PairedComparison(*table).interval for table in tables]
    assert 0.93 < np.mean(covered) < 0.975


def test_networks_of_equal_accuracy_are_called_different_in_one_of_twenty() -> None:
    rng = np.random.default_rng(4)
    equal = rng.multinomial(10_000, [0.8, 0.06, 0.06, 0.08], 4000).tolist()
    called = np.mean([PairedComparison(*table).p_value < SIGNIFICANT for table in equal])
    assert 0.04 < called < 0.06  # 5% ± 3 standard errors
    # Class by class, with Holm's correction: any of ten.
    classes = rng.multinomial(1_000, [0.8, 0.06, 0.06, 0.08], (1000, 10)).tolist()
    any_called = [min(holm([PairedComparison(*one).p_value for one in ten])) < SIGNIFICANT for ten in classes]
    assert 0.02 < np.mean(any_called) < 0.071


def tables(most: int) -> list[tuple[int, int, int, int]]:
    rng = np.random.default_rng(1)
    small = [(n - a - b, a, b, 0) for n in (1, 4, 9, 30) for a in range(n + 1) for b in range(n + 1 - a)]
    return [*small, *(tuple(row) for row in rng.multinomial(most, [0.8, 0.05, 0.055, 0.095], 300).tolist())]


def test_no_verdict_contradicts_itself() -> None:
    # In one test: pytest takes longer over a test than this takes over a table.
    for table in tables(2000):
        assert_agrees_with_itself(PairedComparison(*table))


def assert_agrees_with_itself(pair: PairedComparison) -> None:
    assert (0 not in pair.interval) == (pair.p_value < SIGNIFICANT), pair
    assert -1 <= pair.interval.low <= pair.difference <= pair.interval.high <= 1, pair
    sentence = pair.verdict("A", "B")
    found = re.search(r"95% interval (−?[\d.]+) to (−?[\d.]+), McNemar test p ([=<]) ([\d.]+)", sentence)
    assert found is not None, sentence
    low, high = (float(end.replace("−", "-")) for end in found.group(1, 2))
    p_value = float(found[4])
    if "better than" in sentence:
        assert 0 < low <= high, sentence
        assert p_value < SIGNIFICANT or found[4] == "0.001", sentence
    else:
        assert low <= 0 <= high or low == high == 0, sentence
        assert p_value >= SIGNIFICANT, sentence
        assert (low < 0) == (min(pair.interval.low, -pair.interval.high) < 0), sentence
    points = re.search(r"by ([\d.]+) points", sentence)
    assert (points is None) == (pair.only_a == pair.only_b), sentence
    assert points is None or float(points[1]) > 0, sentence


def test_pairs_are_matched_by_picture_not_by_row() -> None:
    a = with_correct([True, True, False, False, True])
    b = with_correct([True, False, True, False, True])
    turned = Predictions(b.logits[::-1], b.labels[::-1], b.indices[::-1])
    expected = PairedComparison(both_right=2, only_a=1, only_b=1, both_wrong=1)
    assert PairedComparison.from_predictions(a, b) == expected
    assert PairedComparison.from_predictions(a, turned) == expected


def test_other_pictures_cannot_be_paired() -> None:
    a = with_correct([True, True])
    b = Predictions(a.logits, a.labels, a.indices + 1)
    with pytest.raises(RunError, match="same pictures"):
        PairedComparison.from_predictions(a, b)


def test_no_pictures_cannot_be_compared() -> None:
    nothing = Predictions(np.zeros((0, 2), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    with pytest.raises(RunError, match="no picture at all"):
        PairedComparison.from_predictions(nothing, nothing)


ABOUT = (
    " This speaks of these two trained networks, not of their recipes: trained with other seeds, they may change "
    "places."
)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            (8000, 700, 850, 450),
            "B is better than A by 1.5 points, which is significant (95% interval 0.7 to 2.3, McNemar test p < 0.001, "
            "10,000 pictures).",
        ),
        (
            (8000, 850, 700, 450),
            "A is better than B by 1.5 points, which is significant (95% interval 0.7 to 2.3, McNemar test p < 0.001, "
            "10,000 pictures).",
        ),
        (
            (8000, 700, 730, 570),
            "B is ahead of A by 0.3 points, which is within noise: not significant (95% interval −0.4 to 1.0, McNemar "
            "test p = 0.43, 10,000 pictures).",
        ),
        # With one digit the ends would read “0.0 to 1.0”, and p “0.050”.
        (
            (9000, 250, 294, 456),
            "B is ahead of A by 0.4 points, which is within noise: not significant (95% interval −0.02 to 0.90, "
            "McNemar test p = 0.059, 10,000 pictures).",
        ),
        (
            (8000, 301, 351, 1348),
            "B is ahead of A by 0.5 points, which is within noise: not significant (95% interval −0.0005 to 1.0028, "
            "McNemar test p = 0.0502, 10,000 pictures).",
        ),
        ((9999, 0, 0, 1), "A and B are right equally often (95% interval −0.04 to 0.04, McNemar test p = 1.00, 10,000 "
                          "pictures)."),
        ((0, 0, 1, 0), "B is ahead of A by 100.0 points, which is within noise: not significant (95% interval −58.7 to "
                       "100.0, McNemar test p = 0.32, 1 picture)."),
    ],
)  # fmt: skip
def test_verdicts(counts: tuple[int, int, int, int], sentence: str) -> None:
    assert PairedComparison(*counts).verdict("A", "B") == sentence + ABOUT
