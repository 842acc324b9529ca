import psutil
import pytest

from cifar_core.hardware import quiet
from cifar_core.hardware.quiet import wait_until_quiet
from tests.clock import replace_clock


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return shares of the processor in percent, of which each look takes the first, half a second later."""
    shares: list[float] = []
    now = 0.0

    def look(seconds: float) -> float:
        nonlocal now
        now += seconds
        return shares.pop(0)

    monkeypatch.setattr(psutil, "cpu_percent", look)
    replace_clock(monkeypatch, quiet, monotonic=lambda: now)
    return shares


@pytest.mark.parametrize(
    ("cores", "busy", "quiet"),
    [
        (2, 34.0, True),  # 0.68 of a core
        (2, 51.0, False),  # one core, and the system's own
        (16, 90.0, True),  # 14.4 of 16
        (16, 97.0, False),  # 15.5 of 16
        (1, 25.0, True),  # of a single core a quarter
        (1, 60.0, False),
        (None, 25.0, True),  # nobody knows how many there are
    ],
)
def test_a_core_is_to_spare(
    looks: list[float], monkeypatch: pytest.MonkeyPatch, cores: int | None, busy: float, quiet: bool
) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda: cores)
    looks.extend([busy] * 4)
    assert wait_until_quiet(2.0) is quiet
    assert len(looks) == (3 if quiet else 0)  # it waits no longer than it has to, and looks to the end


def test_it_waits_for_the_quiet_moment(looks: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda: 2)
    looks.extend([100.0, 80.0, 10.0, 0.0])
    assert wait_until_quiet(60.0)
    assert looks == [0.0]
