"""``python -m cifar_core sweep …``: start a search for good hyper-parameters, look at it, stop it."""

import argparse
import sys
import time
from typing import Any

from cifar_core.commands.output import print_json, print_table
from cifar_core.commands.train import add_configuration_options, configuration
from cifar_core.errors import RunError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.slots import training_slots
from cifar_core.settings import Settings
from cifar_core.sweeps.plan import METHODS, OBJECTIVES, make_plan
from cifar_core.sweeps.space import SEARCHABLE, parse_search, value_words
from cifar_core.sweeps.store import Sweep, SweepStore
from cifar_core.sweeps.submit import resume_sweep, stop_sweep, submit_sweep, take_up_sweeps
from cifar_core.views.train.sweep import failure_sentences
from cifar_core.words.counts import counted

_STOP_SECONDS = 15.0


def add_sweep_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``sweep`` to the command line."""
    sweep = commands.add_parser(
        "sweep", help="search for good hyper-parameters; every trial is a run in the queue"
    )
    actions = sweep.add_subparsers(metavar="ACTION", required=True)
    start = _add_action(actions, "start", _start, "queue a sweep in the background and return")
    add_configuration_options(start)
    start.add_argument(
        "--search", action="append", required=True, metavar="FIELD=…",
        help="what to try: learning_rate=1e-4..1e-1:log, batch_size=64,128 or augmentation.translate=0..0.2:step=0.05; "
        f"once for each field. Fields: {', '.join(SEARCHABLE)}",
    )  # fmt: skip
    start.add_argument(
        "--method", default="tpe", help="; ".join(f"{name}: {text}" for name, text in METHODS.items())
    )
    start.add_argument("--trials", type=int, help="how many runs (20; for a grid all combinations)")
    start.add_argument("--parallel", type=int, help="how many wait or run at one time (devices + 1)")
    start.add_argument(
        "--objective",
        default="val_accuracy",
        help="; ".join(f"{name}: {text}" for name, text in OBJECTIVES.items()),
    )
    start.add_argument("--sweep-seed", type=int, default=0, help="seed of the choice of values")
    start.add_argument(
        "--pruning", action=argparse.BooleanOptionalAction, default=True, help="stop bad trials early"
    )
    start.add_argument("--wait", action="store_true", help="wait until the sweep has ended")
    _add_action(actions, "list", _list, "all sweeps, newest first")
    _add_action(actions, "show", _show, "one sweep with its trials", one=True)
    _add_action(
        actions, "stop", _stop, "stop a sweep: queued trials are cancelled, running ones stopped", one=True
    )
    _add_action(
        actions,
        "resume",
        _resume,
        "let a stopped sweep go on; finished trials stay, stopped ones go on",
        one=True,
    )
    _add_action(actions, "delete", _delete, "forget a sweep; its runs stay", one=True)


def sweep_summary(sweep: Sweep) -> dict[str, Any]:
    """Return what ``--json`` prints of a sweep; what is not known (yet) is ``None``."""
    plan, summary = sweep.plan, sweep.summary
    trials = summary.trials if summary else ()
    best = next((trial for trial in trials if summary and trial.number == summary.best), None)
    return {
        "id": sweep.id,
        "state": sweep.state,
        "problem": sweep.problem,
        "path": str(sweep.paths.folder),
        "plan": plan.model_dump(mode="json") if plan else None,
        "trials_asked": plan.trials if plan else None,
        "trials_ended": sum(not trial.under_way for trial in trials),
        "best": best.model_dump(mode="json") if best else None,
        "importance": summary.importance if summary else {},
        "importance_trials": summary.importance_trials if summary else 0,
        "trials": [trial.model_dump(mode="json") for trial in trials],
    }


def _add_action(
    actions: Any, name: str, run: Any, text: str, *, one: bool = False
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    if one:
        parser.add_argument("sweep_id", metavar="SWEEP", help="id of a sweep, as “sweep list” prints it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)
    return parser


def _start(args: argparse.Namespace, settings: Settings) -> int:
    base = configuration(args, settings)
    plan = make_plan(
        {
            "name": base.name[:60],
            "base": base,
            "space": [parse_search(text) for text in args.search],
            "method": args.method,
            "trials": args.trials,
            "parallel": args.parallel or 1 + training_slots(settings, base.device),
            "pruning": args.pruning,
            "seed": args.sweep_seed,
            "objective": args.objective,
        }
    )
    store = SweepStore(RunStore.from_settings(settings))
    sweep = submit_sweep(store, plan)
    args.when_interrupted = "Interrupted. The sweep goes on in the background."
    if args.wait:
        sweep = _wait(store, sweep.id)
    if args.json:
        print_json(sweep_summary(sweep))
    elif args.wait:
        _print_sweep(sweep)
    else:
        print(
            f"{sweep.id}: {counted(plan.trials, 'trial')}, {METHODS[plan.method]}. It goes on in the background;"
        )
        print(f"watch it with: python -m cifar_core sweep show {sweep.id}")
    return 1 if sweep.state == "failed" else 0


def _wait(store: SweepStore, sweep_id: str) -> Sweep:
    """Wait for the end of a sweep, and say on standard error what has ended."""
    told: set[int] = set()
    while True:
        sweep = store.get(sweep_id)
        for trial in sweep.summary.trials if sweep.summary else ():
            if not trial.under_way and trial.number not in told:
                told.add(trial.number)
                told_as = (trial.state, _value(sweep, trial.value), trial.note or "")
                print(f"trial {trial.number + 1}: {' '.join(filter(None, told_as))}", file=sys.stderr)
        if not sweep.active:
            return sweep
        take_up_sweeps(store)
        time.sleep(1.0)


def _list(args: argparse.Namespace, settings: Settings) -> int:
    sweeps = SweepStore(RunStore.from_settings(settings)).list()
    if args.json:
        print_json([sweep_summary(sweep) for sweep in sweeps])
    elif not sweeps:
        print(f"There are no sweeps in {settings.runs_dir} yet.")
    else:
        rows = [("sweep", "name", "state", "trials", "best")]
        for sweep in sweeps:
            summary = sweep_summary(sweep)
            best = summary["best"]["value"] if summary["best"] else None
            rows.append(
                (
                    sweep.id,
                    sweep.plan.name if sweep.plan else "",
                    sweep.state,
                    f"{summary['trials_ended']} of {summary['trials_asked']}",
                    _value(sweep, best),
                )
            )
        print_table(rows)
    return 0


def _show(args: argparse.Namespace, settings: Settings) -> int:
    sweep = SweepStore(RunStore.from_settings(settings)).get(args.sweep_id)
    if args.json:
        print_json(sweep_summary(sweep))
    else:
        _print_sweep(sweep)
    return 0


def _stop(args: argparse.Namespace, settings: Settings) -> int:
    store = SweepStore(RunStore.from_settings(settings))
    stop_sweep(store, args.sweep_id)
    deadline = time.monotonic() + _STOP_SECONDS
    while (sweep := store.get(args.sweep_id)).active:
        take_up_sweeps(store)
        if time.monotonic() > deadline:
            raise RunError(
                f"The sweep “{sweep.id}” was asked to stop and has not done so yet. Look again in a moment."
            )
        time.sleep(0.2)
    if args.json:
        print_json(sweep_summary(sweep))
    else:
        print(f"{sweep.id} is {sweep.state}.")
    return 0


def _resume(args: argparse.Namespace, settings: Settings) -> int:
    store = SweepStore(RunStore.from_settings(settings))
    resume_sweep(store, args.sweep_id)
    sweep = store.get(args.sweep_id)
    if args.json:
        print_json(sweep_summary(sweep))
    else:
        print(f"{sweep.id} goes on.")
    return 0


def _delete(args: argparse.Namespace, settings: Settings) -> int:
    store = SweepStore(RunStore.from_settings(settings))
    summary = sweep_summary(store.get(args.sweep_id))
    store.delete(args.sweep_id)
    if args.json:
        print_json(summary)
    else:
        print(f"{args.sweep_id} is deleted; its runs stay.")
    return 0


def _print_sweep(sweep: Sweep) -> None:
    plan, summary = sweep.plan, sweep.summary
    if sweep.problem:
        print(sweep.problem)
    if plan is None:
        return
    print(f"{plan.name}: {sweep.state}; {OBJECTIVES[plan.objective]}, {METHODS[plan.method]}")
    print(*(f"  {search.sentence()}" for search in plan.space), sep="\n")
    if summary is None:
        return
    fields = [search.field for search in plan.space]
    rows = [("trial", "state", plan.objective, "epochs", *fields, "run")]
    for trial in summary.trials:
        mark = " (best)" if trial.number == summary.best else ""
        values = (value_words(trial.values[name]) if name in trial.values else "" for name in fields)
        rows.append(
            (
                f"{trial.number + 1}{mark}",
                trial.state,
                _value(sweep, trial.value),
                str(trial.epochs),
                *values,
                trial.run_id,
            )
        )
    print_table(rows)
    for sentence in failure_sentences(summary.trials):
        print(sentence)
    best = next((trial.value for trial in summary.trials if trial.number == summary.best), None)
    if best is not None and plan.no_better_than_guessing(best, summary.classes):
        print(f"No trial is better than guessing among {counted(summary.classes or 0, 'class')}.")
    if summary.importance:
        shares = sorted(summary.importance.items(), key=lambda item: -item[1])
        words = ", ".join(f"{name} {share:.0%}" for name, share in shares)
        print(f"Importance, from {counted(summary.importance_trials, 'trial')}: {words}")


def _value(sweep: Sweep, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if sweep.plan is None else sweep.plan.objective_words(value)
