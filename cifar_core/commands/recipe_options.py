"""Command-line options for every setting of a recipe, made from the recipe's own fields."""

import argparse
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from cifar_core.errors import ConfigError
from cifar_core.recipes.augmentations import AUGMENTATIONS, get_augmentation
from cifar_core.recipes.config import Recipe, lay_over, single_settings

STAGES, FLIP, MONITOR, PATIENCE, KIND = (
    "schedule.stages",
    "augmentation.flip",
    "early_stopping.monitor",
    "early_stopping.patience",
    "schedule.kind",
)
NEVER = "never"
"""What ``--early-stopping`` takes beside the losses."""
_NAMES = {KIND: "schedule", MONITOR: "early-stopping"}
_TITLES = {"schedule": "learning rate over time", "early_stopping": "early stopping"}


def add_recipe_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each setting of :class:`Recipe`; what is not given is left to the preset.

    Values stay text: they are checked with all others, and what is wrong is told in a sentence.
    """
    groups: dict[str, Any] = {}
    for path, field in single_settings(Recipe):
        part = path.rpartition(".")[0]
        title = _TITLES.get(part, part or "recipe")
        if title not in groups:
            groups[title] = parser.add_argument_group(title)
            if part == "augmentation":
                groups[title].add_argument(
                    "--augmentation",
                    metavar="NAME",
                    help="a ready one to start from, in place of the recipe's "
                    f"({', '.join(AUGMENTATIONS)}); the options below change it",
                )
        options: dict[str, Any] = {"dest": path, "default": None, "help": _help(path, field)}
        if field.annotation is bool:
            groups[title].add_argument(option_name(path), action=argparse.BooleanOptionalAction, **options)
        elif path == FLIP:
            groups[title].add_argument("--flip", nargs="?", const=True, metavar="alternating", **options)
            groups[title].add_argument("--no-flip", dest=path, action="store_false", help="never mirror")
        else:
            groups[title].add_argument(option_name(path), metavar=_metavar(path, field), **options)


def option_name(path: str) -> str:
    """Return the option for a setting: ``"augmentation.rand_augment"`` is set by ``"--rand-augment"``."""
    return "--" + _NAMES.get(path, path.rpartition(".")[2]).replace("_", "-")


def with_given_options(recipe: Recipe, args: argparse.Namespace) -> dict[str, Any]:
    """Lay the options that were given over a recipe.

    Parameters
    ----------
    recipe : Recipe
        The preset that is started from.
    args : argparse.Namespace
        With an attribute for each setting, by its dotted path, and ``augmentation``, the name of a ready one;
        ``None`` where nothing was given.

    Returns
    -------
    dict
        The values of a recipe, not yet checked.

    Raises
    ------
    ConfigError
        Stages cannot be read, there is no such augmentation, or options contradict each other.
    """
    values = recipe.model_dump()
    if args.augmentation is not None:
        values["augmentation"] = get_augmentation(args.augmentation).model_dump()
    given = {path: getattr(args, path) for path, _ in single_settings(Recipe)}
    given = {path: value for path, value in given.items() if value is not None}
    if STAGES in given:
        given[STAGES] = read_stages(given[STAGES])
        given.setdefault(KIND, "stages")
    elif KIND in given and given[KIND] != "stages":
        given[STAGES] = ()  # They belong to the preset's own schedule.
    if given.get(MONITOR) == NEVER:
        if PATIENCE in given:
            raise ConfigError(
                "--early-stopping never leaves nothing to be patient about: take --patience away."
            )
        del given[MONITOR]
        values["early_stopping"] = None
    lay_over(values, given)
    return values


def read_stages(text: str) -> tuple[dict[str, str], ...]:
    """Read ``20:0.001,10:0.0001``: epochs and learning rate of one stage after the other.

    Raises
    ------
    ConfigError
        A part is not of the form EPOCHS:RATE.
    """
    stages = []
    for part in text.split(","):
        epochs, colon, rate = part.partition(":")
        if not colon:
            raise ConfigError(
                f"“{text[:60]}” are no stages. Write epochs and learning rate of each: 20:0.001,10:0.0001."
            )
        stages.append({"epochs": epochs.strip(), "learning_rate": rate.strip()})
    return tuple(stages)


def _metavar(path: str, field: FieldInfo) -> str:
    if path == STAGES:
        return "EPOCHS:RATE,…"
    if get_origin(field.annotation) is Literal:
        return "NAME"
    return "COUNT" if field.annotation is int else "NUMBER"


def _help(path: str, field: FieldInfo) -> str:
    """Say what a setting is, and what is allowed."""
    text = field.description or ""
    if path == MONITOR:
        return f"{text} ({', '.join([*get_args(field.annotation), NEVER])})"
    if path == STAGES:
        return f"{text}, as in 20:0.001,10:0.0001"
    if get_origin(field.annotation) is Literal:
        return f"{text} ({', '.join(get_args(field.annotation))})"
    limits = _limits(field)
    return f"{text} ({limits})" if limits else text


def _limits(field: FieldInfo) -> str:
    """Write the range of a number: ``"0 to 0.5"``, ``"above 0, at most 10"``."""
    words = {"ge": "{:,g} to", "gt": "above {:,g}, at most", "le": "{:,g}", "lt": "below {:,g}"}
    return " ".join(
        text.format(getattr(limit, name))
        for limit in field.metadata
        for name, text in words.items()
        if hasattr(limit, name)
    )
