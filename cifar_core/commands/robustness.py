"""``python -m cifar_core robustness``: how much the accuracy of runs falls when their test pictures are corrupted."""

import argparse
import sys
from typing import Any

from cifar_core.commands.output import print_json, print_table
from cifar_core.corruptions.kinds import KINDS
from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.robustness.record import RobustnessRecord
from cifar_core.explain.robustness.study import PICTURES, RobustnessStudy
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.system.streams import say
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent
from cifar_core.words.sentences import capitalized


def add_robustness_command(commands: Any) -> None:
    """Add ``robustness`` to the commands of ``python -m cifar_core``."""
    text = "measure how accuracy falls when the test pictures are corrupted (as CIFAR-10-C does)"
    parser = commands.add_parser("robustness", help=text, description=text)
    parser.add_argument(
        "runs_named", metavar="RUN", nargs="+", help="its id, or a part of its id or name that fits no other"
    )
    parser.add_argument(
        "-n",
        "--pictures",
        type=int,
        default=PICTURES,
        metavar="N",
        help=f"so many test pictures ({PICTURES})",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the draw, and of all chance in it (0)")
    parser.add_argument(
        "--baseline", metavar="RUN", help="one of the runs: errors relative to its own, as the paper has them"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_robustness)


def run_robustness(args: argparse.Namespace, settings: Settings) -> int:
    """Measure what was not yet, print, and return the exit status.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_robustness_command`.
    settings : Settings
        Where runs and pictures are.

    Raises
    ------
    CifarLabError
        A run is not there, has no weights, or was trained on other classes.
    """
    dataset = open_dataset(settings.data, settings)
    universe = Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)
    try:
        runs = [universe.run_named(name) for name in args.runs_named]
        base = None if args.baseline is None else universe.run_named(args.baseline).id
    except RunError as problem:
        raise ConfigError(capitalized(str(problem))) from None
    studies = [RobustnessStudy(run, dataset, settings.cache_dir, args.pictures, args.seed) for run in runs]
    if base is not None and base not in [run.id for run in runs]:
        raise ConfigError(f"The baseline {base} is not among the runs. Name it there too.")
    with InferenceService() as service:
        records = [study.measure(service, _told(study.run.id)) for study in studies]
    baseline = next((one for one in records if one.run == base), None)
    if args.json:
        print_json([_document(record, baseline) for record in records])
        return 0
    _print(records, baseline)
    return 0


def _told(run: str) -> Any:
    return lambda doing, share: say(f"{run}: {share:.0%}, {doing}", sys.stderr)


def _document(record: RobustnessRecord, baseline: RobustnessRecord | None) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "clean_accuracy": record.clean_accuracy,
        "mean_error": record.mean_error,
        "breaks_first": record.breaks_first,
    }
    if baseline is not None:
        figures |= {"baseline": baseline.run, "relative_error": record.relative_error(baseline)}
    return record.model_dump() | figures


def _print(records: list[RobustnessRecord], baseline: RobustnessRecord | None) -> None:
    first = records[0]
    print(
        f"Accuracy on {counted(first.pictures, 'test picture')} of {first.of:,}, drawn by seed {first.seed}:"
    )
    rows = [("", *(one.run for one in records))]
    rows.append(("as they are", *(_with_interval(one) for one in records)))
    rows += [
        (f"{kind.title}, mean of 5 severities", *(percent(1 - one.error(kind.name)) for one in records))
        for kind in KINDS.values()
    ]
    rows.append(("mean corruption error", *(percent(one.mean_error) for one in records)))
    if baseline is not None:
        relative = [one.relative_error(baseline) for one in records]
        rows.append(
            (f"relative to {baseline.run}", *("–" if one is None else percent(one) for one in relative))
        )
    rows.append(("breaks first in", *(KINDS[one.breaks_first].title for one in records)))
    print_table(rows)


def _with_interval(record: RobustnessRecord) -> str:
    interval = record.interval("fog", 0)
    return f"{percent(record.clean_accuracy)} ({interval.in_percent})"
