"""The hyper-parameters of a new run, with the chosen preset as defaults."""

from typing import Any, get_args

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import Optimizer, Recipe, Schedule, ScheduleKind
from pages.parts.train.augmentation import choose_augmentation
from pages.parts.train.end import choose_end
from pages.parts.train.form import kept

SCHEDULES: dict[ScheduleKind, str] = {
    "constant": "constant",
    "linear": "linear to zero",
    "cosine": "cosine to zero",
    "one_cycle": "one cycle: up, then down",
    "stages": "in stages",
}


def choose_recipe(model: str, preset: str, dataset: Dataset) -> dict[str, Any]:
    """Draw the hyper-parameters; a preset starts with its own values and keeps what was changed."""
    recipe = MODELS[model].presets[preset]
    start = f"{model}_{preset}"
    with st.expander("Optimizer and schedule", icon=":material/tune:"):
        values = _choose_optimizer(recipe, start)
    with st.expander("Augmentation", icon=":material/auto_awesome_motion:"):
        values["augmentation"] = choose_augmentation(recipe.augmentation, start, dataset)
    with st.expander("Validation, end, test", icon=":material/flag:"):
        values |= choose_end(recipe, start)
    return values


def _choose_optimizer(recipe: Recipe, start: str) -> dict[str, Any]:
    left, right = st.columns(2)
    optimizers = get_args(Optimizer)
    # Stages belong to the preset that brings them.
    kinds = [kind for kind in SCHEDULES if kind != "stages" or recipe.schedule.stages]
    values: dict[str, Any] = {
        "optimizer": left.selectbox(
            "Optimizer", optimizers, optimizers.index(recipe.optimizer), **kept("optimizer", start)
        ),
        "batch_size": right.number_input("Batch size", 1, 8192, recipe.batch_size, **kept("batch", start)),
        "learning_rate": left.number_input(
            "Learning rate", 0.0, 10.0, recipe.learning_rate, 1e-4, "%g", **kept("rate", start)
        ),
        "weight_decay": right.number_input(
            "Weight decay",
            0.0,
            1.0,
            recipe.weight_decay,
            1e-4,
            "%g",
            help="Share of each weight taken off per step, times the learning rate.",
            **kept("decay", start),
        ),
    }
    if values["optimizer"] == "muon":
        values["muon_other_rate"] = left.number_input(
            "Rate of biases and head",
            0.001,
            1e5,
            recipe.muon_other_rate,
            1.0,
            "%g",
            help="Factor on their steps; large where a scaled-down head makes their gradients small.",
            **kept("other_rate", start),
        )
    kind = left.selectbox(
        "Learning rate over time",
        kinds,
        kinds.index(recipe.schedule.kind),
        format_func=SCHEDULES.__getitem__,
        **kept("schedule", start),
    )
    warmup = right.number_input(
        "Warm-up in epochs", 0.0, 1000.0, recipe.schedule.warmup_epochs, 0.5, "%g", **kept("warmup", start)
    )
    schedule = Schedule.model_construct(kind=kind, warmup_epochs=warmup)
    values["schedule"] = schedule.model_dump() | {
        "final_share": recipe.schedule.final_share,
        "stages": recipe.schedule.model_dump()["stages"] if kind == "stages" else (),
    }
    values["label_smoothing"] = left.number_input(
        "Label smoothing",
        0.0,
        0.9,
        recipe.label_smoothing,
        0.05,
        "%g",
        help="Share of the target spread evenly over all classes, in training only.",
        **kept("smoothing", start),
    )
    values["average"] = right.number_input(
        "Moving average of weights",
        0.0,
        0.9999,
        recipe.average,
        0.01,
        "%g",
        help="Momentum per step, such as 0.99; the average is what is validated, kept and tested. 0 is off.",
        **kept("average", start),
    )
    return values
