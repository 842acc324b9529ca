"""A picture set as a table: a row for each picture, with what the named runs said of it."""

from collections.abc import Iterator
from typing import Any

from cifar_core.data.dataset import SplitName
from cifar_core.picture_sets.evaluate import PictureSet


def table_columns(pictures: PictureSet) -> tuple[str, ...]:
    """Return the names of the columns: split, number, class, then what each run said and how sure it was.

    Parameters
    ----------
    pictures : PictureSet
        Which set.
    """
    of_runs = (f"{said.run.id} {what}" for said in pictures.said for what in ("said", "confidence"))
    return ("split", "number", "class", *of_runs)


def table_rows(pictures: PictureSet) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each picture, in the set's order, as :func:`table_columns` names them.

    Parameters
    ----------
    pictures : PictureSet
        Which set.

    Yields
    ------
    tuple
        Text and whole numbers; a confidence is between 0 and 1; ``None`` where a run said nothing of the picture,
        which is so for training pictures.
    """
    universe = pictures.universe
    first_test = universe.places("test").start
    for place in pictures.chosen.places.tolist():
        split: SplitName = "test" if place >= first_test else "train"
        number = place - universe.places(split).start
        said: list[Any] = []
        for run in pictures.said:
            told = run.predictions
            known = split == "test"
            said.append(universe.class_names[int(told.predicted[number])] if known else None)
            said.append(round(float(told.confidence[number]), 6) if known else None)
        yield (split, number, universe.class_names[int(universe.labels[place])], *said)
