"""What a rerun costs the server: a page that is opened, drawn again as it was, and drawn with something else on it.

    python benchmarks/rerun.py [--repeats 9] [--only Compare] [--profile]

Medians of the milliseconds that Streamlit's script runner takes for a whole page, in this process and without a
browser, on the drawn sample and the runs that ship with the project. *first* is the page's first drawing in this
process, *again* the same page once more, *new view* one that this process has not drawn before: another class, another
cell, another picture. Beside the time on the clock stands that of the processor in brackets, which other work on the
machine disturbs less. ``--profile`` lists where the time of *again* goes.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# In place of this folder, in which “pages” would be this file.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from cifar_core.labels import CIFAR10_CLASSES
from pages.parts.frame import warm_up
from pages.parts.frame.pages import PAGES
from tests.open_page import APP

CNN, MLP = "20261121-051920-cnn-baseline-1e69", "20261121-105958-mlp-batchnorm-e35a"
PAIRS = [f"{true},{taken}" for true in CIFAR10_CLASSES for taken in CIFAR10_CLASSES if true != taken]


@dataclass(frozen=True)
class View:
    """A page as an address shows it, and the parameter that leads to others like it."""

    page: str
    address: dict[str, Any]
    changes: str | None = None
    others: Sequence[str] = ()
    part: str = ""

    @property
    def name(self) -> str:
        """As the table calls it."""
        title = next(page.title for page in PAGES.values() if page.name == self.page)
        return f"{title}, {self.part}" if self.part else title


RUNS = [MLP, CNN]
VIEWS = (
    View("home", {}),
    View("dataset", {}, "class", CIFAR10_CLASSES, "pictures"),
    View("dataset", {"view": "Colours"}, "class", CIFAR10_CLASSES, "colours"),
    View("dataset", {"view": "Counts"}, part="counts"),
    View("train", {}, "run", [CNN, MLP], "a finished run"),
    View("compare", {"runs": RUNS}, "cell", PAIRS, "matrices"),
    View("compare", {"runs": RUNS, "show": "Curves"}, part="curves"),
    View("compare", {"runs": RUNS, "show": "Classes"}, part="classes"),
    View("compare", {"runs": RUNS, "show": "Confidence"}, part="confidence"),
    View("compare", {"runs": RUNS, "show": "Slices"}, part="slices"),
    View("compare", {"runs": RUNS, "show": "Labels"}, part="labels"),
    View("compare", {"runs": RUNS, "show": "Cost"}, part="cost"),
    View("explain", {"run": CNN, "split": "test"}, "index", [str(number) for number in range(1, 60)]),
)


class Stopwatch:
    """Measures what Streamlit's script runner does, from the page's first line to its last."""

    def __init__(self) -> None:
        self.profiler: cProfile.Profile | None = None
        self.clock = self.processor = 0.0
        whole = ScriptRunner._run_script

        def timed(runner: ScriptRunner, *given: Any) -> None:
            begun, used = time.perf_counter(), time.thread_time()
            if self.profiler:
                self.profiler.runcall(whole, runner, *given)
            else:
                whole(runner, *given)
            self.clock = 1000 * (time.perf_counter() - begun)
            self.processor = 1000 * (time.thread_time() - used)

        ScriptRunner._run_script = timed  # type: ignore[method-assign]

    def run(self, app: AppTest) -> tuple[float, float]:
        """Draw the page; return the milliseconds by the clock and of the processor."""
        app.run()
        if app.exception:
            sys.exit(f"The page broke off: {app.exception[0].value}")
        return self.clock, self.processor


def measure(view: View, watch: Stopwatch, repeats: int, *, profile: bool) -> list[str]:
    """Return a line of the table: first, again, another view."""
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page(f"pages/{view.page}.py")
    for name, value in view.address.items():
        app.query_params[name] = value
    first = [watch.run(app)]
    watch.run(app)  # The first page of an address puts the rest of its state there.
    watch.profiler = cProfile.Profile() if profile else None
    again = [watch.run(app) for _ in range(repeats)]
    if watch.profiler:
        print(f"\n{view.name}, {repeats} times again")
        pstats.Stats(watch.profiler).sort_stats("cumulative").print_stats(45)
        watch.profiler = None
    return [middle(first), middle(again), middle(list(others(view, app, watch, repeats)))]


def others(view: View, app: AppTest, watch: Stopwatch, repeats: int) -> Iterator[tuple[float, float]]:
    """Lead to one other view after another."""
    for value in view.others[:repeats]:
        app.query_params[view.changes or ""] = value
        yield watch.run(app)


def middle(times: list[tuple[float, float]]) -> str:
    """Write the medians of the clock and, in brackets, of the processor."""
    if not times:
        return "–"
    clock, processor = (statistics.median(column) for column in zip(*times, strict=True))
    return f"{clock:.0f} ({processor:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    options = parser.parse_args()
    warm_up.start = lambda: None
    # AppTest would compile the pages for each run; a server does it once.
    compiled = ScriptCache()
    for module in (app_test, local_script_runner):
        module.ScriptCache = lambda: compiled  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("KERAS_HOME", "CIFAR_LAB_RUNS", "CIFAR_LAB_CACHE"):
            os.environ[name] = f"{folder}/{name}"
        os.environ.setdefault("CIFAR_LAB_DATA", "drawn")
        watch = Stopwatch()
        watch.run(AppTest.from_file(APP, default_timeout=120))  # imports, and the sample
        print("| server ms (processor ms) | first | again | new view |\n| --- | --- | --- | --- |")
        for view in VIEWS:
            if view.name.startswith(options.only):
                line = measure(view, watch, options.repeats, profile=options.profile)
                print(f"| {' | '.join([view.name, *line])} |", flush=True)
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
