"""Chosen settings laid over those of a recipe."""

from collections.abc import Mapping
from typing import Any

from cifar_core.recipes.config import Recipe
from cifar_core.recipes.fields import settings_of


def with_settings(recipe: Recipe, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Lay chosen settings over a recipe.

    Parameters
    ----------
    recipe : Recipe
        What is started from.
    chosen : mapping
        Settings by dotted path; a part can be switched off by what the metadata of its field calls so.

    Returns
    -------
    dict
        The values of a recipe, not yet checked.
    """
    values, laid = recipe.model_dump(), dict(chosen)
    if laid.get("schedule.kind", "stages") != "stages":
        laid.setdefault("schedule.stages", ())  # They belong to the recipe's own schedule.
    for path, setting in settings_of(Recipe).items():
        if setting.shown.off is not None and laid.get(path) == setting.shown.off:
            values[setting.part] = None
            laid = {other: value for other, value in laid.items() if not other.startswith(f"{setting.part}.")}
    lay_over(values, laid)
    return values


def lay_over(values: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Put settings into the nested values of a recipe, in place.

    Parameters
    ----------
    values : dict
        As ``model_dump`` gives them.
    given : mapping
        By dotted path; a part that is switched off (such as early stopping) is switched on by a value in it.
    """
    for path, value in given.items():
        *parents, last = path.split(".")
        inner = values
        for parent in parents:
            if inner[parent] is None:
                inner[parent] = {}
            inner = inner[parent]
        inner[last] = value
