"""A machine is known again when the network gives it another name, and is not taken for another one."""

import platform
from collections.abc import Iterator

import pytest

from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.processes import is_elsewhere
from cifar_core.system import host
from cifar_core.system.host import this_host
from cifar_core.system.posix import Posix


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    this_host.cache_clear()
    yield
    this_host.cache_clear()


def be(monkeypatch: pytest.MonkeyPatch, name: str, machine: str) -> None:
    monkeypatch.setattr(platform, "node", lambda: name)
    monkeypatch.setattr(host, "this_system", Posix)
    monkeypatch.setattr(Posix, "machine", lambda self: machine)
    this_host.cache_clear()


def beat() -> Heartbeat:
    here = this_host()
    return Heartbeat(pid=1, host=here.name, host_id=here.id, process_started=0.0, written=0.0, next_due=10.0)


def test_the_id_gives_nothing_away_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, "mac.local", "5A5D7D3E-9A9A")
    first = this_host()
    be(monkeypatch, "mac.campus.example", "5A5D7D3E-9A9A")
    assert this_host().id == first.id
    assert len(first.id) == 16
    assert "5A5D" not in first.id.upper()


@pytest.mark.parametrize(
    ("written_by", "read_by", "elsewhere"),
    [
        (("mac.local", "A"), ("mac.campus.example", "A"), False),  # the network calls it otherwise
        (("mac.local", "A"), ("mac.local", "B"), True),  # two machines of one name
        (("node1", "A"), ("node2", "B"), True),
        (("9f3c2a", ""), ("9f3c2a", ""), False),  # containers: the name must do
        (("9f3c2a", ""), ("77b1d0", ""), True),
        (("old", ""), ("old", "A"), False),  # a heartbeat of an older version
        (("old", ""), ("new", "A"), True),
        (("", ""), ("any", "A"), False),
    ],
)
def test_whose_heartbeat_it_is(
    monkeypatch: pytest.MonkeyPatch, written_by: tuple[str, str], read_by: tuple[str, str], elsewhere: bool
) -> None:
    be(monkeypatch, *written_by)
    heartbeat = beat()
    be(monkeypatch, *read_by)
    assert is_elsewhere(heartbeat) is elsewhere
