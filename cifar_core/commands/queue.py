"""The queue on the command line: ``python -m cifar_core runs queue``, ``move``, ``priority``, ``resume``, ``wait``."""

import argparse
import time

from cifar_core.commands.output import Actions, add_action, print_json, print_table, run_summary
from cifar_core.errors import RunError
from cifar_core.runs.attempts import continues_after
from cifar_core.runs.labels import run_labels
from cifar_core.runs.order import waiting_order
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import resume, take_up_queue
from cifar_core.settings import Settings
from cifar_core.sweeps.submit import take_up_all

LOOK_SECONDS = 0.5
SETTLE_SECONDS = 5.0


def add_queue_actions(actions: "Actions[argparse.ArgumentParser]") -> None:
    """Add the actions on waiting runs to ``runs``."""
    add_action(
        actions, "queue", _show_queue, "the runs that wait, in the order in which they will be started"
    )
    move = add_action(actions, "move", _move, "change the order of the runs that wait", one_run=True)
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--before", metavar="OTHER", help="start it right before this one")
    where.add_argument("--first", action="store_true", help="start it next")
    where.add_argument("--last", action="store_true", help="start it after all others")
    priority = add_action(actions, "priority", _prioritize, "change a waiting run's priority", one_run=True)
    priority.add_argument(
        "priority", type=int, help="from -10 to 10; a higher one is started first, 0 is usual"
    )
    add_action(
        actions,
        "resume",
        _resume,
        "queue a stopped or failed run again; it goes on after its last whole epoch",
        one_run=True,
    )
    wait = add_action(
        actions,
        "wait",
        _wait,
        "see to it that the queue is worked on, and wait until runs have ended; succeeds if all have finished",
    )
    wait.add_argument(
        "run_ids", nargs="*", metavar="RUN",
        help="ids of runs; without any, all that wait or are trained, and sweeps: it succeeds once nothing is left",
    )  # fmt: skip
    wait.add_argument("--seconds", type=float, help="wait no longer than this")


def _show_queue(args: argparse.Namespace, settings: Settings) -> int:
    runs = RunStore.from_settings(settings).list()
    waiting, labels = waiting_order(runs), run_labels(runs)
    if args.json:
        print_json(
            [run_summary(run) | {"priority": run.record.priority, "owner": run.record.owner}
             for run in waiting if run.record]
        )  # fmt: skip
    elif not waiting:
        print("No run waits.")
    else:
        rows = [
            (str(place), run.id, f"{run.record.priority:+d}", run.record.owner or "", labels[run.id])
            for place, run in enumerate(waiting, 1)
            if run.record
        ]
        print_table([("", "run", "priority", "owner", "name"), *rows])
    return 0


def _move(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    waiting = [run.id for run in waiting_order(store.list()) if run.heartbeat is None]
    before = args.before or (waiting[0] if args.first and waiting else None)
    # With --first and an empty queue there is none to go before: by its own id the store says that it does not wait.
    store.move_before(args.run_id, args.run_id if args.first and before is None else before)
    return _show_queue(args, settings)


def _prioritize(args: argparse.Namespace, settings: Settings) -> int:
    RunStore.from_settings(settings).prioritize(args.run_id, args.priority)
    return _show_queue(args, settings)


def _resume(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    if store.get(args.run_id).status == "stalled":
        # Most likely the machine went down with the worker: a supervisor looks, and writes that the run has failed.
        take_up_queue(store)
        deadline = time.monotonic() + SETTLE_SECONDS
        while store.get(args.run_id).active and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
    epoch = continues_after(store.get(args.run_id).paths)
    run = resume(store, args.run_id)
    if args.json:
        print_json(run_summary(run) | {"continues_after": epoch})
    else:
        print(f"{run.id} is queued; " + (f"it goes on after epoch {epoch}." if epoch else "it starts anew."))
    return 0


def _wait(args: argparse.Namespace, settings: Settings) -> int:
    store = RunStore.from_settings(settings)
    args.when_interrupted = "Interrupted. The runs go on in the background."
    begun = time.monotonic()
    chosen = set(args.run_ids)
    while active := _still_active(store, chosen, all_of_them=not args.run_ids):
        if args.seconds is not None and time.monotonic() - begun >= args.seconds:
            raise RunError(f"After {args.seconds:g} s these have not ended: {', '.join(active)}. Wait again.")
        time.sleep(LOOK_SECONDS)
    runs = [store.get(run_id) for run_id in args.run_ids or sorted(chosen)]
    if args.json:
        print_json([run_summary(run) for run in runs])
    elif runs:
        print_table([(run.id, run.status) for run in runs])
    else:
        print("No run waits.")
    return 0 if not args.run_ids or all(run.status == "finished" for run in runs) else 1


def _still_active(store: RunStore, chosen: set[str], *, all_of_them: bool) -> list[str]:
    """Return what is still to be waited for, and see to it that somebody works on it.

    The supervisor may have ended or been killed, and without one the runs would wait for ever.
    """
    if not all_of_them:
        active = [run.id for run in map(store.get, sorted(chosen)) if run.active]
        if active:
            take_up_queue(store)
        return active
    taken_up = take_up_all(store)
    active = [run.id for run in store.list() if run.active]
    chosen.update(active)
    return active or (["the next trial of a sweep"] if taken_up else [])
