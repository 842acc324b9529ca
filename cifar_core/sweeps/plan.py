"""``sweep.json``: what a sweep is asked to do; written once, never changed."""

import math
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from cifar_core.accounts.limits import Limits
from cifar_core.errors import ConfigError
from cifar_core.evaluation.guessing import guesses, guesses_by_loss
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.bounds import Count, Moment, ShortText, ShownText
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.sweeps.space import Search
from cifar_core.validation import explain_validation
from cifar_core.words.numbers import decimal, percent

PLAN_VERSION = 1
MOST_TRIALS = 1000

Method = Literal["grid", "random", "tpe"]
Objective = Literal["val_accuracy", "val_loss"]

METHODS: dict[Method, str] = {
    "tpe": "learns from earlier trials where to look (TPE)",
    "random": "draws every trial at random",
    "grid": "tries every combination",
}
OBJECTIVES: dict[Objective, str] = {
    "val_accuracy": "highest validation accuracy",
    "val_loss": "lowest validation cross-entropy",
}


class SweepPlan(BaseModel):
    """What a sweep is asked to do.

    Attributes
    ----------
    id, name : str
        Its folder, and what people call it.
    created : datetime
        When it was asked for.
    base : TrainingConfig
        What all trials share: everything that is not searched over.
    space : tuple of Search
        What is tried.
    method : {"grid", "random", "tpe"}
        How values are chosen.
    trials : int
        How many runs; never more than there are combinations.
    parallel : int
        How many of them wait or run at one time.
    pruning : bool
        Whether trials that fall behind are stopped early.
    seed : int
        Of the choice of values; trainings have the seed of ``base``.
    objective : {"val_accuracy", "val_loss"}
        What is made as good as possible, on validation pictures; the test pictures never decide.
    owner : str or None
        Who asked for it, where people log in.
    limits : Limits or None
        How much a student who asked for it may use: the trials are held to it too.
    priority : int
        That of its runs, -10 to 10.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    schema_version: Count = PLAN_VERSION
    id: ShortText
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    created: Moment
    base: TrainingConfig
    space: tuple[Search, ...] = Field(min_length=1, max_length=20)
    method: Method = "tpe"
    trials: int = Field(20, ge=1, le=MOST_TRIALS)
    parallel: int = Field(2, ge=1, le=64)
    pruning: bool = True
    seed: int = Field(0, ge=0, le=2**31 - 1)
    objective: Objective = "val_accuracy"
    owner: ShownText | None = None
    limits: Limits | None = None
    priority: int = Field(0, ge=-10, le=10)

    @model_validator(mode="after")
    def _consistent(self) -> "SweepPlan":
        fields = [search.field for search in self.space]
        twice = next((field for field in fields if fields.count(field) > 1), None)
        if twice is not None:
            raise ConfigError(f"{twice} is searched over twice. Name each field once.")
        if self.method == "grid" and math.isinf(self.combinations):
            endless = next(search for search in self.space if math.isinf(search.count))
            raise ConfigError(
                f"{endless.field}: a grid needs a list of values or a step. Random and TPE search take any range."
            )
        return self

    @property
    def combinations(self) -> float:
        """How many different trials there can be; infinite where a range has no step."""
        return math.prod(search.count for search in self.space)

    @property
    def higher_is_better(self) -> bool:
        """Which way the objective improves."""
        return self.objective == "val_accuracy"

    def objective_of(self, line: EpochMetrics) -> float:
        """Return the objective after an epoch; of version 0.1, which noted no cross-entropy, the loss."""
        if self.higher_is_better:
            return line.val_accuracy
        return line.val_loss if line.val_cross_entropy is None else line.val_cross_entropy

    def objective_words(self, value: float) -> str:
        """Write a value of the objective: ``"86.0%"``, or ``"0.412"`` for a cross-entropy."""
        return percent(value) if self.higher_is_better else decimal(value, 3)

    def no_better_than_guessing(self, value: float, classes: int | None) -> bool:
        """Whether a value of the objective is what a network reaches that has learned nothing.

        Parameters
        ----------
        value : float
            Of the objective: accuracy 0 to 1, or cross-entropy in nats.
        classes : int or None
            How many there are; where that is not known, the answer is no.
        """
        judge = guesses if self.higher_is_better else guesses_by_loss
        return classes is not None and judge(value, classes)

    @property
    def pruning_trials(self) -> int:
        """How many trials must have finished before one is stopped early: a median of fewer says little."""
        return max(3, min(5, self.trials // 4))

    @property
    def pruning_epoch(self) -> int:
        """The first epoch after which a trial may be stopped: a fifth of the training, the second at least."""
        return max(2, math.ceil(self.base.epochs / 5) + 1)


def new_sweep_id(now: datetime | None = None) -> str:
    """Make an id that sorts by time: ``20261121-154500-sweep-3f2a``."""
    return f"{now or datetime.now(UTC):%Y%m%d-%H%M%S}-sweep-{secrets.token_hex(2)}"


def make_plan(values: Mapping[str, Any]) -> SweepPlan:
    """Check what a page or a command line asks for and give it an id.

    Parameters
    ----------
    values : mapping
        Fields of :class:`SweepPlan` without ``id`` and ``created``. Without ``trials`` a grid has all its
        combinations; more trials than combinations become as many.

    Raises
    ------
    ConfigError
        Says which field is wrong and what is allowed.
    """
    now = datetime.now(UTC)
    asked = {"trials": None} | dict(values) | {"id": new_sweep_id(now), "created": now}
    whole_grid = asked.get("method") == "grid" and asked["trials"] is None
    trials = asked["trials"] if asked["trials"] is not None else 1 if whole_grid else 20
    plan = read_plan(asked | {"trials": trials})
    wanted = plan.combinations if whole_grid else min(plan.trials, plan.combinations)
    if wanted > MOST_TRIALS:
        raise ConfigError(
            f"The grid has {wanted:,.0f} combinations; a sweep has at most {MOST_TRIALS:,} trials. "
            "Try fewer values, or random search."
        )
    return plan.model_copy(update={"trials": int(wanted)})


def read_plan(values: object) -> SweepPlan:
    """Validate a plan from outside.

    Raises
    ------
    ConfigError
        Says which field is wrong and what is allowed.
    """
    try:
        return SweepPlan.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain_validation(error, "The settings of the sweep")) from None
