"""Which run, and which pictures, a study of heat maps is about."""

import argparse
from typing import Any

from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ConfigError, ExplainError, ExpressionError
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.sample import MOST_PICTURES, Sample, draw_sample
from cifar_core.explain.source import WHICH, SavedModel, find_saved_model
from cifar_core.picture_sets.evaluate import PictureSet, choose
from cifar_core.picture_sets.saved import SetStore
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.words.counts import counted
from cifar_core.words.numbers import size_words

USUAL_SET, USUAL_COUNT = "split(test)", 200


def add_picture_options(parser: argparse.ArgumentParser) -> None:
    """Add the run, the set, how many of its pictures, and ``--json``."""
    parser.add_argument("model", metavar="RUN", help=WHICH)
    parser.add_argument(
        "--set", dest="expression", metavar="EXPR", default=USUAL_SET,
        help=f"which pictures, as “sets show” takes it ({USUAL_SET})",
    )  # fmt: skip
    parser.add_argument(
        "-n", "--pictures", type=int, default=USUAL_COUNT, metavar="N",
        help=f"draw so many of them by chance, at most {MOST_PICTURES} ({USUAL_COUNT})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of all that is left to chance (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def open_pictures(args: argparse.Namespace, settings: Settings) -> tuple[SavedModel, Sample]:
    """Open what the options name.

    Parameters
    ----------
    args : argparse.Namespace
        Of :func:`add_picture_options`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        Something is not there, or the expression cannot be understood.
    """
    if args.seed < 0:
        raise ConfigError(f"--seed is 0 or more, not {args.seed}.")
    saved = find_saved_model(args.model, settings)
    dataset = open_dataset(settings.data, settings)
    if saved.class_names is not None and saved.class_names != dataset.class_names:
        raise ExplainError(
            f"{saved.name} was trained on other classes than those of {dataset.name}. Name its pictures with --data."
        )
    return saved, draw_sample(choose_pictures(args.expression, settings), args.pictures, args.seed)


def choose_pictures(expression: str, settings: Settings) -> PictureSet:
    """Find the pictures of a set, in the data set of the settings.

    Parameters
    ----------
    expression : str
        As ``sets show`` takes it.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    ConfigError
        The expression cannot be understood.
    DataError
        There is no such data set.
    """
    dataset = open_dataset(settings.data, settings)
    runs, kept = RunStore.from_settings(settings).list(), SetStore(settings.runs_dir).expression
    universe = Universe.of_dataset(dataset, runs, settings.cache_dir, kept)
    try:
        return choose(expression, universe)
    except ExpressionError as problem:
        raise ConfigError(str(problem)) from None


def study_document(args: argparse.Namespace, saved: SavedModel, sample: Sample) -> dict[str, Any]:
    """Return with what ``--json`` begins: which run was asked, and which pictures.

    Parameters
    ----------
    args : argparse.Namespace
        Of :func:`add_picture_options`.
    saved : SavedModel
        The run.
    sample : Sample
        The pictures.
    """
    return {"run": saved.name, "set": sample.text, "of": sample.of, "seed": args.seed}


def study_words(
    method: str, saved: SavedModel, layer: str | None, cells: tuple[int, int], sample: Sample
) -> str:
    """Say which maps a study is about, and on which pictures.

    Parameters
    ----------
    method : str
        Id of the method.
    saved : SavedModel
        The run.
    layer : str or None
        Where the maps were made; ``None`` for the pixels.
    cells : tuple of int
        Height and width of a map.
    sample : Sample
        The pictures.
    """
    drawn = "" if sample.of == len(sample) else f" (drawn from {sample.of:,})"
    return (
        f"{get_method(method).title} of {saved.name} at {layer or 'the pixels'}, {size_words(cells)} cells, on "
        f"{counted(len(sample), 'picture')} of {sample.text}{drawn}"
    )
