"""Which model Explain begins with."""

from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core.views.explain.models import ModelChoice, first_choice

MODEL = ModelChoice("run", "a run", Path("model.keras"), ("cat", "dog", "ship"))


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"best": 3, "second": 8, "third": 32}, "second"),
        ({"best": 8, "second": 32}, "best"),
        ({"best": 0, "second": 7}, "best"),
        ({"best": 3, "other pictures": 8}, "best"),
        ({"other pictures": 3, "others too": 8}, "others too"),
    ],
)
def test_explain_opens_with_the_best_model_whose_map_is_fine_enough(
    sides: dict[str, int], expected: str
) -> None:
    choices = [
        replace(MODEL, run_id=name, map_side=side, trained_elsewhere="x" if "other" in name else None)
        for name, side in sides.items()
    ]
    assert first_choice(choices).run_id == expected
