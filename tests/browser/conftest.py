"""A server and a browser for all tests of this folder."""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.dashboard import running_dashboard


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of everything that the server reads and writes."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def url(server_folder: Path) -> Iterator[str]:
    with running_dashboard(server_folder, {"CIFAR_LAB_DATA": "drawn"}) as address:
        yield address


@pytest.fixture(scope="module")
def one_tab(browser: Browser) -> Iterator[Page]:
    """Return the tab of a file: a new one would read and compile all of Streamlit's scripts anew."""
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.set_default_timeout(60_000)
    yield tab
    tab.close()


@pytest.fixture
def page(one_tab: Page) -> Iterator[Page]:
    """Give an empty tab; the test fails when its console shows an error or a request leaves this machine."""
    complaints: list[str] = []
    gone: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Streamlit's own browser code looks for its server below the page's path first, and finds nothing there.
        probing = re.search(r"/\w+/_stcore/(health|host-config)$", message.location.get("url", ""))
        # Streamlit says itself, too, that a picture did not come.
        said = re.search(r"Image source error - (\S+/media/\S+)", message.text)
        if said:
            gone.append(said[1])
        elif "404" in message.text and "/media/" in message.location.get("url", ""):
            gone.append(message.location["url"])
        elif message.type == "error" and not probing:
            complaints.append(f"{message.text} ({message.location})")

    def note_failed(request: Request) -> None:
        # A component's script is read out of the browser's own memory; the page may change meanwhile. Whoever leaves a
        # page leaves behind what it was still loading ahead, too: Chromium calls that aborted.
        if not request.url.startswith("blob:") and request.failure != "net::ERR_ABORTED":
            complaints.append(f"request failed: {request.url}")

    with noting(
        one_tab,
        console=note,
        pageerror=lambda error: complaints.append(str(error)),
        requestfailed=note_failed,
    ):
        yield one_tab
    # Whoever goes on before a page has its pictures asks for some that the server has already dropped, and sees none.
    shown = one_tab.evaluate("() => [...document.images].map(one => one.src)") if gone else []
    assert complaints + [url for url in gone if url in shown] == []


@contextlib.contextmanager
def noting(tab: Page, **notes: Callable[[Any], object]) -> Iterator[None]:
    """Have what happens in a tab told to each of these while the block lasts; then leave the tab empty."""
    for event, note in notes.items():
        tab.on(event, note)  # type: ignore[call-overload]
    try:
        yield
    finally:
        for event, note in notes.items():
            tab.remove_listener(event, note)
        tab.goto("about:blank")
