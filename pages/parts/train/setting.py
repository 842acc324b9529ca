"""Settings drawn from their fields: title, bounds, help and choices stand in the recipe, and nowhere else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import streamlit as st

from cifar_core.recipes.config import Recipe
from cifar_core.recipes.fields import Setting, settings_of

SETTINGS = settings_of(Recipe)
NOT_DRAWN = {
    "initial_weights": "where the weights begin belongs to the preset, as the rates that suit it do",
    "schedule.final_share": "the page's schedules fall to zero, as their titles say",
    "schedule.stages": "a list of stages belongs to the preset that brings it",
}
"""Settings that a new run has from its preset, and why they cannot be changed on the page."""
BROUGHT = {"schedule.kind": "stages"}
"""Choices that stand there only if the preset makes them, because what belongs to them is not drawn."""
KEYS = {
    "batch_size": "batch",
    "learning_rate": "rate",
    "muon_other_rate": "other_rate",
    "weight_decay": "decay",
    "label_smoothing": "smoothing",
    "validation_fraction": "validation",
    "training_share": "share",
    "test_time_augmentation": "views",
    "schedule.kind": "schedule",
    "schedule.warmup_epochs": "warmup",
}
"""What a widget's key begins with, where that is not the name of its setting."""

Chosen = dict[str, Any]
"""Values of settings by their dotted path."""


def draw_settings(
    columns: Sequence[Sequence[str]],
    recipe: Recipe,
    start: str,
    only_if: Mapping[str, Callable[[Chosen], bool]] | None = None,
    *,
    drawn: bool = True,
) -> Chosen:
    """Draw settings side by side, each beginning with the recipe's value.

    Parameters
    ----------
    columns : sequence of sequences of str
        Dotted paths, from left to right and from top to bottom.
    recipe : Recipe
        Where they begin.
    start : str
        What that depends on, as in :func:`kept`.
    only_if : mapping of str to callable, optional
        Of settings that do not always play a part: tells from what is chosen above them whether they do.
    drawn : bool
        Not where they stand in a part that is closed: what was chosen while it was open still holds.

    Returns
    -------
    dict
        What is chosen; of a setting that plays no part, the recipe's value.
    """
    chosen: Chosen = {}
    # What stands alone in a column does not wrap its words.
    places: Sequence[AbstractContextManager[object]] = [nullcontext()] * len(columns)
    if drawn:
        places = st.columns(len(columns)) if len(columns) > 1 else [st.container()]
    draw = draw_setting if drawn else _keep_setting
    for place, paths in zip(places, columns, strict=True):
        for path in paths:
            chosen[path] = SETTINGS[path].value_in(recipe)
            if only_if is None or path not in only_if or only_if[path](chosen):
                with place:
                    chosen[path] = draw(
                        SETTINGS[path], chosen[path], **kept(KEYS.get(path, SETTINGS[path].name), start)
                    )
    return chosen


def draw_setting(setting: Setting, value: Any, **kept: Any) -> Any:
    """Draw one setting, beginning with a value; return what is chosen."""
    more = {"help": setting.sentence} | kept
    if setting.kind == "switch":
        return st.toggle(setting.label, value, **more)
    if setting.kind == "choice":
        return _draw_choice(setting, value, more)
    if setting.kind == "text":
        return st.text_input(setting.label, value, **more)
    low, high = setting.offered
    written = "%g" if setting.kind == "number" else None
    draw = st.slider if setting.shown.slider else st.number_input
    return draw(setting.label, low, high, value, setting.step, written, **more)


def _keep_setting(_setting: Setting, value: Any, **kept: Any) -> Any:
    return value_of(kept, value)


def value_of(kept: Mapping[str, Any], value: Any) -> Any:
    """Return what was chosen with a widget that is not drawn now, and what it begins with if it never was."""
    return st.session_state.get(kept["key"], value)


def _draw_choice(setting: Setting, value: Any, more: Mapping[str, Any]) -> Any:
    choices = [] if setting.shown.off is None else [setting.shown.off]
    choices += [one for one in setting.choices if one == value or one != BROUGHT.get(setting.path)]
    more = {"format_func": setting.words} | more
    if setting.shown.buttons:
        return st.segmented_control(setting.label, choices, default=value, required=True, **more)
    return st.selectbox(setting.label, choices, choices.index(value), **more)


def others(parts: Collection[str], listed: Collection[str]) -> tuple[str, ...]:
    """Return the settings of some parts of a recipe that no list has: new ones, until they are given a place."""
    return tuple(
        path
        for path, setting in SETTINGS.items()
        if setting.part in parts and path not in listed and path not in NOT_DRAWN
    )


def kept(name: str, start: str) -> dict[str, Any]:
    """Give a widget a state of its own for each start, so that switching the model switches the defaults."""
    return {"key": f"{name}_{start}", "persist_state": "session"}
