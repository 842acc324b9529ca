"""Sizes in words: nothing is rounded to zero, and no two that differ are written alike side by side."""

import pytest

from cifar_core.sizes import data_size


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (9_960, "10 kB"),
        (999_400, "999 kB"),
        (999_600, "1 MB"),
        (1_450_000, "1.4 MB"),
        (200_000_000, "200 MB"),
        (5_000_000_000, "5 GB"),
        (3_000_000_000_000, "3,000 GB"),
    ],
)
def test_the_unit_fits(count: int, words: str) -> None:
    assert data_size(count) == words


@pytest.mark.parametrize("most", [900, 40_000, 500_000_000, 2_000_000_000])
@pytest.mark.parametrize("factor", [1.2, 1.04, 1.004, 1.0004, 1.000_04, 1.000_000_1])
def test_what_is_too_large_never_looks_as_if_it_were_not(most: int, factor: float) -> None:
    larger = max(most + 1, round(factor * most))
    assert data_size(larger, most) != data_size(most, larger)
    assert data_size(most, most) == data_size(most)
