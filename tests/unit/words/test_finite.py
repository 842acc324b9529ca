import json
import math

import numpy as np
import pytest

from cifar_core.words.durations import age_words, duration_words, rough_duration_words
from cifar_core.words.finite import finite, json_text
from cifar_core.words.numbers import compact, decimal, digits_to_tell, percent, signed

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NAN, None),
        (-INF, None),
        (np.float32("nan"), None),
        (1.5, 1.5),
        (7, 7),
        (True, True),
        ("nan", "nan"),
        (None, None),
        ([1.0, [NAN, 2]], [1.0, [None, 2]]),
        ((INF, "a"), (None, "a")),
        ({"a": {"b": (NAN,)}, "c": 3}, {"a": {"b": (None,)}, "c": 3}),
    ],
)
def test_what_is_no_number_becomes_none(value: object, expected: object) -> None:
    assert finite(value) == expected


@pytest.mark.parametrize("value", [{"a": [1.0, (2, "x")]}, np.array([1.0, NAN]), np.array([1, 2])])
def test_what_needs_no_change_is_the_same_object(value: object) -> None:
    assert finite(value) is value


def test_an_array_keeps_its_gaps_and_loses_its_infinities() -> None:
    values = np.array([[1, -INF], [NAN, 2]], np.float32)
    np.testing.assert_array_equal(finite(values), np.array([[1, NAN], [NAN, 2]], np.float32))
    assert finite(values).dtype == np.float32
    assert np.isinf(values).any()  # what came in is not changed


def test_a_document_is_strict_json() -> None:
    text = json_text({"accuracy": NAN, "name": "Übung", "epochs": [1, INF]})
    assert text == '{"accuracy": null, "name": "Übung", "epochs": [1, null]}'
    with pytest.raises(ValueError, match="JSON"):  # what would be written without it
        json.dumps({"accuracy": NAN}, allow_nan=False)


@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_words_for_numbers_that_are_none(number: float) -> None:
    assert {percent(number), percent(number, 0), decimal(number, 3), compact(number)} == {"–"}
    assert {duration_words(number), rough_duration_words(number), age_words(number)} == {"an unknown time"}


def test_signs_are_seen() -> None:
    assert digits_to_tell(-0.02, 0.98) == 2
    assert digits_to_tell(0.0, -0.0, 1.0, NAN) == 1
    assert digits_to_tell(0.0004, least=2) == 4
    assert digits_to_tell(0.06, 0.94) == 1  # it is written as 0.1
    assert (signed(-0.025, 2), signed(-0.02, 1), signed(0.25, 1), signed(NAN, 1)) == (
        "−0.03",
        "0.0",
        "0.2",
        "–",
    )


def test_words_for_other_numbers() -> None:
    assert (percent(0.12345), percent(0.12345, 2), percent(1.0, 0)) == ("12.3%", "12.35%", "100%")
    assert (decimal(2.0, 1), decimal(-0.125, 2)) == ("2.0", "-0.12")
