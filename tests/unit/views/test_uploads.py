"""Several pictures of somebody's own: which one is on top, and how they are told apart."""

import pytest

from cifar_core.views.uploads import MOST_UPLOADS, distinct, place_on_top, too_many_sentence


@pytest.mark.parametrize(
    ("ids", "before", "on_top", "place"),
    [
        ("a", "", None, 0),  # the first of all
        ("abc", "", None, 0),
        ("abcd", "ab", "b", 2),  # the first that is new
        ("ac", "abc", "c", 1),  # that one stays on top, with another number
        ("bc", "abc", "a", 0),  # it was taken away
        ("a", "ab", "b", 0),
        ("ab", "ab", "b", 1),
    ],
)
def test_what_is_new_goes_on_top(ids: str, before: str, on_top: str | None, place: int) -> None:
    assert place_on_top(list(ids), list(before), on_top) == place


def test_files_of_one_name_are_told_apart() -> None:
    names = ["x", "x (2)", "x", "x", "y"]
    assert distinct(names) == ("x", "x (2)", "x (3)", "x (4)", "y")
    assert distinct(["a", "b"]) == ("a", "b")
    assert len(set(distinct(["x"] * MOST_UPLOADS))) == MOST_UPLOADS


def test_too_many_are_told() -> None:
    assert too_many_sentence(0) == too_many_sentence(MOST_UPLOADS) == ""
    assert "You gave 13 pictures: the first 12 are shown." in too_many_sentence(13)
