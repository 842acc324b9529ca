"""``python -m cifar_core explain score``: how far the heat maps of a run can be trusted."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cifar_core.commands.explain_pictures import (
    add_picture_options,
    open_pictures,
    study_document,
    study_words,
)
from cifar_core.commands.output import print_json, print_table, say_progress
from cifar_core.errors import ConfigError, ExplainError
from cifar_core.explain.faithfulness.record import MethodRecord
from cifar_core.explain.faithfulness.sanity import STAGES, check_sanity, check_stability
from cifar_core.explain.faithfulness.study import study_methods
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS, get_method
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.settings import Settings
from cifar_core.system.streams import say
from cifar_core.views.explain.trust import MEASURE_WORDS, likeness_words, mean_words, sanity_words
from cifar_core.words.numbers import signed

EVERY_METHOD = "all"


def add_explain_score_command(commands: Any) -> None:
    """Add ``explain score`` to the commands of ``python -m cifar_core``."""
    text = "measure how far a run's heat maps can be trusted"
    parser = commands.add_parser(
        "explain score",
        help=text,
        description=f"{text}: what marked places do when they are deleted, inserted or filled from their neighbours "
        "(ROAD), beside random, blurred random and centre maps; whether the map changes when the network forgets "
        "what it learnt (sanity check), and when the picture gets tiny noise.",
    )
    add_picture_options(parser)
    parser.add_argument(
        "--method",
        action="append",
        choices=(*METHODS, EVERY_METHOD),
        help=f"how the heat map is found; may be given several times ({DEFAULT_METHOD})",
    )
    parser.add_argument("--layer", metavar="NAME", help="layer to look at (the usual one)")
    parser.add_argument(
        "--stages", type=int, default=STAGES, metavar="N",
        help=f"of the sanity check: at most so many from the top layer to all; 0 for none ({STAGES})",
    )  # fmt: skip
    parser.set_defaults(run=run_score)


def run_score(args: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, and return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_explain_score_command`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        The run, the set or the layer is not there, or the network has no heat map.
    """
    if args.stages < 0:
        raise ConfigError(f"--stages is 0 or more, not {args.stages}.")
    saved, sample = open_pictures(args, settings)
    asked = args.method or [DEFAULT_METHOD]
    question = Question(saved.path, sample.pictures, layer=args.layer)
    with InferenceService() as service:
        methods = list(dict.fromkeys(asked))
        if EVERY_METHOD in asked:
            methods = methods_that_fit(service, question, METHODS)
            if not methods:
                raise ExplainError("No method explains this network. Choose another run.")
        records = measure_methods(service, question, methods, args.stages, args.seed)
    if args.json:
        methods_found = {"methods": [record.model_dump() for record in records]}
        print_json(study_document(args, saved, sample) | methods_found)
        return 0
    for record in records:
        print(study_words(record.method, saved, record.layer, record.cells, sample))
        _print(record)
    left_out = [get_method(one).title for one in methods if one not in {record.method for record in records}]
    if left_out:
        print(f"Not for this network: {', '.join(left_out)}.")
    return 0


def measure_methods(
    service: InferenceService, question: Question, methods: list[str], stages: int, seed: int = 0
) -> list[MethodRecord]:
    """Measure all that is known of the worth of some methods' maps, and say on standard error how far it is.

    Parameters
    ----------
    service : InferenceService
        Asks the network.
    question : Question
        Which network, pictures and layer.
    methods : list of str
        Ids of methods.
    stages : int
        Of the sanity check; 0 for none.
    seed : int
        Of all that is left to chance.
    """
    told = say_progress(sys.stderr)
    studies = study_methods(service, question, methods, told, seed)
    sanity = check_sanity(service, question, [study.method for study in studies], told, stages)
    found = []
    for study in studies:
        asked = replace(question, method=study.method)
        title = get_method(study.method).title
        say(f"Adding tiny noise: {title}", sys.stderr)
        found.append(MethodRecord.of(study, sanity[study.method], check_stability(service, asked, seed)))
    return found


def methods_that_fit(service: InferenceService, question: Question, methods: Iterable[str]) -> list[str]:
    """Return the methods that are some for this network; of the others say on standard error why they are not.

    Parameters
    ----------
    service : InferenceService
        Asks the network.
    question : Question
        Which network, pictures and layer; the first picture alone is explained.
    methods : iterable of str
        Ids of methods.
    """
    fit = []
    first = replace(question, pictures=question.pictures[:1])
    for method in methods:
        try:
            service.explain(replace(first, method=method))
        except ExplainError as error:
            say(f"{get_method(method).title} is left out: {error}", sys.stderr)
        else:
            fit.append(method)
    return fit


def _print(record: MethodRecord) -> None:
    if record.empty:
        print(f"No positive evidence in {record.empty:,} of them: their order is left to chance.")
    baselines = list(record.measures["road"].baselines)
    rows = [("", "map", *baselines, *(f"better than {name} by" for name in baselines))]
    for name, measure in record.measures.items():
        means = (measure.mean, *measure.baselines.values())
        rows.append(
            (
                MEASURE_WORDS[name],
                *(signed(mean.value, 3) for mean in means),
                *(mean_words(gain) for gain in measure.gains.values()),
            )
        )
    print_table(rows)
    print("In brackets: 95% intervals of the mean difference, picture by picture (Student's t).")
    for stage in record.sanity:
        print(sanity_words(stage))
    if record.stability is not None:
        print(f"Tiny noise: {likeness_words(record.stability)}")
    print()
