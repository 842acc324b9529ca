"""``python -m cifar_core train --seeds K``: the same recipe several times, through the queue."""

import argparse
import sys
import time

from cifar_core.commands.output import print_json, run_summary
from cifar_core.errors import RunError
from cifar_core.evaluation.repeats import Repeats
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import take_up_queue
from cifar_core.settings import Settings
from cifar_core.sweeps.seeds import submit_seeds


def train_with_seeds(config: TrainingConfig, args: argparse.Namespace, settings: Settings) -> int:
    """Queue ``--seeds`` runs in the background and say which; with ``--wait`` say in the end what came out.

    Parameters
    ----------
    config : TrainingConfig
        What all runs have in common; its seed is that of the first.
    args : argparse.Namespace
        Of it, ``seeds``: how many runs, 2 to 50; ``priority`` from -10 to 10; ``wait``: return when all have ended;
        ``json``.
    settings : Settings
        Which runs folder the queue is in.

    Returns
    -------
    int
        Exit status, 0.

    Raises
    ------
    ConfigError
        There are too few or too many seeds.
    RunError
        A run cannot be queued; or, with ``--wait``, none of the runs came to its end.
    """
    store = RunStore.from_settings(settings)
    ids = [run.id for run in submit_seeds(store, config, args.seeds, priority=args.priority)]
    args.when_interrupted = "Interrupted. The runs are queued and go on in the background."
    while args.wait and any(run.active for run in _still_there(store, ids)):
        take_up_queue(store)
        time.sleep(1.0)
    runs = _still_there(store, ids)
    accuracies = [run.record.results.test_accuracy for run in runs if run.record and run.record.results]
    repeats = Repeats(tuple(one for one in accuracies if one is not None))
    if args.json:
        interval = repeats.interval
        summary = {
            "runs": [run_summary(run) for run in runs],
            "tested": repeats.count,
            "mean_test_accuracy": repeats.mean if repeats.count else None,
            "interval": [interval.low, interval.high] if interval else None,
        }
        print_json(summary)
    else:
        print(*ids, sep="\n")
    if not args.wait:
        print("The runs are queued and go on in the background.", file=sys.stderr)
    elif repeats.count == 0:
        raise RunError("None of the runs came to its end. “runs show ID” tells why.")
    elif not args.json:
        print(repeats.sentence())
    return 0


def _still_there(store: RunStore, ids: list[str]) -> list[Run]:
    known = {run.id: run for run in store.list()}
    return [known[run_id] for run_id in ids if run_id in known]
