"""``python -m cifar_core explain background``: animal or background, over many pictures."""

import argparse
import sys
from dataclasses import asdict
from typing import Any

from cifar_core.commands.explain_pictures import (
    add_picture_options,
    open_pictures,
    study_document,
    study_words,
)
from cifar_core.commands.output import print_json, say_progress
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.explain.surroundings.study import Surroundings, study_surroundings
from cifar_core.settings import Settings
from cifar_core.views.explain.surroundings import surroundings_sentences


def add_explain_background_command(commands: Any) -> None:
    """Add ``explain background`` to the commands of ``python -m cifar_core``."""
    text = "animal or background? where a run looks over many pictures"
    parser = commands.add_parser(
        "explain background",
        help=text,
        description=f"{text}: how much heat lies in the middle, where the answer is right and where it is wrong, and "
        "whether the answer changes when what the maps call background becomes another picture's.",
    )
    add_picture_options(parser)
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=DEFAULT_METHOD,
        help=f"how the heat maps are found ({DEFAULT_METHOD})",
    )
    parser.add_argument("--layer", metavar="NAME", help="layer to look at (the usual one)")
    parser.set_defaults(run=run_background)


def run_background(args: argparse.Namespace, settings: Settings) -> int:
    """Look, print, and return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_explain_background_command`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        The run, the set or the layer is not there, or the network has no heat map.
    """
    saved, sample = open_pictures(args, settings)
    question = Question(saved.path, sample.pictures, layer=args.layer, method=args.method)
    with InferenceService() as service:
        found = study_surroundings(service, question, sample.labels, say_progress(sys.stderr), args.seed)
    if args.json:
        print_json(study_document(args, saved, sample) | as_document(found))
        return 0
    print(study_words(found.method, saved, found.layer, found.cells, sample))
    if found.empty:
        print(f"No positive evidence in {found.empty:,} of them.")
    for sentence in surroundings_sentences(found):
        print(sentence.replace("**", ""))
    return 0


def as_document(found: Surroundings) -> dict[str, Any]:
    """Return what was found as what ``--json`` prints.

    Parameters
    ----------
    found : Surroundings
        On any number of pictures.
    """
    document = asdict(found)
    document["mean_map"] = found.mean_map.round(3).tolist()
    document["changed"] = {
        name: {"count": one.count, "of": one.of, "share": one.share, "interval": asdict(one.interval)}
        for name, one in found.changed.items()
    }
    return document
