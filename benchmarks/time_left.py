"""How far off is “time left”? ``python benchmarks/time_left.py [MODEL …] [--data KEY] [--epochs N]``.

Trains each model in a worker, as the page does, reads its heartbeat four times a second, and compares what each said
with the moment at which the run had been tested. The error is a share of the time that was then left; the median over
the whole run from the second epoch on counts. Of the last two seconds none is taken: there it is a matter of a beat.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from cifar_core.models.registry import MODELS
from cifar_core.recipes.changes import with_settings
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import submit


def measure(model: str, data: str, epochs: int) -> tuple[float, float, int]:
    """Train a model; return median and worst relative error, and how many estimates there were."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = RunStore(Path(folder) / "runs")
        preset = next(iter(MODELS[model].presets.values()))
        values = with_settings(preset, {"epochs": epochs}) | {"name": model, "model": model, "data": data}
        run = submit(store, TrainingConfig.from_values(values))
        said: list[tuple[float, float]] = []
        while (run := store.get(run.id)).active:
            beat = run.heartbeat
            if beat is not None and beat.epoch >= 2 and beat.seconds_left is not None:
                said.append((beat.written, beat.seconds_left))
            time.sleep(0.25)
        if run.status != "finished" or run.record is None or run.record.ended is None:
            raise SystemExit(f"{model}: {run.status}. {run.record.error if run.record else ''}")
        ended = run.record.ended.timestamp()
    told = [(left, ended - moment) for moment, left in dict(said).items() if ended - moment > 2]
    errors = [abs(left - true) / true for left, true in told]
    return statistics.median(errors), max(errors), len(errors)


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", default=["cnn-2conv", "cnn-7x7"])
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--epochs", type=int, default=8)
    args = parser.parse_args()
    print(f"{'model':20} {'median error':>12} {'worst':>8} {'estimates':>10}")
    for model in args.models:
        median, worst, count = measure(model, args.data, args.epochs)
        print(f"{model:20} {median:12.1%} {worst:8.1%} {count:10}")


if __name__ == "__main__":
    main()
