"""Colour histograms of 50,000 pictures by class, beside one ``images.sum()`` and what students write.

Run ``python benchmarks/histograms.py [DATA] [--repeat 5]``; DATA is a key or path as in ``CIFAR_LAB_DATA``. Without
it, 50,000 random pictures stand in: the time does not depend on what the pictures show.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Split
from cifar_core.data.histograms import colour_histograms
from cifar_core.settings import Settings


def as_students_write_it(split: Split, classes: int) -> np.ndarray:
    return np.array(
        [
            [
                np.histogram(split.images[split.labels == label][..., channel], bins=256, range=(0, 256))[0]
                for channel in range(3)
            ]
            for label in range(classes)
        ]
    )


def medians(works: dict[str, Callable[[], object]], repeat: int) -> dict[str, float]:
    """Time the works in turn, so that whatever else the machine does falls on all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeat + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if turn:  # the first pass fetches the pages of the memory map
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?")
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    if args.data:
        dataset = open_dataset(args.data, Settings.from_environment())
        split, classes, name = dataset.train, len(dataset.class_names), dataset.name
    else:
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (50_000, 32, 32, 3), dtype=np.uint8)
        split, classes, name = Split(images, rng.integers(0, 10, 50_000)), 10, "random pictures"

    ours = colour_histograms(split, [str(k) for k in range(classes)]).counts
    assert (ours == as_students_write_it(split, classes)).all(), "the counts differ"
    names = [str(k) for k in range(classes)]
    rows = medians(
        {
            "images.sum()": lambda: split.images.sum(),
            "colour_histograms (ours)": lambda: colour_histograms(split, names),
            "np.histogram per class and channel": lambda: as_students_write_it(split, classes),
        },
        args.repeat,
    )
    base = rows["images.sum()"]
    print(f"{len(split):,} pictures, {classes} classes ({name}); median of {args.repeat}; counts are equal")
    print(f"{'':36}{'ms':>8}{'× images.sum()':>18}")
    for label, value in rows.items():
        print(f"{label:36}{value * 1e3:8.0f}{value / base:18.2f}")


if __name__ == "__main__":
    main()
