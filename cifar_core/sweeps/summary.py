"""``summary.json``: how far a sweep is. The driver writes it; pages read nothing else."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from cifar_core.recipes.fields import Scalar
from cifar_core.runs.bounds import Count, Moment, Share, ShortText, ShownText
from cifar_core.system.files import write_atomically
from cifar_core.words.finite import finite

SUMMARY_VERSION = 1
SweepState = Literal["running", "stopping", "finished", "stopped", "failed"]
Ended = Literal["finished", "pruned", "stopped", "failed"]
TrialState = Literal["queued", "running"] | Ended

STOPPED_WITH_SWEEP = "Stopped with the sweep."
NEVER_BEGAN = "Stopped with the sweep before it began."

UNDER_WAY: frozenset[str] = frozenset({"queued", "running"})
"""States of a trial that is still to come to an end."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class TrialSummary(_Frozen):
    """One trial.

    Attributes
    ----------
    number : int
        From 0, in the order in which they were asked for; also the ``number`` in the run's group.
    run_id : str
        The run that it is.
    values : dict
        What was tried, by dotted path.
    state : str
        ``"pruned"`` is stopped early by the sweep, ``"stopped"`` by somebody.
    value : float or None
        The objective: at the end of a finished trial, else in its newest epoch.
    epochs : int
        Finished epochs.
    note : str or None
        Why it ended, where it did not just finish.
    """

    number: Count
    run_id: ShortText
    values: dict[ShownText, Scalar]
    state: TrialState
    value: Annotated[float | None, BeforeValidator(finite)] = None
    epochs: Count = 0
    note: ShownText | None = None

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNDER_WAY

    @property
    def interrupted(self) -> bool:
        """Whether it ended only because the sweep was stopped: it is taken up again when the sweep goes on."""
        return self.state == "stopped" and self.note in (STOPPED_WITH_SWEEP, NEVER_BEGAN)


class SweepSummary(_Frozen):
    """All trials so far, and what they tell.

    Attributes
    ----------
    state : str
        Where the sweep as a whole is.
    problem : str or None
        Why it failed, as a sentence.
    updated : datetime
        When this was written.
    trials : tuple of TrialSummary
        In the order of their numbers.
    best : int or None
        Number of the best finished trial.
    importance : dict
        Share of the differences between trials that each hyper-parameter explains; they add up to 1. Empty until enough
        trials have ended.
    importance_trials : int
        How many trials it was computed from: finished ones, and those stopped early with their best epoch.
    gave_up : bool
        Whether so many trials failed that no more are tried; ``problem`` says so.
    classes : int or None
        How many the pictures have, once a run has opened them: so it is known what guessing reaches.
    """

    schema_version: Count = SUMMARY_VERSION
    state: SweepState = "running"
    problem: ShownText | None = None
    updated: Moment
    trials: tuple[TrialSummary, ...] = ()
    best: Count | None = None
    importance: dict[ShownText, Share] = Field(default_factory=dict)
    importance_trials: Count = 0
    gave_up: bool = False
    classes: Annotated[Count, Field(ge=1)] | None = None

    def write(self, path: Path) -> None:
        """Replace ``summary.json`` atomically."""
        write_atomically(path, (self.model_dump_json(indent=1) + "\n").encode())
