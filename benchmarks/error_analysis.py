"""How long picture sets and statistics take, beside pandas doing the same.

    python benchmarks/error_analysis.py [--data DATA] [--repeats 20]

Prints medians in milliseconds, on a data set and the shipped runs that were tested on it. pandas answers from a table
of all pictures with a column for each thing that is asked about, made beforehand; the expression is read, checked and
answered. What is measured on pictures is measured once and not timed. Neighbours by features are there once
python -m cifar_core maps features RUN has computed them for a run.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np
import pandas as pd

from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.data.catalog import open_dataset
from cifar_core.maps.features import RunFeatures
from cifar_core.maps.name import MapName
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.slices import worst_slices
from cifar_core.picture_sets.universe import SPLITS, Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.views.picture_map import build_map


def milliseconds(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of some work."""
    work()
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return 1000 * statistics.median(taken)


def table_of(universe: Universe, runs: tuple[str, str]) -> pd.DataFrame:
    """Put all that is asked about into one table, a row for each picture."""
    columns = {name: universe.attribute(name) for name in ATTRIBUTES}
    table = pd.DataFrame(columns | {"label": universe.labels})
    tests = universe.places("test")
    for number, name in enumerate(runs):
        said = universe.said(name)
        for what, values in (
            ("right", said.predictions.correct),
            ("predicted", said.predictions.predicted),
            ("confidence", said.predictions.confidence),
        ):
            column = np.full(len(table), np.nan)
            column[tests] = values
            table[f"{what}_{number}"] = column
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data")
    parser.add_argument("--repeats", type=int, default=20)
    args = parser.parse_args()
    settings = Settings.from_environment(data=args.data)
    dataset = open_dataset(settings.data, settings)
    store = RunStore(settings.runs_dir, PROJECT_ROOT / "trained")
    universe = Universe.of_dataset(dataset, store.list(), settings.cache_dir)
    tested = [run for run in store.list() if run.record and run.record.data and run.record.results
              and run.record.data.fingerprint == dataset.fingerprint and run.paths.predictions.exists()]  # fmt: skip
    best = sorted(tested, key=lambda run: -(run.record.results.test_accuracy or 0.0))[:2]  # type: ignore[union-attr]
    a, b = (run.id for run in best)
    table = table_of(universe, (a, b))
    first, second = 0, 1  # class numbers
    names = [str(name) for name in universe.class_names]
    one, other = (f'"{names[number]}"' for number in (first, second))
    rows: list[tuple[str, str, Callable[[], object] | None]] = [
        ("wrong", f"wrong({a})", lambda: table[table["right_0"] == 0]),
        (
            "cell, sorted",
            f"sort(cell({a}, {one}, {other}), confidence({a}), down)",
            lambda: table[(table["label"] == first) & (table["predicted_0"] == second)].sort_values(
                "confidence_0", ascending=False
            ),
        ),
        ("flips", f"flips({a}, {b})", lambda: table[(table["right_0"] == 1) & (table["right_1"] == 0)]),
        (
            "class and brightness, sorted",
            f"sort(class({one}) and brightness(..100), colourfulness)",
            lambda: table[(table["label"] == first) & (table["brightness"] <= 100)].sort_values(
                "colourfulness"
            ),
        ),
        ("20 nearest by pixels", "near(test:17, 20)", None),
        ("10 nearest by pixels", "near(test:17, 10)", None),
        ("region of a PCA map", "lasso(pca:test, 200 200, 600 150, 700 500, 400 650, 150 450)", None),
        ("100 doubtful labels", f"doubt({a}, {b}, 100)", None),
    ]
    able = [run for run in tested if run.has_model and all(
        RunFeatures(run, dataset, split, settings.cache_dir).stored() is not None for split in SPLITS)]  # fmt: skip
    if able:
        rows.append(("10 nearest by features", f"near(test:17, 10, {able[0].id})", None))
    print(
        f"{dataset.name}: {len(universe):,} pictures, {len(universe.test_labels):,} of them test pictures\n"
    )
    print(f"{'':<32}{'pictures':>10}{'ours ms':>10}{'pandas ms':>11}")
    for name, expression, peer in rows:
        ours = milliseconds(lambda text=expression: choose(text, universe), args.repeats)  # type: ignore[misc]
        count = len(choose(expression, universe))
        theirs = f"{milliseconds(peer, args.repeats):.1f}" if peer else "–"
        if peer is not None:
            found = peer()
            assert isinstance(found, pd.DataFrame)
            assert len(found) == count, f"pandas finds {len(found)} pictures for {expression}, not {count}"
        print(f"{name:<32}{count:>10,}{ours:>10.1f}{theirs:>11}")
    slices = milliseconds(lambda: worst_slices(universe, universe.said(a)), max(3, args.repeats // 5))
    print(f"{'the ten worst slices':<32}{'':>10}{slices:>10.1f}{'–':>11}")
    shown = universe.picture_map(MapName("pca", "test"))

    def map_message() -> str:
        return json.dumps(build_map(shown, dataset, None, None, {}).spec())

    drawn = milliseconds(map_message, max(3, args.repeats // 5))
    size = len(map_message()) / 1e6
    print(f"{f'map of {len(shown.points):,} points, {size:.1f} MB':<32}{'':>10}{drawn:>10.1f}{'–':>11}")
    print(f"\nTensorFlow imported: {'yes' if 'tensorflow' in sys.modules else 'no'}")


if __name__ == "__main__":
    main()
