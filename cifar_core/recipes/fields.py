"""What is known of each setting, read from its field: by the form, the command line, sweeps and the documentation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cifar_core.words.sentences import capitalized

Scalar = bool | int | float | str
Number = int | float
Kind = Literal["switch", "choice", "integer", "number", "text", "list"]

_INSIDE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What a sweep may try for a setting, before anybody has said what it should.

    Attributes
    ----------
    low, high : int, float or None
        The ends of a range; those of all that is allowed where none are given.
    log : bool
        Whether the range is searched on a logarithmic scale.
    values : tuple
        Single values, for a list.
    listed : bool
        Whether people rather list values of it than give a range.
    """

    low: Number | None = None
    high: Number | None = None
    log: bool = False
    values: tuple[Scalar, ...] = ()
    listed: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How people meet a setting; stands in the annotation of its field, beside the type.

    Attributes
    ----------
    unit : str
        Of a number: ``"°"``, ``"epochs"``.
    step : int, float or None
        From one number to the next; 1 for whole numbers and 0.01 for others where none is given.
    slider : bool
        Whether a number is chosen on a slider: where all of its range is in use. Elsewhere it is typed.
    buttons : bool
        Whether choices stand side by side: where they are few and short. Elsewhere they are a list to open.
    choices : mapping
        Choices in words, where the value itself says too little.
    off : str or None
        What is chosen, in place of a value, to switch off the part of the recipe that the setting belongs to.
    suggestion : Suggestion
        For sweeps.
    """

    unit: str = ""
    step: Number | None = None
    slider: bool = False
    buttons: bool = False
    choices: Mapping[Scalar, str] = field(default_factory=dict, hash=False)
    off: str | None = None
    suggestion: Suggestion = Suggestion()


@dataclass(frozen=True)
class Setting:
    """One setting of a recipe, or of a training.

    Attributes
    ----------
    path : str
        Its dotted path: ``"learning_rate"``, ``"augmentation.translate"``.
    kind : {"switch", "choice", "integer", "number", "text", "list"}
        What its values are.
    title, help : str
        Its name on the page; what it does, in words that begin small and end without a full stop.
    default : object
        Its value where nobody says another; ``None`` where somebody must.
    choices : tuple
        All allowed values of a ``"choice"`` or a ``"switch"``.
    low, high : int, float or None
        Bounds of a number.
    open_low, open_high : bool
        Whether the bound itself is not allowed.
    shown : Shown
        How people meet it.
    """

    path: str
    kind: Kind
    title: str
    help: str
    default: Any
    choices: tuple[Scalar, ...] = ()
    low: Number | None = None
    high: Number | None = None
    open_low: bool = False
    open_high: bool = False
    shown: Shown = Shown()

    @property
    def part(self) -> str:
        """The part of the recipe that it belongs to: ``"augmentation"``; empty for the recipe itself."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The last part of its path: ``"translate"``."""
        return self.path.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Title and unit: ``"Turn (°)"``."""
        return f"{self.title} ({self.shown.unit})" if self.shown.unit else self.title

    @property
    def sentence(self) -> str:
        """What it does, as a sentence."""
        return f"{capitalized(self.help)}."

    @property
    def has_range(self) -> bool:
        """Whether a lowest and a highest value make sense."""
        return self.kind in ("integer", "number")

    @property
    def step(self) -> Number:
        """From one number to the next."""
        return self.shown.step or (1 if self.kind == "integer" else 0.01)

    @property
    def offered(self) -> tuple[Number | None, Number | None]:
        """The lowest and highest number that a form offers: a hair inside a bound that is itself not allowed."""
        low = self.low + _INSIDE if self.open_low and self.low is not None else self.low
        high = self.high - _INSIDE if self.open_high and self.high is not None else self.high
        return low, high

    @property
    def limits(self) -> str:
        """The range of a number in words: ``"0 to 180°"``, ``"above 0, at most 10"``; empty where there is none."""
        above, below = "above" if self.open_low else "at least", "below" if self.open_high else "at most"
        if self.low is None or self.high is None:
            words = "" if self.low is None else f"{above} {_written(self.low)}"
            words += "" if self.high is None else f"{below} {_written(self.high)}"
        elif self.open_low:
            words = f"above {_written(self.low)}, {below} {_written(self.high)}"
        else:
            words = f"{_written(self.low)} to {'below ' if self.open_high else ''}{_written(self.high)}"
        space = " " if self.shown.unit[:1].isalpha() else ""
        return f"{words}{space}{self.shown.unit}" if words else ""

    @property
    def suggestion(self) -> Suggestion:
        """What a sweep may try for it; the range is whole, and lies within what is allowed."""
        given, (low, high) = self.shown.suggestion, self.offered
        return replace(
            given,
            low=low if given.low is None else given.low,
            high=high if given.high is None else given.high,
        )

    def words(self, value: Scalar) -> str:
        """Say a choice: ``"best epoch"``."""
        return self.shown.choices.get(value, str(value))

    def value_in(self, recipe: BaseModel) -> Any:
        """Return its value in a recipe; of a part that is switched off, what says so, or the default."""
        found: Any = recipe
        for name in self.path.split("."):
            if found is None:
                return self.default if self.shown.off is None else self.shown.off
            found = getattr(found, name)
        return found


@cache
def settings_of(model: type[BaseModel]) -> Mapping[str, Setting]:
    """Return each setting of a recipe by its dotted path, those of its parts in their place."""
    return MappingProxyType({setting.path: setting for setting in _read(model, "")})


def _read(model: type[BaseModel], prefix: str) -> Iterator[Setting]:
    for name, info in model.model_fields.items():
        members = [one for one in get_args(info.annotation) if one is not NoneType]
        # A part that can be switched off is a model or None.
        part = members[0] if len(members) == 1 else info.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from _read(part, f"{prefix}{name}.")
        else:
            yield _describe(prefix + name, info)


def _describe(path: str, info: FieldInfo) -> Setting:
    kind, choices = _kind(info.annotation)
    number = float if kind == "number" else int
    bounds = {
        name: number(getattr(limit, name))
        for limit in info.metadata
        for name in ("ge", "gt", "le", "lt")
        if hasattr(limit, name)
    }
    return Setting(
        path=path,
        kind=kind,
        title=info.title or path.rpartition(".")[2].replace("_", " ").capitalize(),
        help=info.description or "",
        default=None if info.is_required() else info.default,
        choices=choices,
        low=bounds.get("ge", bounds.get("gt")),
        high=bounds.get("le", bounds.get("lt")),
        open_low="gt" in bounds,
        open_high="lt" in bounds,
        shown=next((one for one in info.metadata if isinstance(one, Shown)), Shown()),
    )


def _kind(annotation: Any) -> tuple[Kind, tuple[Scalar, ...]]:
    """Return what the values of a type are, and all of them where they can be counted."""
    members = get_args(annotation)
    if get_origin(annotation) is Literal:
        return "choice", members
    if annotation is bool:
        return "switch", (False, True)
    if bool in members:
        # Where there is more to choose from than yes or no, the other members say what.
        return "choice", (False, True, *(choice for member in members for choice in get_args(member)))
    plain: dict[Any, Kind] = {int: "integer", float: "number", str: "text"}
    return plain.get(annotation, "list"), ()


def _written(number: Number) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,g}"
