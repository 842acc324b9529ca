"""``python -m cifar_core explain unknown``: which pictures look unlike all that a run has learnt from."""

import argparse
import sys
from typing import Any

from cifar_core.commands.output import print_json, print_table, say_progress
from cifar_core.data.catalog import find_dataset
from cifar_core.errors import RunError
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.unknown.record import UnknownRecord
from cifar_core.explain.unknown.study import PICTURES, UnknownStudy, foreign_datasets
from cifar_core.runs.named import run_with_weights
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.explain.unknown import TABLE_HEAD, foreign_rows, unknown_sentences


def add_explain_unknown_command(commands: Any) -> None:
    """Add ``explain unknown`` to the commands of ``python -m cifar_core``."""
    text = "not one of the classes: from which energy on a picture is unlike what a run has learnt from"
    parser = commands.add_parser(
        "explain unknown",
        help=text,
        description=f"{text}, and how well that tells pictures of other things from test pictures (AUROC).",
    )
    parser.add_argument("model", metavar="RUN", help="run, by its id or a part of it")
    parser.add_argument(
        "-n",
        "--pictures",
        type=int,
        default=PICTURES,
        metavar="N",
        help=f"so many of each kind ({PICTURES})",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that is left to chance (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_unknown)


def run_unknown(args: argparse.Namespace, settings: Settings) -> int:
    """Measure what was not yet, print, and return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_explain_unknown_command`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        The run is not there, has no weights or too few validation pictures, or its pictures are not here.
    """
    run = run_with_weights(args.model, RunStore.from_settings(settings))
    record = measure_unknown(run, settings, args.pictures, args.seed)
    if args.json:
        foreign = {name: one.model_dump() for name, one in record.foreign.items()}
        print_json(record.model_dump() | {"threshold": record.threshold, "foreign": foreign})
        return 0
    for sentence in unknown_sentences(record):
        print(sentence.replace("**", ""))
    print_table([TABLE_HEAD, *foreign_rows(record)])
    return 0


def measure_unknown(run: Run, settings: Settings, pictures: int = PICTURES, seed: int = 0) -> UnknownRecord:
    """Return what was measured of a run, measuring it first where it was not.

    Parameters
    ----------
    run : Run
        Whose network is asked.
    settings : Settings
        Where pictures are.
    pictures : int
        How many of each kind.
    seed : int
        Of all that is left to chance.

    Raises
    ------
    RunError
        The run has no weights or too few validation pictures, or its pictures are not here.
    """
    study = UnknownStudy(run, settings.cache_dir, pictures, seed)
    found, others = study.stored(), foreign_datasets(run, settings)
    if found is not None and set(others) <= set(found.foreign):
        return found
    data = study.data
    dataset = find_dataset(data.fingerprint, settings, key=data.key, name=data.name)
    if dataset is None:
        raise RunError(
            f"The pictures that {run.id} was trained on ({data.name}) are not here. Name them with --data."
        )
    with InferenceService() as service:
        return study.measure(service, dataset, others, say_progress(sys.stderr))
