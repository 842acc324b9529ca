"""How a process ended that could not say so itself, in words."""

import re
import signal

KILLED = -9
"""How :mod:`subprocess` tells the end of a process by SIGKILL."""

_NAMES = {
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
    15: "SIGTERM",
}  # fmt: skip
"""The same on all POSIX systems. Windows knows few of them, and may be told of a worker in a cluster."""
_ASKED = {"SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"}
_CRASHES = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSYS", "SIGTRAP"}
_OF_WINDOWS = {
    0xC0000005: "crashed (access violation)",
    0xC0000017: "ran out of memory",
    0xC000001D: "needs an instruction that this processor does not have",
    0xC00000FD: "crashed (stack overflow)",
    0xC000012D: "ran out of memory",
    0xC000013A: "was asked to end (Ctrl-C)",
    0xC0000409: "crashed (buffer overrun)",
}
"""NTSTATUS, https://learn.microsoft.com/openspecs/windows_protocols/ms-erref"""
_NO_MEMORY = re.compile(
    r"MemoryError|bad_alloc|memory allocation failed|cannot allocate memory|out of memory|ResourceExhausted",
    re.IGNORECASE,
)
_REASON = re.compile(r"(Fatal Python error|[\w.]*(Error|Exception|Exit)): \S")
_NO_REASON = re.compile(
    r"\s|[IWEF]\d{4} \d\d:|WARNING: All log|Current thread |Thread 0x|Extension modules:|<no Python"
)


def how_it_ended(exit_code: int, said: str = "") -> str:
    r"""Return what became of a process: what follows “The process that opened the model”, without a full stop.

    Parameters
    ----------
    exit_code : int
        As :mod:`subprocess` gives it: negative for a signal. Shells and containers give 128 and the signal's number.
    said : str
        What it printed to standard error. Its reason is given where there is one, never a line of a stack.

    Examples
    --------
    >>> how_it_ended(3, "KeyError: 'a'")
    "ended with exit code 3 (KeyError: 'a')"
    >>> how_it_ended(1, "Fatal Python error: init failed: memory allocation failed\n  <no Python frame>")
    'ran out of memory'
    """
    if exit_code != KILLED and _NO_MEMORY.search(said):
        return "ran out of memory"
    if exit_code & 0xFFFFFFFF in _OF_WINDOWS:
        return _OF_WINDOWS[exit_code & 0xFFFFFFFF]
    if exit_code < 0 or exit_code - 128 in _NAMES:
        return _by_signal(-exit_code if exit_code < 0 else exit_code - 128)
    reason = _reason(said)
    ended = f"ended with exit code {exit_code}" if exit_code else "ended without an answer"
    return f"{ended} ({reason})" if reason else ended


def own_sentence(exit_code: int, said: str) -> str | None:
    """Return the sentence that a program of ours ended with, as its commands do; ``None`` where it ended otherwise.

    Parameters
    ----------
    exit_code : int
        As :mod:`subprocess` gives it; 1 and 2 are those of a problem that was told.
    said : str
        What it printed to standard error.
    """
    reason = _reason(said)
    return reason if exit_code in (1, 2) and reason and not _REASON.match(reason) else None


def _by_signal(number: int) -> str:
    try:
        name = _NAMES.get(number) or signal.Signals(number).name
    except ValueError:
        name = str(number)
    if number == -KILLED:
        return f"was killed (signal {name})"
    if name in _ASKED:
        return f"was asked to end (signal {name})"
    if name == "SIGILL":
        return f"needs an instruction that this processor does not have (signal {name})"
    if name in _CRASHES:
        return f"crashed (signal {name})"
    return f"was ended by signal {name}"


def _reason(said: str) -> str:
    """Return the last line that gives a reason, or the last one that is none of a library's notes or a stack."""
    lines = [line for line in said.splitlines() if line.strip() and not _NO_REASON.match(line)]
    reasons = [line for line in lines if _REASON.match(line)]
    return ([*lines, *reasons] or [""])[-1].strip().rstrip(".")[:500]
