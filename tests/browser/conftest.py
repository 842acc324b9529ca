"""A server and a browser for all tests of this folder."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.dashboard import running_dashboard


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of everything that the server reads and writes."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def url(server_folder: Path) -> Iterator[str]:
    with running_dashboard(server_folder, {"CIFAR_LAB_DATA": "drawn"}) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a tab; the test fails when its console shows an error or a request leaves this machine."""
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.set_default_timeout(60_000)
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Streamlit's own browser code looks for its server below the page's path first, and finds nothing there.
        probing = re.search(r"/\w+/_stcore/(health|host-config)$", message.location.get("url", ""))
        if message.type == "error" and not probing:
            complaints.append(f"{message.text} ({message.location})")

    tab.on("console", note)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("requestfailed", lambda request: complaints.append(f"request failed: {request.url}"))
    yield tab
    tab.close()
    assert complaints == []
