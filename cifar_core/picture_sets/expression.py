"""The text that asks for pictures, and the tree that it stands for.

::

    union   = meet {"or" meet}
    meet    = single {"and" single}
    single  = "not" single | "(" union ")" | NAME "(" part {"," part} ")"
    part    = WORD | NUMBER NUMBER | union

A word is anything without a space, a bracket, a comma or a quotation mark; between quotation marks it may hold those
too, a quotation mark being written twice. Two numbers with a space between them are one word, a point. “and” binds
closer than “or”, as in Python.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from cifar_core.errors import ExpressionError

MOST_CHARACTERS = 100_000
"""Room for ten thousand numbers in a list."""

NUMBER = r"-?\d{1,12}(?:\.\d{1,12})?"
"""A number, as a regular expression."""

_POINT = re.compile(rf"{NUMBER} {NUMBER}", re.ASCII)

MOST_DEPTH = 40
"""How deep brackets may be nested."""


@dataclass(frozen=True)
class Word:
    """A name, number or range between the brackets of a call.

    Attributes
    ----------
    text : str
        Without quotation marks.
    at : int
        Where it begins in the expression, from 0; two words are equal wherever they stand.
    """

    text: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        plain = re.fullmatch(r'[^\s(),"]+', self.text) or _POINT.fullmatch(self.text)
        return self.text if plain else '"' + self.text.replace('"', '""') + '"'


@dataclass(frozen=True)
class Call:
    """A function with what stands in its brackets: ``wrong(RUN)``.

    Attributes
    ----------
    name : str
        Of the function.
    parts : tuple of Word or expression
        At least one.
    at : int
        Where it begins in the expression, from 0.
    """

    name: str
    parts: "tuple[Word | Expression, ...]"
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parts))})"


@dataclass(frozen=True)
class Not:
    """The pictures that another expression leaves out."""

    of: "Expression"

    def __str__(self) -> str:
        return f"not {_bracketed(self.of, Both | Either)}"


@dataclass(frozen=True)
class Both:
    """The pictures that are in all parts, in the order of the first; two parts or more."""

    parts: "tuple[Expression, ...]"

    def __str__(self) -> str:
        return " and ".join(_bracketed(part, Both | Either) for part in self.parts)


@dataclass(frozen=True)
class Either:
    """The pictures of the first part, then those that only the second has, and so on; two parts or more."""

    parts: "tuple[Expression, ...]"

    def __str__(self) -> str:
        return " or ".join(_bracketed(part, Either) for part in self.parts)


Expression: TypeAlias = Call | Not | Both | Either


def _bracketed(expression: Expression, kinds: object) -> str:
    return f"({expression})" if isinstance(expression, kinds) else str(expression)  # type: ignore[arg-type]


def _joined(parts: list[Expression], kind: type[Both] | type[Either]) -> Expression:
    """Join parts; those that are joined alike themselves need no brackets: neither pictures nor order change."""
    flat: list[Expression] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else [part]
    return kind(tuple(flat)) if len(flat) > 1 else flat[0]


def parse(text: str) -> Expression:
    """Read an expression; ``str()`` of the answer writes it again.

    Parameters
    ----------
    text : str
        Such as ``"cell(RUN, cat, dog) and not right(OTHER)"``.

    Raises
    ------
    ExpressionError
        It is none; the sentence has the place.

    Examples
    --------
    >>> str(parse("first( 5,wrong(a)   and (class(cat) or class(dog)) )"))
    'first(5, wrong(a) and (class(cat) or class(dog)))'
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"it has {len(text):,} characters; write at most {MOST_CHARACTERS:,}.", text, MOST_CHARACTERS
        )
    return _Parser(text).whole()


@dataclass(frozen=True)
class _Token:
    text: str
    at: int
    kind: str  # "sign", "word", "quoted" or "end"

    def is_sign(self, sign: str) -> bool:
        return self.kind == "sign" and self.text == sign

    def is_word(self, word: str) -> bool:
        return self.kind == "word" and self.text.lower() == word


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    token = re.compile(r'\s*(?:(?P<sign>[(),])|"(?P<quoted>(?:[^"]|"")*)"|(?P<word>[^\s(),"]+))')
    end = len(text.rstrip())
    while at < end:
        found = token.match(text, at)
        if found is None:
            place = text.index('"', at)
            raise ExpressionError("the closing quotation mark is missing.", text, place)
        kind = str(found.lastgroup)
        yield _Token(
            found[kind].replace('""', '"') if kind == "quoted" else found[kind], found.start(kind), kind
        )
        at = found.end()
    yield _Token("", end, "end")


class _Parser:
    """Reads the grammar above from left to right; each method reads the rule of its name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._union()
        if self._peek().kind != "end":
            raise self._error("here “and”, “or” or the end was expected.")
        return expression

    def _union(self) -> Expression:
        parts = [self._meet()]
        while self._take_word("or"):
            parts.append(self._meet())
        return _joined(parts, Either)

    def _meet(self) -> Expression:
        parts = [self._single()]
        while self._take_word("and"):
            parts.append(self._single())
        return _joined(parts, Both)

    def _single(self) -> Expression:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise self._error(f"more than {MOST_DEPTH} brackets lie within one another.")
        try:
            if self._take_word("not"):
                return Not(self._single())
            if self._take_sign("("):
                inner = self._union()
                self._close()
                return inner
            return self._call()
        finally:
            self._depth -= 1

    def _call(self) -> Call:
        name = self._peek()
        if name.kind == "end":
            raise self._error("something is missing: write a set such as wrong(RUN).")
        if name.kind != "word":
            raise self._error("here a set was expected, such as wrong(RUN) or class(cat).")
        self._next += 1
        if not self._take_sign("("):
            raise self._error(f"after “{name.text[:40]}” a bracket was expected, as in wrong(RUN).")
        if self._peek().is_sign(")"):
            raise self._error("nothing stands between the brackets.")
        parts = [self._part()]
        while self._take_sign(","):
            parts.append(self._part())
        self._close()
        return Call(name.text, tuple(parts), name.at)

    def _part(self) -> Word | Expression:
        token, after = self._peek(), self._peek(1)
        if token.kind == after.kind == "word" and _POINT.fullmatch(f"{token.text} {after.text}"):
            self._next += 2
            return Word(f"{token.text} {after.text}", token.at)
        alone = after.is_sign(",") or after.is_sign(")") or after.kind == "end"
        if token.kind == "quoted" or (token.kind == "word" and alone):
            self._next += 1
            return Word(token.text, token.at)
        return self._union()

    def _close(self) -> None:
        if not self._take_sign(")"):
            missing = self._peek().kind == "end"
            raise self._error("a closing bracket is missing." if missing else "here “,” or “)” was expected.")

    def _peek(self, ahead: int = 0) -> _Token:
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def _take_word(self, word: str) -> bool:
        taken = self._peek().is_word(word)
        self._next += taken
        return taken

    def _take_sign(self, sign: str) -> bool:
        taken = self._peek().is_sign(sign)
        self._next += taken
        return taken

    def _error(self, problem: str) -> ExpressionError:
        return ExpressionError(problem, self._text, self._peek().at)
