import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cifar_core.scheduling import standby
from cifar_core.system import this_system
from pages.parts.frame import warm_up

ROOT = Path(__file__).resolve().parents[2]

START = warm_up.start  # before the fixtures of all page tests put another in its place

SCRIPT = """
import sys
import pages.parts.frame.warm_up  # as the router does, before it runs a page
assert sys.modules["pandas"].Series
"""


def test_pandas_is_whole_before_anything_draws() -> None:
    """Plotly takes pandas from the loaded modules, whole or not: a page failed while the warm-up imported it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(standby.VARIABLE, raising=False)
    monkeypatch.setattr(warm_up, "_load_once", lambda: None)


@pytest.mark.skipif(not this_system().workers_can_wait, reason="no worker waits on this system")
def test_a_worker_waits_as_long_as_pages_are_used(
    asking: None, supervised: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = START
    monkeypatch.setattr(warm_up, "_loaded", threading.Event())
    start()
    assert supervised == []  # what the pages need comes first
    warm_up._loaded.set()
    start()
    start()
    assert supervised == [tmp_path / "runs"]
    os.utime(tmp_path / "runs" / ".standby", (0, 0))  # a minute later
    start()
    assert len(supervised) == 2
    monkeypatch.setenv("CIFAR_LAB_RAY", "http://head:8265")
    os.utime(tmp_path / "runs" / ".standby", (0, 0))
    start()
    assert len(supervised) == 2
