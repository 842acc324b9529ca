import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit import delta_generator, env_util
from streamlit.testing.v1 import AppTest

from cifar_core.scheduling import standby
from cifar_core.system import this_system
from pages.parts.frame import session, warm_up
from pages.parts.frame.start import expect_run
from pages.parts.frame.warm_up import FIRST
from pages.parts.home import strip
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


def test_what_the_first_page_shows_is_opened_before_anybody_comes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:40")
    session._opened.clear()  # type: ignore[attr-defined]
    warm_up._first_dataset.clear()  # type: ignore[attr-defined]
    warm_up.open_first_page()
    assert caplog.records == []  # such as one for each element that is drawn where no page is
    monkeypatch.setattr(session, "open_dataset", pytest.fail)
    monkeypatch.setattr(strip, "sprite", pytest.fail)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "CIFAR Lab"


def test_a_data_set_that_cannot_be_opened_does_not_keep_a_server_from_starting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", str(tmp_path / "nowhere"))
    warm_up._first_dataset.clear()  # type: ignore[attr-defined]
    warm_up.open_first_page()


def test_streamlit_does_not_look_how_it_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[None] = []
    monkeypatch.setattr(env_util, "is_repl", lambda: looked.append(None))
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    delta_generator._maybe_print_use_warning()
    assert looked  # When this fails Streamlit itself has done without: know_how_started can go.
    looked.clear()
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    warm_up.know_how_started()
    delta_generator._maybe_print_use_warning()
    assert not looked


@pytest.mark.parametrize("page", ["app.py", "pages/home.py", "pages/train.py"])
def test_the_first_pages_are_loaded_before_anybody_opens_one(page: str) -> None:
    """What a visit imports by itself keeps its visitor waiting."""
    asked = imported_modules((ROOT / page).read_text(encoding="utf-8"))
    own = [module for module in asked if module.startswith(("pages.", "cifar_core.views."))]
    assert own
    assert [
        module for module in own if not f"{module}.".startswith(tuple(f"{name}." for name in FIRST))
    ] == []
