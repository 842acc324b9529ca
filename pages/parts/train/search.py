"""What a sweep searches over: which hyper-parameters, and for each a list of values or a range."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from cifar_core.recipes.config import TrainingConfig
from cifar_core.recipes.fields import Setting
from cifar_core.sweeps.space import SEARCHABLE, Search, field_title, make_search, value_words

_RATE = SEARCHABLE["learning_rate"].suggestion
SUGGESTED = (make_search({"field": "learning_rate", "low": _RATE.low, "high": _RATE.high, "log": _RATE.log}),)
"""What the form begins with."""


def choose_space(config: TrainingConfig, begins: Sequence[Search], *, listed: bool) -> list[Search]:
    """Draw which hyper-parameters are tried, and what for each.

    Parameters
    ----------
    config : TrainingConfig
        What all trials share.
    begins : sequence of Search
        What the form begins with, where the address asked for something.
    listed : bool
        Whether lists alone are offered, as a grid needs them.

    Raises
    ------
    ConfigError
        A value is not allowed.
    """
    fields = st.multiselect(
        "Hyper-parameters to try",
        list(SEARCHABLE),
        [search.field for search in begins or SUGGESTED],
        format_func=field_title,
        key="sweep_fields",
        persist_state="session",
        placeholder="Choose hyper-parameters",
    )
    first = {search.field: search for search in begins}
    return [
        make_search(_choose(SEARCHABLE[field], config, first.get(field), listed=listed)) for field in fields
    ]


def _choose(
    setting: Setting, config: TrainingConfig, begins: Search | None, *, listed: bool
) -> dict[str, Any]:
    path, title = setting.path, field_title(setting.path).capitalize()
    kept = {"persist_state": "session"}
    if setting.choices:
        first = [config.model] if path == "model" else list(setting.choices)
        if begins is not None:
            first = list(begins.points())
        values = st.multiselect(
            title, setting.choices, first, format_func=value_words, key=f"try_{path}", **kept
        )
        return {"field": path, "values": values}
    as_list = listed or not setting.has_range
    if not as_list:
        kinds = ("list", "range") if setting.suggestion.listed else ("range", "list")
        if begins is not None:
            kinds = ("list", "range") if begins.values is not None else ("range", "list")
        kind = st.segmented_control(
            title,
            kinds,
            default=kinds[0],
            required=True,
            format_func=str.capitalize,
            key=f"kind_{path}",
            **kept,
        )
        as_list = kind == "list"
    if as_list:
        text = st.text_input(
            f"{title}: values",
            ", ".join(map(value_words, setting.suggestion.values))
            if begins is None or begins.values is None
            else ", ".join(map(str, begins.values)),
            key=f"list_{path}",
            help="Separated by commas.",
            **kept,
        )
        return {"field": path, "values": [part.strip() for part in text.split(",") if part.strip()]}
    return {"field": path} | _choose_range(setting, begins)


def _choose_range(setting: Setting, begins: Search | None) -> dict[str, Any]:
    path, suggested = setting.path, setting.suggestion
    if begins is not None and begins.low is not None and begins.high is not None:
        whole = int if setting.kind == "integer" else float
        suggested = replace(suggested, low=whole(begins.low), high=whole(begins.high), log=begins.log)
    form = {"step": setting.step} | ({"format": "%g"} if setting.kind == "number" else {})
    left, right = st.columns(2)
    return {
        "low": left.number_input("From", value=suggested.low, key=f"low_{path}", persist_state="session", **form),
        "high": right.number_input("To", value=suggested.high, key=f"high_{path}", persist_state="session", **form),
        "log": st.toggle(
            "Logarithmic scale", suggested.log, key=f"log_{path}", persist_state="session",
            help="As many trials between 0.001 and 0.01 as between 0.01 and 0.1.",
        ),
    }  # fmt: skip
