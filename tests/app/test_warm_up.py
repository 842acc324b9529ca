import os
import subprocess
import sys
from pathlib import Path

import pytest

from cifar_core.scheduling import standby
from cifar_core.system import this_system
from pages.parts.frame import warm_up
from pages.parts.frame.start import expect_run
from pages.parts.frame.warm_up import FIRST
from tests.unit.test_house import imported_modules

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
def test_a_worker_waits_from_the_start_of_a_server_and_as_long_as_pages_are_used(
    asking: None, supervised: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_run()  # as app.py does before anybody opens a page
    assert supervised == [tmp_path / "runs"]
    START()
    START()
    assert len(supervised) == 1
    os.utime(tmp_path / "runs" / ".standby", (0, 0))  # a minute later
    START()
    assert len(supervised) == 2
    monkeypatch.setenv("CIFAR_LAB_RAY", "http://head:8265")
    os.utime(tmp_path / "runs" / ".standby", (0, 0))
    START()
    assert len(supervised) == 2
    monkeypatch.setenv("CIFAR_LAB_RAY", "no address")
    START()  # the page itself says so
    assert len(supervised) == 2


@pytest.mark.parametrize("page", ["app.py", "pages/home.py", "pages/train.py"])
def test_the_first_pages_are_loaded_before_anybody_opens_one(page: str) -> None:
    """What a visit imports by itself keeps its visitor waiting."""
    asked = imported_modules((ROOT / page).read_text(encoding="utf-8"))
    own = [module for module in asked if module.startswith(("pages.", "cifar_core.views."))]
    assert own
    assert [
        module for module in own if not f"{module}.".startswith(tuple(f"{name}." for name in FIRST))
    ] == []
