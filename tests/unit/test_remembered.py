"""What was made of the same objects is made once; of equal arrays, or after a change, it is made anew."""

import gc
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cifar_core.remembered import Remembered, remembered


@dataclass(frozen=True)
class Look:
    """Compared by its parts."""

    title: str
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """Compared by which object it is."""

    values: tuple[int, ...]


@dataclass
class Changing:
    """May change, so only the same object is the same."""

    value: int


class Counter:
    """Returns a new object each time, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *args: object, **kwargs: object) -> list[Any]:
        self.asked += 1
        return [args, kwargs]


ARRAY, HELD, OTHER = np.arange(3), Measured((1,)), Changing(1)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("text", "te" + "xt"),
        (1.5, 3 / 2),
        (Path("a/b"), Path("a") / "b"),
        (None, None),
        (ARRAY, ARRAY),
        ((1, [ARRAY, "x"]), (1, [ARRAY, "x"])),
        ({"a": HELD, "b": (1, 2)}, {"a": HELD, "b": (1, 2)}),
        (Look("dark", (1, 2)), Look("dark", (1, 2))),
        ([Look("dark"), OTHER], (Look("dark"), OTHER)),
    ],
)
def test_the_same_is_computed_once(first: object, again: object) -> None:
    counter = Counter()
    kept = Remembered(counter, most=4)
    assert kept(first, more=first) is kept(again, more=again)
    assert counter.asked == 1


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("a", "b"),
        (1, True),
        (1, 1.0),
        (0, None),
        ("1", 1),
        (np.arange(3), np.arange(3)),
        (Measured((1,)), Measured((1,))),
        (Changing(1), Changing(1)),
        (Look("dark"), Look("light")),
        ((1, 2), (1, 2, 3)),
        ((1, (2, 3)), (1, 2, 3)),
        ({"a": 1}, {"a": 2}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),  # lines of a chart stand in their order
        pytest.param(id(HELD), HELD, id="the number of an object"),
    ],
)
def test_another_is_computed_anew(first: object, other: object) -> None:
    counter = Counter()
    kept = Remembered(counter, most=4)
    assert kept(first) is not kept(other)
    assert kept(first) is kept(first)
    assert counter.asked == 2


def test_a_list_that_grew_is_another_one() -> None:
    kept, names = Remembered(lambda names: len(names), most=4), ["cat"]
    assert kept(names) == 1
    names.append("dog")
    assert kept(names) == 2


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    counter = Counter()
    kept = Remembered(counter, most=2)
    for asked in (1, 2, 1, 3, 1):
        kept(asked)
    assert counter.asked == 3
    kept(2)
    assert counter.asked == 4
    kept.clear()
    kept(2)
    assert counter.asked == 5


def test_no_other_object_gets_the_place_of_one_that_is_gone() -> None:
    kept: Remembered[..., int] = Remembered(lambda held: held.values[0], most=100)
    assert [kept(Measured((number,))) for number in range(100)] == list(range(100))
    held = Measured((7,))
    assert kept(held) == 7
    gone = weakref.ref(held)
    del held
    gc.collect()
    assert gone() is not None  # held as long as what was made of it …
    kept.clear()
    gc.collect()
    assert gone() is None  # … and no longer


def test_errors_are_not_remembered() -> None:
    answers = iter([None, 5])

    @remembered(most=2)
    def ask(question: str) -> int:
        """Answer at the second time."""
        answer = next(answers)
        if answer is None:
            raise ValueError(question)
        return answer

    with pytest.raises(ValueError, match="why"):
        ask("why")
    assert ask("why") == 5
    assert ask.__doc__ == "Answer at the second time."


def test_one_may_ask_for_another() -> None:
    @remembered(most=4)
    def factorial(number: int) -> int:
        return number * factorial(number - 1) if number else 1

    assert factorial(3) == 6


def test_many_threads_get_the_same_answers() -> None:
    kept: Remembered[..., int] = Remembered(lambda number: number * number, most=8)
    found: list[bool] = []

    def ask() -> None:
        found.append(all(kept(number % 20) == (number % 20) ** 2 for number in range(2_000)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_what_tells_apart_can_be_less_than_all() -> None:
    @remembered(most=4, by=lambda held, asked: (id(held), asked % 10))
    def last_digit(held: Measured, asked: int) -> tuple[int, int]:
        return held.values[0], asked

    assert last_digit(HELD, 12) == (1, 12)
    assert last_digit(HELD, 32) == (1, 12)
    assert last_digit(HELD, 13) == (1, 13)
    assert last_digit(Measured((5,)), 32) == (5, 32)
