"""Sentences about addresses that ask for what is not there."""

import pytest

from cifar_core.words.address import ANY, unknown_sentence


@pytest.mark.parametrize(
    ("options", "there_is"),
    [
        (["train", "test"], "There are train and test."),
        (["cat"], "There is only cat."),
        (range(1, 2), "There is only 1."),
        (range(1, 1201), "It can be 1 to 1,200."),
        (ANY, "Give a whole number from 0 on."),
        ([f"class {k}" for k in range(100)], "class 11 and 88 more."),
    ],
)
def test_what_is_there_is_said(options: list[str] | range, there_is: str) -> None:
    sentence = unknown_sentence("page", "0 \x00", options)
    assert sentence.startswith("The address asks for “Page: 0 �”, which does not exist. ")
    assert sentence.endswith(there_is)


def test_a_long_value_is_cut() -> None:
    assert len(unknown_sentence("class", "x" * 10_000, ["cat"])) < 200
