"""Opening 60,000 pictures the second time, beside reading the official pickles again.

Run ``python benchmarks/dataset_open.py [FOLDER] [--repeat 7]``; FOLDER holds ``cifar-10-batches-py``. Without it,
random pictures are written in that layout to a temporary folder. Each time is a process that has just started, so
nothing is cached inside Python; the operating system has read the files before in both cases.
"""

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent

OURS = """
import json, sys, time
from pathlib import Path
from cifar_core.data.catalog import open_dataset
from cifar_core.settings import Settings
settings = Settings(None, Path("r"), Path("t"), Path(sys.argv[2]), Path("k"))
start = time.perf_counter()
dataset = open_dataset(sys.argv[1], settings)
opened = time.perf_counter() - start
checksum = int(dataset.train.images[::1000].sum()) + int(dataset.test.images[-1].sum())
print(json.dumps([opened, time.perf_counter() - start, len(dataset.train) + len(dataset.test)]))
"""

STUDENTS = """
import json, pickle, sys, time
from pathlib import Path
import numpy as np
start = time.perf_counter()
batches = []
for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
    with (Path(sys.argv[1]) / name).open("rb") as file:
        batches.append(pickle.load(file, encoding="bytes"))
images = np.concatenate([batch[b"data"] for batch in batches]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
labels = np.concatenate([batch[b"labels"] for batch in batches])
opened = time.perf_counter() - start
checksum = int(images[:50000:1000].sum()) + int(images[-1].sum())
print(json.dumps([opened, time.perf_counter() - start, len(images)]))
"""


def measure(code: str, *arguments: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return list(json.loads(done.stdout))


def write_random(folder: Path) -> None:
    rng = np.random.default_rng(0)
    folder.mkdir()
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        data = rng.integers(0, 256, (10_000, 3072), dtype=np.uint8)
        content = {b"data": data, b"labels": rng.integers(0, 10, 10_000).tolist()}
        (folder / name).write_bytes(pickle.dumps(content))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--repeat", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "cifar-10-batches-py"
        if args.folder is None:
            write_random(folder)
        else:
            folder = args.folder.resolve()
            folder = folder if (folder / "test_batch").exists() else folder / "cifar-10-batches-py"
        cache = str(Path(scratch) / "cache")
        first = measure(OURS, str(folder), cache)
        ours = [measure(OURS, str(folder), cache) for _ in range(args.repeat)]
        students = [measure(STUDENTS, str(folder)) for _ in range(args.repeat)]
    print(f"{int(first[2]):,} pictures; new process each; median of {args.repeat}")
    print(f"{'':40}{'open, ms':>12}{'+ 51 pictures, ms':>20}")
    print(f"{'ours, the first time (converts)':40}{first[0] * 1e3:12.1f}{first[1] * 1e3:20.1f}")
    medians = []
    for name, times in (("ours, every later time", ours), ("pickle.load of the batches", students)):
        opened, used = (statistics.median(time[k] for time in times) * 1e3 for k in (0, 1))
        medians.append(opened)
        print(f"{name:40}{opened:12.1f}{used:20.1f}")
    print(f"ratio: {medians[1] / medians[0]:.0f} times as fast")


if __name__ == "__main__":
    main()
