"""macOS by what its commands say; nothing here runs on a Mac."""

import errno
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cifar_core.system.macos import MacOS

IOREG = """+-o J316sAP  <class IOPlatformExpertDevice, id 0x10000024f, active, busy 0 (0 ms), retain 4>
    {
      "IOPlatformSerialNumber" = "XYZ"
      "IOPlatformUUID" = "5A5D7D3E-9A9A-5B43-8A2A-2F3C0D3B5E11"
      "manufacturer" = <"Apple Inc.">
    }
"""


def said(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, str]
) -> list[tuple[Sequence[str], dict[str, str]]]:
    asked: list[tuple[Sequence[str], dict[str, str]]] = []

    def run(command: Sequence[str], *, env: dict[str, str], **options: Any) -> SimpleNamespace:
        asked.append((command, env))
        if command[0] not in answers:
            raise subprocess.CalledProcessError(1, command)
        return SimpleNamespace(stdout=answers[command[0]])

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_the_hardware_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, {"/usr/sbin/ioreg": IOREG, "/usr/sbin/sysctl": "Apple M2 Pro\n"})
    assert MacOS().machine() == "5A5D7D3E-9A9A-5B43-8A2A-2F3C0D3B5E11"
    assert MacOS().processor() == "Apple M2 Pro"


def test_a_process_is_named_by_the_start_that_the_kernel_wrote_down(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = said(monkeypatch, {"/bin/ps": "Wed Nov 25 22:34:33 2026    \n"})
    assert MacOS().process_mark(17) == "Wed Nov 25 22:34:33 2026"
    # In one language and time zone, whoever asks: the two answers are compared.
    assert asked == [(["/bin/ps", "-o", "lstart=", "-p", "17"], {"LC_ALL": "C", "TZ": "UTC"})]


def test_what_cannot_be_asked_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, {})
    assert [MacOS().machine(), MacOS().processor(), MacOS().process_mark(1)] == ["", "", ""]


@pytest.mark.posix
def test_ps_knows_when_this_process_was_started() -> None:
    mine = MacOS().process_mark(os.getpid())  # Linux has the same command.
    assert mine == MacOS().process_mark(os.getpid()) != ""
    assert MacOS().process_mark(2**22 + 1) == ""


def test_the_disk_empties_its_own_memory_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    asked: list[tuple[int, int]] = []
    with (tmp_path / "file").open("wb") as file:
        monkeypatch.setattr(fcntl, "fcntl", lambda descriptor, order: asked.append((descriptor, order)))
        MacOS().sync(file.fileno())
        assert asked == [(file.fileno(), 51)]

        def unknown(descriptor: int, order: int) -> None:
            raise OSError(errno.ENOTSUP, "Operation not supported")

        monkeypatch.setattr(fcntl, "fcntl", unknown)
        monkeypatch.setattr(os, "fsync", lambda descriptor: asked.append((descriptor, 0)))
        MacOS().sync(file.fileno())
        assert asked[-1] == (file.fileno(), 0)
