"""All sweeps of a runs folder: ``.sweeps/<id>/`` holds what was asked and how far it is."""

import contextlib
import os
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import from_json

from cifar_core.accounts.user import User
from cifar_core.errors import ConfigError, RunError
from cifar_core.runs.layout import check_run_id, shown_name
from cifar_core.runs.locks import changing
from cifar_core.runs.permissions import check_priority
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.plan import SweepPlan, read_plan
from cifar_core.sweeps.summary import SweepState, SweepSummary
from cifar_core.system.files import (
    UnfitFileError,
    delete_folder,
    is_folder,
    read_document,
    remove,
    remove_folder,
    replace,
    write_atomically,
)
from cifar_core.system.refusals import refused

FOLDER_NAME = ".sweeps"


@dataclass(frozen=True)
class SweepPaths:
    """Paths inside one sweep's folder."""

    folder: Path

    @property
    def plan(self) -> Path:
        """What was asked."""
        return self.folder / "sweep.json"

    @property
    def study(self) -> Path:
        """Optuna's own record of the trials: an SQLite file that only the driver opens."""
        return self.folder / "study.db"

    @property
    def summary(self) -> Path:
        """How far it is."""
        return self.folder / "summary.json"

    @property
    def log(self) -> Path:
        """What the driver printed."""
        return self.folder / "driver.log"

    @property
    def stop(self) -> Path:
        """Its presence asks the driver to stop all trials."""
        return self.folder / "stop"

    @property
    def resume(self) -> Path:
        """Its presence asks the driver to take up the trials that were stopped with the sweep."""
        return self.folder / "resume"

    @property
    def lock(self) -> Path:
        """Held by the one driver at work."""
        return self.folder / ".driver.lock"

    @property
    def runs_dir(self) -> Path:
        """The folder with the runs beside which the sweep lies."""
        return self.folder.parent.parent


@dataclass(frozen=True)
class Sweep:
    """One sweep as it was at one moment.

    Attributes
    ----------
    plan : SweepPlan or None
        What was asked; ``None`` if it cannot be read, and then ``problem`` says why.
    summary : SweepSummary or None
        How far it is; ``None`` until its driver has begun.
    paths : SweepPaths
        Its files.
    problem : str or None
        A sentence for the person at the screen.
    """

    plan: SweepPlan | None
    summary: SweepSummary | None
    paths: SweepPaths
    problem: str | None = None

    @property
    def id(self) -> str:
        """Name of the folder, fit to be shown."""
        return shown_name(self.paths.folder)

    @property
    def state(self) -> SweepState:
        """Where the sweep as a whole is."""
        if self.plan is None:
            return "failed"
        state: SweepState = self.summary.state if self.summary else "running"
        return "stopping" if state == "running" and self.paths.stop.exists() else state

    @property
    def active(self) -> bool:
        """Whether a driver has something left to do."""
        return self.state in ("running", "stopping")

    @property
    def trials_left(self) -> int:
        """How many trials were not tried to their end, of a sweep that has ended before and can go on; else 0."""
        if self.plan is None or self.summary is None or self.state not in ("stopped", "failed"):
            return 0
        if self.summary.gave_up:  # The next ones would fail in the same way.
            return 0
        trials = self.summary.trials
        return self.plan.trials - len(trials) + sum(trial.interrupted for trial in trials)


class SweepStore:
    """Lists, makes, stops and deletes sweeps.

    Parameters
    ----------
    runs : RunStore
        The runs among which the trials are; where somebody is logged in, it says who, and what is allowed.
    """

    def __init__(self, runs: RunStore) -> None:
        self.runs = runs
        self.folder = runs.runs_dir / FOLDER_NAME

    def list(self) -> tuple[Sweep, ...]:
        """All sweeps, newest first; damaged ones carry a ``problem``."""
        try:
            with os.scandir(self.folder) as entries:
                folders = [Path(entry) for entry in entries if entry.name[0] != "." and is_folder(entry)]
        except OSError:
            return ()
        sweeps = (_read_sweep(folder) for folder in folders)
        return tuple(sorted(sweeps, key=lambda sweep: sweep.id, reverse=True))

    def get(self, sweep_id: str) -> Sweep:
        """Open one sweep.

        Raises
        ------
        RunError
            There is no such sweep.
        """
        check_run_id(sweep_id)
        if not (self.folder / sweep_id).is_dir():
            raise RunError(f"There is no sweep “{sweep_id}”. It may have been deleted.")
        return _read_sweep(self.folder / sweep_id)

    def create(self, plan: SweepPlan) -> Sweep:
        """Make the folder of a new sweep; it appears whole, and its driver is still to be started.

        Raises
        ------
        RunError
            The folder cannot be written, or the user may not have so many runs.
        """
        user = self.runs.user
        check_run_id(plan.id)
        if user is not None:
            check_priority(user, plan.priority)
            limits = None if user.is_instructor else self.runs.limits
            plan = plan.model_copy(update={"owner": user.id, "limits": limits})
        temporary = SweepPaths(self.folder / f".new-{plan.id}-{secrets.token_hex(3)}")
        try:
            temporary.folder.mkdir(parents=True)
            write_atomically(temporary.plan, (plan.model_dump_json(indent=1) + "\n").encode())
            # Under the lock, lest several tabs of one person together pass a limit that each alone keeps.
            with contextlib.nullcontext() if user is None else changing(self.runs.runs_dir):
                self._check_room(plan)
                replace(temporary.folder, self.folder / plan.id)
        except OSError as error:
            helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
            raise RunError(f"The sweep cannot be written to {self.folder} {helps}") from None
        finally:
            remove_folder(temporary.folder)
        return self.get(plan.id)

    def _check_room(self, plan: SweepPlan) -> None:
        if self.runs.user is not None:
            self.runs.check_room(_at_a_time(plan), planned=self._planned(self.runs.user))

    def _planned(self, user: User) -> int:
        """Count the runs that somebody's sweeps under way may have at a time and have not queued yet."""
        queued = Counter(
            run.record.group.id for run in self.runs.list() if run.active and run.record and run.record.group
        )
        own = (sweep for sweep in self.list() if sweep.active and sweep.plan and sweep.plan.owner == user.id)
        return sum(max(0, _at_a_time(sweep.plan) - queued[sweep.id]) for sweep in own if sweep.plan)

    def request_stop(self, sweep_id: str) -> None:
        """Ask a sweep to stop: queued trials are cancelled, running ones stopped, finished ones stay.

        Raises
        ------
        RunError
            It has ended already, is somebody else's, or does not exist; or the folder cannot be written.
        """
        sweep = self._changeable(sweep_id, "stop")
        if not sweep.active:
            raise RunError(f"The sweep “{sweep_id}” is {sweep.state} already; there is nothing to stop.")
        try:
            sweep.paths.stop.touch()
        except OSError as error:
            raise RunError(f"The sweep “{sweep_id}” cannot be stopped {refused(error)}") from None

    def request_resume(self, sweep_id: str) -> None:
        """Let a sweep go on that was stopped or broke off: finished trials stay, those that were stopped go on.

        Raises
        ------
        RunError
            It is under way or nothing is left to try, is somebody else's, or does not exist; the user may not have so
            many runs, or the folder cannot be written.
        """
        sweep = self._changeable(sweep_id, "resume")
        if sweep.active:
            raise RunError(f"The sweep “{sweep_id}” is {sweep.state}; there is nothing to resume.")
        if sweep.plan is None or sweep.summary is None or not sweep.trials_left:
            raise RunError(f"The sweep “{sweep_id}” has {sweep.state}, and cannot go on. Start a new one.")
        with contextlib.nullcontext() if self.runs.user is None else changing(self.runs.runs_dir):
            self._check_room(sweep.plan)
            try:
                sweep.paths.resume.touch()
                remove(sweep.paths.stop)
                # The last step: without it the sweep is still one that has ended.
                update = {"state": "running", "problem": None, "updated": datetime.now(UTC)}
                sweep.summary.model_copy(update=update).write(sweep.paths.summary)
            except OSError as error:
                raise RunError(f"The sweep “{sweep_id}” cannot go on {refused(error)}") from None

    def delete(self, sweep_id: str) -> None:
        """Remove a sweep's folder; its runs stay.

        Raises
        ------
        RunError
            It is under way, is somebody else's, or does not exist.
        """
        sweep = self._changeable(sweep_id, "delete")
        if sweep.active:
            raise RunError(f"The sweep “{sweep_id}” is {sweep.state}. Stop it first, then delete it.")
        try:
            delete_folder(sweep.paths.folder)
        except OSError as error:
            raise RunError(f"The sweep “{sweep_id}” cannot be deleted {refused(error)}") from None

    def may_change(self, sweep: Sweep) -> bool:
        """Tell whether whoever is logged in may stop and delete a sweep: instructors all, students their own."""
        user = self.runs.user
        return user is None or user.is_instructor or (sweep.plan is not None and sweep.plan.owner == user.id)

    def _changeable(self, sweep_id: str, verb: str) -> Sweep:
        sweep = self.get(sweep_id)
        if not self.may_change(sweep):
            raise RunError(
                f"The sweep “{sweep_id}” is not yours, so you cannot {verb} it. Its owner and the instructors can."
            )
        return sweep


def end_as_failed(paths: SweepPaths, problem: str) -> None:
    """Write that a sweep cannot go on, and why; what is known of its trials stays.

    Parameters
    ----------
    paths : SweepPaths
        Of the sweep; its ``summary.json`` is written anew, atomically.
    problem : str
        A sentence for the person at the screen: what went wrong, and what to do.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    summary = read_summary(paths.summary) or SweepSummary(updated=datetime.now(UTC))
    update = {"state": "failed", "problem": problem, "updated": datetime.now(UTC)}
    summary.model_copy(update=update).write(paths.summary)


def _at_a_time(plan: SweepPlan) -> int:
    return min(plan.parallel, plan.trials)


def _read_sweep(folder: Path) -> Sweep:
    paths = SweepPaths(folder)
    try:
        check_run_id(folder.name)
        plan = read_plan(_plan_values(paths))
    except (RunError, ConfigError) as problem:
        return Sweep(None, None, paths, str(problem))
    summary = read_summary(paths.summary)
    return Sweep(plan, summary, paths, summary.problem if summary else None)


def _plan_values(paths: SweepPaths) -> object:
    advice = "Delete its folder if you do not need it."
    try:
        return from_json(read_document(paths.plan))
    except UnfitFileError as error:
        subject = f"sweep.json of the sweep “{paths.folder.name}”"
        raise RunError(f"{subject} is not read: {error.strerror}. {advice}") from None
    except (OSError, ValueError):
        raise RunError(f"The sweep “{paths.folder.name}” has no readable sweep.json. {advice}") from None


def read_summary(path: Path) -> SweepSummary | None:
    """Read the newest summary; ``None`` where there is none, or none that can be read: it is written anew."""
    try:
        return SweepSummary.model_validate_json(read_document(path))
    except (OSError, ValidationError):
        return None
