"""Which hyper-parameters a sweep tries: any field of a training configuration, with a list of values or a range."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from cifar_core.errors import ConfigError
from cifar_core.models.registry import MODELS, model_of
from cifar_core.recipes.changes import lay_over
from cifar_core.recipes.config import TrainingConfig
from cifar_core.recipes.fields import Scalar, Setting, settings_of
from cifar_core.validation import explain_validation

MOST_VALUES = 100
_PROBE = TrainingConfig(name="probe", model=next(iter(MODELS)), data="drawn")
_REFUSED = {
    "name": "every trial gets a name of its own",
    "data": "accuracies on different pictures say nothing about each other",
    "schedule.stages": "a list of stages is no single value",
}


def searchable(model: type[TrainingConfig]) -> dict[str, Setting]:
    """Return every field of a training that can be searched over, by its dotted path."""
    found = {path: setting for path, setting in settings_of(model).items() if path not in _REFUSED}
    found["model"] = replace(found["model"], kind="choice", choices=tuple(MODELS))
    # “In stages” needs the list of stages, which no single value gives.
    kind = found["schedule.kind"]
    found["schedule.kind"] = replace(kind, choices=tuple(one for one in kind.choices if one != "stages"))
    return found


SEARCHABLE = searchable(TrainingConfig)
"""Every field that can be searched over, by its dotted path."""


class Search(BaseModel):
    """One field and what is tried for it: a list of values, or a range.

    Attributes
    ----------
    field : str
        Dotted path of a field of :class:`TrainingConfig`; its last part is enough where that is clear.
    values : tuple or None
        The values to try.
    low, high : float or None
        The ends of a range, both included.
    log : bool
        Whether the range is searched on a logarithmic scale.
    step : float or None
        Distance between the values of a range; a whole number for whole-number fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    field: str
    values: Annotated[tuple[Scalar, ...], Field(max_length=MOST_VALUES)] | None = None
    low: float | None = None
    high: float | None = None
    log: bool = False
    step: float | None = Field(None, gt=0)

    @field_validator("field")
    @classmethod
    def _known(cls, field: str) -> str:
        return full_path(field)

    @field_validator("values")
    @classmethod
    def _allowed(cls, values: tuple[Scalar, ...] | None, info: ValidationInfo) -> tuple[Scalar, ...] | None:
        if values is None or "field" not in info.data:
            return values
        return tuple(dict.fromkeys(_allowed_value(info.data["field"], value) for value in values))

    @model_validator(mode="after")
    def _list_or_range(self) -> "Search":
        if self.values is not None:
            if (self.low, self.high, self.step) != (None, None, None) or self.log:
                raise ConfigError(f"{self.field} has a list of values and a range; give one of the two.")
            if not self.values:
                raise ConfigError(f"{self.field} has no values yet. List those to try.")
            return self
        known = SEARCHABLE[self.field]
        if not known.has_range:
            allowed = f": {', '.join(map(str, known.choices))}" if known.choices else ""
            raise ConfigError(f"{self.field} has no range; list the values to try{allowed}.")
        if self.low is None or self.high is None or not self.low < self.high:
            raise ConfigError(
                f"{self.field} needs a list of values, or a lowest and a highest value "
                f"(given: {self.low} and {self.high})."
            )
        for end in (self.low, self.high):
            _allowed_value(self.field, end)
        if self.log and self.low <= 0:
            raise ConfigError(f"{self.field}: a logarithmic range begins above 0 (given: {self.low:g}).")
        if self.log and self.step is not None:
            raise ConfigError(f"{self.field}: a logarithmic range has no step; leave one of the two out.")
        if self.step is not None and known.kind == "integer" and not self.step.is_integer():
            raise ConfigError(f"{self.field}: the step is a whole number (given: {self.step:g}).")
        if self.step is not None and self.step > self.high - self.low:
            raise ConfigError(f"{self.field}: the step {self.step:g} is wider than the range.")
        return self

    @property
    def kind(self) -> str:
        """What the field's values are: ``"integer"``, ``"number"``, ``"choice"``, ``"switch"`` or ``"text"``."""
        return SEARCHABLE[self.field].kind

    @property
    def count(self) -> float:
        """How many different values there are to try; infinite for a range of numbers without a step."""
        if self.values is not None:
            return len(self.values)
        assert self.low is not None
        assert self.high is not None
        if self.kind == "number" and self.step is None:
            return math.inf
        return math.floor((self.high - self.low) / (self.step or 1) + 1e-9) + 1

    def points(self) -> tuple[Scalar, ...]:
        """Return all values to try, in order; only where :attr:`count` is finite."""
        if self.values is not None:
            return self.values
        assert self.low is not None
        steps = (tidy(self.low + number * (self.step or 1)) for number in range(int(self.count)))
        return tuple(int(value) if self.kind == "integer" else value for value in steps)

    @property
    def text(self) -> str:
        """What is tried, to the last digit, as :func:`parse_search` reads it: ``"batch_size=32,64"``."""
        if self.values is not None:
            return f"{self.field}={','.join(map(str, self.values))}"
        log, step = ":log" if self.log else "", f":step={self.step!r}" if self.step else ""
        return f"{self.field}={self.low!r}..{self.high!r}{log}{step}"

    def sentence(self) -> str:
        """Say what is tried to people, nearly as on the command line: ``"learning_rate = 0.0001..0.1:log"``."""
        if self.values is not None:
            return f"{self.field} = {', '.join(map(value_words, self.values))}"
        log, step = ":log" if self.log else "", f":step={self.step:g}" if self.step else ""
        return f"{self.field} = {self.low:g}..{self.high:g}{log}{step}"


def full_path(field: str) -> str:
    """Return the dotted path of a field that is named by it or by its last part.

    Raises
    ------
    ConfigError
        There is no such field, or it cannot be searched over.

    Examples
    --------
    >>> full_path("translate")
    'augmentation.translate'
    """
    if field in SEARCHABLE:
        return field
    if field in _REFUSED:
        raise ConfigError(f"A sweep cannot search over {field}: {_REFUSED[field]}.")
    ends = [path for path in SEARCHABLE if path.rpartition(".")[2] == field]
    if len(ends) != 1:
        raise ConfigError(
            f"There is no hyper-parameter “{field[:60]}” to search over. Choose from: {', '.join(SEARCHABLE)}."
        )
    return ends[0]


def make_search(values: Mapping[str, Any]) -> Search:
    """Check one field and what is tried for it.

    Raises
    ------
    ConfigError
        The field is unknown, or a value is not allowed.
    """
    try:
        return Search.model_validate(dict(values))
    except ValidationError as error:
        raise ConfigError(explain_validation(error, f"The search over {values.get('field')}")) from None


def parse_search(text: str) -> Search:
    """Read ``FIELD=A,B,C`` or ``FIELD=LOW..HIGH[:log][:step=S]`` as it is written on the command line.

    Raises
    ------
    ConfigError
        It cannot be read, names an unknown field, or holds a value that is not allowed.

    Examples
    --------
    >>> parse_search("batch_size=32..128:step=32").points()
    (32, 64, 96, 128)
    """
    field, equals, rest = text.partition("=")
    if not equals or not rest.strip():
        raise ConfigError(
            f"“{text[:80]}” says not what to search over. Write for instance learning_rate=1e-4..1e-1:log "
            "or batch_size=64,128."
        )
    if ".." not in rest:
        return make_search({"field": field.strip(), "values": [part.strip() for part in rest.split(",")]})
    ends, *options = rest.split(":")
    low, _, high = ends.partition("..")
    steps = [option[len("step=") :] for option in options if option.startswith("step=")]
    unknown = [option for option in options if option != "log" and not option.startswith("step=")]
    try:
        numbers = [float(part) for part in (low, high, *steps)]
    except ValueError:
        unknown.append(rest)
    if unknown or len(steps) > 1:
        raise ConfigError(
            f"“{text[:80]}” cannot be read. A range is LOW..HIGH, LOW..HIGH:log or LOW..HIGH:step=S."
        )
    return make_search(
        {
            "field": field.strip(),
            "low": numbers[0],
            "high": numbers[1],
            "log": "log" in options,
            "step": numbers[2] if steps else None,
        }
    )


def with_values(config: TrainingConfig, values: Mapping[str, Any]) -> TrainingConfig:
    """Lay searched values over a configuration.

    Parameters
    ----------
    config : TrainingConfig
        What all trials share.
    values : mapping
        By dotted path; a part that is switched off (such as early stopping) is switched on by a value in it.

    Raises
    ------
    ConfigError
        A value is not allowed, or not together with the others.
    """
    laid: dict[str, Any] = config.model_dump()
    lay_over(laid, values)
    made = TrainingConfig.from_values(laid)
    model_of(made)
    return made


def combinations(space: Sequence[Search]) -> Iterator[dict[str, Scalar]]:
    """Yield every combination of a finite space, the last field changing fastest.

    Examples
    --------
    >>> space = [parse_search("epochs=5,10"), parse_search("batch_size=64,128")]
    >>> [tuple(values.values()) for values in combinations(space)]
    [(5, 64), (5, 128), (10, 64), (10, 128)]
    """
    for point in itertools.product(*(search.points() for search in space)):
        yield {search.field: value for search, value in zip(space, point, strict=True)}


def field_title(path: str) -> str:
    """Name a field for people.

    Examples
    --------
    >>> field_title("early_stopping.patience")
    'early stopping patience'
    """
    return path.replace(".", " ").replace("_", " ")


def value_words(value: Scalar) -> str:
    """Write a value for people.

    Examples
    --------
    >>> value_words(0.0031623), value_words(64), value_words(True)
    ('0.00316', '64', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def tidy(value: float) -> float:
    """Take away what adding steps has left in the last digits.

    Examples
    --------
    >>> tidy(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.12g}")


def _allowed_value(field: str, value: Scalar) -> Scalar:
    """Return a value as the configuration holds it (``"64"`` becomes 64)."""
    allowed: Scalar = SEARCHABLE[field].value_in(with_values(_PROBE, {field: value}))
    return allowed
