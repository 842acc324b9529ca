"""``python -m cifar_core explain beside``: pictures, models and classes beside each other, in one file."""

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from cifar_core.commands.output import print_json
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.picture.limits import MAX_FILE_BYTES
from cifar_core.errors import ConfigError, ImageError
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS, get_method
from cifar_core.explain.overlay import (
    COLOR_MAPS,
    OPACITY,
    OVERLAY_SIDE,
    ColorMap,
    draw_overlay,
    draw_seen,
    to_png,
)
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import SCORES, Score
from cifar_core.explain.source import WHICH, SavedModel, find_saved_model
from cifar_core.report.beside import Row, Shown, beside_html
from cifar_core.settings import Settings
from cifar_core.system.files import write_atomically
from cifar_core.system.refusals import refused
from cifar_core.views.explain.beside import NO_COMMON_SCALE
from cifar_core.views.explain.said import probability_words
from cifar_core.views.subject import Subject, subject_from_dataset, subject_from_upload
from cifar_core.words.counts import counted
from cifar_core.words.numbers import size_words

_OF_DATA_SET = re.compile(r"(test|train):(\d{1,9})")


@dataclass(frozen=True, eq=False)
class Asked:
    """What one model says of one picture.

    Attributes
    ----------
    saved : SavedModel
        The model.
    subject : Subject
        The picture, as this model sees it.
    answers : tuple of Explanation
        One for each class that was asked for, or for what it says.
    """

    saved: SavedModel
    subject: Subject
    answers: tuple[Explanation, ...]


def add_explain_beside_command(commands: Any) -> None:
    """Add ``explain beside`` to the commands of ``python -m cifar_core``."""
    text = "several models, several classes, several pictures beside each other, in one file"
    parser = commands.add_parser(
        "explain beside",
        help=text,
        description=f"{text}: a row for each picture and model, in it the picture as the model sees it and a heat map "
        "for each class. The file opens in any browser, without network.",
    )
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        help="picture files, or pictures of the data set, such as test:17",
    )
    parser.add_argument(
        "--run", dest="models", action="append", required=True, metavar="RUN",
        help=f"{WHICH}; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--class", dest="classes", action="append", metavar="NAME",
        help="a class to explain; may be repeated (what each model says)",
    )  # fmt: skip
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE.html", help="what is written")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=DEFAULT_METHOD,
        help=f"how the heat maps are found ({DEFAULT_METHOD})",
    )
    parser.add_argument(
        "--score", choices=SCORES, default=SCORES[0], help=f"what of a class is explained ({SCORES[0]})"
    )
    parser.add_argument(
        "--own-scales", action="store_true",
        help="colour each map by its own strongest evidence (one scale for the classes of a row)",
    )  # fmt: skip
    parser.add_argument("--colormap", choices=COLOR_MAPS, default="inferno", help="colours of the heat maps")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_beside)


def run_beside(args: argparse.Namespace, settings: Settings) -> int:
    """Ask, write the file, and return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_explain_beside_command`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        A run, a picture or a class is not there, or the file cannot be written.
    """
    if args.out.suffix.lower() != ".html":
        raise ConfigError(f"“{args.out.name}” is not FILE.html: give it this ending.")
    models = [find_saved_model(name, settings) for name in dict.fromkeys(args.models)]
    dataset = cache(lambda: open_dataset(settings.data, settings))
    every = [Asked(saved, _subject(image, saved, dataset), ()) for image in args.images for saved in models]
    with InferenceService() as service:
        found = [
            replace(one, answers=service.explain(question_of(one, args.classes, args.method, args.score)))
            for one in every
        ]
    about = [
        f"{get_method(args.method).title}. Coloured is what speaks for the class, the brighter the more."
    ]
    rows = [as_row(one, args.colormap, own_scales=args.own_scales) for one in found]
    try:
        write_atomically(args.out, beside_html("Where did the network look?", about, rows).encode())
    except OSError as error:
        raise ConfigError(f"{args.out} cannot be written {refused(error, 'choose another folder')}") from None
    if args.json:
        print_json({"out": str(args.out), "rows": [as_document(one) for one in found]})
    else:
        for row in rows:
            print(f"{row.label}: {row.shown[0].title}")
        print(f"Written to {args.out}: {counted(sum(len(one.answers) for one in found), 'heat map')}.")
    return 0


def _subject(image: str, saved: SavedModel, dataset: Callable[[], Dataset]) -> Subject:
    """Read a picture for a model: a file, or one of the data set."""
    path, named = Path(image), _OF_DATA_SET.fullmatch(image)
    if named and not path.exists():
        split, number = named.groups()
        return subject_from_dataset(dataset(), cast("SplitName", split), int(number))
    try:
        with path.open("rb") as file:  # a device has no end
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ImageError(f"The picture {image} cannot be read ({error.strerror}). Check the path.") from None
    try:
        return subject_from_upload(path.name, data, saved.preparation)
    except ImageError as problem:  # of several files it is said which
        raise ImageError(f"{image}: {problem}") from None


def question_of(asked: Asked, classes: Sequence[str] | None, method: str, score: Score) -> Question:
    """Ask a model for the maps of several classes at once; of the one that it says where none is named.

    Parameters
    ----------
    asked : Asked
        Which model, which picture.
    classes : sequence of str or None
        Names, or numbers.
    method : str
        Id of the method.
    score : {"logit", "margin", "log_probability"}
        What of a class is explained.

    Raises
    ------
    ExplainError
        The model has no such class.
    """
    indices = tuple(asked.saved.class_index(name) for name in dict.fromkeys(classes or ()))
    pictures = np.repeat(asked.subject.seen.pixels[None], max(1, len(indices)), axis=0)
    return Question(asked.saved.path, pictures, indices or None, method=method, score=score)


def as_row(asked: Asked, color_map: ColorMap, *, own_scales: bool = False) -> Row:
    """Draw what a model says of a picture, and a map for each class.

    Parameters
    ----------
    asked : Asked
        With its answers.
    color_map : str
        Of the maps.
    own_scales : bool
        Whether each map is coloured by its own strongest evidence.
    """
    name_of, answer = asked.saved.class_name, asked.answers[0]
    maps = [one.heatmap for one in asked.answers if one.heatmap is not None]
    highest = max((one.maximum for one in maps), default=0.0)
    common = not own_scales and len(maps) > 1 and highest > 0 and maps[0].method not in NO_COMMON_SCALE
    true = asked.subject.true_class
    right = "" if true is None else ", right" if true == name_of(answer.predicted) else f": it is {true}"
    said = probability_words(float(answer.probabilities[answer.predicted]))
    seen = draw_seen(asked.subject.seen.pixels, answer.used, OVERLAY_SIDE)
    blind = "" if answer.used is None or answer.used.all() else " Darkened pixels have no effect."
    shown = [
        Shown(
            to_png(seen),
            f"{name_of(answer.predicted)} ({said}){right}",
            f"What it sees, and what it says.{blind}",
        )
    ]
    for one in asked.answers:
        heatmap, picture = one.heatmap, asked.subject.seen.shown
        probability = probability_words(float(one.probabilities[one.class_index]))
        against = "" if one.against is None else f", not {name_of(one.against)}"
        title = f"Why {name_of(one.class_index)}{against} ({probability})"
        if heatmap is None:
            shown.append(Shown(to_png(seen), title, one.no_heatmap_reason or "There is no heat map."))
            continue
        if common:
            heatmap = heatmap.on_scale(highest)
        drawn = draw_overlay(picture, heatmap, opacity=OPACITY, color_map=color_map)
        shown.append(
            Shown(to_png(drawn), title, _map_sentence(heatmap.is_empty, one, highest, common=common))
        )
    scale = f"One scale for all: 100% is {highest:.3g}." if common else ""
    return Row(f"{asked.subject.title} · {asked.saved.name}", tuple(shown), scale)


def _map_sentence(is_empty: bool, answer: Explanation, highest: float, *, common: bool) -> str:
    assert answer.heatmap is not None
    if is_empty:
        return "No positive evidence: nothing speaks for it."
    where = answer.heatmap.layer or f"the {get_method(answer.heatmap.method).cells}"
    strongest = f" Strongest: {100 * answer.heatmap.maximum / highest:.0f}%." if common else ""
    return f"{size_words(answer.heatmap.values.shape)}, at {where}.{strongest}"


def as_document(asked: Asked) -> dict[str, Any]:
    """Return what a model says of a picture as what ``--json`` prints.

    Parameters
    ----------
    asked : Asked
        With its answers.
    """
    name_of, first = asked.saved.class_name, asked.answers[0]
    return {
        "run": asked.saved.name,
        "image": asked.subject.title,
        "true_class": asked.subject.true_class,
        "predicted": name_of(first.predicted),
        "probability": float(first.probabilities[first.predicted]),
        "maps": [
            {
                "class": name_of(one.class_index),
                "probability": float(one.probabilities[one.class_index]),
                "method": None if one.heatmap is None else one.heatmap.method,
                "layer": None if one.heatmap is None else one.heatmap.layer,
                "maximum": None if one.heatmap is None else one.heatmap.maximum,
                "heatmap": None if one.heatmap is None else one.heatmap.values.tolist(),
            }
            for one in asked.answers
        ],
    }
