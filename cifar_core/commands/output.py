"""What all commands share: how an action is added, and how a table or a JSON document is printed."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.run import Run
from cifar_core.system.streams import say
from cifar_core.words.finite import json_text

Actions = argparse._SubParsersAction  # argparse has no public name for it


def add_action(
    actions: "Actions[argparse.ArgumentParser]",
    name: str,
    run: Any,
    text: str,
    *,
    one_run: bool = False,
) -> argparse.ArgumentParser:
    """Add an action with ``--json`` and, where it is about one run, that run's id.

    Parameters
    ----------
    actions : argparse sub-parsers
        Those of the command that the action belongs to, such as ``runs``.
    name : str
        What is typed: ``"list"``.
    run : callable
        ``run(args, settings)`` does it and returns the exit status.
    text : str
        The action in a phrase, for ``--help``.
    one_run : bool
        Whether a run's id must follow; it is ``args.run_id`` then.

    Returns
    -------
    argparse.ArgumentParser
        Takes further options.
    """
    parser = actions.add_parser(name, help=text, description=text)
    if one_run:
        parser.add_argument("run_id", metavar="RUN", help="id of a run, as “runs list” prints it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)
    return parser


def add_data_set_options(parser: argparse.ArgumentParser) -> None:
    """Add which data set an action is about, and ``--json``."""
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="folder, .tar.gz, or a name such as cifar10; else what opens first"
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def run_summary(run: Run) -> dict[str, Any]:
    """Return what ``--json`` prints of a run.

    Accuracies are fractions of 1, times seconds; ``epochs`` counts finished epochs. What is not known (yet) is
    ``None``.
    """
    record = run.record
    summary: dict[str, Any] = {
        "id": run.id,
        "status": run.status,
        "shipped": run.shipped,
        "path": str(run.paths.folder),
        "error": run.problem or (record.error if record else None),
    }
    names = (
        "name model data seed device hardware created epochs epochs_asked imported_from parameters "
        "validation_accuracy test_accuracy test_balanced_accuracy test_pictures training_seconds images_per_second"
    )
    if record is None:
        return summary | dict.fromkeys(names.split())
    results, environment = record.results, record.environment
    finished = results.epochs if results else len(read_metrics(run.paths.metrics).epochs)
    return summary | {
        "name": record.config.name,
        "model": record.config.model,
        "data": record.data.key if record.data else record.config.data,
        "seed": record.config.seed,
        "device": environment.device if environment else None if record.imported else record.training.device,
        "hardware": environment.hardware if environment else None,
        "created": record.created.isoformat(),
        "epochs": finished,
        "epochs_asked": None if record.imported else record.training.epochs,
        "imported_from": record.imported.source if record.imported else None,
        "parameters": record.parameters,
        "validation_accuracy": results.validation_accuracy if results else None,
        "test_accuracy": results.test_accuracy if results else None,
        "test_balanced_accuracy": results.test_balanced_accuracy if results else None,
        "test_pictures": record.data.test_pictures if record.data else None,
        "training_seconds": results.training_seconds if results else None,
        "images_per_second": results.images_per_second if results else None,
    }


def say_progress(stream: TextIO) -> Callable[[str, float], None]:
    """Return what is told how far a work is, and says it whenever a twentieth more is done.

    Parameters
    ----------
    stream : text stream
        Where it is said.
    """
    said: dict[str, int] = {}

    def told(doing: str, share: float) -> None:
        part = int(20 * share)
        if said.get(doing) != part:
            said[doing] = part
            say(f"{doing}: {share:.0%}", stream)

    return told


def print_json(document: object, *, indent: int | None = 1) -> None:
    """Print one JSON document; what is no finite number is ``null``, as JSON has no NaN.

    Where standard output does not know every character, the document is written in ASCII alone.

    Parameters
    ----------
    document : object
        Of dicts, lists, texts and numbers.
    indent : int, optional
        Spaces for each level; ``None`` prints one line.
    """
    everything = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json_text(document, indent=indent, ascii_alone=not everything))


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of words in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
