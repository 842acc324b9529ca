"""What a new run is: model, data set, recipe, name, device and seed."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from cifar_core.data.catalog import DatasetChoice
from cifar_core.data.dataset import Dataset
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import MODELS
from cifar_core.models.spec import PRESET_TITLES
from cifar_core.names import MOST_CHARACTERS
from cifar_core.recipes.config import TrainingConfig
from cifar_core.recipes.fields import settings_of
from cifar_core.runs.run import Run
from cifar_core.views.train.form_address import NewRunForm
from cifar_core.views.train.model_words import HOW_TO_READ, model_labels, model_of_label
from pages.parts.frame.session import put_on_screen
from pages.parts.train.setting import draw_setting, kept, value_of


def choose_what(
    dataset: Dataset, choices: Sequence[DatasetChoice], runs: Iterable[Run], asked: NewRunForm
) -> tuple[str, str]:
    """Draw the choice of model, data set and preset; return the model and the name of its preset."""
    models, labels = list(MODELS), model_labels(dataset, runs)
    # A browser knows an option by its label, and a label changes when a better run ends.
    model = model_of_label(
        st.selectbox(
            "Model",
            models,
            models.index(asked.model),
            format_func=lambda chosen: labels[model_of_label(chosen)],
            key="train_model",
            persist_state="session",
            help=HOW_TO_READ,
        )
    )
    names = {choice.key: choice.name for choice in choices if choice.available}
    # One data set for all pages: the one chosen here is the one in the sidebar.
    st.session_state["train_data"] = st.session_state.get("data", dataset.key)
    st.selectbox(
        "Data set",
        list(names),
        format_func=names.__getitem__,
        key="train_data",
        on_change=lambda: put_on_screen(st.session_state["train_data"]),
    )
    presets = list(MODELS[model].presets)
    preset = presets[0]
    if len(presets) > 1:
        preset = st.segmented_control(
            "Recipe",
            presets,
            default=asked.preset if model == asked.model else preset,
            required=True,
            format_func=PRESET_TITLES.__getitem__,
            **kept("preset", model),
        )
    return model, preset


def choose_circumstances(
    model: str, devices: Sequence[Device], asked: NewRunForm, *, drawn: bool
) -> dict[str, Any]:
    """Draw name, device and seed, where their part is open; else return what was chosen while it was."""
    titles = {"auto": f"automatic ({devices[0].title})"} | {device.id: device.title for device in devices}
    settings = settings_of(TrainingConfig)
    name = asked.name if model == asked.model else model
    name_kept, device_kept, seed_kept = (
        kept(*one) for one in (("name", model), ("train", "device"), ("train", "seed"))
    )
    if not drawn:
        device = value_of(device_kept, asked.device)
        return {
            "name": value_of(name_kept, name),
            "device": device if device in titles else "auto",
            "seed": value_of(seed_kept, asked.seed),
        }
    return {
        "name": st.text_input(settings["name"].label, name, max_chars=MOST_CHARACTERS, **name_kept),
        "device": st.selectbox(
            settings["device"].label,
            list(titles),
            list(titles).index(asked.device) if asked.device in titles else 0,
            format_func=titles.__getitem__,
            **device_kept,
        ),
        "seed": draw_setting(settings["seed"], asked.seed, **seed_kept),
    }
