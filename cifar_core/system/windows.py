"""Windows: no process groups, no files replaced under a reader's hands, no folder forced to the disk."""

import contextlib
import importlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

# subprocess has these names on Windows alone; they are Win32's process creation flags.
_NEW_GROUP = 0x00000200
"""Ctrl-C in the terminal does not reach the process."""
_NO_WINDOW = 0x08000000
"""It gets a console of its own that nobody sees: closing the terminal's window does not end it, and no window opens."""
_LEAVE_JOB = 0x01000000
"""It leaves the job of its starter, which an editor or a remote login may end as a whole. Not every job lets go."""

_BUSY = {5: "access denied", 32: "sharing violation", 33: "lock violation", 1224: "mapped into memory"}
"""What Windows says of a file that another program has open. A 5 may also be meant; then a moment is lost."""
_MOST_LETTERS = 259
"""Of a path, unless the machine allows more (https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation)."""
_LONGEST_NAME = 100
"""More than a file in a run's folder takes; the longest is an event file for TensorBoard."""


class Windows:
    """Processes, files and names of Windows. Where it says nothing, the answer is empty."""

    workers_can_wait = False
    """A virtual environment's Python starts a second process, whose pipes and end nobody here has tried."""

    def start_detached(self, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
        """Start a process that lives on when the terminal is closed or Ctrl-C is pressed in it.

        Parameters
        ----------
        command : sequence of str
            Program and arguments.
        options : Any
            Further arguments of :class:`subprocess.Popen`.

        Raises
        ------
        OSError
            It cannot be started.
        """
        try:
            return subprocess.Popen(command, creationflags=_NEW_GROUP | _NO_WINDOW | _LEAVE_JOB, **options)
        except PermissionError:
            return subprocess.Popen(command, creationflags=_NEW_GROUP | _NO_WINDOW, **options)

    def yield_to_others(self) -> None:
        """Let this process have the processor where nobody else wants it."""
        with contextlib.suppress(
            psutil.Error, AttributeError
        ):  # Elsewhere there is no such class of priority.
            psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS"))  # noqa: B009  known there alone

    def give_large_blocks_back(self) -> None:
        """Do nothing: Windows has places of their own for large blocks."""

    def kill(self, pid: int) -> None:
        """Kill a process and all it started; one that is gone is no error.

        The Python of a virtual environment starts the real one and waits for it: there is always a child.
        """
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            for one in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()

    def memory(self, process: psutil.Process) -> int:
        """Return how much memory a process and all it started hold, in bytes; see :meth:`kill` for why."""
        held = 0
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                held += one.memory_info().rss
        return held

    def process_mark(self, pid: int) -> str:
        """Say nothing: a process keeps the start time it was given, however the clock is set, and that will do."""
        return ""

    def machine(self) -> str:
        """Return the id that this installation of Windows was given."""
        return _registered(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")

    def processor(self) -> str:
        """Return the processor's model, such as ``"AMD Ryzen 7"``."""
        name = _registered(r"HARDWARE\DESCRIPTION\System\CentralProcessor\0", "ProcessorNameString")
        return " ".join(name.split())

    def sync(self, descriptor: int) -> None:
        """Wait until what was written to an open file would survive a power cut; it must be open for writing."""
        os.fsync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Do nothing: Windows opens no folder, and NTFS keeps a journal of its names."""

    def is_busy(self, error: OSError) -> bool:
        """Whether a file could not be touched only because somebody has it open, for a moment most likely."""
        return getattr(error, "winerror", None) in _BUSY

    def problem_with_folder(self, folder: Path) -> str | None:
        """Return why the files of a folder could not be named, as a sentence; ``None`` if they can."""
        too_many = len(str(folder)) + _LONGEST_NAME - _MOST_LETTERS
        allowed = _registered(r"SYSTEM\CurrentControlSet\Control\FileSystem", "LongPathsEnabled") == "1"
        if too_many <= 0 or allowed:
            return None
        return (
            f"The folder {folder} has a path that is {too_many} letters too long for Windows. Choose a shorter one "
            "with CIFAR_LAB_RUNS, such as C:\\runs, or move CIFAR Lab to a folder further up."
        )


def _registered(key: str, name: str) -> str:
    """Return a value of the registry as text; nothing where there is none."""
    with contextlib.suppress(ImportError, OSError):
        winreg: Any = importlib.import_module("winreg")
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    return ""
