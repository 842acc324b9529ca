"""What a sweep searches over: which settings, and for each a list of values or a range."""

from typing import Any

import streamlit as st

from cifar_core.recipes.config import TrainingConfig
from cifar_core.sweeps.space import SEARCHABLE, Search, Searchable, field_title, make_search, value_words

SUGGESTED_RANGES: dict[str, tuple[float, float, bool]] = {
    "learning_rate": (1e-4, 1e-2, True),
    "epochs": (5, 20, False),
    "batch_size": (16, 256, True),
    "validation_fraction": (0.1, 0.3, False),
    "augmentation.translate": (0.0, 0.2, False),
    "early_stopping.patience": (2, 10, False),
    "seed": (0, 9, False),
}
SUGGESTED_VALUES = {
    "learning_rate": "0.0003, 0.001, 0.003",
    "epochs": "5, 10, 20",
    "batch_size": "32, 64, 128",
    "validation_fraction": "0.1, 0.2",
    "augmentation.translate": "0, 0.1, 0.2",
    "early_stopping.patience": "3, 5, 10",
    "seed": "0, 1, 2",
    "device": "cpu",
}
LISTED_FIRST = ("batch_size",)
"""Settings that people rather list than search through, though they have a range."""


def choose_space(config: TrainingConfig, *, listed: bool) -> list[Search]:
    """Draw which settings are tried, and what for each.

    ``listed`` offers lists alone, as a grid needs them.

    Raises
    ------
    ConfigError
        A value is not allowed.
    """
    fields = st.multiselect(
        "Settings to try",
        list(SEARCHABLE),
        ["learning_rate"],
        format_func=field_title,
        key="sweep_fields",
        persist_state="session",
        placeholder="Choose settings",
    )
    return [make_search(_choose(SEARCHABLE[field], config, listed=listed)) for field in fields]


def _choose(field: Searchable, config: TrainingConfig, *, listed: bool) -> dict[str, Any]:
    path, title = field.path, field_title(field.path).capitalize()
    kept = {"persist_state": "session"}
    if field.kind == "choice":
        first = [config.model] if path == "model" else list(field.choices)
        values = st.multiselect(
            title, field.choices, first, format_func=value_words, key=f"try_{path}", **kept
        )
        return {"field": path, "values": values}
    as_list = listed or not field.has_range
    if not as_list:
        kinds = ("list", "range") if path in LISTED_FIRST else ("range", "list")
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
            SUGGESTED_VALUES.get(path, ""),
            key=f"list_{path}",
            help="Separated by commas.",
            **kept,
        )
        return {"field": path, "values": [part.strip() for part in text.split(",") if part.strip()]}
    return {"field": path} | _choose_range(field)


def _choose_range(field: Searchable) -> dict[str, Any]:
    path = field.path
    low, high, log = SUGGESTED_RANGES.get(path, (0.0, 1.0, False))
    form = {"format": "%g", "step": 1e-4} if field.kind == "number" else {"step": 1}
    if field.kind == "integer":
        low, high = int(low), int(high)
    left, right = st.columns(2)
    return {
        "low": left.number_input("From", value=low, key=f"low_{path}", persist_state="session", **form),
        "high": right.number_input("To", value=high, key=f"high_{path}", persist_state="session", **form),
        "log": st.toggle(
            "Logarithmic scale", log, key=f"log_{path}", persist_state="session",
            help="As many trials between 0.001 and 0.01 as between 0.01 and 0.1.",
        ),
    }  # fmt: skip
