"""What runs are called where several are shown: short, each once, made of what differs among them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from cifar_core.names import visible
from cifar_core.runs.label_facts import FACTS, Fact, Named
from cifar_core.runs.run import Run

_LONGEST_WORD = 40


_newest: tuple[tuple[object, ...], dict[str, str]] = ((), {})


def run_labels(runs: Iterable[Run]) -> dict[str, str]:
    """Name all runs, by id.

    Whoever shows runs side by side names them by this, from all runs there are: then a run has one label everywhere.

    Parameters
    ----------
    runs : iterable of Run
        Of several with one id only the first counts.
    """
    global _newest
    every = tuple(runs)
    # Whoever watches a run asks each second; what has not changed on the disk is the same object again.
    read = tuple(part for run in every for part in (run.record, run.paths))
    known, labels = _newest
    if len(read) != len(known) or any(one is not other for one, other in zip(read, known, strict=True)):
        first: dict[str, Named] = {}
        for run in every:
            first.setdefault(run.id, Named.of(run))
        labels = dict(zip(first, tell_apart(tuple(first.values())), strict=True))
        _newest = read, labels
    return dict(labels)


def tell_apart(things: Sequence[Named]) -> tuple[str, ...]:
    """Return one label for each, made of its name and, among those of one name, of what differs.

    Things of one name are told apart by the first of all facts in which they differ: owner, model, data, recipe, each
    setting, seed, where and when. Those that are still alike go on with the next fact.

    Parameters
    ----------
    things : sequence of Named
        All that are shown beside each other, with different ids.

    Returns
    -------
    tuple of str
        Such as ``"cnn-2conv (lr 0.003, seed 2)"``, no two alike.
    """
    added: list[list[str]] = [[] for _ in things]

    def split(members: Sequence[int], facts: Sequence[Fact]) -> None:
        for number, fact in enumerate(facts):
            if len(members) < 2:
                return
            words = fact([things[member] for member in members])
            if len(set(words)) < 2:
                continue
            parts: dict[str | None, list[int]] = {}
            for member, word in zip(members, words, strict=True):
                parts.setdefault(word, []).append(member)
                if word:
                    added[member].append(visible(word, _LONGEST_WORD))
            for part in parts.values():
                split(part, facts[number + 1 :])
            return

    of_name: dict[str, list[int]] = {}
    for number, thing in enumerate(things):
        of_name.setdefault(thing.name, []).append(number)
    for members in of_name.values():
        split(members, FACTS)
    labels = [
        f"{thing.name} ({', '.join(words)})" if words else thing.name
        for thing, words in zip(things, added, strict=True)
    ]
    # Somebody may have given one run the very name that another gets here.
    while repeated := {label for label, count in Counter(labels).items() if count > 1}:
        labels = [
            f"{label} ({thing.id})" if label in repeated else label
            for label, thing in zip(labels, things, strict=True)
        ]
    return tuple(labels)
