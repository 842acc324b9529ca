"""``pytest -p tests.emulated_windows.plugin``: the tests and what they start see Windows; see the package."""

import os
import tempfile
from pathlib import Path

import pytest

from tests.emulated_windows.differences import FOLDER_VARIABLE, play

_SITE = Path(__file__).parent / "site"

os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="emulated-windows-")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_SITE), os.environ.get("PYTHONPATH", "")]))
play()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "posix: says what only a POSIX system does")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("posix"):
            item.add_marker(pytest.mark.skip(reason="says what only a POSIX system does"))
