"""Inside the network: the feature maps and filters of a layer with this picture, and what excites a channel most."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.explain.inside.seen import InsideLayer, InsideRequest, Seen
from cifar_core.explain.overlay import ColorMap
from cifar_core.file_cache import FileVersion
from cifar_core.views.explain import inside as views
from cifar_core.views.explain.excited import ExcitingAsked, model_version
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.picture_set import whole_test_split
from cifar_core.views.subject import Subject
from cifar_core.views.walk import Walk
from cifar_core.words.markdown import plain
from pages.parts.explain.excited import draw_excited, excited_pictures
from pages.parts.frame import session
from pages.parts.frame.address import bound, chosen, named
from pages.parts.frame.part import draw_part
from pages.parts.frame.wall import draw_rows, draw_wall

MAPS, FILTERS = "feature maps", "filters"


@st.cache_data(show_spinner=False, max_entries=64)  # the largest have a quarter of a megabyte
def _look(
    path: Path,
    version: FileVersion | None,
    picture: NDArray[np.uint8],
    layer: str | None,
    channel: int | None,
) -> Seen:
    return session.inference_service().look_inside(InsideRequest(path, picture, layer, channel))


def draw_inside(
    model: ModelChoice, subject: Subject, walk: Walk | None, dataset: Dataset, color_map: ColorMap
) -> None:
    """Draw a layer's maps where somebody has opened the part; nothing is asked before."""
    part = draw_part(
        "Inside the network: feature maps, layer by layer", key="inside", icon=":material/layers:"
    )
    if part is None:
        return
    with part:
        try:
            _draw_open(model, subject, walk, dataset, color_map)
        except CifarLabError as problem:
            st.info(plain(str(problem)), icon=":material/info:")


def _draw_open(
    model: ModelChoice, subject: Subject, walk: Walk | None, dataset: Dataset, color_map: ColorMap
) -> None:
    version, picture = model_version(model), np.asarray(subject.seen.pixels)
    layers = _look(model.path, version, np.zeros_like(picture), None, None).layers
    if not layers:
        st.caption("No layer of this network gives maps or numbers that could be shown.")
        return
    first, second = st.columns([3, 1], vertical_alignment="bottom")
    with first:
        layer = _choose_layer(layers)
    channel = chosen("channel", range(layer.channels), None)
    seen = _look(model.path, version, picture, layer.name, channel)
    filters = False
    if seen.colours is not None:
        shown = second.segmented_control(
            "Show", [MAPS, FILTERS], required=True, **named("inside_show", [MAPS, FILTERS], MAPS)
        )
        filters = shown == FILTERS
    said, switch = st.columns([3, 1], vertical_alignment="center")
    own_scales = False
    if layer.has_maps and not filters:
        own_scales = switch.toggle("Each map by its own scale", **bound("inside_own", ["true", "false"]))
    wall = views.channel_wall(seen, color_map, filters=filters, own_scales=own_scales)
    said.caption(views.layer_sentence(seen, filters=filters, own_scales=own_scales))
    pictures = (
        whole_test_split(dataset, session.current_settings().cache_dir)
        if walk is None
        else walk.shown.pictures
    )
    asked = ExcitingAsked(model, layer.name, pictures)

    def pick(place: int) -> None:
        st.query_params["channel"] = str(wall.numbers[place])
        excited_pictures().begin(asked, session.inference_service())

    digest = sha256(picture.tobytes()).hexdigest()[:12]
    draw_wall(
        wall.images,
        wall.captions,
        key=f"inside_{model.run_id}_{layer.name}_{digest}_{filters}_{own_scales}_{color_map}",
        label=f"Channels of {layer.name}",
        columns=16,
        hover=wall.hover,
        selected=wall.numbers.index(channel) if channel in wall.numbers else None,
        on_pick=pick,
    )
    if channel is not None:
        feature_map = views.channel_png(seen, channel, color_map, own_scales=own_scales)
        _draw_channel(seen, channel, feature_map, asked, walk, dataset)


def _choose_layer(layers: tuple[InsideLayer, ...]) -> InsideLayer:
    by_name = {layer.name: layer for layer in layers}
    widget = named("inside_layer", list(by_name), views.first_layer(layers))

    def change() -> None:
        widget["on_change"]()
        st.query_params.pop("channel", None)

    name: str = st.selectbox(
        "Layer",
        list(by_name),
        format_func=lambda one: views.layer_label(by_name[one]),
        help="From the picture, at the top, to the answer.",
        **widget | {"on_change": change},
    )
    return by_name[name]


def _draw_channel(
    seen: Seen,
    channel: int,
    feature_map: bytes,
    asked: ExcitingAsked,
    walk: Walk | None,
    dataset: Dataset,
) -> None:
    left, right = st.columns([1, 4], gap="medium")
    with left:
        st.image(feature_map, width="stretch", output_format="PNG", alt=f"Feature map of channel {channel}")
        st.caption(views.channel_sentence(seen, channel))
        if seen.colours is not None:
            st.image(
                views.filter_png(seen.colours, channel),
                width="stretch",
                output_format="PNG",
                alt=f"Filter of channel {channel}",
            )
            st.caption("**Its filter**: grey is no weight.")
    with right:
        draw_excited(channel, asked, walk, dataset)
    if seen.weights is not None:
        parts = views.filter_wall(seen.weights)
        st.caption(
            f"**Its filter**: with what it weighs the maps of the layer before, the {len(parts.numbers)} that count "
            "most; blue is negative, white 0, orange positive."
        )
        draw_rows(
            parts.images, parts.captions, key=f"inside_filter_{asked.layer}_{channel}",
            label=f"Filter of channel {channel}", columns=views.MOST_WEIGHTS,
        )  # fmt: skip
