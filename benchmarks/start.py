"""How long a person waits from the click on *Start* to the first point of the live curve.

    python benchmarks/start.py [--models cnn-2conv speedrun] [--repeats 3] [--browser]

Seconds from the call that *Start* makes (``submit``) until the first step stands in the run's ``metrics.jsonl``, median
of several runs; each is stopped then. *Cold*: nothing waits, the supervisor has yet to be started, and the worker
imports everything. *Warm*: a supervisor is there, and a worker waits with everything imported. Cold and warm are
measured in turns, for machines are noisy. How much memory of its own the waiting worker holds stands
beneath. ``--browser`` times a lecturer in Chromium instead: from the command that starts the server until it answers,
and then, at once, from the address of the first page to Train, *Start* and the curve that moves, without a pause
between them. ``cnn-2conv`` is trained on the drawn sample, any other model on the pictures that ``CIFAR_LAB_DATA``
names.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from cifar_core.data.catalog import open_dataset
from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import standby
from cifar_core.scheduling.submit import expect_training, stop, submit
from cifar_core.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WAIT_SECONDS = 120


def waiting_worker(supervisor_of: Path) -> psutil.Process | None:
    """Return the process that waits in this runs folder, if it has come to rest."""
    for process in psutil.process_iter(["cmdline"]):
        if (process.info["cmdline"] or [])[1:3] == ["-m", standby.COMMAND[2]]:
            parent = process.parent()
            ours = parent is not None and str(supervisor_of) in parent.cmdline()
            if ours and process.memory_info().rss > 2e8 and process.cpu_percent(1.0) < 1:
                return process
    return None


def until(condition: object, what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not happen within {WAIT_SECONDS} s")
        time.sleep(0.01)


def seconds_to_first_point(store: RunStore, config: TrainingConfig) -> float:
    """Start a run, stop it at its first step, and return how long that step took to come."""
    begun = time.perf_counter()
    run = submit(store, config)
    metrics = run.paths.metrics
    until(lambda: metrics.exists() and metrics.stat().st_size > 0, "the first step")
    seconds = time.perf_counter() - begun
    stop(store, run.id)
    until(lambda: not store.get(run.id).active, "the end of the run")
    if store.get(run.id).status == "failed":
        sys.exit(f"The run failed: {store.get(run.id).record}")
    return seconds


def once(config: TrainingConfig, settings: Settings, *, warm: bool) -> tuple[float, float]:
    """Return seconds to the first point in a new runs folder, and MB of the waiting worker."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CIFAR_LAB_RUNS"] = folder
        store, held = RunStore(Path(folder)), 0.0
        if warm:
            expect_training(store)
            found: list[psutil.Process] = []
            until(
                lambda: found.extend(filter(None, [waiting_worker(Path(folder))])) or found,
                "a waiting worker",
            )
            held = found[0].memory_full_info().uss / 1e6
        return seconds_to_first_point(store, config), held  # the folder goes, and its supervisor with it


POINT = """run => [...document.querySelectorAll(`.st-key-curves_${run} svg path[stroke-width="3"]`)]
  .some(one => one.getAttribute('d'))"""
"""Whether the line of training, which is three pixels wide, has a point."""


def lecturer(folder: Path, browser: "Browser") -> list[float]:
    """Start a server, open it, go to Train, press Start.

    Returns
    -------
    list of float
        Seconds until the server answers; and from then on to the first page, to Train, to the first step, and to a
        curve with its first point.
    """
    from tests.dashboard import running_dashboard, wait_until_drawn

    runs = Path(tempfile.mkdtemp(dir=folder))  # of its own, in which nobody waits yet
    commanded = time.perf_counter()
    settings = {"CIFAR_LAB_DATA": "drawn", "CIFAR_LAB_RUNS": str(runs), standby.VARIABLE: "on"}
    with running_dashboard(folder, settings) as url:
        ready = time.perf_counter() - commanded
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        begun, seconds = time.perf_counter(), [ready]
        page.goto(url)
        wait_until_drawn(page, "Home")
        seconds.append(time.perf_counter() - begun)
        page.get_by_test_id("stSidebarNav").get_by_role("link", name="Train", exact=True).click()
        wait_until_drawn(page, "Train")
        seconds.append(time.perf_counter() - begun)
        store = RunStore(runs)
        before = {run.id for run in store.list()}
        page.get_by_role("button", name="Start", exact=True).click()
        until(lambda: any(run.id not in before for run in store.list()), "a run")
        run = next(run for run in store.list() if run.id not in before)
        until(lambda: run.paths.metrics.exists() and run.paths.metrics.stat().st_size > 0, "the first step")
        seconds.append(time.perf_counter() - begun)
        page.wait_for_function(POINT, arg=run.id, timeout=1000 * WAIT_SECONDS)
        seconds.append(time.perf_counter() - begun)
        page.close()
        stop(store, run.id)
        until(lambda: not store.get(run.id).active, "the end of the run")
    return seconds


def time_lecturers(repeats: int) -> None:
    """Print how long it takes from the first page to a curve that moves."""
    from tests.dashboard import chromium

    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        lecturer(Path(folder), browser)  # draws the sample, once for ever
        print(
            "| s | the server answers | after the address was opened: first page | Train | first step | curve moves |\n"
            + "| --- " * 6
            + "|"
        )
        for number in range(repeats):
            found = lecturer(Path(folder), browser)
            words = " | ".join(f"{one:.2f}" for one in found)
            print(f"| server {number + 1} | {words} |", flush=True)
    print(f"load: {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", default=["cnn-2conv", "speedrun"])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--browser", action="store_true", help="time a lecturer in Chromium")
    options = parser.parse_args()
    if options.browser:
        time_lecturers(options.repeats)
        return
    settings = Settings.from_environment()
    print("| model | pictures | cold s | warm s | ratio |\n| --- | --- | --- | --- | --- |")
    memory = 0.0
    for name in options.models:
        data = "drawn" if name == "cnn-2conv" else settings.data
        dataset = open_dataset(data, settings)
        recipe = get_model(name).recipe.model_dump()
        config = TrainingConfig.from_values(recipe | {"model": name, "name": "start", "data": dataset.key})
        times: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(options.repeats):
            for warm in (False, True):
                seconds, held = once(config, settings, warm=warm)
                times[warm].append(seconds)
                memory = max(memory, held)
        cold, warmed = (statistics.median(times[warm]) for warm in (False, True))
        print(
            f"| {name} | {len(dataset.train):,} | {cold:.2f} | {warmed:.2f} | {cold / warmed:.1f}× |",
            flush=True,
        )
    print(f"memory of the waiting worker: {memory:.0f} MB; load: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
