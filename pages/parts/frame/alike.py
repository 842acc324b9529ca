"""A row of the training pictures that are most like one picture."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.runs.run import Run
from cifar_core.views.alike import (
    BY_FEATURES,
    BY_PIXELS,
    SHOWN,
    alike_by_features,
    alike_by_pixels,
    begin_features,
    features_progress,
)
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.frame import session
from pages.parts.frame.address import bound
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.map_work import draw_progress, map_work
from pages.parts.frame.wall import draw_wall

PIXELS, NETWORK = "by pixels", "by this network"


def draw_alike(
    picture: NDArray[np.uint8],
    dataset: Dataset,
    run: Run | None,
    own: int | None,
    on_pick: Callable[[int], None] | None = None,
) -> None:
    """Draw the row, by pixels or by what a network makes of the pictures; a click opens a training picture.

    Parameters
    ----------
    picture : ndarray of uint8, shape (32, 32, 3)
        The one they are compared with.
    dataset : Dataset
        The one on screen.
    run : Run or None
        The network on the page.
    own : int or None
        Number of the picture where it is a training picture itself.
    on_pick : callable, optional
        Called with the number of the training picture that was picked; else Explain opens with it.
    """
    if run is not None and not run.has_model:
        run = None
    bar = st.container(horizontal=True, vertical_alignment="center")
    bar.markdown("**The most alike training pictures** (nearest neighbours)", width="content")
    by = PIXELS
    if run is not None:
        options = [PIXELS, NETWORK]
        by = bar.segmented_control(
            "Alike",
            options,
            default=PIXELS,
            required=True,
            label_visibility="collapsed",
            **bound("alike", options),
        )
    cache = session.current_settings().cache_dir
    if by == PIXELS or run is None:
        with st.spinner("Looking through the training pictures …"):
            found = alike_by_pixels(picture, dataset, cache, own)
    else:
        try:
            within = alike_by_features(picture, dataset, run, session.inference_service(), cache, own)
        except CifarLabError as problem:
            st.warning(plain(str(problem)), icon=":material/error:")
            return
        if within is None:
            _draw_computing(run, dataset)
            return
        found = within
    picked = draw_wall(
        found.images,
        found.captions,
        key=f"alike_{by}_{'_'.join(map(str, found.indices))}",
        label="The most alike training pictures",
        columns=SHOWN,
        hover=found.hover,
        on_pick=None if on_pick is None else lambda number: on_pick(found.indices[number]),
    )
    if picked is not None and on_pick is None:
        open_in_explain(dataset, "train", found.indices[picked], run=run and run.id)
    if found.twin:
        st.info(plain(found.twin), icon=":material/content_copy:")
    st.caption(BY_PIXELS if by == PIXELS else BY_FEATURES)


def _draw_computing(run: Run, dataset: Dataset) -> None:
    work = map_work()
    if draw_progress(partial(features_progress, run, dataset, work)):
        return
    st.markdown(
        f"What this network makes of {counted(len(dataset.train), 'training picture')} (its last features) was not "
        "computed yet. It takes minutes, once, in the background."
    )
    st.button(
        "Compute the features",
        key="compute_features",
        icon=":material/hub:",
        on_click=begin_features,
        args=(run, dataset, session.inference_service(), session.current_settings().cache_dir, work),
    )
