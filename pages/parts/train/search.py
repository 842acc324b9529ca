"""What a sweep searches over: which hyper-parameters, and for each a list of values or a range."""

from typing import Any

import streamlit as st

from cifar_core.recipes.config import TrainingConfig
from cifar_core.recipes.fields import Setting
from cifar_core.sweeps.space import SEARCHABLE, Search, field_title, make_search, value_words


def choose_space(config: TrainingConfig, *, listed: bool) -> list[Search]:
    """Draw which hyper-parameters are tried, and what for each.

    ``listed`` offers lists alone, as a grid needs them.

    Raises
    ------
    ConfigError
        A value is not allowed.
    """
    fields = st.multiselect(
        "Hyper-parameters to try",
        list(SEARCHABLE),
        ["learning_rate"],
        format_func=field_title,
        key="sweep_fields",
        persist_state="session",
        placeholder="Choose hyper-parameters",
    )
    return [make_search(_choose(SEARCHABLE[field], config, listed=listed)) for field in fields]


def _choose(setting: Setting, config: TrainingConfig, *, listed: bool) -> dict[str, Any]:
    path, title = setting.path, field_title(setting.path).capitalize()
    kept = {"persist_state": "session"}
    if setting.choices:
        first = [config.model] if path == "model" else list(setting.choices)
        values = st.multiselect(
            title, setting.choices, first, format_func=value_words, key=f"try_{path}", **kept
        )
        return {"field": path, "values": values}
    as_list = listed or not setting.has_range
    if not as_list:
        kinds = ("list", "range") if setting.suggestion.listed else ("range", "list")
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
            ", ".join(map(value_words, setting.suggestion.values)),
            key=f"list_{path}",
            help="Separated by commas.",
            **kept,
        )
        return {"field": path, "values": [part.strip() for part in text.split(",") if part.strip()]}
    return {"field": path} | _choose_range(setting)


def _choose_range(setting: Setting) -> dict[str, Any]:
    path, suggested = setting.path, setting.suggestion
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
