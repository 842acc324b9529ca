from cifar_core.evaluation.intervals import Interval
from cifar_core.percent import percent, percent_range


def test_shares_are_written_in_percent() -> None:
    assert (percent(0.8949), percent(1.0), percent(0.125, 0), percent(0.5, 2)) == (
        "89.5 %",
        "100.0 %",
        "12 %",
        "50.00 %",
    )
    assert percent_range(Interval(0.768, 0.785)) == "76.8 – 78.5 %"
