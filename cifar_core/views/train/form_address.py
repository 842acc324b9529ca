"""The form of a new run as an address holds it: only what differs from the recipe, each by the name of its setting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

from pydantic import ValidationError

from cifar_core.errors import ConfigError
from cifar_core.models.registry import MODELS
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.changes import with_settings
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.recipes.fields import settings_of
from cifar_core.sweeps.plan import METHODS, MOST_TRIALS, OBJECTIVES, Method, Objective
from cifar_core.sweeps.seeds import FEWEST_SEEDS, MOST_SEEDS
from cifar_core.sweeps.space import Search, parse_search
from cifar_core.validation import explain_validation

FIRST_MODEL = "cnn-2conv"
"""The quickest one: a class sees it learn within minutes."""
RECIPES_OWN = "recipe"
"""The augmentation that the recipe brings."""
HowMany = Literal["one", "seeds", "sweep"]
Params = dict[str, list[str]]
"""What stands in an address: each name with its values."""

_LABELS = {
    "augmentation": "Start with",
    "many": "How many",
    "objective": "Look for",
    "pruning": "Stop bad trials early",
}
"""What stands on the page for a name in an address, where that is not the name."""


@dataclass(frozen=True)
class SweepForm:
    """What is asked of a sweep; as in :class:`~cifar_core.sweeps.plan.SweepPlan`.

    Attributes
    ----------
    space : tuple of Search
        What is tried; empty for what a form begins with.
    method, trials, objective, pruning
        As in the plan.
    """

    space: tuple[Search, ...] = ()
    method: Method = "tpe"
    trials: int = 20
    objective: Objective = "val_accuracy"
    pruning: bool = True


@dataclass(frozen=True)
class NewRunForm:
    """What is chosen for a new run.

    Attributes
    ----------
    model, preset : str
        Which network, and by which of its recipes.
    augmentation : str
        Name of the ready augmentation that the settings start with, or :data:`RECIPES_OWN`.
    chosen : mapping of str to object
        Settings of the recipe by their dotted paths.
    name, device : str
    seed : int
    how_many : {"one", "seeds", "sweep"}
    seeds : int
        How many runs, where each has another seed.
    sweep : SweepForm
        Where many settings are tried.
    """

    model: str = FIRST_MODEL
    preset: str = next(iter(MODELS[FIRST_MODEL].presets))
    augmentation: str = RECIPES_OWN
    chosen: Mapping[str, Any] = field(default_factory=dict)
    name: str = FIRST_MODEL
    device: str = "auto"
    seed: int = 0
    how_many: HowMany = "one"
    seeds: int = 5
    sweep: SweepForm = SweepForm()

    @property
    def before(self) -> Recipe:
        """The recipe that the settings start with, before any is changed."""
        recipe = MODELS[self.model].presets[self.preset]
        if self.augmentation == RECIPES_OWN:
            return recipe
        return recipe.model_copy(update={"augmentation": AUGMENTATIONS[self.augmentation]})

    @property
    def recipe(self) -> Recipe:
        """The recipe with what is chosen.

        Raises
        ------
        pydantic.ValidationError
            A setting is not allowed.
        """
        return Recipe.model_validate(with_settings(self.before, self.chosen))


def params_of(form: NewRunForm) -> Params:
    """Write a form into an address: nothing of what it begins with by itself.

    Parameters
    ----------
    form : NewRunForm
        Its settings need not be allowed.

    Returns
    -------
    dict of str to list of str
        In the order of the form. :func:`read_form` reads it.
    """
    first = NewRunForm()
    usual = {
        "model": (form.model, first.model),
        "recipe": (form.preset, next(iter(MODELS[form.model].presets))),
        "augmentation": (form.augmentation, RECIPES_OWN),
        **{
            path: (value, settings_of(Recipe)[path].value_in(form.before))
            for path, value in form.chosen.items()
        },
        "name": (form.name, form.model),
        "device": (form.device, first.device),
        "seed": (form.seed, first.seed),
        "many": (form.how_many, first.how_many),
    }
    if form.how_many == "seeds":
        usual["seeds"] = (form.seeds, first.seeds)
    if form.how_many == "sweep":
        usual |= {
            name: (getattr(form.sweep, name), getattr(first.sweep, name))
            for name in ("method", "trials", "objective", "pruning")
        }
    params = {name: [_text(value)] for name, (value, common) in usual.items() if value != common}
    if form.how_many == "sweep" and form.sweep.space:
        params["try"] = [one.text for one in form.sweep.space]
    return params


def read_form(
    params: Mapping[str, Sequence[str]], drawn: Collection[str] = tuple(settings_of(Recipe))
) -> tuple[NewRunForm, tuple[str, ...]]:
    """Read a form out of an address.

    Parameters
    ----------
    params : mapping of str to sequence of str
        As :func:`params_of` writes them, or as somebody typed them.
    drawn : collection of str, optional
        Paths of the settings that the form has; all of a recipe if not given.

    Returns
    -------
    form : NewRunForm
        With all that can be used.
    problems : tuple of str
        A sentence for each thing that cannot, with what was given in it as it came.
    """
    given = {name: values[-1] for name, values in params.items() if values}
    problems: list[str] = []

    def choice(name: str, allowed: Sequence[str], otherwise: str) -> str:
        asked = given.pop(name, otherwise)
        if asked in allowed:
            return asked
        problems.append(f"{_label(name)}: there is no “{asked[:40]}”. Choose from: {', '.join(allowed)}.")
        return otherwise

    def whole(name: str, low: int, high: int, otherwise: int) -> int:
        asked = given.pop(name, str(otherwise))
        if asked.isascii() and asked.isdecimal() and len(asked) < 12 and low <= int(asked) <= high:
            return int(asked)
        problems.append(
            f"{_label(name)}: a whole number from {low:,} to {high:,} is needed (given: {asked[:40]})."
        )
        return otherwise

    first = NewRunForm()
    model = choice("model", list(MODELS), first.model)
    presets = list(MODELS[model].presets)
    preset = choice("recipe", presets, presets[0])
    augmentation = choice("augmentation", [RECIPES_OWN, *AUGMENTATIONS], RECIPES_OWN)
    how_many = cast(HowMany, choice("many", get_args(HowMany), first.how_many))
    seeds = whole("seeds", FEWEST_SEEDS, MOST_SEEDS, first.seeds)
    space, wrong = _read_space(params.get("try", ()))
    given.pop("try", None)
    problems += wrong
    sweep = SweepForm(
        space=space,
        method=cast(Method, choice("method", list(METHODS), first.sweep.method)),
        trials=whole("trials", 1, MOST_TRIALS, first.sweep.trials),
        objective=cast(Objective, choice("objective", list(OBJECTIVES), first.sweep.objective)),
        pruning=choice("pruning", ["yes", "no"], "yes") == "yes",
    )
    seed = whole("seed", 0, 2**31 - 1, first.seed)
    name, device = given.pop("name", model), given.pop("device", first.device)
    for what, value in (("name", name), ("device", device)):
        try:
            TrainingConfig.from_values({"name": model, "model": model, "data": "drawn", what: value})
        except ConfigError as problem:
            said = str(problem).removeprefix("The training settings cannot be used. name: ")
            given_device = f"there is no “{value[:40]}”. It can be auto, cpu or gpu:0."
            problems.append(f"{_label(what)}: {said if what == 'name' else given_device}")
            name, device = (model, device) if what == "name" else (name, first.device)
    form = NewRunForm(model, preset, augmentation, {}, name, device, seed, how_many, seeds, sweep)
    chosen, wrong = _read_settings(given, form.before, drawn)
    return replace(form, chosen=chosen), tuple(problems + wrong)


def _read_settings(
    given: Mapping[str, str], recipe: Recipe, drawn: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """Read the settings of a recipe one by one, so that a wrong one takes no other with it."""
    settings = settings_of(Recipe)
    chosen: dict[str, Any] = {}
    problems = []
    # In the order of the recipe: a part that is switched off stays so, whatever else is given for it.
    for path in [path for path in settings if path in given and path in drawn]:
        try:
            recipe = Recipe.model_validate(with_settings(recipe, {path: given[path]}))
        except ValidationError as error:
            said = explain_validation(error, "It").removeprefix("It cannot be used. ")
            problems.append(said.replace(f"{path}: ", f"{settings[path].title}: ", 1))
        else:
            chosen[path] = settings[path].value_in(recipe)
    problems += [f"There is no setting “{name[:40]}”." for name in given if name not in drawn]
    return chosen, problems


def _read_space(texts: Sequence[str]) -> tuple[tuple[Search, ...], list[str]]:
    space: dict[str, Search] = {}
    problems = []
    for text in texts[:MOST_TRIALS]:
        try:
            search = parse_search(text)
        except ConfigError as problem:
            problems.append(str(problem))
        else:
            space[search.field] = search
    return tuple(space.values()), problems


def _label(name: str) -> str:
    return _LABELS.get(name, name.capitalize())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
