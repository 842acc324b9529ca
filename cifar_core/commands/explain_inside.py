"""``python -m cifar_core explain inside``: the layers of a network, and the pictures that excite a channel most."""

import argparse
import sys
from typing import Any

import numpy as np

from cifar_core.commands.explain_pictures import USUAL_SET, choose_pictures
from cifar_core.commands.output import print_json, print_table, say_progress
from cifar_core.errors import ConfigError, ExplainError
from cifar_core.explain.inside.seen import InsideRequest, Seen
from cifar_core.explain.inside.study import MOST_PICTURES, find_exciting
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.source import WHICH, find_saved_model
from cifar_core.settings import Settings
from cifar_core.words.counts import counted
from cifar_core.words.numbers import UNKNOWN, signed, size_words


def add_explain_inside_command(commands: Any) -> None:
    """Add ``explain inside`` to the commands of ``python -m cifar_core``."""
    text = "the layers of a network, and the pictures that excite a channel of one most"
    parser = commands.add_parser(
        "explain inside",
        help=text,
        description=f"{text}: without --layer the layers are listed; with it, of each channel the picture that excites "
        "it most, by its highest value anywhere; with --channel the pictures of that one.",
    )
    parser.add_argument("model", metavar="RUN", help=WHICH)
    parser.add_argument("--layer", metavar="NAME", help="one of the layers")
    parser.add_argument("--channel", type=int, metavar="K", help="one of its channels, from 0")
    parser.add_argument(
        "--set", dest="expression", metavar="EXPR", default=USUAL_SET,
        help=f"which pictures, as “sets show” takes it ({USUAL_SET})",
    )  # fmt: skip
    parser.add_argument(
        "-n", "--pictures", type=int, default=MOST_PICTURES, metavar="N",
        help=f"look at so many of them, drawn by chance, at most {MOST_PICTURES:,} ({MOST_PICTURES:,})",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_inside)


def run_inside(args: argparse.Namespace, settings: Settings) -> int:
    """Look, print, and return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_explain_inside_command`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        The run, the layer, the channel or the set is not there.
    """
    if args.channel is not None and args.layer is None:
        raise ConfigError("--channel is one of a layer: name that with --layer.")
    saved = find_saved_model(args.model, settings)
    with InferenceService() as service:
        blank = np.zeros((32, 32, 3), np.uint8)
        seen = service.look_inside(InsideRequest(saved.path, blank, args.layer, args.channel))
        if args.layer is None:
            _print_layers(seen, as_json=args.json)
            return 0
        chosen = choose_pictures(args.expression, settings)
        found = find_exciting(
            service, saved.path, args.layer, chosen, say_progress(sys.stderr), args.pictures
        )
    dataset = chosen.universe.with_pictures()
    best = []
    for channel in range(len(found.places)) if args.channel is None else [args.channel]:
        for rank in range(1 if args.channel is None else len(found.places[channel])):
            split, number = found.members[found.places[channel, rank]]
            box = found.sees(channel, rank)
            best.append(
                {
                    "channel": channel,
                    "picture": f"{split}:{number}",
                    "class": dataset.class_names[int(dataset.split(split).labels[number])],
                    "value": float(found.values[channel, rank]),
                    "rows": None if box is None else box[::2],
                    "columns": None if box is None else box[1::2],
                }
            )
    if args.json:
        about = {"layer": args.layer, "set": chosen.text, "pictures": found.pictures, "of": found.of}
        print_json(about | {"best": best})
        return 0
    print(
        f"{args.layer} of {saved.name}: highest value anywhere in each of {counted(found.pictures, 'picture')} of "
        f"{chosen.text} ({found.of:,}), and the rows and columns of pixels that its cell sees"
    )
    print_table([tuple(best[0]), *(tuple(map(_words, one.values())) for one in best)])
    return 0


def _words(value: object) -> str:
    match value:
        case None:
            return UNKNOWN
        case float():
            return signed(value, 3)
        case (first, last):
            return f"{first}–{last}"
        case _:
            return str(value)


def _print_layers(seen: Seen, *, as_json: bool) -> None:
    if not seen.layers:
        raise ExplainError("No layer of this network gives maps or numbers that could be shown.")
    if as_json:
        print_json([vars(layer) for layer in seen.layers])
        return
    rows = [
        (layer.name, size_words((layer.height, layer.width)), str(layer.channels), layer.operation)
        for layer in seen.layers
    ]
    print_table([("layer", "maps", "channels", "what it does"), *rows])
