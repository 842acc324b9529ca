"""What Windows does otherwise; see the package."""

import builtins
import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER_VARIABLE = "EMULATED_WINDOWS"
"""Folder in which every process of the test leaves a file with its id as name."""
PROGRAM = "cifar_core"

_NOT_IN_OS = {
    "chown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getpgid", "getpgrp", "getsid", "getuid",
    "initgroups", "killpg", "lchown", "mkfifo", "mknod", "nice", "posix_spawn", "pread", "pwrite",
    "sched_getaffinity", "sched_setaffinity", "setgid", "setpgid", "setpgrp", "setpriority", "setsid",
    "setuid", "statvfs", "sync", "sysconf", "uname", "wait3", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW",
    "O_NONBLOCK", "O_SYNC", "WNOHANG",
}  # fmt: skip
_SIGNALS = {"SIGABRT": 22, "SIGFPE": 8, "SIGILL": 4, "SIGINT": 2, "SIGSEGV": 11, "SIGTERM": 15}
_NO_MODULES = {"fcntl", "resource", "termios", "pwd", "grp", "pty", "posix"}

_NEW_GROUP, _LEAVE_JOB = 0x00000200, 0x01000000
_KILLED = 1
"""What TerminateProcess is mostly told to leave as exit code."""


class _Altered(types.ModuleType):
    """A module as the program sees it."""

    def __init__(self, real: types.ModuleType, missing: set[str], changed: dict[str, Any]) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(changed)
        self._real, self._missing = real, missing

    def __getattr__(self, name: str) -> Any:
        if name in self._missing:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self._real, name)


class Popen(subprocess.Popen):  # type: ignore[type-arg]
    """A process as Windows starts it."""

    def __init__(self, *arguments: Any, creationflags: int = 0, **options: Any) -> None:
        if options.get("preexec_fn") is not None:
            raise ValueError("preexec_fn is not supported on Windows platforms")
        assert not options.pop("start_new_session", False), "it does nothing on Windows: Ctrl-C would end it"
        if creationflags & _LEAVE_JOB:  # The job does not let go, as many do not.
            raise _error(PermissionError, errno.EACCES, "Access is denied", 5)
        # Its other children live on when it is killed, as there is no group that ends with it.
        super().__init__(*arguments, start_new_session=bool(creationflags & _NEW_GROUP), **options)

    @property
    def returncode(self) -> int | None:
        return self._code

    @returncode.setter
    def returncode(self, code: int | None) -> None:
        self._code = _KILLED if code is not None and code < 0 else code


def _error(kind: type[OSError], number: int, words: str, windows: int, *names: Any) -> OSError:
    error = kind(number, words, *(os.fspath(name) for name in names[:1]))
    error.winerror = windows  # type: ignore[attr-defined]
    return error


def _signals(number: int) -> signal.Signals:
    if number not in _SIGNALS.values():
        raise ValueError(f"{number} is not a valid Signals")
    return signal.Signals(number)


def _kill(pid: int, number: int) -> None:
    assert number in _SIGNALS.values(), number
    os.kill(pid, signal.SIGKILL)  # TerminateProcess, whatever the signal


def _open(path: Any, flags: int, *more: Any, **named: Any) -> int:
    if isinstance(path, str | os.PathLike) and Path(path).is_dir():
        raise _error(PermissionError, errno.EACCES, "Permission denied", 5, path)
    return os.open(path, flags, *more, **named)


def altered_modules() -> dict[str, types.ModuleType]:
    """Return the modules that the program sees in place of the real ones."""
    all_signals = {
        name for name in dir(signal) if name.startswith("SIG") and name.isupper() and "_" not in name
    }
    missing = all_signals - set(_SIGNALS) | {"alarm", "setitimer", "sigwait", "pthread_kill", "pause"}
    return {
        "os": _Altered(os, _NOT_IN_OS, {"name": "nt", "kill": _kill, "open": _open}),
        "signal": _Altered(signal, missing, {"Signals": _signals}),
        "subprocess": _Altered(subprocess, set(), {"Popen": Popen, "run": _run}),
    }


def _run(*arguments: Any, **options: Any) -> Any:
    assert not options.get("preexec_fn")
    return subprocess.run(*arguments, **options)


def refuse_busy_files(set_attribute: Callable[[Any, str, Any], None]) -> None:
    """Let nothing replace or remove what is open, nor sync what is only read."""
    replace, rename, unlink, rmdir, sync = os.replace, os.rename, os.unlink, os.rmdir, os.fsync

    def moves(real: Callable[..., None]) -> Callable[..., None]:
        def move(source: Any, target: Any, **named: Any) -> None:
            _refuse_if_open(source, 32)
            _refuse_if_open(target, 5)
            itself = os.path.realpath(source) == os.path.realpath(target)
            if not itself and Path(target).exists() and (real is rename or Path(target).is_dir()):
                if real is rename:
                    raise _error(
                        FileExistsError, errno.EEXIST, "Cannot create a file that already exists", 183, target
                    )
                raise _error(PermissionError, errno.EACCES, "Access is denied", 5, target)
            real(source, target, **named)

        return move

    def removes(real: Callable[..., None]) -> Callable[..., None]:
        def remove(path: Any, **named: Any) -> None:
            _refuse_if_open(path, 32)
            real(path, **named)

        return remove

    def sync_written(descriptor: Any) -> None:
        import fcntl

        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        sync(descriptor)

    set_attribute(os, "replace", moves(replace))
    set_attribute(os, "rename", moves(rename))
    set_attribute(os, "unlink", removes(unlink))
    set_attribute(os, "remove", removes(unlink))
    set_attribute(os, "rmdir", removes(rmdir))
    set_attribute(os, "fsync", sync_written)
    set_attribute(shutil, "_use_fd_functions", False)  # With folders open, as Windows cannot.


def _refuse_if_open(path: Any, windows: int) -> None:
    place = os.path.realpath(path)
    for known in Path(os.environ[FOLDER_VARIABLE]).iterdir():
        if _holds(Path("/proc") / known.name, place):
            raise _error(PermissionError, errno.EACCES, "The process cannot access the file", windows, path)


def _holds(process: Path, place: str) -> bool:
    """Whether a process has a file, or one in a folder, open or mapped."""
    inside = place + os.sep
    try:
        for descriptor in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                held = str(descriptor.readlink())
                if held == place or held.startswith(inside):
                    return True
        mapped = (process / "maps").read_text(encoding="utf-8", errors="replace")
        return f" {place}\n" in mapped or f" {inside}" in mapped
    except OSError:  # It has just ended.
        return False


def strict_characters() -> None:
    """Print in code page 1252, as Python does on Windows where it prints to a file."""
    if os.environ.get("PYTHONUTF8") != "1":
        sys.stdout.reconfigure(encoding="cp1252", errors="strict")  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding="cp1252", errors="backslashreplace")  # type: ignore[union-attr]


def importing(modules: dict[str, types.ModuleType]) -> Callable[..., Any]:
    """Return an ``__import__`` that gives the program the altered modules, and everybody else the real ones."""
    real = builtins.__import__

    def altered(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        # A module that is run with “python -m” is called __main__, but knows its package.
        importer = {str((globals or {}).get(key)).split(".")[0] for key in ("__name__", "__package__")}
        if PROGRAM in importer and level == 0:
            if name in _NO_MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in modules:
                return modules[name]
        return real(name, globals, locals, fromlist, level)

    return altered


def play() -> None:
    """Let this process run on Windows from here on; before the program is imported."""
    assert not any(name.split(".")[0] == PROGRAM for name in sys.modules)
    (Path(os.environ[FOLDER_VARIABLE]) / str(os.getpid())).touch()
    refuse_busy_files(setattr)
    builtins.__import__ = importing(altered_modules())
