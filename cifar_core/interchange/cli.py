"""``python -m cifar_core import``, and what ``runs`` does with other tools."""

import argparse
import json
import sys
from pathlib import Path

from cifar_core.interchange.import_model import import_model
from cifar_core.runs.cli import run_summary
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings


def add_import_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``import`` to the command line; the data set to try the model on is the one of ``--data``."""
    text = "import a Keras model of your own (.keras or .h5) as a run, to compare and explain it"
    parser = commands.add_parser("import", help=text, description=text)
    parser.add_argument("file", metavar="FILE", type=Path, help="what model.save(…) has written")
    parser.add_argument("--name", help="name to show; the file's by default")
    parser.add_argument("--json", action="store_true", help="print the run as one JSON document")
    parser.set_defaults(run=_import)


def _import(args: argparse.Namespace, settings: Settings) -> int:
    def report(stage: str) -> None:
        print(f"{stage} …", file=sys.stderr, flush=True)

    run = import_model(args.file, RunStore.from_settings(settings), settings, name=args.name, report=report)
    assert run.record is not None
    imported = run.record.imported
    assert imported is not None
    if args.json:
        print(
            json.dumps(run_summary(run) | {"imported": imported.model_dump(mode="json")}, ensure_ascii=False)
        )
        return 0
    print(run.paths.folder)
    if imported.scaling is not None:
        print(imported.scaling.sentence, *([imported.scaling.warning] if imported.scaling.warning else []))
    print(run_summary(run)["test_accuracy"], "of the test pictures right.", imported.caution)
    return 0
