"""A class on one server: how long each of thirty waits, while one training runs.

    python benchmarks/classroom.py [--clients 10 30] [--rounds 5] [--thinking 5] [--no-training] [--keep FILE]

Clients talk to a real server as a browser does, by Streamlit's protobuf over a WebSocket, each in a session of its own,
and draw nothing. Each walks Data set (a class) → Compare (a cell of the matrix) → Explain (a picture), and *thinks* for
so many seconds before each step; what it asks for differs from client to client and from round to round. Printed are
the median and the 95th percentile of the seconds from asking for a page until the server says that its script has
ended, the errors (a page that broke off or stayed empty, a connection that was lost), what a step of one student costs
the server's processor, its memory after the first, the fifth, the tenth and the last round with what the second half of
the rounds added, and how fast the training was meanwhile. All on the drawn sample and the runs that ship.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import stop, submit
from tests.dashboard import running_dashboard

RUNS = ["20261121-105958-mlp-batchnorm-e35a", "20261121-051920-cnn-baseline-1e69"]
STEPS = ("Data set", "Compare, a cell", "Explain")
PATIENCE = 120
LEAST_ELEMENTS = 30
"""Each of these pages sends more."""
TRAINED = "cnn-baseline"


@dataclass
class Measured:
    """What the clients found.

    Attributes
    ----------
    seconds : dict of str to list of float
        By step.
    errors : list of str
        What went wrong.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    errors: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """Of all steps."""
        return [one for times in self.seconds.values() for one in times]


def address(step: str, chance: random.Random) -> tuple[str, str]:
    """Return page and query of a step, of the many that it could be."""
    first, second = chance.sample(CIFAR10_CLASSES, 2)
    if step == "Data set":
        return "dataset", urlencode({"class": first, "shown_split": chance.choice(["train", "test"])})
    if step == "Explain":
        return "explain", urlencode({"run": RUNS[1], "split": "test", "index": chance.randrange(400)})
    return "compare", urlencode({"runs": RUNS, "cell": f"{first},{second}", "of": RUNS[1]}, doseq=True)


async def open_view(socket: ClientConnection, page: str, query: str) -> str | None:
    """Ask for a page and wait until its script has ended; return what broke off, if anything did."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    await socket.send(asked.SerializeToString())
    problem, elements = None, 0
    while True:
        answer = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), PATIENCE))  # type: ignore[arg-type]
        kind = answer.WhichOneof("type")
        if kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
            problem = answer.delta.new_element.exception.message[:200]
        elements += kind == "delta"
        # The page's own script; not one of its fragments, nor one that begins again at once.
        if kind == "script_finished" and answer.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
        ):
            empty = "the page stayed empty" if elements < LEAST_ELEMENTS else None
            return problem or empty


async def student(
    url: str, number: int, rounds: int, thinking: float, found: Measured, done: list[int]
) -> None:
    """Walk through the steps, round after round."""
    chance = random.Random(number)
    address_of_socket = url.replace("http", "ws") + "/_stcore/stream"
    try:
        async with connect(
            address_of_socket,
            max_size=None,
            subprotocols=["streamlit"],
            origin=url,  # type: ignore[list-item,arg-type]
        ) as socket:
            await asyncio.sleep(chance.uniform(0, thinking))  # nobody sits down at the same moment
            await open_view(socket, "", "")
            for _ in range(rounds):
                for step in STEPS:
                    await asyncio.sleep(thinking * chance.uniform(0.5, 1.5))
                    begun = time.perf_counter()
                    problem = await open_view(socket, *address(step, chance))
                    found.seconds[step].append(time.perf_counter() - begun)
                    if problem:
                        found.errors.append(f"{step}: {problem}")
                done.append(number)
    except Exception as error:  # counted and told, whatever it was
        found.errors.append(f"{type(error).__name__}: {error}")


async def watch_memory(server: psutil.Process, clients: int, done: list[int], memory: list[float]) -> None:
    """Note the server's memory whenever another round is over."""
    while True:
        await asyncio.sleep(0.5)
        if len(done) >= clients * (len(memory) + 1):
            memory.append(server.memory_info().rss / 2**20)


def growth(memory: list[float]) -> str:
    """Return in words what the server held after some rounds, and what the second half of them added.

    Parameters
    ----------
    memory : list of float
        After each round, in MB.
    """
    if not memory:
        return "–"
    rounds = sorted({1, 5, 10, len(memory)} & set(range(1, len(memory) + 1)))
    held = " → ".join(f"{memory[number - 1]:.0f}" for number in rounds)
    added = memory[-1] - memory[len(memory) // 2 - 1] if len(memory) > 1 else 0.0
    return f"{held} (rounds {', '.join(map(str, rounds))}; {added:+.0f} in the second half)"


def measure(clients: int, rounds: int, thinking: float, *, training: bool) -> dict[str, float]:
    """Start a server and a class of so many; print a line of the table, and return what of it the chart shows."""
    with (
        tempfile.TemporaryDirectory() as place,
        running_dashboard(Path(place), {"CIFAR_LAB_DATA": "drawn", "CIFAR_LAB_STANDBY": "off"}) as url,
    ):
        server = next(
            child
            for child in psutil.Process().children()
            if "streamlit" in child.cmdline() and "run" in child.cmdline()
        )
        os.environ |= {
            "CIFAR_LAB_DATA": "drawn",
            "KERAS_HOME": f"{place}/keras",
            "CIFAR_LAB_CACHE": f"{place}/cache",
        }
        found, warmed, done, memory = Measured(), Measured(), [], []
        asyncio.run(student(url, 0, 1, 0.0, warmed, []))  # the sample, the imports, the first map
        store = RunStore(Path(place) / "runs")
        if training:
            # It goes on as long as the class sits: as many epochs as there can be, and no early stopping.
            recipe = get_model(TRAINED).recipe.model_dump() | {"epochs": 10_000, "early_stopping": None}
            run = submit(
                store,
                TrainingConfig.from_values(recipe | {"model": TRAINED, "name": "class", "data": "drawn"}),
            )
            while not run.paths.metrics.exists():
                time.sleep(0.2)
        before = server.cpu_times()

        async def class_room() -> None:
            watching = asyncio.create_task(watch_memory(server, clients, done, memory))
            await asyncio.gather(
                *(student(url, number, rounds, thinking, found, done) for number in range(1, clients + 1))
            )
            watching.cancel()
            if len(memory) < rounds:  # The last one was over between two looks.
                memory.append(server.memory_info().rss / 2**20)

        asyncio.run(class_room())
        after = server.cpu_times()
        pace: list[float] = []
        if training:
            pace = [line.images_per_second for line in read_metrics(run.paths.metrics).epochs]
            stop(store, run.id)
            while store.get(run.id).active:
                time.sleep(0.2)
    trained = f"{statistics.median(pace):,.0f}" if pace else "–"
    used = after.user + after.system - before.user - before.system
    times = sorted(found.all)
    p95 = times[int(0.95 * (len(times) - 1))] if times else float("nan")
    each = ", ".join(f"{step} {statistics.median(one):.2f}" for step, one in found.seconds.items() if one)
    print(
        f"| {clients} | {statistics.median(times):.2f} | {p95:.2f} | {len(found.errors)} of {len(times)} "
        f"| {1000 * used / max(1, len(times)):.0f} | {growth(memory)} | {trained} | {each} |",
        flush=True,
    )
    for error in sorted(set(found.errors))[:5]:
        print(f"  {error}", file=sys.stderr)
    return {
        "clients": clients,
        "p50": round(statistics.median(times), 2),
        "p95": round(p95, 2),
        "errors": len(found.errors),
        "steps": len(times),
        "milliseconds_a_step": round(1000 * used / max(1, len(times))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[10, 30, 100])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--thinking", type=float, default=5.0, help="seconds before each step, on average")
    parser.add_argument("--no-training", action="store_true")
    parser.add_argument(
        "--keep", type=Path, help="write what docs/make_classroom_chart.py draws into this file"
    )
    options = parser.parse_args()
    print(
        "| clients | p50 s | p95 s | errors | server ms a step | memory MB | training, images/s "
        "| p50 of each |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    lines = []
    for clients in options.clients:
        lines.append(measure(clients, options.rounds, options.thinking, training=not options.no_training))
    if options.keep:
        text = ",\n  ".join(json.dumps(line) for line in lines)
        options.keep.write_text(f"[\n  {text}\n]\n", encoding="utf-8")
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
