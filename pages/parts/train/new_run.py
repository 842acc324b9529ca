"""A new run: its settings, what it will cost, and the button that starts it."""

from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.data.trainable import check_trainable
from cifar_core.errors import CifarLabError
from cifar_core.recipes.changes import with_settings
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.slots import training_devices
from cifar_core.scheduling.submit import submit
from cifar_core.views.train.form_address import RECIPES_OWN, NewRunForm
from cifar_core.words.markdown import plain
from pages.parts.frame.part import draw_part
from pages.parts.frame.session import current_settings, dataset_choices
from pages.parts.train import address, cost, form, many, network, recipe
from pages.parts.train.start import draw_no_start, draw_start


def draw_new_run(dataset: Dataset, store: RunStore) -> None:
    """Draw the settings of a new run and start it when asked."""
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.header("New run", anchor=False, width="content")
    # The button stands above the settings that decide what it does: it is to be seen on a small screen too.
    top = st.container()
    devices = training_devices(current_settings())
    asked = address.asked()
    with top:
        address.draw_problems(devices)
    model, preset = form.choose_what(dataset, dataset_choices(), recent_runs(store), asked)
    with head:
        network.offer_network(model, len(dataset.class_names))
    begins = asked
    if (model, preset) != (asked.model, asked.preset):  # What was asked for belongs to another recipe.
        begins = replace(asked, model=model, preset=preset, augmentation=RECIPES_OWN, chosen={})
    start = f"{model}_{preset}"
    chosen = recipe.choose_epochs(begins.recipe, start)
    how_many = many.choose_how_many()
    more = st.container()
    ready, others = recipe.choose_recipe(begins, start, dataset)
    chosen |= others
    part = draw_part("Name, device, seed", key="circumstances_part", icon=":material/label:")
    with part or nullcontext():
        circumstances = form.choose_circumstances(model, devices, asked, drawn=part is not None)
    now = NewRunForm(model, preset, ready, chosen, how_many=how_many, **circumstances)
    try:
        config = TrainingConfig.from_values(
            with_settings(now.before, chosen) | circumstances | {"model": model, "data": dataset.key}
        )
        remarks = check_trainable(dataset, config)
    except CifarLabError as problem:
        address.remember(now)
        draw_no_start(top)
        top.error(plain(str(problem)), icon=":material/error:")
        return
    view = cost.look_up(config, preset, dataset, store, devices)
    if how_many != many.ONE:
        with more:
            now = many.start(now, config, view, store, top)
    else:
        with top:
            cost.draw_cost(view, config)
        draw_start(top, "Start", config, view, store, lambda: _begin(store, config))
        with more:
            cost.draw_details(view, config)
    address.remember(now)
    for remark in remarks:
        top.caption(f":material/info: {plain(remark)}")


def _begin(store: RunStore, config: TrainingConfig) -> None:
    st.query_params["run"] = submit(store, config).id
    st.query_params.pop("sweep", None)
