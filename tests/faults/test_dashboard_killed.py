"""Two real servers on one runs folder, each with a browser on its Train page; one of them gets ``kill -9``."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from tests.dashboard import running_dashboard, wait_until_drawn
from tests.faults.ledger import Entry
from tests.faults.workbench import CONFIG, Workbench, kill
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


@contextlib.contextmanager
def dashboard(bench: Workbench, folder: Path) -> Iterator[str]:
    folder.mkdir()
    environment = {
        "CIFAR_LAB_RUNS": str(bench.store.runs_dir),
        "CIFAR_LAB_DATA": "drawn:300",
        "CIFAR_LAB_CACHE": os.environ["CIFAR_LAB_CACHE"],
    }
    with running_dashboard(folder, environment, warm=False) as url:
        yield url


def server_at(url: str) -> psutil.Process:
    port = url.rpartition(":")[2]
    (found,) = (
        process
        for process in psutil.process_iter(["cmdline"])
        if {"app.py", port} <= set(process.info["cmdline"] or [])
    )
    return found


@pytest.mark.thorough
@pytest.mark.fault(
    "Two Streamlit servers on one runs folder; `kill -9` of the one that started the supervisor"
)
@pytest.mark.costly(4)
def test_a_server_is_killed_and_the_other_goes_on(
    browser: Browser, bench: Workbench, entry: Entry, tmp_path: Path, time_number: int
) -> None:
    run = bench.store.create(CONFIG)
    with (
        dashboard(bench, tmp_path / "first") as first,
        dashboard(bench, tmp_path / "second") as second,
    ):
        # Whoever looks at the queue starts a supervisor: the first server.
        page = browser.new_page()
        page.goto(f"{first}/train?run={run.id}")
        wait_until_drawn(page, "Train")
        wait_until(lambda: bench.supervisors())
        other = browser.new_page()
        other.goto(f"{second}/train?run={run.id}")
        wait_until_drawn(other, "Train")
        server = server_at(first)
        assert [one.ppid() for one in bench.supervisors()] == [server.pid]
        wait_until(lambda: bench.processes(run.id, "worker"))
        with bench.fault(entry, run.paths):
            kill(server)
        bench.finishes_as_if_nothing_had_happened(entry, run.paths)
        other.get_by_text("finished").first.wait_for(timeout=30_000)
    log = (bench.store.runs_dir / ".supervisor.log").read_text()
    assert log.count(" started ") == 1
    bench.all_else_is_unharmed(entry)
