"""Training: steps per second beside plain Keras and PyTorch, time to accuracy, growth, start-up and memory.

::

    python benchmarks/training.py speed --models cnn-2conv resnet20   # images/s beside plain Keras, in turns
    python benchmarks/training.py accuracy --data DATA  # from process start to test figure
    python benchmarks/training.py growth                # batch sizes 32 to 2048, models 0.2 to 34 M
    python benchmarks/training.py gpu --data DATA       # ten seeds of both on one GPU

The PyTorch peer (``peers/airbench.py``) is no requirement of the project: ``pip install torch``, if need be into an
environment of its own, named by ``--peer-python``. Every measurement is a process that has just started.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from cifar_core.data.catalog import open_dataset
from cifar_core.hardware.devices import list_devices
from cifar_core.lean_keras import ONEDNN
from cifar_core.models.registry import MODELS, get_model
from cifar_core.settings import Settings
from cifar_core.training.precision import choose_precision

TRAININGS = {
    "live": ("live demo", ["--preset", "live"]),
    "recipe": ("CIFAR Lab recipe", []),
    "five": ("five epochs", ["--epochs", "5"]),
    "three": ("three epochs", ["--epochs", "3"]),
}
ROWS = (*TRAININGS, "pytorch", "cnn-7x7")
PRECISIONS = ("float32", "mixed_bfloat16")
BATCHES = (32, 64, 128, 256, 512, 1024, 2048)


def run(program: str, *arguments: object, python: str = sys.executable) -> dict[str, Any]:
    """Run a program of this folder and return what it prints; an empty table where it failed."""
    command = [python, str(HERE / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        print(f"  {program} failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}", flush=True)
        return {}
    return dict(json.loads(lines[-1]))


def met(good: bool) -> str:
    return "met" if good else "MISSED"


def speed(args: argparse.Namespace) -> None:
    """Like with like: the same optimizer, the same oneDNN, each side in its faster precision; and what Muon costs.

    Interleaved, so that a slow minute of the machine hits all; each round begins with another contestant.
    """
    os.environ.setdefault(ONEDNN, "1")
    print(
        "| model (batch) | CIFAR Lab, Adam | plain Keras, Adam | ratio | with Muon | Adam over Muon | PyTorch, Muon |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    shares = []
    for model in args.models:
        recipe = get_model(model).recipe
        batch = args.batch or recipe.batch_size
        common = "--model", model, "--batch", batch, "--steps", args.steps
        contestants: dict[str, tuple[str, tuple[object, ...], str]] = {
            "ours": ("steps.py", (*common, "--optimizer", "adam"), sys.executable)
        }
        for precision in args.precisions:
            contestants[f"keras {precision}"] = (
                "peers/plain_keras.py", (*common, "--precision", precision), sys.executable,
            )  # fmt: skip
            if model == "speedrun":
                torch_options = "--batch", batch, "--steps", args.steps, "--precision", precision
                contestants[f"torch {precision}"] = (
                    "peers/pytorch_speed.py",
                    torch_options,
                    args.peer_python,
                )
        if recipe.optimizer == "muon":
            contestants["muon"] = ("steps.py", common, sys.executable)
        rounds = [one_round(contestants, args.unit, first=number) for number in range(args.rounds)]
        keras, torch = (fastest(rounds, side) for side in ("keras", "torch"))
        cells = [ratio_of(rounds, "ours", keras), ratio_of(rounds, "ours", "muon")]
        if cells[0]:
            shares.append(cells[0])
        figures = [middle(rounds, name) for name in ("ours", keras, "muon", torch)]
        ours, of_keras, muon, of_torch = (f"{one:,.0f}" if one else "–" for one in figures)
        ratio, cost = (f"{cell:.2f}×" if cell else "–" for cell in cells)
        used = f" ({keras.split()[-1]})" if keras else ""
        print(
            f"| `{model}` ({batch}) | {ours} | {of_keras}{used} | {ratio} | {muon} | {cost} | {of_torch} |",
            flush=True,
        )
    if shares:
        mean = statistics.geometric_mean(shares)
        print(f"\ngeometric mean over plain Keras: {mean:.2f}×, goal ≥ 1.2×: {met(mean >= 1.2)}")
        print(
            f"lowest: {min(shares):.2f}×, goal ≥ 1.0×: {met(min(shares) >= 1)}; load {os.getloadavg()[0]:.1f}"
        )


def one_round(
    contestants: dict[str, tuple[str, tuple[object, ...], str]], unit: str, *, first: int
) -> dict[str, float]:
    """Return what each made, by name; those that failed are missing."""
    names = list(contestants)
    found = {}
    for name in names[first % len(names) :] + names[: first % len(names)]:
        program, options, python = contestants[name]
        if made := run(program, *options, python=python).get(unit):
            found[name] = made
    return found


def middle(rounds: list[dict[str, float]], name: str | None) -> float | None:
    """Return the median over the rounds that have it."""
    made = [found[name] for found in rounds if name in found]
    return statistics.median(made) if made else None


def fastest(rounds: list[dict[str, float]], side: str) -> str | None:
    """Return the name of a side's faster precision."""
    names = {name for found in rounds for name in found if name.startswith(side)}
    return max(names, key=lambda name: middle(rounds, name) or 0.0, default=None)


def ratio_of(rounds: list[dict[str, float]], one: str, other: str | None) -> float | None:
    """Return the median of the ratios within each round."""
    ratios = [found[one] / found[other] for found in rounds if one in found and other in found]
    return statistics.median(ratios) if ratios else None


def train_run(folder: str, data: str, *options: str, gpu: bool = False) -> dict[str, Any]:
    """Train through the product's command line; return its record and the seconds from start to exit."""
    begun = time.perf_counter()
    environment = os.environ | {"CIFAR_LAB_RUNS": folder} | ({} if gpu else {"CUDA_VISIBLE_DEVICES": "-1"})
    command = [sys.executable, "-m", "cifar_core", "train", "--data", data, "--json", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"training failed: {done.stderr.strip()[-500:]}")
    summary = json.loads(done.stdout)
    return dict(json.loads((Path(folder) / summary["id"] / "run.json").read_text())) | {"seconds": seconds}


def time_rows(args: argparse.Namespace) -> dict[str, tuple[dict[str, Any], float]]:
    """Print the rows that were asked for; return the results and seconds of each."""
    found = {}
    print("| what | test accuracy | with six views | seconds, process start to test figure |")
    print("| --- | --- | --- | --- |", flush=True)

    def row(name: str, result: dict[str, Any], seconds: float) -> None:
        six = result.get("test_accuracy_six_views")
        print(
            f"| {name} | {result['test_accuracy']:.2%} | {f'{six:.2%}' if six else ''} | {seconds:.0f} |",
            flush=True,
        )

    with tempfile.TemporaryDirectory() as temporary:
        for key, (name, options) in TRAININGS.items():
            if key in args.rows:
                record = train_run(str(args.runs or temporary), args.data, "--model", "speedrun", *options)
                found[key] = record["results"], record["seconds"]
                row(f"speedrun, {name}", *found[key])
        if "pytorch" in args.rows:
            arrays = Path(temporary) / "data.npz"
            save_arrays(args.data, arrays)
            # In what ours takes on this processor: bfloat16 would slow the peer down where float32 is faster.
            precision = choose_precision("auto", list_devices()[-1])
            options = "--device", "cpu", "--precision", precision
            if peer := run("peers/airbench.py", arrays, *options, python=args.peer_python):
                found["pytorch"] = peer, peer["total_seconds"]
                row(f"airbench94 with Muon, PyTorch port, {precision}", *found["pytorch"])
        command = "peers/plain_keras.py", "--model", "cnn-7x7", "--recipe", args.data
        if "cnn-7x7" in args.rows and (slow := run(*command)):
            found["cnn-7x7"] = slow, slow["seconds"]
            row("cnn-7x7 by its own recipe, plain Keras", *found["cnn-7x7"])
    return found


def accuracy(args: argparse.Namespace) -> None:
    """From the start of the process to its exit: everything that a person waits for."""
    found = time_rows(args)
    print()
    if "live" in found:
        live, seconds = found["live"]
        good = live["test_accuracy"] >= 0.65 and seconds <= 60
        print(f"live demo ≥ 65% within 60 s: {live['test_accuracy']:.1%} in {seconds:.0f} s, {met(good)}")
    if {"recipe", "pytorch"} <= set(found):
        ours, seconds = found["recipe"]
        best, limit = ours["test_accuracy_six_views"], found["pytorch"][1]
        print(
            f"90% with six views, no later than PyTorch: {best:.1%} in {seconds:.0f} s beside {limit:.0f} s, "
            f"{met(best >= 0.90 and seconds <= limit)}"
        )
    if "three" in found:
        quick, seconds = found["three"]
        good = quick["test_accuracy"] >= 0.86 and seconds <= 720
        print(f"86% within 12 minutes: {quick['test_accuracy']:.1%} in {seconds:.0f} s, {met(good)}")
    if {"live", "cnn-7x7"} <= set(found):
        (live, soon), (slow, late) = found["live"], found["cnn-7x7"]
        ratio = late / soon
        good = ratio >= 8 and live["test_accuracy"] >= slow["test_accuracy"]
        print(f"what cnn-7x7's own recipe ends with, ≥ 8 times sooner: {ratio:.1f} times, {met(good)}")


def gpu(args: argparse.Namespace) -> None:
    """Both with the same seeds on one GPU; training time without compilation."""
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "data.npz"
        save_arrays(args.data, arrays)
        for seed in range(args.seeds):
            record = train_run(
                folder, args.data, "--model", "speedrun", "--device", "gpu:0", "--seed", str(seed), gpu=True
            )
            lines = (Path(folder) / record["id"] / "metrics.jsonl").read_text().splitlines()
            epochs = [line["seconds"] for line in map(json.loads, lines) if line["kind"] == "epoch"]
            # The first epoch compiles: the others say what an epoch takes.
            ours.append(
                (record["results"]["test_accuracy_six_views"], len(epochs) * statistics.median(epochs[1:]))
            )
            if peer := run("peers/airbench.py", arrays, "--seed", seed, python=args.peer_python):
                theirs.append((peer["test_accuracy_six_views"], peer["training_seconds"]))
    print(f"speedrun, six views, {args.seeds} seeds\n\n| what | mean | standard error | seconds, median |")
    print("| --- | --- | --- | --- |")
    for name, figures in (("CIFAR Lab", ours), ("airbench94 with Muon, PyTorch port", theirs)):
        if len(figures) > 1:
            accuracies, seconds = zip(*figures, strict=True)
            error = statistics.stdev(accuracies) / len(figures) ** 0.5
            print(
                f"| {name} | {statistics.mean(accuracies):.2%} | {error:.2%} | {statistics.median(seconds):.2f} |"
            )


def save_arrays(data: str, path: Path) -> None:
    dataset = open_dataset(data, Settings.from_environment())
    np.savez(
        path,
        train_images=dataset.train.images, train_labels=dataset.train.labels,
        test_images=dataset.test.images, test_labels=dataset.test.labels,
    )  # fmt: skip


def growth(args: argparse.Namespace) -> None:
    """Print and keep images/s by batch size and by model; ``docs/make_growth_chart.py`` draws them."""
    found: dict[str, Any] = {
        "cores": os.cpu_count(),
        "platform": platform.machine(),
        "batches": [],
        "models": [],
    }
    for batch in BATCHES:
        steps = max(6, min(40, 4096 // batch))
        found["batches"].append(run("steps.py", "--batch", batch, "--steps", steps))
        print(
            f"speedrun, batch {batch}: {found['batches'][-1].get('images_per_second', 0):.0f} images/s",
            flush=True,
        )
    print("\n| model | parameters | batch | images/s | first step after | memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, spec in sorted(MODELS.items(), key=lambda item: item[1].parameters()):
        steps = max(6, min(60, 1024 // spec.recipe.batch_size))
        one = run("steps.py", "--model", name, "--steps", steps)
        found["models"].append({"model": name, **one})
        if one:
            print(
                f"| {name} | {one['parameters']:,} | {one['batch_size']} | {one['images_per_second']:,.0f} | "
                f"{one['first_step_seconds']:.1f} s | {one['peak_gib']:.1f} GiB |",
                flush=True,
            )
    slow = [one["model"] for one in found["models"] if one.get("first_step_seconds", 0) > 10]
    large = [one["model"] for one in found["models"] if one.get("peak_gib", 0) > 3]
    print(f"\nfirst step within 10 s: {met(not slow)} {slow or ''}")
    print(
        f"memory ≤ 3 GiB for every model but the 34 M one: {met(set(large) <= {'resnet-student'})} {large or ''}"
    )
    if args.keep:
        args.keep.write_text(json.dumps(found, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    actions = parser.add_subparsers(required=True)
    for action in (speed, accuracy, growth, gpu):
        sub = actions.add_parser(action.__name__)
        sub.set_defaults(action=action)
        sub.add_argument("--peer-python", default=sys.executable, help="interpreter that has torch")
        sub.add_argument("--data", default="cifar10")
        sub.add_argument("--batch", type=int, help="what speed trains in place of each recipe's own")
        sub.add_argument(
            "--models", nargs="+", choices=MODELS, default=list(MODELS), help="what speed measures"
        )
        sub.add_argument(
            "--precisions", nargs="+", choices=PRECISIONS, default=PRECISIONS, help="of the peers of speed"
        )
        sub.add_argument(
            "--unit",
            choices=("images_per_second", "images_per_processor_second"),
            default="images_per_second",
            help="the second is disturbed less by other programs; PyTorch's peer has the first alone",
        )
        sub.add_argument("--steps", type=int, default=10)
        sub.add_argument("--rounds", type=int, default=3)
        sub.add_argument("--seeds", type=int, default=10)
        sub.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS, help="what accuracy measures")
        sub.add_argument("--runs", type=Path, help="keep the runs of accuracy in this folder")
        sub.add_argument("--keep", type=Path, help="write the figures of growth as JSON")
    args = parser.parse_args()
    args.action(args)


if __name__ == "__main__":
    main()
