"""The process of one sweep: ``python -m cifar_core.sweeps.driver SWEEP_FOLDER``.

It keeps some trials waiting or running, stops early those that fall behind, and writes ``summary.json``. Every
trial is an ordinary run, started by the supervisor. The driver knows nothing that is not in the folders: kill it at
any moment, and the next one goes on where it was.
"""

import argparse
import contextlib
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from cifar_core.errors import CifarLabError, ConfigError, RunError
from cifar_core.runs.layout import new_run_id
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.record import RunGroup
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.detached import start_detached
from cifar_core.scheduling.supervisor import ensure_supervisor
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.space import value_words, with_values
from cifar_core.sweeps.store import SweepPaths, SweepStore, end_as_failed
from cifar_core.sweeps.summary import SweepState, SweepSummary, TrialState, TrialSummary

if TYPE_CHECKING:  # Optuna is imported by the process that drives, by no page.
    from cifar_core.sweeps.study import Study, Trial

LOOK_SECONDS = 0.5
RETRY_SECONDS = 5.0
FAILURES_IN_A_ROW = 5
"""So many failed trials and not one good one: the fault is not in the values, so the sweep ends."""

_LOCK_SECONDS = 2.0
_MODULE = "cifar_core.sweeps.driver"


def ensure_drivers(runs_dir: Path, arguments: Sequence[str] = ()) -> None:
    """Start a driver for each sweep under way that has none; return at once.

    Several processes may call this at the same time: of several drivers one gets the lock, the others leave.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs.
    arguments : sequence of str
        Further arguments for :func:`main`.
    """
    for sweep in SweepStore(runs_dir).list():
        if not sweep.active:
            continue
        lock = FileLock(sweep.paths.lock)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):  # Somebody drives it, or has just deleted it.
            continue
        lock.release()
        start_detached(_MODULE, [str(sweep.paths.folder.resolve()), *arguments], sweep.paths.log)


@dataclass
class SweepDriver:
    """Leads one sweep to its end.

    Parameters
    ----------
    paths : SweepPaths
        The sweep's folder.
    plan : SweepPlan
        What it was asked to do.
    study : Study
        Its trials.
    supervise : callable
        Sees to it that queued runs are started.
    """

    paths: SweepPaths
    plan: SweepPlan
    study: "Study"
    supervise: Callable[[], None]
    _problem: str | None = None
    _written: SweepSummary | None = None
    _importance: tuple[int, dict[str, float]] = (0, {})
    _states: dict[str, TrialState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._store = RunStore(self.paths.runs_dir)

    def run(self) -> None:
        """Work until the sweep has ended, or its folder is gone."""
        while self.paths.plan.exists():
            try:
                going_on = self.look()
                self._problem = None
            except (OSError, RunError) as error:
                # A full disk, a lock held for long: the trials under way still need somebody.
                self._complain(str(error))
                going_on = True
            if not going_on:
                return
            time.sleep(LOOK_SECONDS)

    def look(self) -> bool:
        """Look at all trials once and do what is due; return whether anything is left to do."""
        stopping = self.paths.stop.exists()
        for trial in self.study.trials():
            if trial.open:
                self._follow(trial, stopping)
        trials = self.study.trials()
        under_way = sum(trial.open for trial in trials)
        hopeless = self._hopeless(trials)
        if not (stopping or hopeless):
            for _ in range(min(self.plan.parallel - under_way, self.plan.trials - len(trials))):
                self._begin(self.study.ask(new_run_id(self.plan.base.model)))
                under_way += 1
        if under_way:
            self.supervise()
        complete = len(self.study.trials()) == self.plan.trials
        state: SweepState = "stopping" if stopping else "running"
        if not under_way:
            state = "failed" if hopeless else "finished" if complete else "stopped" if stopping else "running"
        self._tell(state, hopeless)
        return state in ("running", "stopping")

    def _begin(self, trial: "Trial") -> None:
        """Make the run of a trial."""
        name = f"{self.plan.name[:60]} · {trial.number + 1}"
        group = RunGroup(id=self.plan.id, kind="sweep", name=self.plan.name, number=trial.number)
        self._states[trial.run_id] = "queued"
        try:
            config = with_values(self.plan.base, trial.values).model_copy(update={"name": name})
        except ConfigError as problem:
            self.study.give_up(trial, "failed", str(problem))
            return
        self._store.create(
            config, run_id=trial.run_id, priority=self.plan.priority, owner=self.plan.owner, group=group
        )
        self.study.mark_created(trial)
        words = ", ".join(f"{path} {value_words(value)}" for path, value in trial.values.items())
        _log(f"queued trial {trial.number + 1} as {trial.run_id}: {words}")

    def _follow(self, trial: "Trial", stopping: bool) -> None:
        """See how far a trial's run is, and settle the trial where the run has ended."""
        try:
            run = self._store.get(trial.run_id)
        except RunError:
            if trial.created:
                self.study.give_up(trial, "stopped", "Its run was deleted.")
            elif stopping:
                self.study.give_up(trial, "stopped", "Stopped with the sweep before it began.")
            else:  # The driver that asked for it was killed before it could make the run.
                self._begin(trial)
            return
        if not trial.created:
            self.study.mark_created(trial)
        epochs = {
            line.epoch: getattr(line, self.plan.objective) for line in read_metrics(run.paths.metrics).epochs
        }
        self.study.report(trial, epochs)
        if run.active:
            self._states[run.id] = "queued" if run.status == "queued" else "running"
            self._stop_if_due(trial, run, epochs, stopping)
        else:
            self._settle(trial, run, stopping)

    def _stop_if_due(self, trial: "Trial", run: Run, epochs: dict[int, float], stopping: bool) -> None:
        due = stopping or trial.pruned is not None
        newest = max(epochs, default=0)
        asked = with_values(self.plan.base, trial.values).epochs
        # After the last epoch the run is being tested: stopping it would save nothing.
        if not due and newest < asked and set(epochs) - set(trial.epochs) and self.study.falls_behind(trial):
            self.study.mark_pruned(trial, self._why_pruned(newest, epochs))
            _log(f"stopping trial {trial.number + 1} early, after epoch {newest}")
            due = True
        if due and not run.paths.stop.exists():
            with contextlib.suppress(RunError):  # It has just ended by itself.
                self._store.request_stop(run.id)

    def _settle(self, trial: "Trial", run: Run, stopping: bool) -> None:
        results = run.record.results if run.record else None
        if run.status == "finished" and results is not None:
            accuracy, loss = results.validation_accuracy, results.validation_loss
            self.study.finish(trial, accuracy if self.plan.higher_is_better else loss)
        elif run.status == "stopped" and trial.pruned:
            self.study.prune(trial, trial.pruned)
        elif run.status == "stopped":
            self.study.give_up(
                trial, "stopped", "Stopped with the sweep." if stopping else "Stopped by hand."
            )
        else:
            error = run.problem or (run.record.error if run.record else None)
            self.study.give_up(trial, "failed", error or "The run failed; its log says more.")
        _log(f"{run.status} trial {trial.number + 1}, {run.id}")

    def _why_pruned(self, epoch: int, epochs: dict[int, float]) -> str:
        others = [
            other.epochs[epoch]
            for other in self.study.trials()
            if other.ended == "finished" and epoch in other.epochs
        ]
        best = (max if self.plan.higher_is_better else min)(epochs.values())
        form = "{:.1%}" if self.plan.higher_is_better else "{:.3f}"
        median = form.format(statistics.median(others))
        return f"Stopped early after epoch {epoch}: at best {form.format(best)}, finished trials had {median} there."

    def _hopeless(self, trials: "Sequence[Trial]") -> str | None:
        ended = [trial for trial in trials if not trial.open]
        if len(ended) < FAILURES_IN_A_ROW or any(trial.ended != "failed" for trial in ended):
            return None
        return f"All of the first {len(ended)} trials failed, so no more are tried. The last one: {ended[-1].note}"

    def _tell(self, state: SweepState, problem: str | None) -> None:
        """Write the summary if anything in it has changed."""
        trials = self.study.trials()
        finished = [trial for trial in trials if trial.value is not None]
        if len(finished) != self._importance[0]:
            self._importance = len(finished), self.study.importance()
        sign = 1 if self.plan.higher_is_better else -1
        best = max(finished, key=lambda trial: sign * (trial.value or 0.0), default=None)
        summary = SweepSummary(
            state=state,
            problem=problem or self._problem,
            updated=datetime.now(UTC),
            trials=tuple(self._summary_of(trial) for trial in trials),
            best=best.number if best else None,
            importance=self._importance[1],
            importance_trials=len(finished) if self._importance[1] else 0,
        )
        if self._written is None or summary != self._written.model_copy(update={"updated": summary.updated}):
            summary.write(self.paths.summary)
            self._written = summary

    def _summary_of(self, trial: "Trial") -> TrialSummary:
        state: TrialState = self._states.get(trial.run_id, "queued")
        if trial.ended is not None and not trial.open:
            state = trial.ended
        newest = max(trial.epochs, default=None)
        return TrialSummary(
            number=trial.number,
            run_id=trial.run_id,
            values=trial.values,
            state=state,
            value=trial.value if newest is None or trial.value is not None else trial.epochs[newest],
            epochs=newest or 0,
            note=trial.note or trial.pruned,
        )

    def _complain(self, problem: str) -> None:
        if problem != self._problem:
            _log(problem)
        self._problem = problem


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
        sweep = SweepStore(paths.runs_dir).get(folder.name)
        if sweep.plan is None or not sweep.active:
            return
        # Only now: importing Optuna takes a moment in which others would start a driver of their own.
        from cifar_core.sweeps.study import Study

        def supervise() -> None:
            ensure_supervisor(paths.runs_dir, supervisor_arguments)

        finished = False
        while not finished:
            with contextlib.closing(Study(paths.study, sweep.plan)) as study:
                try:
                    SweepDriver(paths, sweep.plan, study, supervise).run()
                    finished = True
                except (
                    Study.PROBLEMS
                ) as problem:  # A full disk, most likely: look again, with the file opened anew.
                    _log(f"{type(problem).__name__}: {problem}")
            if not finished:
                time.sleep(RETRY_SECONDS)
    except CifarLabError as problem:
        end_as_failed(paths, str(problem))
    except ImportError as problem:
        end_as_failed(paths, f"Sweeps need Optuna ({problem}). Install it: pip install -r requirements.txt")
    except Exception as problem:
        # Without this the pages would start one driver after another, each of which ends in the same way.
        end_as_failed(
            paths,
            f"The sweep broke off: {type(problem).__name__}. {paths.log} has the details; its runs go on.",
        )
        raise
    finally:
        lock.release()


def _log(message: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {message}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Drive one sweep: ``python -m cifar_core.sweeps.driver SWEEP_FOLDER``."""
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the sweep")
    parser.add_argument(
        "--supervisor", nargs=argparse.REMAINDER, default=[], help="further arguments for the supervisor"
    )
    options = parser.parse_args(arguments)
    drive(options.folder, options.supervisor)


if __name__ == "__main__":
    main()
