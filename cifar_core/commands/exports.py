"""What goes out: ``python -m cifar_core runs export`` and ``runs tensorboard``."""

import argparse
from pathlib import Path

from cifar_core.commands.output import Actions, add_action, print_json
from cifar_core.errors import ConfigError, InterchangeError
from cifar_core.exports.run_folder import export_run
from cifar_core.exports.tensorboard import export_events
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.system.files import temporary_folder
from cifar_core.words.counts import counted


def add_export_actions(actions: "Actions[argparse.ArgumentParser]") -> None:
    """Add to ``runs`` what hands runs on, to people and to other tools."""
    export = add_action(actions, "export", _export_run, "copy a finished run, to hand it on", one_run=True)
    export.add_argument("folder", type=Path, nargs="?", help="folder of runs to copy it into")
    export.add_argument(
        "--compact",
        action="store_true",
        help="weights in less than half the room that give the same predictions",
    )
    export.add_argument("--mlflow", metavar="URI", help="write it into MLflow: http://… or sqlite:///FILE")
    export.add_argument("--experiment", metavar="NAME", help="MLflow's experiment; made if missing")
    events = add_action(
        actions, "tensorboard", _tensorboard, "write event files, for “tensorboard --logdir …”"
    )
    events.add_argument("run_ids", metavar="RUN", nargs="*", help="ids of runs; all of them by default")
    events.add_argument("--logdir", type=Path, metavar="DIR", help="write here, not into the run folders")


def _export_run(args: argparse.Namespace, settings: Settings) -> int:
    run = RunStore.from_settings(settings).get(args.run_id)
    if (args.folder is None) == (args.mlflow is None):
        raise ConfigError("Say where to: a folder of runs, or --mlflow with an address.")
    if args.mlflow is not None:
        from cifar_core.exports.mlflow import EXPERIMENT, export_to_mlflow

        mlflow_id = export_to_mlflow(run, args.mlflow, experiment=args.experiment or EXPERIMENT)
        if args.json:
            print_json({"mlflow_run_id": mlflow_id})
        else:
            print(mlflow_id)
        return 0
    with temporary_folder() as temporary:
        model = None
        if args.compact and run.has_model:
            from cifar_core.exports.compact import write_compact

            model = Path(temporary) / "model.keras"
            write_compact(run.paths.model, model)
        folder = export_run(run, args.folder, model=model)
    if args.json:
        print_json({"path": str(folder)})
    else:
        print(folder)
    return 0


def _tensorboard(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    if args.run_ids:
        runs = [store.get(run_id) for run_id in args.run_ids]
    else:
        # Runs under way are left out: their workers write these files themselves.
        runs = [
            run
            for run in store.list()
            if run.record and not run.active and (args.logdir or not run.shipped) and _has_epochs(run)
        ]
    for run in runs:
        if run.shipped and args.logdir is None:
            raise InterchangeError(
                f"The run “{run.id}” ships with CIFAR Lab, so nothing is written into its folder. "
                "Say where else with --logdir DIR."
            )
    files = [
        export_events(run, args.logdir / run.id if args.logdir else run.paths.tensorboard) for run in runs
    ]
    folder = args.logdir or settings.runs_dir
    if args.json:
        print_json({"logdir": str(folder), "files": [str(file) for file in files]})
    else:
        print(f"{counted(len(files), 'run')} written. Look with: tensorboard --logdir {folder}")
    return 0


def _has_epochs(run: Run) -> bool:
    return bool(read_metrics(run.paths.metrics).epochs)
