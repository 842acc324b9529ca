"""What all tests share."""

import contextlib
import functools
import gc
import gettext
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from cifar_core import drawn
from cifar_core.lean_keras import ONEDNN
from cifar_core.settings import Settings
from tests.dashboard import chromium, find_chromium

Drawn = tuple[NDArray[np.uint8], NDArray[np.int64]]

# No worker waits for a run that may never come; tests of that one ask for it.
os.environ["CIFAR_LAB_STANDBY"] = "off"
# Nor is measured which operations are quick here: tests ask for the same on every machine.
os.environ["CIFAR_LAB_OPERATIONS"] = "usual"
# Tests import Keras by themselves, and are to compute what a training does.
os.environ.setdefault(ONEDNN, "1")

# In memory, where there is room: what a run writes is forced to the disk, and hundreds of tests would wait for that.
with contextlib.suppress(OSError):
    if shutil.disk_usage("/dev/shm").free > 4e9:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--times",
        type=int,
        default=0,
        help="how often each fault is made; 0, for a usual test run, leaves some out and queues fewer runs",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Have one process begin with what waits and the other one with what computes, where files are given out."""
    return FromBothEnds(config, log) if config.getvalue("dist") == "loadfile" else None


class FromBothEnds(LoadFileScheduling):
    """Gives every other process its files from the end.

    Tests at the front wait for browsers, servers and trainings of their own, those at the end keep a processor busy
    from this process. Two of the first kind at once would leave the processor idle; and as a rule one process starts
    the servers, and the other one imports TensorFlow. They meet at files of a few seconds, hence end together.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


ROOMS = (
    *("browser", "cluster", "faults", "unit/scheduling", "unit/sweeps", "emulated_windows", "docs"),
    *("unit/test_hostile", "unit/data", "unit", "keras", "app"),
)
"""From what waits to what computes; where the two processes meet, no file takes long, so none of them ends alone. Pages
come before networks in a process, which takes its files from the end: every network leaves objects that Python's
garbage collector looks at again and again."""


def room_of(path: Path) -> int:
    """Return the place of a file's room among ``ROOMS``, the one that says most of its path."""
    inside = path.relative_to(Path(__file__).parent).as_posix()
    return max((len(room), number) for number, room in enumerate(ROOMS) if inside.startswith(room))[1]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the rooms in their order, and leave out what is thorough, unless everything is asked for.

    That is what takes long and has one like it that is not left out.
    """
    rooms = {path: room_of(path) for path in {item.path for item in items}}
    items.sort(key=lambda item: rooms[item.path])
    if not config.getoption("--times"):
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(
                    pytest.mark.skip(reason="a usual test run has one like it; “make thorough” runs it too")
                )


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported so far, TensorFlow among it.

    Streamlit has all objects looked at after each run of a page, and they are a million.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def each_picture_is_drawn_once() -> Iterator[Callable[..., Drawn]]:
    """Keep what was drawn: each test has a cache folder of its own, and would have the same pictures drawn anew."""
    kept: dict[tuple[int, int], Drawn] = {}
    draw = drawn.draw_split

    def drawn_before(count: int, *, seed: int, first: int = 0) -> Drawn:
        series = kept.get((seed, first)) or draw(0, seed=seed, first=first)
        missing = count - len(series[1])
        if missing > 0:  # A picture depends on its number and the seed alone (tests/unit/drawn).
            more = draw(missing, seed=seed, first=first + len(series[1]))
            series = kept[seed, first] = (
                np.concatenate((series[0], more[0])),
                np.concatenate((series[1], more[1])),
            )
        return series[0][:count].copy(), series[1][:count].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawn, "draw_split", drawn_before)
        yield draw


@pytest.fixture(scope="session", autouse=True)
def a_translation_is_looked_for_once() -> Iterator[None]:
    """Keep where there is none: for each word of each command's help Python looks at the disk, 16 ms for a command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gettext, "find", functools.cache(gettext.find))
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose every path is a folder of this test."""
    return Settings(
        data=None,
        runs_dir=tmp_path / "runs",
        trained_dir=tmp_path / "trained",
        cache_dir=tmp_path / "cache",
        keras_dir=tmp_path / "keras",
    )


@pytest.fixture
def supervised(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the runs folders for which a supervisor was asked for; none is started."""
    asked: list[Path] = []
    monkeypatch.setattr(
        "cifar_core.scheduling.submit.ensure_supervisor",
        lambda runs_dir, arguments=(): asked.append(runs_dir),
    )
    return asked


@pytest.fixture
def driven(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the runs folders for whose sweeps drivers were asked for; none is started."""
    asked: list[Path] = []
    monkeypatch.setattr(
        "cifar_core.sweeps.submit.ensure_drivers", lambda runs_dir, arguments=(): asked.append(runs_dir)
    )
    return asked


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the one browser of all tests: Playwright runs once in a process."""
    if find_chromium() is None:
        reason = "no Chromium found; on Debian: apt-get install chromium"
        if os.environ.get("CIFAR_LAB_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with chromium() as started:
        yield started
