"""macOS: POSIX, but for what it tells of itself and what it takes for written."""

import contextlib
import os
import re
import subprocess
from collections.abc import Sequence

from cifar_core.system.posix import Posix

_FULL_SYNC = 51
"""``F_FULLFSYNC`` of fcntl.h: on macOS ``fsync`` leaves data in the disk's own memory, which a power cut empties."""


class MacOS(Posix):
    """A POSIX system that has no ``/proc`` and asks its own commands."""

    def process_mark(self, pid: int) -> str:
        """Name a process for ever: the moment it was started, as the kernel wrote it down then.

        What psutil says of it follows the clock when that is set.
        """
        return _said_by(["/bin/ps", "-o", "lstart=", "-p", str(pid)])

    def machine(self) -> str:
        """Return the hardware's own UUID."""
        said = _said_by(["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"])
        found = re.search(r'"IOPlatformUUID" = "([0-9A-Fa-f-]+)"', said)
        return found[1] if found else ""

    def processor(self) -> str:
        """Return the processor's model, such as ``"Apple M2"``."""
        return _said_by(["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"])

    def sync(self, descriptor: int) -> None:
        """Wait until what was written to an open file would survive a power cut."""
        import fcntl

        try:
            fcntl.fcntl(descriptor, _FULL_SYNC)
        except OSError:  # A network file system knows no such thing.
            os.fsync(descriptor)


def _said_by(command: Sequence[str]) -> str:
    """Return what a command of the system prints, without spaces around it; nothing where it fails."""
    # In the same language and time zone whoever asks: two answers are compared.
    plain = {"LC_ALL": "C", "TZ": "UTC"}
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            command, env=plain, capture_output=True, encoding="utf-8", errors="replace", timeout=5, check=True
        )
        return done.stdout.strip()
    return ""
