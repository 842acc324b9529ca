"""What comes in: ``python -m cifar_core import`` and ``runs import-mlflow``."""

import argparse
import sys
from pathlib import Path
from typing import Any

from cifar_core.commands.output import Actions, add_action, print_json, run_summary
from cifar_core.imports.mlflow import import_from_mlflow
from cifar_core.imports.model import import_model
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.words.counts import counted


def add_import_command(commands: "Actions[argparse.ArgumentParser]") -> None:
    """Add ``import`` to the command line; the data set to try the model on is the one of ``--data``."""
    text = "import a Keras model of your own (.keras or .h5) as a run, to compare and explain it"
    parser = commands.add_parser("import", help=text, description=text)
    parser.add_argument("file", metavar="FILE", type=Path, help="what model.save(…) has written")
    parser.add_argument("--name", help="name to show; the file's by default")
    parser.add_argument("--json", action="store_true", help="print the run as one JSON document")
    parser.set_defaults(run=_import_file)


def add_import_actions(actions: "Actions[argparse.ArgumentParser]") -> None:
    """Add to ``runs`` what takes runs over from other tools."""
    text = "take a run over from MLflow: one of ours whole, another one with its curves"
    taken = add_action(actions, "import-mlflow", _import_mlflow, text)
    taken.add_argument("uri", metavar="URI", help="http://… of a server, or sqlite:///FILE")
    taken.add_argument("mlflow_id", metavar="RUN_ID", help="id of the run in MLflow")


def _import_file(args: argparse.Namespace, settings: Settings) -> int:
    def report(stage: str) -> None:
        print(f"{stage} …", file=sys.stderr, flush=True)

    store = RunStore.from_settings(settings)
    return _print_imported(import_model(args.file, store, settings, name=args.name, report=report), args.json)


def _import_mlflow(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    return _print_imported(import_from_mlflow(args.uri, args.mlflow_id, store, data=settings.data), args.json)


def _print_imported(run: Run, as_json: bool) -> int:
    summary = run_summary(run)
    imported = run.record.imported if run.record else None
    if as_json:
        found: dict[str, Any] = {"imported": imported.model_dump(mode="json") if imported else None}
        print_json(summary | found)
        return 0
    print(run.paths.folder)
    if summary["test_accuracy"] is not None:
        print(f"{summary['test_accuracy']:.2%} of {counted(summary['test_pictures'], 'test picture')} right.")
    if imported is not None:
        print(imported.caution)
        if imported.scaling is not None:
            print(imported.scaling.sentence, imported.scaling.warning or "")
    return 0
