"""How long a sweep of small trainings takes: a process for each trial, one after the other in one process, and Optuna.

    python benchmarks/sweep.py [--trials 20] [--share 0.1] [--epochs 3] [--data drawn]

Seconds from the call that starts a sweep of ``cnn-2conv`` over so many learning rates, a part of the training pictures
each, until it has ended. *Before*: a process for each trial (``CIFAR_LAB_STANDBY=off``). *Now*: one after the other in
one process. *Optuna with plain Keras*: what people write in one script, with the same network, learning rates, epochs
and pictures; it validates and tests each trial as ours do, and writes nothing. All three begin with nothing imported.
The validation accuracies of *before* and *now* have to be the same to the last digit, and the script ends where they
are not; plain Keras draws other weights and another order.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np

from cifar_core.data.catalog import open_dataset
from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import standby
from cifar_core.settings import Settings
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.space import parse_search
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.submit import submit_sweep, take_up_sweeps
from cifar_core.training.split_data import open_and_split

MODEL = "cnn-2conv"
PLAIN_KERAS = "--plain-keras"


def configuration(options: argparse.Namespace) -> TrainingConfig:
    """Return what all trials share."""
    dataset = open_dataset(options.data, Settings.from_environment())
    recipe = get_model(MODEL).recipe.model_dump()
    changes = {"epochs": options.epochs, "training_share": options.share, "epoch_predictions": False}
    return TrainingConfig.from_values(
        recipe | changes | {"model": MODEL, "name": "sweep", "data": dataset.key}
    )


def learning_rates(trials: int) -> list[float]:
    """Return so many between 0.0001 and 0.01, evenly spaced on a logarithmic scale."""
    return [float(f"{rate:.3g}") for rate in np.geomspace(1e-4, 1e-2, trials)]


def ours(options: argparse.Namespace, *, one_process: bool) -> tuple[float, list[float]]:
    """Sweep as the page does; return the seconds, and each trial's validation accuracy by learning rate."""
    os.environ[standby.VARIABLE] = "on" if one_process else "off"
    rates = ",".join(map(str, learning_rates(options.trials)))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CIFAR_LAB_RUNS"] = folder
        sweeps = SweepStore(RunStore(Path(folder)))
        search = parse_search(f"learning_rate={rates}")
        plan = make_plan(
            {
                "name": "sweep",
                "base": configuration(options),
                "space": (search,),
                "method": "grid",
                "pruning": False,
            }
        )
        begun = time.perf_counter()
        sweep = submit_sweep(sweeps, plan)
        while sweeps.get(sweep.id).active:
            take_up_sweeps(sweeps)
            time.sleep(0.1)
        seconds = time.perf_counter() - begun
        ended = sweeps.get(sweep.id)
        if ended.state != "finished" or ended.summary is None:
            sys.exit(f"The sweep is {ended.state}: {ended.problem}")
        found = {trial.values["learning_rate"]: trial.value for trial in ended.summary.trials}
    return seconds, [float(found[rate] or 0) for rate in sorted(found)]


def plain_keras(options: argparse.Namespace) -> None:
    """Do the same with Optuna in this process, and print the best validation accuracy."""
    import keras
    import optuna

    data = open_and_split(configuration(options), Settings.from_environment())
    train, test, classes = data.dataset.train, data.dataset.test, len(data.dataset.class_names)
    learned, held_out = (
        (train.images[rows].astype("float32"), train.labels[rows])
        for rows in (data.training, data.validation)
    )
    recipe = get_model(MODEL).recipe

    def objective(trial: optuna.Trial) -> float:
        keras.utils.clear_session()
        keras.utils.set_random_seed(0)
        network = get_model(MODEL).build(classes)
        rate = trial.suggest_categorical("learning_rate", learning_rates(options.trials))
        network.compile(
            optimizer=keras.optimizers.Adam(rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        told = network.fit(
            *learned, batch_size=recipe.batch_size, epochs=options.epochs, validation_data=held_out, verbose=0
        )
        network.evaluate(test.images.astype("float32"), test.labels, verbose=0)
        return float(told.history["val_accuracy"][-1])

    optuna.logging.disable_default_handler()
    space = {"learning_rate": learning_rates(options.trials)}
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.GridSampler(space))
    study.optimize(objective, n_trials=options.trials)
    print(study.best_value)


def optuna_seconds(options: argparse.Namespace) -> tuple[float, float]:
    """Run :func:`plain_keras` in a process of its own; return the seconds and the best validation accuracy."""
    words = [
        "--trials",
        options.trials,
        "--share",
        options.share,
        "--epochs",
        options.epochs,
        "--data",
        options.data,
    ]
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, PLAIN_KERAS, *map(str, words)],
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return time.perf_counter() - begun, float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--share", type=float, default=0.1, help="of the training pictures")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--rounds", type=int, default=1, help="of all three in turn, for machines are noisy")
    parser.add_argument(PLAIN_KERAS, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain_keras:
        plain_keras(options)
        return
    configuration(options)  # the sample is drawn
    print(
        f"{options.trials} trials, {options.share:.0%} of {options.data}, {options.epochs} epochs", flush=True
    )
    times: dict[str, list[float]] = {"before": [], "now": [], "Optuna with plain Keras": []}
    for number in range(options.rounds):
        before, one = ours(options, one_process=False)
        now, other = ours(options, one_process=True)
        if one != other:
            sys.exit(f"Not the same bits as alone: {one} and {other}")
        plain, best = optuna_seconds(options)
        for name, seconds in zip(times, (before, now, plain), strict=True):
            times[name].append(seconds)
        load = os.getloadavg()[0]
        print(f"round {number + 1}: {before:.1f}, {now:.1f}, {plain:.1f} s; load {load:.1f}", flush=True)
    print("| | s | s a trial | before over it |\n| --- | --- | --- | --- |")
    first = statistics.median(times["before"])
    for name, all_of_them in times.items():
        seconds = statistics.median(all_of_them)
        print(f"| {name} | {seconds:.1f} | {seconds / options.trials:.2f} | {first / seconds:.1f}× |")
    print(f"best validation accuracy: ours {max(one):.3f}, plain Keras {best:.3f}")


if __name__ == "__main__":
    main()
