"""All runs: the user's own folder and the one that ships with the project. The folders are the truth."""

import contextlib
import dataclasses
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from cifar_core.accounts.limits import Limits, check_limits, hours_for
from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.attempts import check_hours_left
from cifar_core.runs.changes import open_to_change
from cifar_core.runs.disk_usage import usage_of
from cifar_core.runs.heartbeat import write_first_heartbeat
from cifar_core.runs.layout import RunPaths, check_run_id, new_run_id, remove_leftovers
from cifar_core.runs.locks import changing, is_claimed
from cifar_core.runs.order import place_before
from cifar_core.runs.permissions import check_may_change, check_priority
from cifar_core.runs.processes import find_worker
from cifar_core.runs.record import Attempt, RunGroup, RunRecord
from cifar_core.runs.run import Run, read_run, runs_in
from cifar_core.settings import Settings
from cifar_core.system import this_system
from cifar_core.system.files import delete_folder, remove, remove_folder, replace
from cifar_core.system.refusals import refused

_ENDING_SECONDS = 5.0
"""How long a worker that has said how its run ended may take to leave."""


class RunStore:
    """Lists, makes, stops and deletes runs.

    Parameters
    ----------
    runs_dir : Path
        The user's own runs; made when the first run is.
    trained_dir : Path, optional
        Runs that ship with the project; only ever read.
    user : User, optional
        Who acts: owns the runs that are made, and may change only what :mod:`cifar_core.runs.permissions`
        allows. Without one, as on the command line, everything is allowed.
    limits : Limits, optional
        How much that user may have.
    """

    def __init__(
        self,
        runs_dir: Path,
        trained_dir: Path | None = None,
        *,
        user: User | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.runs_dir = runs_dir
        self.trained_dir = trained_dir
        self.user = user
        self.limits = limits

    @classmethod
    def from_settings(
        cls, settings: Settings, *, user: User | None = None, limits: Limits | None = None
    ) -> "RunStore":
        """Open the folders that the settings name, for one user where people log in.

        Parameters
        ----------
        settings : Settings
            Its ``runs_dir``, which need not be there yet, and ``trained_dir``.
        user : User, optional
            Who acts; without one everything is allowed.
        limits : Limits, optional
            How much that user may have; without them as much as there is.
        """
        return cls(settings.runs_dir, settings.trained_dir, user=user, limits=limits)

    def check_room(self, more: int = 1, *, planned: int = 0) -> None:
        """See to it that the user may queue so many runs more.

        Parameters
        ----------
        more : int
            How many runs are to be queued, 1 or more; 0 asks for disk space alone.
        planned : int
            How many are still to be queued of what was asked for before: by sweeps under way.

        Raises
        ------
        RunError
            A limit is reached; the sentence has the numbers and what to do.
        """
        if self.user is not None and self.limits is not None:
            usage = usage_of(self.user, self.list())
            check_limits(
                self.user, dataclasses.replace(usage, runs=usage.runs + planned), self.limits, more=more
            )

    def list(self) -> tuple[Run, ...]:
        """All runs, the user's own before the shipped ones, newest first; damaged ones carry a ``problem``.

        A shipped run of which there is an own copy is left out, as :meth:`get` does.
        """
        own = runs_in(self.runs_dir, shipped=False)
        ids = {run.id for run in own}
        return own + tuple(run for run in runs_in(self.trained_dir, shipped=True) if run.id not in ids)

    def get(self, run_id: str) -> Run:
        """Open one run; an own run comes before a shipped one of the same id.

        Raises
        ------
        RunError
            There is no such run, or ``run_id`` cannot be the name of one.
        """
        check_run_id(run_id)
        for root, shipped in ((self.runs_dir, False), (self.trained_dir, True)):
            if root is not None and (root / run_id).is_dir():
                return read_run(root / run_id, shipped=shipped)
        raise RunError(f"There is no run “{run_id}”. It may have been deleted, or belong to another machine.")

    def create(
        self,
        config: TrainingConfig,
        *,
        run_id: str | None = None,
        priority: int = 0,
        owner: str | None = None,
        group: RunGroup | None = None,
        foreground: bool = False,
    ) -> Run:
        """Make the folder of a new run; it appears in the list whole, with the status queued.

        Parameters
        ----------
        config : TrainingConfig
            What the run is asked to do.
        run_id : str, optional
            From :func:`new_run_id`, where the caller must know it beforehand.
        priority : int
            From -10 to 10: a higher one is started first.
        owner : str, optional
            Who asks for it; where somebody is logged in, always that user.
        group : RunGroup, optional
            The runs it belongs to.
        foreground : bool
            This very process will do the work: a heartbeat in its name keeps the supervisor from starting
            a worker of its own.

        Raises
        ------
        RunError
            The folder cannot be written, there is such a run already, or the user may not have another one.
        """
        check_priority(self.user, priority)
        moment = datetime.now(UTC)
        if run_id is None:
            run_id = check_run_id(new_run_id(config.model, moment))
            # Two runs of the same second may draw the same random ending.
            while (self.runs_dir / run_id).exists():
                run_id = new_run_id(config.model, moment)
        record = RunRecord(
            id=check_run_id(run_id),
            config=config,
            status="queued",
            created=moment,
            owner=owner if self.user is None else self.user.id,
            priority=priority,
            group=group,
            hours_allowed=hours_for(self.user, self.limits),
        )
        temporary = RunPaths(self.runs_dir / f".new-{run_id}-{secrets.token_hex(3)}")
        if problem := this_system().problem_with_folder(temporary.folder):
            raise RunError(problem)
        try:
            temporary.folder.mkdir(parents=True)
            record.write(temporary.record)
            if foreground:
                write_first_heartbeat(temporary.heartbeat, psutil.Process())
            # Under the lock, lest two tabs of one person together pass a limit that each alone keeps.
            with contextlib.nullcontext() if self.user is None else changing(self.runs_dir):
                self.check_room()
                replace(temporary.folder, self.runs_dir / run_id)
        except OSError as error:
            if (self.runs_dir / run_id).is_dir():
                raise RunError(f"There is a run “{run_id}” already.") from None
            helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
            raise RunError(f"The run cannot be written to {self.runs_dir} {helps}") from None
        finally:
            remove_folder(temporary.folder)
        return self.get(run_id)

    def request_stop(self, run_id: str) -> None:
        """Ask a run to stop; a queued one is stopped at once, a running one within three seconds.

        Raises
        ------
        RunError
            The run has ended already, ships with the project, is somebody else's, or does not exist.
        """
        with open_to_change(self, run_id, "stop") as (run, record):
            if not run.active:
                raise RunError(f"The run “{run_id}” is {run.status} already; there is nothing to stop.")
            # The file comes first: a worker that starts at this very moment finds it and ends itself.
            run.paths.stop.touch()
            if run.status == "queued" and find_worker(run.heartbeat) is None:
                ended = {"status": "stopped", "ended": datetime.now(UTC)}
                record.model_copy(update=ended).write(run.paths.record)

    def resume(self, run_id: str, *, keep_place: bool = False) -> Run:
        """Queue a run again that was stopped or has failed; it goes on after its last checkpoint.

        Parameters
        ----------
        run_id : str
            Which run.
        keep_place : bool
            Queue it where it stood, not behind all others.

        Raises
        ------
        RunError
            The run has finished, is under way, ships with the project, is somebody else's, or does not exist.
        """
        before = self.get(run_id)
        ended = not before.shipped and not before.active
        # A worker that just ends holds the run a moment longer, a lost machine even longer. Where the supervisor queues
        # the run again by itself (keep_place), the next worker waits for that.
        if ended and not keep_place and is_claimed(before.paths, wait_seconds=_ENDING_SECONDS):
            raise RunError(f"The run “{run_id}” is just ending. Resume it in a moment.")
        with open_to_change(self, run_id, "resume") as (run, record):
            if run.active:
                raise RunError(f"The run “{run_id}” is {run.status}; there is nothing to resume.")
            if record.status not in ("stopped", "failed"):
                raise RunError(f"The run “{run_id}” has finished. Start a new one to train longer.")
            self.check_room()
            # The supervisor goes on with what somebody asked for; an instructor gives a run as long as it takes.
            hours = record.hours_allowed if keep_place else hours_for(self.user, self.limits)
            if not keep_place:
                check_hours_left(record, hours, time.time())
            attempt = Attempt(
                started=record.started, ended=record.ended, status=record.status, error=record.error
            )
            # Before the record says “queued”: a queued run has neither a heartbeat of old nor an old request to stop.
            remove(run.paths.stop)
            remove(run.paths.heartbeat)
            remove_leftovers(run.paths)
            queued = {
                "status": "queued",
                "attempts": (*record.attempts, attempt),
                "started": None,
                "ended": None,
                "error": None,
                "results": None,
                "hours_allowed": hours,
                "place": record.place if keep_place else datetime.now(UTC).timestamp(),
            }
            record.model_copy(update=queued).write(run.paths.record)
        return self.get(run_id)

    def prioritize(self, run_id: str, priority: int) -> None:
        """Change the priority of a queued run.

        Parameters
        ----------
        run_id : str
            A run that nobody has started yet.
        priority : int
            From -10 to 10: a higher one is started first. A student's goes up to 0.

        Raises
        ------
        RunError
            The run does not wait any more or is somebody else's, or the priority is not allowed.
        """
        if not -10 <= priority <= 10:
            raise RunError(f"A priority lies between -10 and 10 (given: {priority}).")
        with open_to_change(self, run_id, "move") as (run, record):
            self._check_waiting(run)
            check_priority(self.user, priority)
            record.model_copy(update={"priority": priority}).write(run.paths.record)

    def move_before(self, run_id: str, other_id: str | None) -> None:
        """Let a queued run be started right before another one that waits, or behind all.

        Parameters
        ----------
        run_id : str
            Which run; it gets the other one's priority too.
        other_id : str or None
            The run that it goes before; ``None`` for behind all.

        Raises
        ------
        RunError
            One of the two does not wait any more, or is somebody else's; or a student would go before the class.
        """
        with open_to_change(self, run_id, "move") as (run, record):
            self._check_waiting(run)
            if other_id is not None:
                check_may_change(self.user, self.get(other_id), "put another one before")
            priority, place = place_before(self.list(), run_id, other_id)
            check_priority(self.user, priority, record.priority)
            record.model_copy(update={"priority": priority, "place": place}).write(run.paths.record)

    def delete(self, run_id: str) -> None:
        """Remove a run's folder for good.

        Raises
        ------
        RunError
            The run is running, ships with the project, is somebody else's, or does not exist.
        """
        run = self.get(run_id)
        if run.shipped:
            raise RunError(f"The run “{run_id}” ships with CIFAR Lab and cannot be deleted.")
        check_may_change(self.user, run, "delete")
        if run.status == "running" or find_worker(run.heartbeat) is not None:
            raise RunError(f"The run “{run_id}” is running. Stop it first, then delete it.")
        try:
            delete_folder(run.paths.folder)
        except OSError as error:
            raise RunError(f"The run “{run_id}” cannot be deleted {refused(error)}") from None

    @staticmethod
    def _check_waiting(run: Run) -> None:
        if run.status != "queued" or run.heartbeat is not None:
            raise RunError(f"The run “{run.id}” does not wait any more, so the order stays as it is.")
