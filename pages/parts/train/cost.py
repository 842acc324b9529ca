"""What a new run gives and costs, beside its Start button, and the short measurement of this machine."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.speed.background import BackgroundMeasurement
from cifar_core.speed.store import Workload, find_measurement
from cifar_core.views.train.cost import LaunchView, build_launch, device_of
from cifar_core.words.markdown import plain
from pages.parts.frame.session import current_settings
from pages.parts.train.network import draw_page_anew

USUAL_SECONDS = 20


def look_up(
    config: TrainingConfig, preset: str, dataset: Dataset, store: RunStore, devices: tuple[Device, ...]
) -> LaunchView:
    """Return what is known of a run before it is started."""
    device = device_of(config, devices)
    short_measurement = None
    if device and not device.location:
        short_measurement = find_measurement(
            current_settings().cache_dir, Workload.of(config, device.hardware)
        )
    return build_launch(
        config, dataset, recent_runs(store), devices, preset=preset, short_measurement=short_measurement
    )


def draw_cost(view: LaunchView, config: TrainingConfig) -> None:
    """Draw what a run gives and costs; goes above the Start button."""
    st.markdown(view.time_sentence)
    if view.seconds is None:
        _draw_measuring(view, config)


def draw_details(view: LaunchView, config: TrainingConfig) -> None:
    """Draw what the figures rest on; goes below the Start button, which is to be seen on a small screen too."""
    st.caption(view.result_sentence)
    st.caption(view.size_sentence)
    if view.seconds is not None:
        _draw_measuring(view, config)


def background_measurement(settings: Settings) -> BackgroundMeasurement:
    """Return what measures on this server, for all sessions: one network at a time."""
    return _measurement(repr(settings), settings)


@st.cache_resource(show_spinner=False)
def _measurement(places: str, _settings: Settings) -> BackgroundMeasurement:
    return BackgroundMeasurement(_settings)


def _draw_measuring(view: LaunchView, config: TrainingConfig) -> None:
    if not view.measurable:
        return
    measuring = background_measurement(current_settings())
    if measuring.seconds is not None:
        st.fragment(_wait, run_every=1)(measuring, config.model)
        return
    if problem := measuring.problem(config):
        st.warning(plain(problem), icon=":material/speed:")
    st.button(
        "Measure on this machine" if view.seconds is None else "Measure again",
        key="measure",
        type="tertiary",
        icon=":material/speed:",
        disabled=view.obstacle is not None,
        help=view.obstacle or "Trains this network on noise for some seconds, to see how fast that goes.",
        on_click=measuring.start,
        args=(config,),
    )


def _wait(measuring: BackgroundMeasurement, model: str) -> None:
    """Say how long a measurement has taken; when it has ended the page is drawn anew."""
    seconds = measuring.seconds
    if seconds is None:
        draw_page_anew()
        return
    of_another = "" if measuring.model == model else f" {plain(measuring.model or '')}"
    st.caption(f":material/speed: Measuring{of_another}: {seconds:.0f} s of about {USUAL_SECONDS} s")
