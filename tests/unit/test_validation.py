from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cifar_core.validation import explain_validation


class Recipe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    epochs: int = Field(ge=1)
    rate: float = Field(default=0.1, allow_inf_nan=False)
    balanced: bool = False
    name: str = "a"
    layers: list[int] = []
    schedule: Literal["linear", "constant"] = "linear"
    flip: bool | Literal["alternating"] = False


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epochs": "many"}, "epochs: must be a whole number (given: 'many')."),
        ({"epochs": 1.5}, "epochs: must be a whole number (given: '1.5')."),
        ({"epochs": [1]}, "epochs: must be a whole number (given: '[1]')."),
        ({"epochs": 0}, "epochs: must be greater than or equal to 1 (given: '0')."),
        ({}, "epochs: is missing."),
        ({"epochs": 1, "rate": "quick"}, "rate: must be a number (given: 'quick')."),
        ({"epochs": 1, "rate": "inf"}, "rate: must be a finite number (given: 'inf')."),
        ({"epochs": 1, "balanced": 7}, "balanced: must be true or false (given: '7')."),
        ({"epochs": 1, "name": 7}, "name: must be text (given: '7')."),
        ({"epochs": 1, "layers": 7}, "layers: must be a list (given: '7')."),
        ({"epochs": 1, "epohcs": 7}, "epohcs: is not known here (given: '7')."),
        ({"epochs": 1, "schedule": "x"}, "schedule: must be 'linear' or 'constant' (given: 'x')."),
        ({"epochs": 1, "flip": "x"}, "flip: must be true or false, or must be 'alternating' (given: 'x')."),
        (7, "Must be a table of names and values (given: '7')."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(given: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(given)
    assert explain_validation(caught.value, "The recipe") == f"The recipe cannot be used. {said}"


def test_json_that_breaks_off_is_told_as_such() -> None:
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate_json('{"epochs": 1')
    said = explain_validation(caught.value, "The file")
    assert said.startswith("The file cannot be used. Damaged, or its end is missing (EOF while")
    assert "given" not in said
