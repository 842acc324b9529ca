"""The process of one sweep: ``python -m cifar_core.sweeps.driver SWEEP_FOLDER``.

It keeps some trials waiting or running, stops early those that fall behind, and writes ``summary.json``. Every
trial is an ordinary run, started by the supervisor. The driver knows nothing that is not in the folders: kill it at
any moment, and the next one goes on where it was.
"""

import argparse
import contextlib
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from cifar_core.errors import CifarLabError, RunError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.detached import start_unless_locked
from cifar_core.scheduling.standby import ask_for_standby
from cifar_core.scheduling.submit import take_up_queue
from cifar_core.sweeps.leader import SweepLeader, log
from cifar_core.sweeps.store import SweepPaths, SweepStore, end_as_failed
from cifar_core.system.refusals import refused
from cifar_core.system.streams import make_streams_safe
from cifar_core.words.sentences import as_sentence

RETRY_SECONDS = 5.0
_LOCK_SECONDS = 2.0
_MODULE = "cifar_core.sweeps.driver"
_started: dict[str, subprocess.Popen[bytes]] = {}
"""Drivers that this process has started, by sweep: one that is still on its way to the lock is not doubled."""


def ensure_drivers(runs_dir: Path, arguments: Sequence[str] = ()) -> None:
    """Start a driver for each sweep under way that has none; return at once.

    Several processes may call this at the same time: of several drivers one gets the lock, the others leave.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs.
    arguments : sequence of str
        Further arguments for :func:`main`.

    Raises
    ------
    RunError
        The folder cannot be written.
    """
    problem = None
    for sweep in SweepStore(RunStore(runs_dir)).list():
        mine = _started.get(sweep.id)
        if not sweep.active or (mine is not None and mine.poll() is None):
            continue
        command_line = [str(sweep.paths.folder.resolve()), *arguments]
        try:
            process = start_unless_locked(sweep.paths.lock, _MODULE, command_line, sweep.paths.log)
        except OSError as error:
            if not sweep.paths.plan.exists():  # Somebody has just deleted it.
                continue
            problem = RunError(f"The sweep “{sweep.id}” in {runs_dir} cannot go on {refused(error)}")
            continue
        if process is not None:
            _started[sweep.id] = process
    if problem is not None:  # after all others go on
        raise problem


def drive(folder: Path, supervisor_arguments: Sequence[str] = ()) -> None:
    """Lead a sweep to its end, unless another process does or it has ended.

    Parameters
    ----------
    folder : Path
        The sweep's folder.
    supervisor_arguments : sequence of str
        Further arguments for the supervisor.
    """
    paths = SweepPaths(folder)
    lock = FileLock(paths.lock)
    try:
        # Somebody who only looks whether a driver is there holds the lock for a moment.
        lock.acquire(timeout=_LOCK_SECONDS)
    except (Timeout, OSError):
        return
    try:
        runs = RunStore(paths.runs_dir)
        sweep = SweepStore(runs).get(folder.name)
        if sweep.plan is None or not sweep.active:
            return

        def supervise() -> None:
            take_up_queue(runs, supervisor_arguments)

        # A worker imports what it needs while this process imports Optuna.
        if ask_for_standby(runs.runs_dir, gives_way=True):
            with contextlib.suppress(RunError):  # The leader will say so.
                supervise()
        # Only now: importing Optuna takes a moment in which others would start a driver of their own.
        from cifar_core.sweeps.study import Study

        finished = False
        while not finished:
            with contextlib.closing(Study(paths.study, sweep.plan)) as study:
                try:
                    SweepLeader(paths, sweep.plan, study, supervise).run()
                    finished = True
                except (
                    Study.PROBLEMS
                ) as problem:  # A full disk, most likely: look again, with the file opened anew.
                    log(f"{type(problem).__name__}: {problem}")
            if not finished:
                time.sleep(RETRY_SECONDS)
    except CifarLabError as problem:
        end_as_failed(paths, str(problem))
    except ImportError as problem:
        end_as_failed(paths, f"Sweeps need Optuna ({problem}). Install it: pip install -r requirements.txt")
    except Exception as problem:
        details = f" {paths.log} has the details." if paths.log.is_file() else ""
        # Without this the pages would start one driver after another, each of which ends in the same way.
        end_as_failed(
            paths,
            f"The sweep broke off: {type(problem).__name__}: {as_sentence(problem)} Its runs go on.{details}",
        )
        raise
    finally:
        lock.release()


def main(arguments: Sequence[str] | None = None) -> None:
    """Drive one sweep: ``python -m cifar_core.sweeps.driver SWEEP_FOLDER``."""
    make_streams_safe()
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the sweep")
    parser.add_argument(
        "--supervisor", nargs=argparse.REMAINDER, default=[], help="further arguments for the supervisor"
    )
    options = parser.parse_args(arguments)
    drive(options.folder, options.supervisor)


if __name__ == "__main__":
    main()
