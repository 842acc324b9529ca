"""Our training step as a run takes it: the recipe's batches with augmentation, ``fit``, the faster operations.

Started by ``training.py`` in a process of its own; prints one JSON document.
"""

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path

STARTED = time.perf_counter()
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

from cifar_core.lean_keras import import_keras

import_keras()
IMPORTED = time.process_time()
import keras
import numpy as np
from peers.plain_keras import StepTimes

from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.settings import Settings
from cifar_core.training import engine
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.feeding import feeding

PICTURES = 50_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="speedrun")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--optimizer", help="the recipe's unless given")
    args = parser.parse_args()
    spec = get_model(args.model)
    values = spec.recipe.model_dump() | {"name": "benchmark", "model": spec.id, "data": "noise", "epochs": 1}
    values |= {"precision": args.precision, "batch_size": args.batch or spec.recipe.batch_size}
    if args.optimizer:
        values |= {"optimizer": args.optimizer, "learning_rate": 1e-3}
    config = TrainingConfig.from_values(values)
    cache_dir = Settings.from_environment().cache_dir
    environment = engine.prepare(config, cache_dir)
    network = spec.build(10)
    # As many as CIFAR-10 has: they count in the time to the first step and in the memory.
    rng = np.random.default_rng(0)
    batches = TrainingBatches(
        rng.integers(0, 256, (PICTURES, 32, 32, 3), np.uint8), rng.integers(0, 10, PICTURES), 10,
        np.arange(PICTURES), batch_size=config.batch_size, augmentation=config.augmentation,
        seed=0,
    )  # fmt: skip
    times = StepTimes()
    enough = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: setattr(trainer, "stop_training", batch + 1 >= args.steps)
    )
    trainer, steps = engine.make_trainer(network, config, batches, environment.operations or (), cache_dir)
    trainer.fit(feeding(steps), epochs=1, verbose=0, shuffle=False, callbacks=[times, enough])
    print(
        json.dumps(
            {
                **times.figures(config.batch_size * len(batches) / len(steps)),
                "batch_size": config.batch_size,
                "parameters": network.count_params(),
                "precision": environment.precision,
                "operations": engine.with_used_operations(environment, trainer).operations,
                "hardware": environment.hardware,
                "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
                "first_step_seconds": times.first[0] - STARTED,
                "first_step_processor_seconds": times.first[1],
                "import_processor_seconds": IMPORTED,
            }
        )
    )


if __name__ == "__main__":
    main()
