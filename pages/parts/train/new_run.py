"""A new run: its settings, what it will cost, and the button that starts it."""

import streamlit as st

from cifar_core.accounts.limits import check_hours
from cifar_core.data.dataset import Dataset
from cifar_core.data.trainable import check_trainable
from cifar_core.errors import CifarLabError
from cifar_core.models.registry import MODELS
from cifar_core.recipes.changes import with_settings
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.slots import training_devices
from cifar_core.scheduling.submit import submit
from cifar_core.words.markdown import plain
from pages.parts.frame.session import current_settings, dataset_choices
from pages.parts.train import cost, form, many, network, recipe


def draw_new_run(dataset: Dataset, store: RunStore) -> None:
    """Draw the settings of a new run and start it when asked."""
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.header("New run", anchor=False, width="content")
    devices = training_devices(current_settings())
    model, preset = form.choose_what(dataset, dataset_choices())
    with head:
        network.offer_network(model, len(dataset.class_names))
    begins, start = MODELS[model].presets[preset], f"{model}_{preset}"
    chosen = recipe.choose_epochs(begins, start)
    how_many = many.choose_how_many()
    before_start = st.container()
    chosen |= recipe.choose_recipe(begins, start, dataset)
    with st.expander("Name, device, seed", icon=":material/label:"):
        circumstances = form.choose_circumstances(model, devices)
    with before_start:
        try:
            config = TrainingConfig.from_values(
                with_settings(begins, chosen) | circumstances | {"model": model, "data": dataset.key}
            )
            remarks = check_trainable(dataset, config)
        except CifarLabError as problem:
            st.error(plain(str(problem)), icon=":material/error:")
            st.button("Start", key="start", type="primary", disabled=True, width="stretch")
            return
        for remark in remarks:
            st.caption(f":material/info: {plain(remark)}")
        view = cost.look_up(config, preset, dataset, store, devices)
        if how_many != many.ONE:
            many.start(how_many, config, view, store)
            return
        refused = st.container()  # above the button, lest it stands below the edge of a small screen
        cost.draw_cost(view, config)
        if st.button("Start", key="start", type="primary", icon=":material/play_arrow:", width="stretch"):
            try:
                check_hours(store.user, store.limits, view.expected_seconds)
                st.query_params["run"] = submit(store, config).id
                st.query_params.pop("sweep", None)
            except CifarLabError as problem:  # such as a limit: the runs beside it are still to be seen
                refused.error(plain(str(problem)), icon=":material/error:")
        cost.draw_details(view, config)
