"""The Explain page's controls: which network, which picture."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.explain import models as views
from cifar_core.views.picture_wall import build_wall, page_count
from cifar_core.views.subject import subject_from_dataset
from cifar_core.views.uploads import UPLOAD_HINT, Chosen
from cifar_core.words.address import ANY
from pages.parts.explain.camera import NEEDS
from pages.parts.explain.upload import choose_own
from pages.parts.frame.address import bound, kept, named
from pages.parts.frame.links import show_picture
from pages.parts.frame.wall import draw_wall

DATA_SET, UPLOAD, CAMERA, LIVE = "data set", "upload", "camera", "live"
SOURCES = [DATA_SET, UPLOAD, CAMERA, LIVE]
HINTS = {UPLOAD: UPLOAD_HINT, CAMERA: f"Turn the camera on, and take a photo. {NEEDS}"}
"""What to do while there is no picture."""
SPLITS = ["test", "train"]
WALL_PICTURES = 24


def choose_model(
    choices: tuple[views.ModelChoice, ...], unknown: Callable[[str], str | None]
) -> views.ModelChoice:
    """Draw the choice of model: its label on the page, its run id in the URL.

    ``unknown`` says why the run that the URL names is not among them.
    """
    models = {choice.run_id: choice for choice in choices}
    settings = kept("run", list(models), views.first_choice(choices).run_id, key="model", unknown=unknown)

    def change() -> None:
        settings["on_change"]()
        st.query_params.pop("layer", None)  # The other network has layers of its own.

    run_id = st.selectbox(
        "Model",
        list(models),
        format_func=lambda run: models[run].label,
        key=settings["key"],
        on_change=change,
    )
    return models[run_id]


def choose_subject(dataset: Dataset, model: views.ModelChoice) -> Chosen | None:
    """Draw the choice of picture; ``None`` while nothing is uploaded or taken, and of a webcam."""
    # In a row that breaks where it is full: columns would stand above one another on a phone.
    row = st.container(horizontal=True, gap="small", key="subject")
    source = row.segmented_control(
        "Picture from",
        SOURCES,
        default=DATA_SET,
        required=True,
        **bound("source", SOURCES),
    )
    if source == DATA_SET:
        split = row.segmented_control(
            "Split", SPLITS, required=True, **_from_page_one(kept("split", SPLITS, "test"))
        )
        index = row.number_input("Picture number", min_value=0, step=1, width=130, **kept("index", ANY, 0))
        return Chosen(subject_from_dataset(dataset, split, index))
    if source == LIVE:
        return None
    return choose_own(model, *st.columns([1, 1]), photo=source == CAMERA)


def draw_choice(dataset: Dataset) -> None:
    """Draw pictures to choose from; a click opens one."""
    split = st.session_state.get("split") or "test"
    st.header("Choose another picture", anchor=False)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    wanted = left.selectbox(
        "Class",
        dataset.class_names,
        index=None,
        placeholder="all classes",
        **_from_page_one(named("wall_class", dataset.class_names, None)),
    )
    pages = page_count(dataset, split, wanted, per_page=WALL_PICTURES)
    page = right.pagination(pages, **named("wall_page", range(1, pages + 1), 1))
    wall = build_wall(dataset, split, wanted, seed=0, page=page, per_page=WALL_PICTURES)
    st.caption("**Click a picture** to see where the network looked in it.")
    shown = st.session_state.get("index")
    draw_wall(
        wall.images,
        wall.captions,
        key=f"wall_{split}_{wanted}_{page}",
        label="Choose another picture",
        columns=12,
        hover=wall.hover,
        selected=wall.indices.index(shown) if shown in wall.indices else None,
        on_pick=lambda number: show_picture(wall.indices[number]),
    )


def _from_page_one(widget: dict[str, Any]) -> dict[str, Any]:
    """Let a widget that puts other pictures on the wall begin with the first page of them."""

    def change() -> None:
        widget["on_change"]()
        st.query_params.pop("wall_page", None)

    return widget | {"on_change": change}
