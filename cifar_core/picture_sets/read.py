"""What stands between the brackets of a call, turned into what it names."""

import difflib
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName
from cifar_core.errors import ExpressionError, RunError
from cifar_core.evaluation.ensemble import disagreement
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import PictureMap
from cifar_core.picture_sets.chosen import EVERYWHERE, ON_TEST, Chosen
from cifar_core.picture_sets.expression import NUMBER, Call, Expression, Word
from cifar_core.picture_sets.measures import DISAGREEMENT, MEASURES, PICTURE_MEASURES, RUN_MEASURES
from cifar_core.picture_sets.universe import SPLITS, Said, Universe
from cifar_core.words.counts import counted

Kind = Literal[
    "run", "epochs", "class", "range", "number", "picture", "set", "measure", "name", "split", "direction",
    "map", "point",
]  # fmt: skip

SHOWN: dict[Kind, str] = {
    "run": "RUN",
    "epochs": "RUN",
    "class": "CLASS",
    "range": "0.9..1",
    "number": "20",
    "picture": "test:17",
    "set": "SET",
    "measure": "MEASURE",
    "name": "NAME",
    "split": "test",
    "direction": "down",
    "map": "tsne:test",
    "point": "120 340",
}
"""What stands for each kind where a function is explained."""


@dataclass(frozen=True)
class Range:
    """Numbers from ``low`` to ``high``, both included."""

    low: float
    high: float

    def of(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which of the values lie in it.

        Parameters
        ----------
        values : ndarray
            Any numbers.
        """
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True, eq=False)
class Measure:
    """A number of every picture that the set speaks of.

    Attributes
    ----------
    values : ndarray, shape (N + T,)
        By place; NaN where there is none.
    splits : frozenset of {"train", "test"}
        Where there is one.
    """

    values: NDArray[Any]
    splits: frozenset[SplitName]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return what is nearest to a word that is not known, as a sentence; or all there is.

    Parameters
    ----------
    word : str
        What was written.
    known : iterable of str
        What there is.
    """
    names = list(known)
    close = difflib.get_close_matches(word.lower(), [name.lower() for name in names], 1)
    if close:
        return f"Did you mean “{next(name for name in names if name.lower() == close[0])}”?"
    shown = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
    return f"There are: {shown}."


class Reader:
    """Reads the parts of calls, and remembers how each is written in full.

    Parameters
    ----------
    universe : Universe
        Whose classes, runs and pictures are named.
    text : str
        The whole expression, for the places of mistakes.
    evaluate : callable
        Returns what a set within a call comes to, and how it is written in full.

    Attributes
    ----------
    said : dict of str to Said
        What was read of runs so far, by their ids.
    """

    def __init__(
        self, universe: Universe, text: str, evaluate: Callable[[Expression], tuple[Chosen, Expression]]
    ) -> None:
        self.universe = universe
        self.said: dict[str, Said] = {}
        self._text = text
        self._evaluate = evaluate

    def fail(self, problem: str, at: int) -> NoReturn:
        """Say what is wrong with the expression.

        Parameters
        ----------
        problem : str
            As a sentence.
        at : int
            Where.

        Raises
        ------
        ExpressionError
            Always.
        """
        raise ExpressionError(problem, self._text, at)

    def read(self, kind: Kind, part: Word | Expression, call: Call) -> tuple[Any, Word | Expression]:
        """Return what a part names, and how it is written in full.

        Parameters
        ----------
        kind : str
            What is expected there.
        part : Word or expression
            What stands there.
        call : Call
            In whose brackets.

        Raises
        ------
        ExpressionError
            It names nothing of that kind.
        """
        if kind == "measure":
            return self._measure(part, call)
        if kind == "set":
            if isinstance(part, Word):
                self.fail(f"“{part.text[:40]}” is no set; write one such as wrong(RUN) there.", part.at)
            return self._evaluate(part)
        if not isinstance(part, Word):
            at = part.at if isinstance(part, Call) else call.at
            self.fail(f"“{call.name}” takes {SHOWN[kind]} there, not a set.", at)
        read: dict[str, Callable[[Word], tuple[Any, Word]]] = {
            "run": self._run,
            "epochs": self._epochs,
            "class": self._class,
            "range": self._range,
            "number": self._number,
            "picture": self._picture,
            "name": lambda word: (word.text, word),
            "split": lambda word: self._one_of(word, SPLITS),
            "direction": lambda word: self._one_of(word, ("up", "down")),
            "map": self._map,
            "point": self._point,
        }
        return read[kind](part)

    def _run(self, word: Word) -> tuple[Any, Word]:
        try:
            said = self.universe.said(word.text)
        except RunError as problem:
            self.fail(str(problem), word.at)
        self.said[said.run.id] = said
        return said, Word(said.run.id, word.at)

    def _epochs(self, word: Word) -> tuple[Any, Word]:
        try:
            run, over_epochs = self.universe.over_epochs(word.text)
        except RunError as problem:
            self.fail(str(problem), word.at)
        return over_epochs, Word(run.id, word.at)

    def _class(self, word: Word) -> tuple[int, Word]:
        names = self.universe.class_names
        fit = [label for label, name in enumerate(names) if name == word.text]
        fit = fit or [label for label, name in enumerate(names) if name.lower() == word.text.lower()]
        if len(fit) != 1:
            self.fail(f"there is no class “{word.text[:40]}”. {suggestion(word.text, names)}", word.at)
        return fit[0], Word(names[fit[0]], word.at)

    def _range(self, word: Word) -> tuple[Range, Word]:
        ends = re.fullmatch(rf"({NUMBER})?\.\.({NUMBER})?", word.text, re.ASCII)
        if ends is not None and (ends[1] or ends[2]):
            low, high = float(ends[1] or -math.inf), float(ends[2] or math.inf)
        elif re.fullmatch(NUMBER, word.text, re.ASCII):
            low = high = float(word.text)
        else:
            self.fail(f"“{word.text[:40]}” is no range; write one such as 0.9..1, ..40 or 2..", word.at)
        if low > high:
            self.fail(f"the range “{word.text[:40]}” ends before it begins.", word.at)
        return Range(low, high), word

    def _number(self, word: Word) -> tuple[int, Word]:
        if not re.fullmatch(r"\d{1,9}", word.text, re.ASCII) or int(word.text) < 1:
            self.fail(f"“{word.text[:40]}” is no whole number from 1 on.", word.at)
        return int(word.text), word

    def _picture(self, word: Word) -> tuple[int, Word]:
        found = re.fullmatch(r"(train|test):(\d{1,9})", word.text, re.ASCII)
        if found is None:
            self.fail(f"“{word.text[:40]}” is no picture; write one such as test:17.", word.at)
        split: SplitName = "train" if found[1] == "train" else "test"
        where, number = self.universe.places(split), int(found[2])
        if number >= where.stop - where.start:
            self.fail(
                f"there is no {split} picture {number}: they are counted from 0, and there "
                f"are {counted(where.stop - where.start, 'picture')}.",
                word.at,
            )
        return where.start + number, word

    def _map(self, word: Word) -> tuple[PictureMap, Word]:
        name = MapName.read(word.text)
        if name is None:
            self.fail(
                f"“{word.text[:40]}” is no map; write one such as tsne:test, or tsne:test:RUN for a run's features.",
                word.at,
            )
        if name.run is not None:
            _, in_full = self._run(Word(name.run, word.at))
            name = replace(name, run=in_full.text)
        try:
            found = self.universe.picture_map(name)
        except RunError as problem:
            self.fail(str(problem), word.at)
        return found, Word(str(found.name), word.at)

    def _point(self, word: Word) -> tuple[tuple[float, float], Word]:
        found = re.fullmatch(rf"({NUMBER})\s+({NUMBER})", word.text.strip(), re.ASCII)
        if found is None:
            self.fail(f"“{word.text[:40]}” is no point of a map; write two numbers such as 120 340.", word.at)
        return (float(found[1]), float(found[2])), Word(f"{found[1]} {found[2]}", word.at)

    def _one_of(self, word: Word, choices: tuple[str, ...]) -> tuple[str, Word]:
        if word.text.lower() not in choices:
            self.fail(f"“{word.text[:40]}” is neither {' nor '.join(choices)}.", word.at)
        return word.text.lower(), Word(word.text.lower(), word.at)

    def _measure(self, part: Word | Expression, call: Call) -> tuple[Measure, Word | Expression]:
        if isinstance(part, Word) and part.text in PICTURE_MEASURES:
            return self.attribute(part.text, part.at), part
        if isinstance(part, Call) and part.name in RUN_MEASURES and len(part.parts) == 1:
            said, in_full = self.read("run", part.parts[0], part)
            values = RUN_MEASURES[part.name].values(said)
            return self._of_test(values), Call(part.name, (in_full,), part.at)
        if isinstance(part, Call) and part.name == DISAGREEMENT and len(part.parts) > 1:
            read = [self.read("run", one, part) for one in part.parts]
            values = disagreement([said.predictions for said, _ in read])
            return self._of_test(values), Call(part.name, tuple(in_full for _, in_full in read), part.at)
        word = part.text if isinstance(part, Word) else part.name if isinstance(part, Call) else ""
        at = part.at if isinstance(part, Word | Call) else call.at
        if word in RUN_MEASURES:
            self.fail(f"“{word}” is a run's: write {word}(RUN).", at)
        if word == DISAGREEMENT:
            self.fail(f"“{word}” is of two runs or more: write {word}(RUN, RUN).", at)
        if word in PICTURE_MEASURES:
            self.fail(f"sets are sorted by “{word}” alone, without brackets.", at)
        self.fail(f"nothing is measured that is called “{word[:40]}”. {suggestion(word, MEASURES)}", at)

    def attribute(self, name: str, at: int) -> Measure:
        """Return an attribute of all pictures.

        Parameters
        ----------
        name : str
            Of :data:`~cifar_core.picture_sets.measures.PICTURE_MEASURES`.
        at : int
            Where it stands.

        Raises
        ------
        ExpressionError
            The pictures are not here.
        """
        try:
            return Measure(self.universe.attribute(name), EVERYWHERE)
        except RunError as problem:
            self.fail(str(problem), at)

    def _of_test(self, values: NDArray[np.float64]) -> Measure:
        """Return what is known of the test pictures alone."""
        everywhere = np.full(len(self.universe), np.nan)
        everywhere[self.universe.places("test")] = values
        return Measure(everywhere, ON_TEST)
