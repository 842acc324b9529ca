"""What the driver of a sweep does at each look: follow the trials, begin new ones, write down how far it is."""

import contextlib
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cifar_core.accounts.user import User
from cifar_core.errors import ConfigError, RunError
from cifar_core.runs.layout import new_run_id
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.record import RunGroup
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.space import value_words, with_values
from cifar_core.sweeps.store import SweepPaths, read_summary
from cifar_core.sweeps.summary import (
    NEVER_BEGAN,
    STOPPED_WITH_SWEEP,
    SweepState,
    SweepSummary,
    TrialState,
    TrialSummary,
)
from cifar_core.system.files import remove
from cifar_core.system.streams import say

if TYPE_CHECKING:  # Optuna is imported by the process that drives, by no page.
    from cifar_core.sweeps.study import Study, Trial

LOOK_SECONDS = 0.5
FAILURES_IN_A_ROW = 5
"""So many failed trials and not one good one: more of them would fail in the same way, so the sweep ends."""


@dataclass
class SweepLeader:
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
    _written: SweepSummary | None = None
    _importance: dict[str, float] = field(default_factory=dict)
    _importance_trials: int = 0
    _importance_ended: int = 0
    _states: dict[str, TrialState] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)
    _gave_up: str | None = None
    _classes: int | None = None

    def __post_init__(self) -> None:
        owner, limits = self.plan.owner, self.plan.limits
        student = User(owner, owner, "student") if owner and limits else None
        self._store = RunStore(self.paths.runs_dir, user=student, limits=limits)
        earlier = read_summary(self.paths.summary)  # of a driver that was killed
        if earlier is not None:
            self._classes = earlier.classes
            self._gave_up = earlier.problem if earlier.gave_up else None

    def run(self) -> None:
        """Work until the sweep has ended, or its folder is gone."""
        while self.paths.plan.exists():
            try:
                if not self.look():
                    return
            except OSError as error:
                # Most likely a full disk; the trials must be followed all the same.
                log(f"{type(error).__name__}: {error}")
            time.sleep(LOOK_SECONDS)

    def look(self) -> bool:
        """Look at all trials once and do what is due; return whether anything is left to do."""
        stopping = self.paths.stop.exists() or self._gave_up is not None
        problems: list[str] = [] if stopping else self._take_up_interrupted()
        for trial in self.study.trials():
            if trial.open:
                try:
                    self._follow(trial, stopping)
                except RunError as error:  # No room for its run, a lock held for long: the others go on.
                    problems.append(str(error))
        trials = self.study.trials()
        under_way = sum(trial.open for trial in trials)
        # Once said, it stays so: a trial that was under way then and ends better is no reason to go on.
        self._gave_up = self._gave_up or self._hopeless(trials)
        if not (stopping or self._gave_up or problems):
            for _ in range(min(self.plan.parallel - under_way, self.plan.trials - len(trials))):
                under_way += 1
                trial = self.study.ask(new_run_id(self.plan.base.model))
                try:
                    self._begin(trial)
                except RunError as error:
                    problems.append(str(error))
                    break
        if under_way:
            try:
                self.supervise()
            except RunError as error:
                problems.append(str(error))
        trials = self.study.trials()
        complete = len(trials) == self.plan.trials and not any(map(_interrupted, trials))
        state: SweepState = "stopping" if stopping or self._gave_up else "running"
        failed = self._gave_up
        if not under_way:
            failed = failed or (_all_failed(trials) if complete else None)
            state = "failed" if failed else "finished" if complete else "stopped" if stopping else "running"
        self._tell(state, failed or next(iter(problems), None))
        return state in ("running", "stopping")

    def _take_up_interrupted(self) -> list[str]:
        """Go on with the trials that were stopped with the sweep, if somebody has asked for it; return what hinders."""
        problems: list[str] = []
        if not self.paths.resume.exists():
            return problems
        for trial in filter(_interrupted, self.study.trials()):
            try:
                run = self._store.get(trial.run_id)
            except RunError:  # It was deleted, or had never begun: following it tells which.
                run = None
            try:
                if run is not None and run.status in ("stopped", "failed"):
                    self._store.resume(run.id)
            except RunError as error:  # No room for it yet.
                problems.append(str(error))
                continue
            self.study.take_up(trial)
            log(f"goes on with trial {trial.number + 1}, {trial.run_id}")
        if not problems:
            remove(self.paths.resume)
        return problems

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
        log(f"queued trial {trial.number + 1} as {trial.run_id}: {words}")

    def _follow(self, trial: "Trial", stopping: bool) -> None:
        """See how far a trial's run is, and settle the trial where the run has ended."""
        try:
            run = self._store.get(trial.run_id)
        except RunError:
            if trial.created:
                self.study.give_up(trial, "stopped", "Its run was deleted.")
            elif stopping:
                self.study.give_up(trial, "stopped", NEVER_BEGAN)
            else:  # The driver that asked for it was killed before it could make the run.
                self._begin(trial)
            return
        if not trial.created:
            self.study.mark_created(trial)
        epochs = {
            line.epoch: value
            for line in read_metrics(run.paths.metrics).epochs
            # The loss of a training that diverged is no number, and nothing that could be compared.
            if math.isfinite(value := self.plan.objective_of(line))
        }
        self.study.report(trial, epochs)
        if run.active:
            self._failed.discard(run.id)
            self._states[run.id] = "queued" if run.status == "queued" else "running"
            self._stop_if_due(trial, run, epochs, stopping)
        elif run.status == "failed" and run.id not in self._failed:
            # A run whose machine was lost fails for a moment and is queued again: a second look decides.
            self._failed.add(run.id)
        else:
            self._settle(trial, run, stopping)

    def _stop_if_due(self, trial: "Trial", run: Run, epochs: dict[int, float], stopping: bool) -> None:
        due = stopping or trial.pruned is not None
        newest = max(epochs, default=0)
        asked = with_values(self.plan.base, trial.values).epochs
        # After the last epoch the run is being tested: stopping it would save nothing.
        if not due and newest < asked and set(epochs) - set(trial.epochs) and self.study.falls_behind(trial):
            self.study.mark_pruned(trial, self._why_pruned(newest, epochs))
            log(f"stopping trial {trial.number + 1} early, after epoch {newest}")
            due = True
        if due and not run.paths.stop.exists():
            with contextlib.suppress(RunError):  # It has just ended by itself.
                self._store.request_stop(run.id)

    def _settle(self, trial: "Trial", run: Run, stopping: bool) -> None:
        results = run.record.results if run.record else None
        if run.record is not None and run.record.data is not None:
            self._classes = len(run.record.data.class_names)
        if run.status == "finished" and results is not None:
            accuracy, loss = results.validation_accuracy, results.validation_loss
            self.study.finish(trial, accuracy if self.plan.higher_is_better else loss)
        elif run.status == "stopped" and trial.pruned:
            self.study.prune(trial, trial.pruned)
        elif run.status == "stopped":
            self.study.give_up(trial, "stopped", STOPPED_WITH_SWEEP if stopping else "Stopped by hand.")
        else:
            error = run.problem or (run.record.error if run.record else None)
            self.study.give_up(trial, "failed", error or "The run failed without a word.")
        log(f"{run.status} trial {trial.number + 1}, {run.id}")

    def _why_pruned(self, epoch: int, epochs: dict[int, float]) -> str:
        others = [
            other.epochs[epoch]
            for other in self.study.trials()
            if other.ended == "finished" and epoch in other.epochs
        ]
        best = (max if self.plan.higher_is_better else min)(epochs.values())
        median = statistics.median(others)
        words = self.plan.objective_words
        return f"Stopped early after epoch {epoch}: at best {words(best)}, finished trials had {words(median)} there."

    def _hopeless(self, trials: "Sequence[Trial]") -> str | None:
        ended = [trial for trial in trials if not trial.open]
        if len(ended) < FAILURES_IN_A_ROW or any(trial.ended != "failed" for trial in ended):
            return None
        return f"All of the first {len(ended)} trials failed, so no more are tried. The last one: {ended[-1].note}"

    def _tell(self, state: SweepState, problem: str | None) -> None:
        """Write the summary if anything in it has changed."""
        trials = self.study.trials()
        finished = [trial for trial in trials if trial.value is not None]
        ended = sum(trial.ended in ("finished", "pruned") for trial in trials)
        if ended != self._importance_ended:
            self._importance, self._importance_trials = self.study.importance()
            self._importance_ended = ended
        sign = 1 if self.plan.higher_is_better else -1
        best = max(finished, key=lambda trial: sign * (trial.value or 0.0), default=None)
        summary = SweepSummary(
            state=state,
            problem=problem,
            updated=datetime.now(UTC),
            trials=tuple(self._summary_of(trial) for trial in trials),
            best=best.number if best else None,
            importance=self._importance,
            importance_trials=self._importance_trials,
            gave_up=self._gave_up is not None,
            classes=self._classes,
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
            value=_value(trial, newest),
            epochs=newest or 0,
            note=trial.note or trial.pruned,
        )


def _interrupted(trial: "Trial") -> bool:
    """Tell whether a trial ended only because the sweep was stopped."""
    return trial.ended == "stopped" and trial.note in (STOPPED_WITH_SWEEP, NEVER_BEGAN)


def _value(trial: "Trial", newest: int | None) -> float | None:
    """Return the final objective, or that of the newest epoch; what a training had before it failed is no result."""
    if trial.ended == "failed" or trial.value is not None or newest is None:
        return trial.value
    return trial.epochs[newest]


def _all_failed(trials: "Sequence[Trial]") -> str | None:
    """Return what is said of a sweep whose every trial failed."""
    if any(trial.ended != "failed" for trial in trials):
        return None
    which = "The only trial failed" if len(trials) == 1 else f"All {len(trials)} trials failed"
    return f"{which}, so there is no best one. The last one: {trials[-1].note}"


def log(message: str) -> None:
    """Write a line into the driver's log."""
    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {message}")
