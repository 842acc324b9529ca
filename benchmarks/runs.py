"""What many runs cost: listing them, opening pages on them, and ten tabs that watch one of them train.

    python benchmarks/runs.py [--runs 10 100 200 1000] [--epochs 200] [--tabs 10] [--seconds 30]

Run folders are made up, with what a worker writes; one run is kept in training by this script, which writes a
heartbeat and a live tick each second, and an epoch every twenty. In the same process and run the list is compared
with MLflow's (``search_runs`` on its own SQLite store, the same parameters and final figures) and with reading every
``run.json`` by ``json.loads``. The live share is CPU time of the server process (psutil) while real Chromium tabs
watch the running one; how many updates a second it answered stands beside it.
"""

import argparse
import contextlib
import json
import logging
import os
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

sys.path.pop(0)  # This folder, whose pages.py would hide the package of the same name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs import run as run_module
from cifar_core.runs.follow import MetricsFollower
from cifar_core.runs.heartbeat import Heartbeat, this_host
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, Tick, append_metrics, read_metrics
from cifar_core.runs.record import DataProvenance, Environment, Results, RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.system.files import write_atomically
from pages.parts.frame import warm_up
from pages.parts.frame.pages import PAGES
from tests.dashboard import chromium, running_dashboard, wait_until_drawn
from tests.open_page import open_page

MEASURED = (PAGES["train"], PAGES["compare"])
BEGUN = datetime(2026, 11, 1, 8, tzinfo=UTC)
STEPS = 300
RUNNING = "20261121-080000-cnn-2conv-live"


def epoch_line(number: int) -> EpochMetrics:
    progress = 1 - 0.99**number
    return EpochMetrics(
        epoch=number,
        loss=2.3 - 1.8 * progress,
        accuracy=0.1 + 0.7 * progress,
        val_loss=2.3 - 1.5 * progress,
        val_accuracy=0.1 + 0.6 * progress,
        learning_rate=1e-3,
        images_per_second=4321.0,
        seconds=8.7,
    )


def write_run(root: Path, number: int, epochs: int, *, running: bool = False) -> RunPaths:
    """Write the folder of a finished run, or of one that is being trained."""
    created = BEGUN + timedelta(minutes=7 * number)
    paths = RunPaths(root / (RUNNING if running else f"{created:%Y%m%d-%H%M%S}-cnn-2conv-{number:04x}"))
    paths.folder.mkdir(parents=True)
    last = epoch_line(epochs)
    RunRecord(
        id=paths.folder.name,
        config=TrainingConfig(name=f"experiment {number}", model="cnn-2conv", data="drawn", epochs=2 * epochs),
        status="running" if running else "finished",
        created=created,
        started=datetime.now(UTC) if running else created,
        ended=None if running else created + timedelta(seconds=8.7 * epochs),
        parameters=167_562,
        data=DataProvenance(
            key="drawn",
            name="Drawn sample",
            source="built in",
            verified=False,
            fingerprint="0123456789abcdef",
            class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
            training_pictures=1800,
            validation_pictures=200,
            test_pictures=500,
        ),
        environment=Environment(
            device="cpu",
            hardware="a made-up processor, 2 cores",
            precision="float32",
            backend="tensorflow",
            versions={"tensorflow": "2.21.0", "keras": "3.15.0"},
            platform="Linux",
        ),
        results=None
        if running
        else Results(
            epochs=epochs,
            best_epoch=epochs,
            validation_accuracy=last.val_accuracy,
            validation_loss=last.val_loss,
            test_accuracy=last.val_accuracy - 0.002 * (number % 7),
            training_seconds=8.7 * epochs,
            images_per_second=4321.0,
        ),
    ).write(paths.record)  # fmt: skip
    lines = [{"kind": "epoch", **vars(epoch_line(epoch))} for epoch in range(1, epochs + 1)]
    paths.metrics.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return paths


@contextlib.contextmanager
def being_trained(paths: RunPaths, epochs: int, *, steps_a_second: int = 15) -> Iterator[None]:
    """Write what a worker writes, from a thread: a heartbeat and a live tick each second, an epoch when it is full."""
    closed = threading.Event()
    me = psutil.Process()

    def work() -> None:
        step, epoch = 0, epochs + 1
        while True:
            now = time.time()
            beat = Heartbeat(
                pid=me.pid, host=this_host(), process_started=me.create_time(), written=now, next_due=now + 10,
                stage="training", epoch=epoch, epochs=2 * epochs, step=step, steps=STEPS, seconds_left=500.0 - step,
            )  # fmt: skip
            write_atomically(paths.heartbeat, beat.model_dump_json().encode())
            if closed.wait(1.0):
                return
            step += steps_a_second
            if step >= STEPS:
                append_metrics(paths.metrics, epoch_line(epoch))
                epoch, step = epoch + 1, 0
            else:
                append_metrics(paths.metrics, Tick(epoch, step, STEPS, 1.2, 0.55, 4300.0 + step))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    # No supervisor: the benchmark's process must not be taken for a worker that can be killed.
    with FileLock(paths.folder.parent / ".supervisor.lock"):
        try:
            yield
        finally:
            closed.set()
            thread.join()


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_of(work: Callable[[], object], repeats: int = 9) -> float:
    return statistics.median(seconds_of(work) for _ in range(repeats))


def measure_lists(root: Path, live: RunPaths, table: dict[str, str]) -> None:
    """Time the list of runs and the metrics of one, in this process."""
    store = RunStore(root)

    def list_anew() -> None:
        run_module._read_record.clear()  # What a server does once after its start.
        store.list()

    def read_plainly() -> None:
        for folder in root.iterdir():
            if folder.is_dir():
                json.loads((folder / "run.json").read_bytes())

    table["list, first time (ms)"] = milliseconds(median_of(list_anew))
    table["list, again (ms)"] = milliseconds(median_of(store.list))
    table["plain reading of every run.json (ms)"] = milliseconds(median_of(read_plainly))
    table["metrics of a run, whole (ms)"] = milliseconds(median_of(lambda: read_metrics(live.metrics)))
    follower = MetricsFollower(live.metrics)
    follower.read()

    def follow() -> None:
        append_metrics(live.metrics, Tick(1, 1, STEPS, 1.2, 0.5, 4300.0))
        follower.read()

    table["metrics of a run, one new line (ms)"] = milliseconds(median_of(follow))


def measure_mlflow(count: int, folder: Path, table: dict[str, str]) -> None:
    """Time MLflow's list of as many runs."""
    try:
        from mlflow import MlflowClient
        from mlflow.entities import Metric, Param
    except ImportError:
        return
    logging.disable(logging.WARNING)
    client: Any = MlflowClient(tracking_uri=f"sqlite:///{folder}/mlflow.db")
    experiment = client.create_experiment("runs")
    config = TrainingConfig(name="a run", model="cnn-2conv", data="drawn").model_dump()
    final = vars(epoch_line(200))
    for number in range(count):
        run = client.create_run(experiment, run_name=f"experiment {number}").info.run_id
        client.log_batch(
            run,
            metrics=[Metric(name, float(value), 0, 200) for name, value in final.items()],
            params=[Param(name, str(value)) for name, value in config.items()],
        )
        client.set_terminated(run)
    table["MLflow search_runs (ms)"] = milliseconds(
        median_of(lambda: client.search_runs([experiment], max_results=1000), repeats=5)
    )


def measure_server_time(folder: Path, table: dict[str, str]) -> None:
    """Time pages in Streamlit's AppTest: what the server does, without a browser."""
    os.environ.update(places(folder))
    for page in MEASURED:
        app = open_page(page.name)
        table[f"{page.title}, server's share (s)"] = f"{median_of(app.run, 5):.2f}"


def measure_dashboard(folder: Path, tabs: int, seconds: float, table: dict[str, str]) -> None:
    """Time pages in a browser, then let tabs watch the running run."""
    with chromium() as browser, running_dashboard(folder, places(folder)) as url:
        server = next(
            child
            for child in psutil.Process().children()
            if "streamlit" in child.cmdline() and "run" in child.cmdline()
        )
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        opened: dict[str, list[float]] = {}
        for _ in range(6):
            page = context.new_page()
            begun = time.perf_counter()
            page.goto(f"{url}/train")
            wait_until_drawn(page, "Train")
            opened.setdefault("Train, opened in a new tab (s)", []).append(time.perf_counter() - begun)
            for title in ("Home", "Train", "Compare"):
                begun = time.perf_counter()
                page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
                wait_until_drawn(page, title)
                opened.setdefault(f"{title}, from another page (s)", []).append(time.perf_counter() - begun)
            page.close()
        for (
            name,
            times,
        ) in opened.items():  # At the first time the browser fetches its code, the server warms up.
            table[name] = f"{statistics.median(times[1:]):.2f}"
        asked = [0]
        pages = []
        for _ in range(tabs):
            page = context.new_page()
            page.on(
                "websocket",
                lambda socket: socket.on("framesent", lambda _: asked.__setitem__(0, asked[0] + 1)),
            )
            page.goto(f"{url}/train?run={RUNNING}")
            wait_until_drawn(page, "Train")
            pages.append(page)
        pages[0].wait_for_timeout(5_000)
        before, asked[0], begun = server.cpu_times(), 0, time.perf_counter()
        pages[0].wait_for_timeout(seconds * 1000)
        after, passed = server.cpu_times(), time.perf_counter() - begun
        used = after.user + after.system - before.user - before.system
        table[f"server, {tabs} tabs (% of a core)"] = f"{100 * used / passed:.1f}"
        table["updates a second, all tabs"] = f"{asked[0] / passed:.1f}"
        table["server's memory (MiB)"] = f"{server.memory_info().rss / 2**20:.0f}"


def places(folder: Path) -> dict[str, str]:
    return {
        "CIFAR_LAB_DATA": "drawn",
        "CIFAR_LAB_RUNS": str(folder / "runs"),
        "CIFAR_LAB_CACHE": str(folder.parent / "cache"),
        "KERAS_HOME": str(folder / "keras"),
    }


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.2f}" if seconds < 0.01 else f"{1000 * seconds:.0f}"


def measure(count: int, epochs: int, tabs: int, seconds: float, folder: Path) -> dict[str, str]:
    root = folder / "runs"
    for number in range(count - 1):
        write_run(root, number, epochs)
    live = write_run(root, count, epochs, running=True)
    table: dict[str, str] = {}
    with being_trained(live, epochs):
        measure_lists(root, live, table)
        measure_server_time(folder, table)
        measure_dashboard(folder, tabs, seconds, table)
    measure_mlflow(count, folder, table)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, nargs="+", default=[10, 100, 200, 1000])
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--tabs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    warm_up.start = lambda: None  # in this process; the server under test starts as it always does
    tables = []
    with tempfile.TemporaryDirectory() as place:
        for count in options.runs:
            folder = Path(place) / str(count)
            folder.mkdir()
            tables.append(measure(count, options.epochs, options.tabs, options.seconds, folder))
    print(f"{'runs':<40}" + "".join(f"{count:>10,}" for count in options.runs))
    for name in tables[0]:
        print(f"{name:<40}" + "".join(f"{table.get(name, '–'):>10}" for table in tables))
    print(f"load of the machine in the last 15 minutes: {os.getloadavg()[2]:.1f}")


if __name__ == "__main__":
    main()
