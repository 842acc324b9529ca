"""Linux, and what its relatives have in common."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

_FIRST_NAMESPACE = "pid:[4026531836]"
"""Of the process ids of the machine itself; a container has ids of its own, which mean nothing outside."""
_MMAP_THRESHOLD = -3
"""``M_MMAP_THRESHOLD`` in malloc.h of the GNU C library."""
_LARGE = 256 * 1024


class Posix:
    """Processes, files and names of a POSIX system. Where one of them says nothing, the answer is empty."""

    workers_can_wait = True
    """Whether a process that was started before can be given another output and becomes a worker."""

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
        return subprocess.Popen(command, start_new_session=True, **options)

    def yield_to_others(self) -> None:
        """Let this process, and threads that it will make, have the processor where nobody else wants it."""
        with contextlib.suppress(OSError):  # The system may forbid it.
            os.nice(5)

    def give_large_blocks_back(self) -> None:
        """Let each block of memory of 256 kB or more go back to the system as soon as this process has freed it.

        The GNU C library raises its bound for that to the largest block that was ever freed, up to 32 MB. What is below
        lies among small things that stay, in a place for each of many threads, and most of it does not go back.
        Another C library is left as it is, and so is this one where the environment says what it is to do.
        """
        if "MALLOC_MMAP_THRESHOLD_" in os.environ or "mmap_threshold" in os.environ.get("GLIBC_TUNABLES", ""):
            return
        with contextlib.suppress(AttributeError, OSError):  # of a library that has no such function
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)

    def kill(self, pid: int) -> None:
        """Kill a process and, where it leads a group of its own, all it started; one that is gone is no error."""
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
            else:
                os.kill(pid, signal.SIGKILL)

    def memory(self, process: psutil.Process) -> int:
        """Return how much memory a process holds, in bytes."""
        return process.memory_info().rss

    def process_mark(self, pid: int) -> str:
        """Name a process for ever: the boot (and the container), a space, the kernel's count of ticks at its start.

        Unlike its start in seconds since 1970, neither moves when the clock is set.
        """
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
            namespace = str(Path("/proc/self/ns/pid").readlink())
            # The program's name stands in brackets and may hold anything, so fields are counted from there.
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            tick = state.rpartition(")")[2].split()[19]
        except (OSError, IndexError):
            return ""
        return f"{boot} {tick}" if namespace == _FIRST_NAMESPACE else f"{boot}/{namespace} {tick}"

    def machine(self) -> str:
        """Return what names this machine for ever, whatever the network calls it."""
        for file in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
            with contextlib.suppress(OSError):
                if name := Path(file).read_text(encoding="utf-8").strip():
                    return name
        return ""

    def processor(self) -> str:
        """Return the processor's model, such as ``"AMD EPYC"``."""
        with contextlib.suppress(OSError):
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
                name, _, value = line.partition(":")
                if name.strip() == "model name" and value.strip():
                    return " ".join(value.split())
        return ""

    def sync(self, descriptor: int) -> None:
        """Wait until what was written to an open file would survive a power cut."""
        os.fsync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder, those just given by renaming included, would survive a power cut."""
        with contextlib.suppress(OSError):  # Some network file systems cannot; others need not.
            handle = os.open(folder, os.O_RDONLY)
            try:
                self.sync(handle)
            finally:
                os.close(handle)

    def is_busy(self, error: OSError) -> bool:
        """Whether a file could not be touched only because somebody has it open: never so here."""
        return False

    def problem_with_folder(self, folder: Path) -> str | None:
        """Return why the files of a folder could not be named, as a sentence; here they always can."""
        return None
