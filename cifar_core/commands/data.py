"""``python -m cifar_core data …``: what is there, download, prepare; two more have files of their own."""

import argparse
import dataclasses
import sys
from typing import Any

from cifar_core.commands.data_check import add_check_command
from cifar_core.commands.data_colours import add_colours_command
from cifar_core.commands.output import print_json
from cifar_core.data.cache import CachedRecord
from cifar_core.data.catalog import (
    DatasetChoice,
    known_facts,
    known_problem,
    list_choices,
    missing_choices,
    open_dataset,
)
from cifar_core.data.dataset import Dataset
from cifar_core.data.download import DownloadProgress, download
from cifar_core.data.known import ARCHIVES
from cifar_core.data.reading import ReadingReport
from cifar_core.errors import BrokenPicturesError, DataError
from cifar_core.settings import Settings
from cifar_core.words.counts import counted

_NAMED = 5  # files that were left out, of each kind


def add_data_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``data`` with its commands; each sets ``run`` to a function of arguments and settings."""
    data = subparsers.add_parser("data", help="data sets: status, download, prepare, check, colours")
    commands = data.add_subparsers(dest="data_command", metavar="COMMAND", required=True)

    status = commands.add_parser("status", help="list the data sets that can be opened")
    status.set_defaults(run=_list_choices)

    fetch = commands.add_parser("download", help="download an official archive into the Keras cache")
    fetch.add_argument(
        "archive", nargs="?", default="cifar10", choices=sorted(ARCHIVES), help="default: cifar10"
    )
    fetch.add_argument("--url", help="another address of the same file, such as a mirror; SHA-256 is checked")
    fetch.set_defaults(run=_download)

    prepare = commands.add_parser("prepare", help="convert a data set now, so that later starts are quick")
    prepare.add_argument(
        "path", metavar="PATH", help="folder, .tar.gz, or a name such as cifar10 or drawn:10000"
    )
    prepare.set_defaults(run=_prepare)

    add_check_command(commands)
    add_colours_command(commands)

    for command in (status, fetch, prepare):
        command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def _list_choices(args: argparse.Namespace, settings: Settings) -> int:
    """Print every choice; the first available one is what opens when nothing else is asked for."""
    choices = list_choices(settings)
    choices += tuple(choice for choice in missing_choices(settings) if choice.key != settings.data)
    if args.json:
        print_json([_status(choice, settings) for choice in choices])
        return 0
    for choice in choices:
        _, report, problem = _known(choice, settings)
        mark = "–" if not choice.available else "✓" if problem is None else "!"
        print(f"{mark} {choice.key:<16} {choice.name:<28} {choice.location}")
        if problem is not None:
            all_of_them = " (--json lists all of them)" if isinstance(problem, BrokenPicturesError) else ""
            print(f"  {problem}{all_of_them}")
        if choice.is_folder:
            _print_report(report)
    return 0


def _known(
    choice: DatasetChoice, settings: Settings
) -> tuple[CachedRecord | None, ReadingReport, DataError | None]:
    """Return what is known of a choice since it was opened before, and why it does not open."""
    record, report = None, ReadingReport()
    if not choice.available:
        return record, report, None
    try:
        broken = known_problem(choice.key, settings) if choice.is_folder else None
        record, report = known_facts(choice.key, settings)
    except DataError as problem:
        return record, report, problem
    return record, report, broken


def _status(choice: DatasetChoice, settings: Settings) -> dict[str, Any]:
    record, report, problem = _known(choice, settings)
    found = (
        {}
        if record is None
        else record.model_dump(include={"fingerprint", "class_names", "train_count", "test_count"})
    )
    broken = problem.broken if isinstance(problem, BrokenPicturesError) else {}
    listed = [{"file": file, "reason": reason} for file, reason in broken.items()]
    told = {"problem": None if problem is None else str(problem), "broken": listed}
    return dataclasses.asdict(choice) | found | report.model_dump() | told


def _download(args: argparse.Namespace, settings: Settings) -> int:
    """Download an archive and convert it."""
    archive = ARCHIVES[args.archive]
    if args.url:
        archive = dataclasses.replace(archive, url=args.url)
    shown = sys.stderr.isatty() and not args.json
    path = download(archive, settings, progress=_print_progress if shown else None)
    if shown:
        print(file=sys.stderr)
    dataset = open_dataset(str(path), settings)
    _print_dataset(dataset, as_json=args.json, path=str(path))
    return 0


def _prepare(args: argparse.Namespace, settings: Settings) -> int:
    """Convert a data set and say what it is."""
    _print_dataset(open_dataset(args.path, settings), as_json=args.json)
    return 0


def _print_progress(progress: DownloadProgress) -> None:
    left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
    print(
        f"\r{progress.share:4.0%} of {progress.total / 1e6:.0f} MB, "
        f"{progress.bytes_per_second / 1e6:.1f} MB/s{left}   ",
        end="",
        file=sys.stderr,
        flush=True,
    )


def _print_dataset(dataset: Dataset, *, as_json: bool, path: str | None = None) -> None:
    facts = {
        "key": dataset.key,
        "name": dataset.name,
        "source": dataset.source,
        "verified": dataset.verified,
        "fingerprint": dataset.fingerprint,
        "classes": list(dataset.class_names),
        "train": len(dataset.train),
        "test": len(dataset.test),
        **dataset.report.model_dump(),
    }
    if path is not None:
        facts["path"] = path
    if as_json:
        print_json(facts)
        return
    official = "official bytes" if dataset.verified else dataset.source
    print(
        f"{dataset.name}: {len(dataset.train):,} training and {counted(len(dataset.test), 'test picture')}, "
        f"{counted(len(dataset.class_names), 'class')} ({official}; fingerprint {dataset.fingerprint})"
    )
    _print_report(dataset.report)


def _print_report(report: ReadingReport) -> None:
    for sentence in report.sentences:
        print(f"  {sentence}")
    for kind in report.left_out:
        more = f" and {kind.count - _NAMED:,} more (--json has them)" if kind.count > _NAMED else ""
        print(f"    {kind.kind}: {', '.join(kind.files[:_NAMED])}{more}")
