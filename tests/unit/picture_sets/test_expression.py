"""The text of a picture set: what it stands for, and what is said of one that is none."""

import random

import pytest

from cifar_core.errors import ExpressionError
from cifar_core.picture_sets.expression import Both, Call, Either, Expression, Not, Word, parse

WRONG, CAT, DOG = Call("wrong", (Word("a"),)), Call("class", (Word("cat"),)), Call("class", (Word("dog"),))


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("wrong(a)", WRONG),
        ("  wrong ( a ) ", WRONG),
        ("not wrong(a)", Not(WRONG)),
        ("NOT wrong(a) AND class(cat)", Both((Not(WRONG), CAT))),
        ("wrong(a) or class(cat) and class(dog)", Either((WRONG, Both((CAT, DOG))))),
        ("(wrong(a) or class(cat)) and class(dog)", Both((Either((WRONG, CAT)), DOG))),
        ("class(cat) or class(dog) or wrong(a)", Either((CAT, DOG, WRONG))),
        ('class("polar bear")', Call("class", (Word("polar bear"),))),
        ('class("say ""cheese""")', Call("class", (Word('say "cheese"'),))),
        ('class("or")', Call("class", (Word("or"),))),
        ("class(not)", Call("class", (Word("not"),))),
        ("class(Ångström)", Call("class", (Word("Ångström"),))),
        ("first(5, not wrong(a))", Call("first", (Word("5"), Not(WRONG)))),
        ("list(test:1,5 , 9)", Call("list", (Word("test:1"), Word("5"), Word("9")))),
        ("confidence(2026-cnn.1_b, 0.9..1)", Call("confidence", (Word("2026-cnn.1_b"), Word("0.9..1")))),
    ],
)
def test_what_it_stands_for(text: str, expression: Expression) -> None:
    assert parse(text) == expression
    assert parse(str(expression)) == expression


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 0, "at the end: something is missing"),
        ("   ", 0, "at the end: something is missing"),
        ("wrong", 5, "after “wrong” a bracket was expected"),
        ("wrong(", 6, "at the end: something is missing"),
        ("wrong()", 6, "nothing stands between the brackets"),
        ("wrong(a", 7, "at the end: a closing bracket is missing"),
        ("wrong(a))", 8, "near “)” (character 9): here “and”, “or” or the end was expected"),
        ("wrong(a) class(cat)", 9, "near “class(cat)” (character 10): here “and”"),
        ("wrong(a) and", 12, "at the end: something is missing"),
        ("and wrong(a)", 4, "after “and” a bracket was expected"),
        ('class("cat)', 6, "the closing quotation mark is missing"),
        ('"cat"', 1, "here a set was expected"),
        ("wrong(a,,b)", 8, "here a set was expected"),
        ("wrong(a b)", 8, "after “a” a bracket was expected"),
        ("(" * 41 + "wrong(a)", 40, "more than 40 brackets"),
        ("not " * 10_000 + "wrong(a)", 160, "more than 40 brackets"),
        ("f(" * 10_000, 80, "more than 40 brackets"),
        ("x" * 100_001, 100_000, "it has 100,001 characters; write at most 100,000"),
    ],
)
def test_one_that_is_none_is_told_with_the_place(text: str, at: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 200
    assert caught.value.at == at


def test_invisible_signs_are_shown_as_such() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("wrong(a) \u202eclass(cat)")
    assert "\u202e" not in str(caught.value)


def test_long_ones_are_read() -> None:
    numbers = ", ".join(str(number) for number in range(10_000))
    read = parse(f"list({numbers})")
    assert isinstance(read, Call)
    assert len(read.parts) == 10_000
    read = parse(" or ".join(["class(cat)"] * 5_000))
    assert isinstance(read, Either)
    assert parse(str(read)) == read


def test_brackets_that_change_nothing_are_left_out() -> None:
    read = parse("(right(a) and (wrong(b) and class(cat))) and ((said(a, cat) or said(b, cat)) or wrong(c))")
    written = "right(a) and wrong(b) and class(cat) and (said(a, cat) or said(b, cat) or wrong(c))"
    assert str(read) == written
    assert parse(written) == read
    assert (
        str(parse("not (right(a) and wrong(b)) and class(cat)"))
        == "not (right(a) and wrong(b)) and class(cat)"
    )


def test_whatever_is_written_is_read_as_it_was() -> None:
    dice = random.Random(7)

    def word() -> Word:
        return Word("".join(dice.choices('ab1:.-"() ,é', k=dice.randint(1, 5))))

    def some(depth: int) -> Expression:
        kind = dice.randint(0, 3 if depth else 0)
        if kind == 0:
            within = [
                some(depth - 1) if depth and dice.random() < 0.3 else word()
                for _ in range(dice.randint(1, 3))
            ]
            return Call("name", tuple(within))
        if kind == 1:
            return Not(some(depth - 1))
        join = Both if kind == 2 else Either
        parts = [some(depth - 1) for _ in range(dice.randint(2, 3))]
        return join(tuple(Not(part) if isinstance(part, join) else part for part in parts))

    for _ in range(2_000):
        expression = some(4)
        assert parse(str(expression)) == expression
