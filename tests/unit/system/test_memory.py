"""What a process has freed goes back to the system, where the C library knows how."""

import ctypes
import platform
import subprocess
import sys

import pytest

from cifar_core.system.posix import Posix
from cifar_core.system.windows import Windows

SCRIPT = """
import sys
if sys.argv[1] == "back":
    from cifar_core.system import this_system
    this_system().give_large_blocks_back()
import ctypes
malloc, free = ctypes.CDLL(None).malloc, ctypes.CDLL(None).free
malloc.restype, malloc.argtypes, free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

free(malloc(20_000_000))  # From now on the library takes less than that for small.
before = resident()
blocks = []
for number in range(20):
    blocks.append(malloc(1_000_000))
    ctypes.memset(blocks[-1], 1, 1_000_000)
    ctypes.memset(malloc(10_000), 1, 10_000)  # stays
for block in blocks:
    free(block)
print(resident() - before)
"""
glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or sys.platform != "linux", reason="a matter of the GNU C library"
)


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"):
        monkeypatch.delenv(name, raising=False)


def kept(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, timeout=60, check=True
    )
    return int(done.stdout)


@glibc
def test_large_blocks_between_small_ones_that_stay_go_back() -> None:
    assert kept("back") < 2_000_000
    assert kept("as it is") > 15_000_000


@pytest.mark.parametrize(
    ("name", "value"),
    [("MALLOC_MMAP_THRESHOLD_", "65536"), ("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=65536")],
)
def test_what_the_environment_says_counts(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    def refuse(_name: object) -> None:
        raise AssertionError("was asked")

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    monkeypatch.setenv(name, value)
    Posix().give_large_blocks_back()


def test_another_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    Posix().give_large_blocks_back()
    Windows().give_large_blocks_back()
