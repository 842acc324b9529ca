"""Optuna's part of a sweep: which values come next, who falls behind, which hyper-parameter matters.

Only the driver's process imports this module. What Optuna knows lies in ``study.db``; a driver that was killed is
followed by one that opens the same file and goes on.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from cifar_core.recipes.fields import Scalar
from cifar_core.sweeps.importance import importance
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.space import Search, combinations, tidy
from cifar_core.sweeps.summary import Ended
from cifar_core.system.files import remove, replace

MOST_LISTED = 10_000
"""Spaces with more combinations than this are not searched for untried ones."""

_NAME = "sweep"
_RUN, _CREATED, _PRUNED, _ENDED, _NOTE = "run_id", "created", "pruned", "ended", "note"
_Key = tuple[Scalar, ...]


@dataclass(frozen=True)
class Trial:
    """One trial as Optuna's file has it.

    Attributes
    ----------
    number : int
        From 0, counting the trials that have a run.
    run_id : str
        The run that it is, decided before the run was made.
    values : dict
        What is tried, by dotted path.
    open : bool
        Whether Optuna still waits for its outcome.
    created : bool
        Whether its run was made.
    epochs : dict
        The objective after each epoch that was reported.
    pruned : str or None
        Why it was asked to stop early.
    ended : str or None
        How it ended: ``"finished"``, ``"pruned"``, ``"stopped"`` or ``"failed"``.
    value : float or None
        The objective of a finished trial.
    note : str or None
        Why it ended so.
    """

    number: int
    run_id: str
    values: dict[str, Scalar]
    open: bool
    created: bool
    epochs: dict[int, float]
    pruned: str | None
    ended: Ended | None
    value: float | None
    note: str | None
    optuna_number: int


class Study:
    """The trials of one sweep.

    Parameters
    ----------
    path : Path
        The SQLite file; made if it is not there.
    plan : SweepPlan
        What the sweep was asked to do.
    """

    PROBLEMS = (optuna.exceptions.StorageInternalError, SQLAlchemyError)
    """What the file's methods raise when it cannot be written."""

    def __init__(self, path: Path, plan: SweepPlan) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._plan = plan
        self._distributions = {search.field: _distribution(search) for search in plan.space}
        if not path.exists():
            # Made under another name first: whoever is killed meanwhile leaves no half of a file behind.
            part = path.with_name(".study.part")
            remove(part)
            _open(part, plan)[1].engine.dispose()
            replace(part, path)
        self._study, self._storage = _open(path, plan)
        self._live: dict[int, optuna.trial.Trial] = {}

    def close(self) -> None:
        """Close the file."""
        self._storage.remove_session()
        self._storage.engine.dispose()

    def trials(self) -> tuple[Trial, ...]:
        """All trials that have a run, in the order in which they were asked for."""
        # Of one that was taken up again there are two: the place of the first, and what the last one says.
        known = {
            one.user_attrs[_RUN]: one
            for one in self._study.get_trials(deepcopy=False)
            if _RUN in one.user_attrs
        }
        return tuple(_read(number, one) for number, one in enumerate(known.values()))

    def ask(self, run_id: str) -> Trial:
        """Choose the values of one more trial.

        Parameters
        ----------
        run_id : str
            The run it will be; remembered before anybody makes the run, so that a new driver finds it.
        """
        self._discard_half_asked()
        trials = self.trials()
        tried = {self._key(trial.values) for trial in trials}
        # A sampler of its own for each trial: one that begins anew after a restart would draw the same again.
        self._study.sampler = _sampler(self._plan, len(trials))
        if self._plan.method == "grid" and not self._study.get_trials(states=(TrialState.WAITING,)):
            self._study.enqueue_trial(self._untried(tried)[0])
        asked = self._study.ask(self._distributions)
        if self._key(_values(asked.params)) in tried and self._plan.combinations <= MOST_LISTED:
            # The same configuration, seed included, would give the same figures once more.
            self._study.tell(asked, state=TrialState.FAIL)
            dice = random.Random(f"{self._plan.seed} {len(trials)}")
            self._study.enqueue_trial(dice.choice(self._untried(tried)))
            asked = self._study.ask(self._distributions)
        asked.set_user_attr(_RUN, run_id)
        self._live[asked.number] = asked
        return self.trials()[-1]

    def mark_created(self, trial: Trial) -> None:
        """Remember that the run was made: if it is gone later, somebody deleted it."""
        self._reopen(trial).set_user_attr(_CREATED, True)

    def report(self, trial: Trial, epochs: Mapping[int, float]) -> None:
        """Tell the objective after each epoch; those told already are passed over.

        Parameters
        ----------
        trial : Trial
            An open trial.
        epochs : mapping of int to float
            By epoch, from 1: validation accuracy (0 to 1) or loss (nats), whichever the sweep looks for.
        """
        for epoch in sorted(set(epochs) - set(trial.epochs)):
            self._reopen(trial).report(epochs[epoch], epoch)

    def falls_behind(self, trial: Trial) -> bool:
        """Whether the pruner would stop this trial after its newest epoch."""
        return self._plan.pruning and self._reopen(trial).should_prune()

    def mark_pruned(self, trial: Trial, reason: str) -> None:
        """Remember why a trial is stopped early, before its run is asked to stop.

        Parameters
        ----------
        trial : Trial
            An open trial.
        reason : str
            A sentence for the person who looks at the trial; read again as :attr:`Trial.pruned`.
        """
        self._reopen(trial).set_user_attr(_PRUNED, reason)

    def finish(self, trial: Trial, value: float) -> None:
        """End a trial with its objective.

        Parameters
        ----------
        trial : Trial
            An open trial, whose run has finished.
        value : float
            Validation accuracy (0 to 1) or loss (nats), whichever the sweep looks for.
        """
        self._end(trial, "finished", None, TrialState.COMPLETE, value)

    def prune(self, trial: Trial, note: str) -> None:
        """End a trial that was stopped early: it counts with its epochs so far.

        Parameters
        ----------
        trial : Trial
            An open trial, whose run was stopped because it fell behind.
        note : str
            Why, as a sentence for the person who looks at the trial.
        """
        self._end(trial, "pruned", note, TrialState.PRUNED)

    def give_up(self, trial: Trial, ended: Ended, note: str) -> None:
        """End a trial that tells nothing: it failed, or somebody stopped it.

        Parameters
        ----------
        trial : Trial
            An open trial, whose run ended without a result, or is gone.
        ended : {"stopped", "failed"}
            How it ended.
        note : str
            Why, as a sentence for the person who looks at the trial.
        """
        self._end(trial, ended, note, TrialState.FAIL)

    def take_up(self, trial: Trial) -> None:
        """Open a trial again that ended without a result: Optuna lets none be opened, so another takes its place.

        Parameters
        ----------
        trial : Trial
            One that was given up; its run, its values and what it told of its epochs stay.
        """
        (ended,) = (
            one for one in self._study.get_trials(deepcopy=False) if one.number == trial.optuna_number
        )
        attributes = {_RUN: trial.run_id, _CREATED: trial.created}
        self._study.add_trial(
            optuna.create_trial(
                state=TrialState.RUNNING,
                params=ended.params,
                distributions=ended.distributions,
                user_attrs=attributes,
                intermediate_values=ended.intermediate_values,
            )
        )

    def importance(self) -> tuple[dict[str, float], int]:
        """Compute the :func:`~cifar_core.sweeps.importance.importance` of what is tried, and from how many trials."""
        return importance(self._study, self._plan)

    def _end(
        self, trial: Trial, ended: Ended, note: str | None, state: TrialState, value: float | None = None
    ) -> None:
        live = self._reopen(trial)
        live.set_user_attr(_ENDED, ended)
        live.set_user_attr(_NOTE, note)
        self._study.tell(live, value, state=state)
        del self._live[trial.optuna_number]

    def _reopen(self, trial: Trial) -> optuna.trial.Trial:
        """Return Optuna's handle of an open trial, also of one that an earlier driver asked for."""
        number = trial.optuna_number
        if number not in self._live:
            (frozen,) = (one for one in self._study.get_trials(deepcopy=False) if one.number == number)
            self._live[number] = optuna.trial.Trial(self._study, frozen._trial_id)
        return self._live[number]

    def _discard_half_asked(self) -> None:
        """End what a killed driver had asked for without noting a run."""
        for one in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if _RUN not in one.user_attrs:
                self._study.tell(one.number, state=TrialState.FAIL)

    def _untried(self, tried: set[_Key]) -> Sequence[dict[str, Scalar]]:
        return [values for values in combinations(self._plan.space) if self._key(values) not in tried]

    def _key(self, values: Mapping[str, Scalar]) -> _Key:
        return tuple(values[search.field] for search in self._plan.space)


def _open(path: Path, plan: SweepPlan) -> tuple[optuna.Study, Any]:
    url = URL.create("sqlite", database=str(path)).render_as_string()
    storage = optuna.storages.RDBStorage(url)
    study = optuna.create_study(
        storage=storage,
        study_name=_NAME,
        direction="maximize" if plan.higher_is_better else "minimize",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(
            n_startup_trials=plan.pruning_trials,
            n_warmup_steps=plan.pruning_epoch,
            n_min_trials=plan.pruning_trials,
        ),
    )
    return study, storage


def _sampler(plan: SweepPlan, number: int) -> optuna.samplers.BaseSampler:
    seed = (plan.seed * 1_000_003 + number) % 2**32
    if plan.method == "tpe":
        return optuna.samplers.TPESampler(seed=seed, n_startup_trials=max(4, min(10, plan.trials // 3)))
    return optuna.samplers.RandomSampler(seed=seed)


def _distribution(search: Search) -> BaseDistribution:
    if search.values is not None:
        return CategoricalDistribution(search.values)
    assert search.low is not None
    assert search.high is not None
    if search.kind == "integer":
        return IntDistribution(int(search.low), int(search.high), search.log, int(search.step or 1))
    return FloatDistribution(search.low, search.high, search.log, search.step)


def _values(params: Mapping[str, Any]) -> dict[str, Scalar]:
    # Steps of 0.1 add up to 0.30000000000000004; a run should say 0.3.
    return {field: tidy(value) if isinstance(value, float) else value for field, value in params.items()}


def _read(number: int, one: FrozenTrial) -> Trial:
    attributes = one.user_attrs
    return Trial(
        number=number,
        run_id=attributes[_RUN],
        values=_values(one.params),
        open=not one.state.is_finished(),
        created=attributes.get(_CREATED, False),
        epochs=dict(one.intermediate_values),
        pruned=attributes.get(_PRUNED),
        ended=attributes.get(_ENDED),
        value=one.value if one.state == TrialState.COMPLETE else None,
        note=attributes.get(_NOTE),
        optuna_number=one.number,
    )
