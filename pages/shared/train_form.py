"""The settings of a new run, with the chosen model's own recipe as defaults."""

from collections.abc import Sequence
from typing import Any, get_args

import streamlit as st

from cifar_core.data.catalog import DatasetChoice
from cifar_core.data.dataset import Dataset
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import MODELS
from cifar_core.training.config import Optimizer, Recipe
from pages.shared.session import put_on_screen

FIRST_MODEL = "cnn-2conv"
"""The quickest one: a class sees it learn within minutes."""

STOP_EARLY = {
    "never": "never",
    "val_loss": "when the validation loss no longer falls",
    "loss": "when the training loss no longer falls",
}
KEEP = {"best": "best epoch", "last": "last epoch"}


def choose_what(dataset: Dataset, choices: Sequence[DatasetChoice]) -> dict[str, Any]:
    """Draw the three settings that matter most: model, data set, epochs."""
    models = list(MODELS)
    model = st.selectbox(
        "Model", models, models.index(FIRST_MODEL), key="train_model", persist_state="session"
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
    epochs = st.number_input(
        "Epochs", 1, 10_000, MODELS[model].recipe.epochs, key=f"epochs_{model}", persist_state="session"
    )
    return {"model": model, "data": dataset.key, "epochs": epochs}


def choose_recipe(model: str) -> dict[str, Any]:
    """Draw the hyper-parameters; a model starts with its own recipe and keeps what was changed."""
    recipe = MODELS[model].recipe
    left, right = st.columns(2)
    values: dict[str, Any] = {
        "batch_size": left.number_input("Batch size", 1, 8192, recipe.batch_size, **_kept("batch", model)),
        "learning_rate": right.number_input(
            "Learning rate", 0.0, 10.0, recipe.learning_rate, 1e-4, "%g", **_kept("rate", model)
        ),
        "optimizer": left.selectbox(
            "Optimizer",
            get_args(Optimizer),
            get_args(Optimizer).index(recipe.optimizer),
            **_kept("optimizer", model),
        ),
        "validation_fraction": right.number_input(
            "Validation share",
            0.01,
            0.5,
            recipe.validation_fraction,
            0.05,
            help="Share of the training pictures held out to watch progress; never trained on.",
            **_kept("validation", model),
        ),
    }
    values["augmentation"] = {
        "flip": st.toggle(
            "Mirror pictures at random",
            recipe.augmentation.flip,
            help="Left and right change places in every second picture, drawn anew in each epoch.",
            **_kept("flip", model),
        ),
        "translate": st.slider(
            "Shift pictures at random by up to",
            0.0,
            0.5,
            recipe.augmentation.translate,
            0.05,
            help="As a share of their width; edges are reflected.",
            **_kept("translate", model),
        ),
    }
    values |= _choose_end(recipe, model)
    return values


def choose_circumstances(model: str, devices: Sequence[Device]) -> dict[str, Any]:
    """Draw name, device and seed."""
    titles = {"auto": f"automatic ({devices[0].title})"} | {device.id: device.title for device in devices}
    return {
        "name": st.text_input("Name", model, max_chars=80, **_kept("name", model)),
        "device": st.selectbox(
            "Device",
            list(titles),
            format_func=titles.__getitem__,
            key="train_device",
            persist_state="session",
        ),
        "seed": st.number_input(
            "Seed",
            0,
            2**31 - 1,
            help="Starting weights, validation pictures and order all follow from it: one seed, one training.",
            key="train_seed",
            persist_state="session",
        ),
    }


def _choose_end(recipe: Recipe, model: str) -> dict[str, Any]:
    rule = recipe.early_stopping
    monitor = st.selectbox(
        "Stop early",
        list(STOP_EARLY),
        list(STOP_EARLY).index(rule.monitor if rule else "never"),
        format_func=STOP_EARLY.__getitem__,
        **_kept("monitor", model),
    )
    patience = rule.patience if rule else 10
    if monitor != "never":
        patience = st.number_input(
            "Epochs without improvement before that", 1, 1000, patience, **_kept("patience", model)
        )
    keep = st.segmented_control(
        "Weights to keep",
        list(KEEP),
        default=recipe.keep,
        required=True,
        format_func=KEEP.__getitem__,
        help="They are tested at the end. The best epoch is the one with the lowest validation loss.",
        **_kept("keep", model),
    )
    return {
        "early_stopping": {"monitor": monitor, "patience": patience} if monitor != "never" else None,
        "keep": keep,
    }


def _kept(name: str, model: str) -> dict[str, Any]:
    """Give a setting a state of its own for each model, so that switching the model switches the defaults."""
    return {"key": f"{name}_{model}", "persist_state": "session"}
