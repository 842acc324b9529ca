import pytest

from cifar_core.charts.selection import clicked_index


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (None, None),
        ({}, None),
        ({"selection": {"points": [], "point_indices": []}}, None),
        ({"selection": {"points": [{"point_index": 4, "customdata": [7]}]}}, 7),
        ({"points": [{"point_index": 4}]}, 4),
        ({"points": [{"point_index": 1, "customdata": [1]}, {"point_index": 2, "customdata": [0]}]}, 0),
    ],
)
def test_clicked_index(selection: dict[str, object] | None, expected: int | None) -> None:
    assert clicked_index(selection) == expected
