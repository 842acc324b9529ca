"""The dashboard as a user has it: a server of its own and a Chromium. Used by browser tests, benchmarks, docs."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent


def find_chromium() -> str | None:
    """Return Debian's Chromium, or another one on the path."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextlib.contextmanager
def running_dashboard(
    folder: Path, environment: Mapping[str, str] | None = None, *, warm: bool = True, app: str = "app.py"
) -> Iterator[str]:
    """Start a server whose every file lies under ``folder``; yield its URL once it answers.

    One that is not ``warm`` loads nothing in advance, see :mod:`tests.cold_server`. Another ``app`` is a peer.
    """
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    folders = {
        "KERAS_HOME": str(folder / "keras"),
        "CIFAR_LAB_CACHE": str(folder / "cache"),
        "CIFAR_LAB_RUNS": str(folder / "runs"),
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit" if warm else "tests.cold_server"),
                *("run", app, "--server.port", str(port)),
            ],
            cwd=ROOT,
            env={**os.environ, **folders, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://localhost:{port}"
            deadline = time.monotonic() + 60
            while not _healthy(url):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
                time.sleep(0.05)
            yield url
        finally:
            server.terminate()
            server.wait(20)


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium that reaches nothing but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--use-fake-device-for-media-stream",  # a camera that films a drawing
                "--use-fake-ui-for-media-stream",  # and may be used
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
            ],
        )
        try:
            yield browser
        finally:
            browser.close()


def cell_place(matrix: Locator, true: int, predicted: int, classes: int = 10) -> tuple[float, float]:
    """Bring a chart with a confusion matrix into view; return where the middle of a cell is, in pixels of the tab."""
    cells = matrix.locator(".nsewdrag").first
    cells.scroll_into_view_if_needed(timeout=5000)
    box = cells.bounding_box(timeout=5000)
    assert box is not None
    return (
        box["x"] + (predicted + 0.5) * box["width"] / classes,
        box["y"] + (true + 0.5) * box["height"] / classes,
    )


def wait_until_drawn(page: Page, title: str, seconds: float = 60) -> None:
    """Wait until the navigation marks a page as open, its heading is there and its script has come to an end."""
    milliseconds = seconds * 1000
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
    link.and_(page.locator('[aria-current="page"]')).wait_for(timeout=milliseconds)
    page.get_by_role("heading", level=1).first.wait_for(timeout=milliseconds)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=milliseconds)
