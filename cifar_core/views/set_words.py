"""A picture set in words: what stands above its pictures."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from cifar_core.data.duplicates import NEAR_DUPLICATE_COUNT
from cifar_core.maps.name import METHODS, MapName
from cifar_core.picture_sets.expression import Both, Call, Either, Expression, Not, Word, parse
from cifar_core.picture_sets.measures import measure_title
from cifar_core.picture_sets.universe import SPLITS

_OF_PICTURES: Mapping[str, str] = {
    "class": "of {0}",
    "split": "of the {0} split",
    "cell": "of {1} taken for {2} by {0}",
    "said": "taken for {1} by {0}",
    "right": "that {0} got right",
    "wrong": "that {0} got wrong",
    "flips": "that {0} got right and {1} wrong",
    "all_right": "that {0} all got right",
    "all_wrong": "that {0} all got wrong",
    "only": "that {0} got right and {1} wrong",
    "disagree": "that {0} and {1} did not call the same",
    "confidence": "of which {0} was sure ({1})",
    "loss": "with a loss of {0} of {1}",
    "margin": "with a margin of {0} of {1}",
    "list": "chosen by hand",
    "near": "most like {0}",
    "duplicates": "that are also in the {0} split",
    "near_duplicates": "with a near-duplicate in the {0} split",
    NEAR_DUPLICATE_COUNT: "with {0} near-duplicates",
    "other_label": "with a duplicate of another class in the {0} split",
    "doubt": "with the labels most doubted by {0}",
    "lasso": "in a region of {0}",
    "validated": "that {0} was validated with",
    "forgotten": "with {1} forgetting events of {0}",
    "never_learnt": "that {0} never got right in any epoch",
    "learnt_at": "that {0} learnt in epoch {1}",
    "lost_at": "that {0} lost in epoch {1}",
    "cell_at": "of {2} taken for {3} by {0} after epoch {1}",
    "saved": "of the saved set “{0}”",
}
_MEASURED = {
    "loss": "the loss of {0}",
    "margin": "the margin of {0}",
    "confidence": "the confidence of {0}",
    "disagreement": "the disagreement of {0}",
}
_NAMES_RUNS = frozenset(
    (
        "cell",
        "said",
        "right",
        "wrong",
        "flips",
        "all_right",
        "all_wrong",
        "only",
        "disagree",
        *_MEASURED,
        "doubt",
        "validated",
        "forgotten",
        "never_learnt",
        "learnt_at",
        "lost_at",
        "cell_at",
    )
)
_FIRST_ALONE = frozenset(("flips", "only", "disagree"))


def set_words(text: str, labels: Mapping[str, str]) -> str:
    """Say what a set holds: ``"pictures of cat taken for dog by resnet20"``.

    Parameters
    ----------
    text : str
        The set's expression, written in full.
    labels : mapping of str to str
        What to call a run, by its id; one that is not there keeps its id.
    """
    return _Words(lambda word: labels.get(word, word)).pictures(parse(text))


class _Words:
    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label

    def pictures(self, expression: Expression) -> str:
        if isinstance(expression, Call) and expression.name == "first":
            number, of = expression.parts
            return f"the first {number} {self._inner(of)}"
        if isinstance(expression, Call) and expression.name == "sort":
            of, measure, *direction = expression.parts
            order = "highest" if [str(one) for one in direction] == ["down"] else "lowest"
            return f"{self._inner(of)}, {order} first by {self._measure(measure)}"
        return f"pictures {self._which(expression)}"

    def _inner(self, part: Word | Expression) -> str:
        return str(part) if isinstance(part, Word) else self.pictures(part)

    def _measure(self, part: Word | Expression) -> str:
        if isinstance(part, Call):
            return _MEASURED[part.name].format(_listed([self._label(_text(run)) for run in part.parts]))
        return measure_title(str(part))

    def _which(self, expression: Expression) -> str:
        match expression:
            case Not(Not(of)):
                return self._which(of)
            case Not():
                return f"other than those {self._left_out([expression])}"
            case Both(parts):
                told = _without_what_follows(list(_flat(parts)))
                left_out = [part for part in told if isinstance(part, Not) and not isinstance(part.of, Not)]
                if len(left_out) == len(told):
                    return f"other than those {self._left_out(left_out)}"
                words = [self._grouped(part, Either) for part in told if part not in left_out]
                kinds = [one for one in words if one.startswith("of ")]
                others = [one for one in words if one not in kinds]
                # “of cat that A got wrong and with …”: the class reads best before the rest.
                said = " ".join(filter(None, (" and ".join(kinds), " and ".join(others))))
                return f"{said}, but not those {self._left_out(left_out)}" if left_out else said
            case Either(parts) if (call := _of_one_kind(parts, self._label)) is not None:
                return self._call(call)
            case Either(parts):
                return " or ".join(self._grouped(part, Both, Not) for part in parts)
            case Call(name) if name in ("first", "sort"):
                return f"among {self.pictures(expression)}"
            case Call():
                return self._call(expression)

    def _left_out(self, parts: Sequence[Not]) -> str:
        """Say what none of the pictures is: one of several, wherever there are several."""
        return " or ".join(self._grouped(part.of, Both) for part in parts)

    def _grouped(self, part: Expression, *kinds: type) -> str:
        words = self._which(part)
        is_one = isinstance(part, Either) and _of_one_kind(part.parts, self._label) is not None
        return f"({words})" if isinstance(part, kinds or (Both, Either)) and not is_one else words

    def _call(self, call: Call) -> str:
        words = [_text(part) for part in call.parts]
        if call.name == "doubt":
            words = words[:-1]
        if call.name == "near":
            runs = [self._label(word) for word in words[2:] if word not in SPLITS]
            by = f" by the features of {runs[0]}" if runs else ""
            words = [words[0].replace(":", " picture ") + by]
        if call.name == "lasso":
            name = MapName.read(words[0])
            words = [map_words(name, self._label) if name else "a map"]
        if call.name == "near_duplicates" and len(words) == 2:
            words = [f"{words[0]} split (similarity {range_words(words[1])})"]
            return f"with a near-duplicate in the {words[0]}"
        if call.name in ("split", "duplicates", "near_duplicates", "other_label"):
            words = [{"train": "training"}.get(words[0], words[0])]
        if call.name == NEAR_DUPLICATE_COUNT:
            words = [range_words(words[0])]
        if call.name not in _OF_PICTURES:  # An attribute with its range.
            return f"with {measure_title(call.name)} {range_words(words[0])}"
        if call.name in _NAMES_RUNS:
            words = [self._label(word) for word in words]
        if call.name == "forgotten":
            words = [words[0], range_words(words[1])]
        if call.name in _FIRST_ALONE:
            words = [words[0], _listed(words[1:])]
        elif call.name in ("all_right", "all_wrong", "doubt"):
            words = [_listed(words)]
        elif call.name in ("loss", "margin"):
            words = [range_words(words[1]), words[0]]
        elif call.name == "confidence":
            words = [words[0], range_words(words[1])]
        return _OF_PICTURES[call.name].format(*words)


def _flat(parts: Sequence[Expression]) -> Iterator[Expression]:
    for part in parts:
        if isinstance(part, Both):
            yield from _flat(part.parts)
        else:
            yield part


def _without_what_follows(parts: list[Expression]) -> list[Expression]:
    """Leave out that runs differ where it is said who was right and who wrong: it follows."""
    told = [part.parts for part in parts if isinstance(part, Call) and part.name in ("flips", "only")]

    def follows(part: Expression) -> bool:
        if not isinstance(part, Call) or part.name != "disagree":
            return False
        runs = {_text(one) for one in part.parts}
        return any(_text(one) in runs and runs & set(map(_text, others)) for one, *others in told)

    return [part for part in parts if not follows(part)]


def _of_one_kind(parts: Sequence[Expression], label: Callable[[str], str]) -> Call | None:
    """Return one call in place of several that differ in their run alone: taken for cat by one or by another."""
    calls = [
        part for part in parts if isinstance(part, Call) and part.name in ("cell", "said", "right", "wrong")
    ]
    kinds = {(call.name, *map(str, call.parts[1:])) for call in calls}
    if len(calls) < len(parts) or len(kinds) > 1:
        return None
    runs = " or ".join(label(_text(call.parts[0])) for call in calls)
    return Call(calls[0].name, (Word(runs), *calls[0].parts[1:]))


def map_words(name: MapName, label: Callable[[str], str]) -> str:
    """Say which map is meant: ``"the t-SNE map of test pictures by pixels"``.

    Parameters
    ----------
    name : MapName
        Which map.
    label : callable
        Returns what to call a run, by its id.
    """
    of = "pixels" if name.run is None else f"the features of {label(name.run)}"
    split = "training" if name.split == "train" else "test"
    return f"the {METHODS[name.method]} map of {split} pictures by {of}"


def range_words(text: str) -> str:
    """Say a range in words.

    Examples
    --------
    >>> [range_words(one) for one in ("0.9..1", "..40", "2..", "7")]
    ['0.9 to 1', 'up to 40', '2 and more', '7']
    """
    low, dots, high = text.partition("..")
    if not dots:
        return text
    if not low or not high:
        return f"up to {high}" if high else f"{low} and more"
    return f"{low} to {high}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _text(part: Word | Expression) -> str:
    return part.text if isinstance(part, Word) else str(part)
