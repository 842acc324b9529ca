"""From the text of a set to its pictures."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName
from cifar_core.errors import ExpressionError, RunError
from cifar_core.picture_sets.chosen import Chosen, complement, intersection, union
from cifar_core.picture_sets.expression import Both, Call, Either, Expression, Not, Word, parse
from cifar_core.picture_sets.functions import FUNCTIONS, Function
from cifar_core.picture_sets.order import sorting
from cifar_core.picture_sets.read import Measure, Reader, suggestion
from cifar_core.picture_sets.universe import SPLITS, Said, Universe

MOST_SAVED_WITHIN = 8
"""How many saved sets may be made of one another."""


@dataclass(frozen=True, eq=False)
class PictureSet:
    """Some pictures of a data set, in an order, and the expression that asked for them.

    Attributes
    ----------
    text : str
        The expression with every run and class in full: but for sets that were saved, it means the same wherever
        the same pictures and runs are.
    chosen : Chosen
        The pictures.
    universe : Universe
        What they were chosen from.
    said : tuple of Said
        What the runs that it names said of the test pictures, in the order in which they are named.
    """

    text: str
    chosen: Chosen
    universe: Universe
    said: tuple[Said, ...] = ()

    def __len__(self) -> int:
        return len(self.chosen)

    def of_split(self, split: SplitName) -> NDArray[np.int64]:
        """Return the numbers in their split of its pictures from one split, shape (k,), in the set's order.

        Parameters
        ----------
        split : {"train", "test"}
            Which split.
        """
        return self.chosen.of_split(self.universe, split)

    @cached_property
    def sorted_by(self) -> NDArray[Any] | None:
        """What it is sorted by, by place; ``None`` where its order is not that of a measure."""
        call = sorting(parse(self.text))
        if call is None:
            return None
        evaluation = _Evaluation(self.text, self.universe, ())
        measure: Measure
        measure, _ = evaluation.reader.read("measure", call.parts[1], call)
        return measure.values


def choose(text: str, universe: Universe) -> PictureSet:
    """Find the pictures that an expression asks for; nothing in it is ever executed.

    Parameters
    ----------
    text : str
        Such as ``"wrong(speedrun) and class(cat)"``; all names stand in
        :data:`~cifar_core.picture_sets.functions.FUNCTIONS`.
    universe : Universe
        What it chooses from.

    Raises
    ------
    ExpressionError
        It cannot be understood, or names what there is not; the sentence has the place.
    """
    evaluation = _Evaluation(text, universe, ())
    chosen, written = evaluation.expression(parse(text))
    return PictureSet(str(written), chosen, universe, tuple(evaluation.reader.said.values()))


class _Evaluation:
    """Evaluates one expression.

    Parameters
    ----------
    text : str
        The whole of it.
    universe : Universe
        What it chooses from.
    within : tuple of str
        Names of the saved sets that it stands in, the outermost first.
    """

    def __init__(self, text: str, universe: Universe, within: tuple[str, ...]) -> None:
        self._universe = universe
        self._within = within
        self.reader = Reader(universe, text, self.expression)

    def expression(self, expression: Expression) -> tuple[Chosen, Expression]:
        """Return the pictures and the expression written in full."""
        match expression:
            case Not(of):
                chosen, written = self.expression(of)
                return complement(chosen, self._universe), Not(written)
            case Both(parts):
                chosen_parts, written_parts = self._all(parts)
                return intersection(chosen_parts, self._universe), Both(written_parts)
            case Either(parts):
                chosen_parts, written_parts = self._all(parts)
                return union(chosen_parts, self._universe), Either(written_parts)
            case Call():
                return self._call(expression)

    def _all(self, parts: tuple[Expression, ...]) -> tuple[list[Chosen], tuple[Expression, ...]]:
        found = [self.expression(part) for part in parts]
        return [chosen for chosen, _ in found], tuple(written for _, written in found)

    def _call(self, call: Call) -> tuple[Chosen, Expression]:
        function = FUNCTIONS.get(call.name.lower())
        if function is None:
            self.reader.fail(
                f"nothing is called “{call.name[:40]}”. {suggestion(call.name, FUNCTIONS)}", call.at
            )
        if function.name == "list":
            call = Call(call.name, _with_splits(call.parts), call.at)
        if function.name == "near":
            call = Call(call.name, _with_split_before_run(call.parts), call.at)
        values, written = self._parts(function, call)
        in_full = Call(function.name, tuple(written), call.at)
        try:
            if function.name == "saved":
                return self._saved(values[0], call), in_full
            return function.evaluate(self._universe, *values), in_full
        except RunError as problem:
            self.reader.fail(str(problem), call.at)

    def _parts(self, function: Function, call: Call) -> tuple[list[Any], list[Word | Expression]]:
        """Return what the function takes, and how each part is written in full."""
        kinds, given = function.parts, len(call.parts)
        least = len(kinds) - function.optional
        if given < least or (function.many is None and given > len(kinds)):
            self.reader.fail(f"it is written {function.usage}.", call.at)
        repeated = 0 if function.many is None else given - len(kinds) + 1
        values: list[Any] = []
        written: list[Word | Expression] = []
        parts = iter(call.parts)
        for position, kind in enumerate(kinds):
            several = function.many == position
            read = [self.reader.read(kind, part, call) for part in islice(parts, repeated if several else 1)]
            written += [in_full for _, in_full in read]
            found = [value for value, _ in read]
            values += [found] if several else found
        return values, written

    def _saved(self, name: str, call: Call) -> Chosen:
        if name in self._within or len(self._within) >= MOST_SAVED_WITHIN:
            chain = " → ".join(f"“{one[:40]}”" for one in (*self._within, name)[-MOST_SAVED_WITHIN:])
            self.reader.fail(f"the saved sets are made of one another too often: {chain}.", call.at)
        text = self._universe.saved(name)
        try:
            inner = _Evaluation(text, self._universe, (*self._within, name))
            chosen, _ = inner.expression(parse(text))
        except ExpressionError as problem:
            self.reader.fail(f"the saved set “{name[:40]}” does not fit here. {problem}", call.at)
        self.reader.said |= inner.reader.said
        return chosen


def _with_split_before_run(parts: tuple[Word | Expression, ...]) -> tuple[Word | Expression, ...]:
    """Name the training split where a run stands in its place, as in ``near(test:1, 9, RUN)``."""
    if len(parts) == 3 and isinstance(parts[2], Word) and parts[2].text.lower() not in SPLITS:
        return (*parts[:2], Word("train", parts[2].at), parts[2])
    return parts


def _with_splits(parts: tuple[Word | Expression, ...]) -> tuple[Word | Expression, ...]:
    """Give each number in a list the split of the one before it: ``test:1, 5`` is ``test:1, test:5``."""
    full: list[Word | Expression] = []
    split = ""
    for part in parts:
        if isinstance(part, Word) and ":" in part.text:
            split = part.text.partition(":")[0] + ":"
        elif isinstance(part, Word):
            part = Word(split + part.text, part.at)
        full.append(part)
    return tuple(full)
