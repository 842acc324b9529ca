"""Command-line options for every setting of a recipe, made from the recipe's own fields."""

import argparse
from typing import Any

from pydantic import BaseModel

from cifar_core.errors import ConfigError
from cifar_core.recipes.augmentations import AUGMENTATIONS, get_augmentation
from cifar_core.recipes.changes import with_settings
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.recipes.fields import Setting, settings_of

STAGES, KIND = "schedule.stages", "schedule.kind"
_NAMES = {KIND: "schedule", "early_stopping.monitor": "early-stopping"}
_TITLES = {"": "recipe", "schedule": "learning rate over time", "early_stopping": "early stopping"}


def add_recipe_options(parser: argparse.ArgumentParser, model: type[BaseModel] = Recipe) -> None:
    """Add an option for each setting of a recipe; what is not given is left to the preset.

    Values stay text: they are checked with all others, and what is wrong is told in a sentence.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command; it gets a group of options for each part of the recipe.
    model : type of pydantic.BaseModel
        The recipe whose settings these are.
    """
    groups: dict[str, Any] = {}
    for setting in settings_of(model).values():
        part = setting.part
        if part not in groups:
            groups[part] = parser.add_argument_group(_TITLES.get(part, part))
            if part == "augmentation":
                groups[part].add_argument(
                    "--augmentation",
                    metavar="NAME",
                    help="a ready one to start from, in place of the recipe's "
                    f"({', '.join(AUGMENTATIONS)}); the options below change it",
                )
        add_setting_option(groups[part], setting)


def add_setting_option(group: Any, setting: Setting, default: object = None) -> None:
    """Add the option for one setting.

    Parameters
    ----------
    group : argparse.ArgumentParser or a group of its options
        What it is added to.
    setting : Setting
        Gives the option its name, help and kind of value.
    default : object
        What stands for it where it is not given.
    """
    name = option_name(setting.path)
    options: dict[str, Any] = {"dest": setting.path, "default": default, "help": _help(setting)}
    if setting.kind == "switch":
        group.add_argument(name, action=argparse.BooleanOptionalAction, **options)
    elif True in setting.choices:  # yes, no, or one of the others
        others = "|".join(map(str, setting.choices[2:]))
        group.add_argument(name, nargs="?", const=True, metavar=others, **options)
        no, said = f"--no-{name.removeprefix('--')}", f"{setting.title.lower()}: {setting.words(False)}"
        group.add_argument(no, dest=setting.path, action="store_false", help=said)
    else:
        group.add_argument(name, metavar=_metavar(setting), **options)


def add_training_options(parser: argparse.ArgumentParser, *fields: str) -> None:
    """Add options for what is chosen beside a recipe.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command.
    *fields : str
        Of :class:`TrainingConfig`, such as ``"seed"``; where one is not given, it has the field's default.
    """
    for field in fields:
        setting = settings_of(TrainingConfig)[field]
        add_setting_option(parser, setting, setting.default)


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
    if args.augmentation is not None:
        recipe = recipe.model_copy(update={"augmentation": get_augmentation(args.augmentation)})
    settings = settings_of(Recipe)
    given = {path: getattr(args, path) for path in settings}
    given = {path: value for path, value in given.items() if value is not None}
    if STAGES in given:
        given[STAGES] = read_stages(given[STAGES])
        given.setdefault(KIND, "stages")
    for path in given:
        off = settings[path].shown.off
        others = [other for other in given if settings[other].part == settings[path].part and other != path]
        if off is not None and given[path] == off and others:
            raise ConfigError(
                f"{option_name(path)} {off} leaves nothing to set there: "
                f"take {', '.join(map(option_name, others))} away."
            )
    return with_settings(recipe, given)


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


def _metavar(setting: Setting) -> str:
    if setting.path == STAGES:
        return "EPOCHS:RATE,…"
    return {"integer": "N", "number": "NUMBER"}.get(setting.kind, "NAME")


def _help(setting: Setting) -> str:
    """Say what a setting is, and what is allowed."""
    if setting.path == STAGES:
        return f"{setting.help}, as in 20:0.001,10:0.0001"
    if setting.kind == "choice" and True not in setting.choices:
        off = [setting.shown.off] if setting.shown.off else []
        return f"{setting.help} ({', '.join([*map(str, setting.choices), *off])})"
    return f"{setting.help} ({setting.limits})" if setting.limits else setting.help
