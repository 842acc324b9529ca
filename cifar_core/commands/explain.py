"""``python -m cifar_core explain``: what the Explain page does, for one picture."""

import argparse
from pathlib import Path
from typing import Any, get_args

from cifar_core.commands.output import print_json
from cifar_core.data.picture.formats import COMMON
from cifar_core.data.picture.limits import MAX_FILE_BYTES
from cifar_core.data.reading import BACKGROUNDS, FRAMINGS
from cifar_core.errors import ExplainError, ImageError
from cifar_core.explain.attack import Attack, AttackKind
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS, get_method
from cifar_core.explain.overlay import COLOR_MAPS, OPACITY, draw_overlay, to_png
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import SCORES
from cifar_core.explain.source import WHICH, SavedModel, find_saved_model
from cifar_core.explain.upload import Upload, read_for_network
from cifar_core.settings import Settings
from cifar_core.system.refusals import refused


def add_explain_command(subparsers: Any) -> None:
    """Add ``explain`` to the commands of ``python -m cifar_core``."""
    parser = subparsers.add_parser(
        "explain",
        help="show where a network looked in a picture",
        description="Classify a picture and draw over it a heat map of where the network looked.",
    )
    parser.add_argument("model", metavar="RUN", help=WHICH)
    parser.add_argument("image", metavar="IMAGE", type=Path, help=f"{COMMON} file")
    parser.add_argument("--out", type=Path, help="write the picture with its heat map to this PNG file")
    parser.add_argument(
        "--class", dest="class_name", metavar="NAME", help="class to explain (the predicted one)"
    )
    parser.add_argument(
        "--score",
        choices=SCORES,
        default=SCORES[0],
        help="what of the class is explained: its logit, its logit minus another one's (margin), or the logarithm "
        f"of its probability ({SCORES[0]})",
    )
    parser.add_argument(
        "--against", metavar="NAME", help="with a margin, the other class (the most probable other one)"
    )
    parser.add_argument(
        "--layer",
        metavar="NAME",
        help="layer to look at (the deepest with at least 4×4 cells); of several, as a,b, the mean of their maps",
    )
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=DEFAULT_METHOD,
        help=f"how the heat map is found ({DEFAULT_METHOD})",
    )
    parser.add_argument(
        "--attack",
        choices=get_args(AttackKind),
        help="change the picture first so that the network doubts what it says (adversarial example): in one step "
        "(fgsm), or in ten (pgd)",
    )
    parser.add_argument(
        "--epsilon",
        type=int,
        choices=range(256),
        default=8,
        metavar="N",
        help="of an attack: no value of a pixel changes by more than this, of 255 (8)",
    )
    parser.add_argument(
        "--framing",
        choices=FRAMINGS,
        help="how the picture is made square (as those the network was trained on)",
    )
    parser.add_argument(
        "--background", choices=BACKGROUNDS, help="what is seen through transparent parts (likewise)"
    )
    parser.add_argument(
        "--opacity",
        type=_share,
        default=OPACITY,
        help=f"of the heat map where there is most evidence, 0 to 1 ({OPACITY})",
    )
    parser.add_argument(
        "--hard-pixels", action="store_true", help="enlarge a small picture without interpolation"
    )
    parser.add_argument("--colormap", choices=COLOR_MAPS, default="inferno", help="colours of the heat map")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_explain)


def run_explain(args: argparse.Namespace, settings: Settings) -> int:
    """Explain one picture and print the answer; return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_explain_command`.
    settings : Settings
        Where runs are looked for.

    Raises
    ------
    CifarLabError
        The run, the picture, the class or the layer is not there, or the network has no heat map to write.
    """
    saved = find_saved_model(args.model, settings)
    try:
        with args.image.open("rb") as file:  # a device has no end
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ImageError(
            f"The picture {args.image} cannot be read ({error.strerror}). Check the path."
        ) from None
    upload = read_for_network(
        data, args.image.name, saved.preparation, framing=args.framing, background=args.background
    )
    wanted, other = (
        None if name is None else saved.class_index(name) for name in (args.class_name, args.against)
    )
    attack = None if args.attack is None else Attack(args.attack, args.epsilon)
    asked = Question(
        saved.path,
        upload.seen.pixels[None],
        wanted,
        args.layer,
        args.method,
        args.score,
        other,
        attack=attack,
    )
    with InferenceService() as service:
        (explanation,) = service.explain(asked)
    if args.out is not None and explanation.heatmap is not None:
        overlay = draw_overlay(
            upload.seen.shown if explanation.attacked is None else explanation.attacked,
            explanation.heatmap,
            opacity=args.opacity,
            color_map=args.colormap,
            smooth=not args.hard_pixels,
        )
        try:
            args.out.write_bytes(to_png(overlay))
        except OSError as error:
            raise ImageError(
                f"{args.out} cannot be written {refused(error, 'choose another folder')}"
            ) from None
    if args.json:
        print_json(as_document(args, saved, explanation, upload))
    else:
        print(as_text(args, saved, explanation, upload.notes))
    if args.out is not None and explanation.heatmap is None:
        raise ExplainError(explanation.no_heatmap_reason or "There is no heat map to write.")
    return 0


def as_document(
    args: argparse.Namespace, saved: SavedModel, explanation: Explanation, upload: Upload
) -> dict[str, Any]:
    """Return the answer as what ``--json`` prints.

    Parameters
    ----------
    args : argparse.Namespace
        Of it, ``image`` and ``out``: the picture's path, and that of the overlay or None; ``attack`` and ``epsilon``.
    saved : SavedModel
        The model that was asked; it names the classes.
    explanation : Explanation
        Its answer.
    upload : Upload
        How the picture was read.
    """
    heatmap = explanation.heatmap
    return {
        "run": saved.name,
        "image": str(args.image),
        "notes": list(upload.notes),
        **upload.preparation.model_dump(),
        "attack": args.attack,
        "epsilon": None if args.attack is None else args.epsilon,
        "predicted": saved.class_name(explanation.predicted),
        "top": [
            {"index": index, "class": saved.class_name(index), "probability": probability}
            for index, probability in explanation.top()
        ],
        "explained_class": saved.class_name(explanation.class_index),
        "method": None if heatmap is None else heatmap.method,
        "score": explanation.score,
        "against": None if explanation.against is None else saved.class_name(explanation.against),
        "layer": None if heatmap is None else heatmap.layer,
        "positive_evidence": None if heatmap is None else not heatmap.is_empty,
        "maximum": None if heatmap is None else heatmap.maximum,
        "heatmap": None if heatmap is None else heatmap.values.tolist(),
        "out": None if heatmap is None or args.out is None else str(args.out),
    }


def as_text(
    args: argparse.Namespace, saved: SavedModel, explanation: Explanation, notes: tuple[str, ...]
) -> str:
    """Return the answer as lines to read.

    Parameters
    ----------
    args : argparse.Namespace
        Of it, ``out``: the path of the overlay, or None; ``attack`` and ``epsilon``.
    saved : SavedModel
        The model that was asked; it names the classes.
    explanation : Explanation
        Its answer.
    notes : tuple of str
        What was changed while decoding the picture; they come first.
    """
    lines = [*notes]
    if args.attack is not None:
        lines.append(f"After {args.attack.upper()}, which moves no value by more than {args.epsilon} of 255:")
    lines += [f"{probability:7.1%}  {saved.class_name(index)}" for index, probability in explanation.top()]
    heatmap = explanation.heatmap
    if heatmap is None:
        if args.out is None:  # with --out the same sentence is raised as an error
            lines.append(explanation.no_heatmap_reason or "")
    else:
        name = saved.class_name(explanation.class_index)
        against = explanation.against
        wanted = f"“{name}”" if against is None else f"“{name}” and not “{saved.class_name(against)}”"
        height, width = heatmap.values.shape
        method = get_method(heatmap.method)
        where = heatmap.layer or f"the {method.cells}"
        lines.append(f"{method.title} for {wanted} at {where}, {height}×{width}.")
        if explanation.instead_of is not None:
            lines.append(
                f"This network has no convolution, so there is no map by {explanation.instead_of}; this one is shown "
                "instead."
            )
        if heatmap.is_empty:
            lines.append(f"No positive evidence for {wanted}: nothing in the picture speaks for it.")
        if args.out is not None:
            lines.append(f"Written to {args.out}.")
    return "\n".join(lines)


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value
