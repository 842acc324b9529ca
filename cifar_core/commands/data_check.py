"""``python -m cifar_core data check``: whether something is wrong with a data set."""

import argparse
import dataclasses
import sys

from cifar_core.commands.output import add_data_set_options, print_json, print_table
from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings
from cifar_core.views.data_check import check_sentence, find_findings


def add_check_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``check`` to the actions of ``data``."""
    check = commands.add_parser(
        "check", help="look for duplicates, outliers, classes out of balance, files that were left out"
    )
    add_data_set_options(check)
    check.set_defaults(run=_check)


def _check(args: argparse.Namespace, settings: Settings) -> int:
    """Print what was looked for and what was found, with the set that shows it."""
    dataset = open_dataset(args.path or settings.data, settings)
    universe = Universe.of_dataset(dataset, (), settings.cache_dir)
    shown = sys.stderr.isatty() and not args.json
    findings = find_findings(universe, _print_progress if shown else None)
    if shown:
        print("\r" + " " * 50 + "\r", end="", file=sys.stderr)
    if args.json:
        print_json([dataclasses.asdict(one) for one in findings])
        return 0
    print(f"{dataset.name}: {check_sentence(findings)}")
    rows = [(one.topic, one.what, f"{one.count:,}", one.expression or "") for one in findings]
    print_table([("topic", "looked for", "found", "set (sets show '…')"), *rows])
    return 0


def _print_progress(share: float) -> None:
    print(f"\rComparing every picture with every other: {share:4.0%}", end="", file=sys.stderr, flush=True)
