"""``python -m cifar_core runs …``: what there is, and how to rename, stop and delete it."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cifar_core.commands.output import Actions, add_action, print_json, print_table, run_summary
from cifar_core.errors import RunError
from cifar_core.evaluation.balanced import BALANCED_RULE
from cifar_core.evaluation.loss_names import LossNames, loss_names
from cifar_core.runs.log import log_tail
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.notes import notes_of, split_tags, write_notes
from cifar_core.runs.rename import rename
from cifar_core.runs.seed_groups import meant_ids
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import stop
from cifar_core.settings import Settings
from cifar_core.words.numbers import decimal, percent

_STOP_SECONDS = 5.0


def add_run_commands(commands: "Actions[argparse.ArgumentParser]") -> "Actions[argparse.ArgumentParser]":
    """Add ``runs`` to the command line; return the parser group for further actions of ``runs``."""
    runs = commands.add_parser("runs", help="list, show, rename, annotate, stop, resume, move or delete runs")
    actions = runs.add_subparsers(metavar="ACTION", required=True)
    add_action(actions, "list", _list_runs, "all runs: own ones first, then those that ship")
    add_action(actions, "show", _show_run, "one run with its epochs", one_run=True)
    add_action(actions, "stop", _stop_run, "stop a run; its best weights stay", one_run=True)
    named = add_action(
        actions,
        "rename",
        _rename_run,
        "give a run, or a group of seeds, another name; its id stays",
        one_run=True,
    )
    named.add_argument("name", help="1 to 80 characters that can be seen")
    noted = add_action(
        actions, "note", _note_run, "tags and a note on a run, or on a group of seeds", one_run=True
    )
    noted.add_argument("--tags", metavar="TAG,TAG", help="in place of those that it has; '' takes them away")
    noted.add_argument("--note", metavar="TEXT", help="likewise")
    delete = add_action(actions, "delete", _delete_run, "delete a run for good", one_run=True)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    return actions


def _list_runs(args: argparse.Namespace, settings: Settings) -> int:
    summaries = [run_summary(run) for run in RunStore.from_settings(settings).list()]
    if args.json:
        print_json(summaries)
    elif not summaries:
        print(f"There are no runs in {settings.runs_dir} yet.")
    else:
        # Only where classes are unbalanced somewhere: elsewhere it says nothing that accuracy does not.
        balanced = any(summary["test_balanced_accuracy"] is not None for summary in summaries)
        more = ("balanced accuracy",) if balanced else ()
        header = ("run", "status", "data", "epochs", "test accuracy", *more, "training time")
        print_table([header, *(_row(summary, balanced=balanced) for summary in summaries)])
        if balanced:
            print(BALANCED_RULE)
    return 0


def _show_run(args: argparse.Namespace, settings: Settings) -> int:
    run = RunStore.from_settings(settings).get(args.run_id)
    summary = run_summary(run)
    metrics = read_metrics(run.paths.metrics)
    epochs = metrics.epochs
    summary["error"] = summary["error"] or metrics.problem
    if args.json:
        record = run.record.model_dump(mode="json") if run.record else None
        print_json(summary | {"record": record, "metrics": [asdict(epoch) for epoch in epochs]})
        return 0
    print_table([(name.replace("_", " "), _words(value)) for name, value in summary.items()])
    if epochs:
        print()
        _print_epochs(epochs, loss_names(run.record, epochs))
    if run.status == "failed":
        print("", *log_tail(run, 20), sep="\n")
    return 0


def _print_epochs(epochs: Sequence[EpochMetrics], losses: LossNames) -> None:
    what = "loss" if losses.training_field == "loss" else "cross-entropy"
    header = ("epoch", what, "accuracy", f"validation {what}", "validation accuracy", "images/s")
    rows = [
        (
            str(line.epoch),
            decimal(getattr(line, losses.training_field), 4),
            percent(line.accuracy, 2),
            decimal(getattr(line, losses.validation_field), 4),
            percent(line.val_accuracy, 2),
            "–" if line.images_per_second is None else decimal(line.images_per_second, 0),
        )
        for line in epochs
    ]
    print_table([header, *rows])
    if losses.sentence:
        print("", losses.sentence, sep="\n")


def _stop_run(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    stop(store, args.run_id)
    deadline = time.monotonic() + _STOP_SECONDS
    while (run := store.get(args.run_id)).active:
        if time.monotonic() > deadline:
            raise RunError(
                f"The run “{run.id}” was asked to stop and has not done so yet. Look again in a moment."
            )
        time.sleep(0.1)
    if args.json:
        print_json(run_summary(run))
    else:
        print(f"{run.id} is {run.status}.")
    return 0


def _rename_run(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    runs = rename(store, args.run_id, args.name)
    if args.json:
        print_json([run_summary(run) for run in runs])
    else:
        print("\n".join(f"{run.id} is called “{run.name}” now." for run in runs))
    return 0


def _note_run(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    before = notes_of(store.get(meant_ids(store.list(), args.run_id)[0]))
    if args.tags is not None or args.note is not None:
        tags = before.tags if args.tags is None else split_tags(args.tags)
        runs = write_notes(store, args.run_id, tags, before.note if args.note is None else args.note)
        before = notes_of(runs[0])
    if args.json:
        print_json(before.model_dump(mode="json"))
    else:
        print_table([("tags", ", ".join(before.tags) or "–"), ("note", before.note or "–")])
    return 0


def _delete_run(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    run = store.get(args.run_id)
    summary = run_summary(run)
    if not (args.yes or run.shipped or _confirmed(f"Delete {run.paths.folder} for good? [y/N] ")):
        raise RunError("Nothing was deleted. Answer “y”, or give --yes, to delete the run.")
    store.delete(run.id)
    if args.json:
        print_json(summary)
    else:
        print(f"{run.id} is deleted.")
    return 0


def _confirmed(question: str) -> bool:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _row(summary: dict[str, Any], *, balanced: bool) -> tuple[str, ...]:
    accuracy, seconds = summary["test_accuracy"], summary["training_seconds"]
    by_class = summary["test_balanced_accuracy"]
    return (
        summary["id"],
        summary["status"],
        summary["data"] or "",
        _epochs_words(summary),
        "" if accuracy is None else f"{accuracy:.2%}",
        *(("" if by_class is None else f"{by_class:.2%}",) if balanced else ()),
        "" if seconds is None else f"{seconds:,.0f} s",
    )


def _epochs_words(summary: dict[str, Any]) -> str:
    epochs, asked = summary["epochs"], summary["epochs_asked"]
    if summary["imported_from"]:
        return f"{epochs}, imported" if epochs else "imported"
    return "" if epochs is None else f"{epochs} of {asked}"


def _words(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
