import pytest

from cifar_core.charts.selection import clicked_index, drawn_region


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


def test_a_lasso_and_a_box_are_regions() -> None:
    lasso = {
        "selection": {
            "points": [{"point_index": 1}],
            "lasso": [{"x": [1, 2, 3], "y": [4, 5.5, 6]}],
            "box": [],
        }
    }
    assert drawn_region(lasso) == [(1, 4), (2, 5.5), (3, 6)]
    box = {"selection": {"points": [], "lasso": [], "box": [{"x": [1, 2], "y": [8, 3]}]}}
    assert drawn_region(box) == [(1, 8), (2, 8), (2, 3), (1, 3)]
    assert drawn_region({"selection": {"points": [{"point_index": 1}], "lasso": [], "box": []}}) == []
    assert drawn_region(None) == []
