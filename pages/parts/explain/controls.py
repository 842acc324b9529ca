"""The Explain page's controls: which network, which picture."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.data.dataset import Dataset
from cifar_core.data.picture.formats import ENDINGS
from cifar_core.data.reading import BACKGROUNDS, FRAMINGS, Background, Framing, Preparation
from cifar_core.views import subject as subjects
from cifar_core.views.explain import models as views
from cifar_core.views.picture_wall import build_wall, page_count
from cifar_core.words.address import ANY
from pages.parts.explain.camera import NEEDS, take_photo
from pages.parts.explain.paste import draw_paste
from pages.parts.frame.address import bound, kept, named
from pages.parts.frame.links import show_picture
from pages.parts.frame.wall import draw_wall

DATA_SET, UPLOAD, CAMERA, LIVE = "data set", "upload", "camera", "live"
SOURCES = [DATA_SET, UPLOAD, CAMERA, LIVE]
HINTS = {UPLOAD: subjects.UPLOAD_HINT, CAMERA: f"Turn the camera on, and take a photo. {NEEDS}"}
"""What to do while there is no picture."""
SPLITS = ["test", "train"]
WALL_PICTURES = 24
FRAMING_LABELS: dict[str, str] = {
    "crop": "its centre square",
    "stretch": "all of it, stretched",
    "pad": "all of it, with grey bars",
}


@st.cache_data(show_spinner="Reading the picture …", max_entries=16)
def read_upload(
    name: str,
    content: bytes,
    trained: tuple[Framing, Background] | None,
    framing: Framing,
    background: Background,
) -> subjects.Subject:
    """Keep the small result, so that a large photograph is decoded once."""
    own = None if trained is None else Preparation(framing=trained[0], background=trained[1])
    return subjects.subject_from_upload(name, content, own, framing=framing, background=background)


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


def choose_subject(dataset: Dataset, model: views.ModelChoice) -> subjects.Subject | None:
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
        return subjects.subject_from_dataset(dataset, split, index)
    if source == LIVE:
        return None
    return choose_own(model, *st.columns([1, 1]), photo=source == CAMERA)


def choose_own(
    model: views.ModelChoice, first: DeltaGenerator, second: DeltaGenerator, *, photo: bool
) -> subjects.Subject | None:
    """Draw the choice of a file, or take a photo, and how it is made 32×32: at first as the network's own pictures."""
    usual = model.for_uploads
    framing = first.selectbox(
        "Use",
        FRAMINGS,
        index=FRAMINGS.index(usual.framing),
        format_func=FRAMING_LABELS.__getitem__,
        key=f"framing_{model.run_id}",
    )
    if photo:
        file = take_photo(first, second)
    else:
        file = second.file_uploader(
            "Your picture",
            type=sorted(ENDINGS),
            key="upload",
            max_upload_size=10,
            label_visibility="collapsed",
        )
        with first:
            draw_paste("upload")
    if file is None:
        return None
    trained = None if model.preparation is None else (usual.framing, usual.background)
    background_key = f"background_{model.run_id}"
    background = st.session_state.get(background_key) or usual.background
    subject = read_upload(file.name, file.getvalue(), trained, framing, background)
    if subject.is_transparent:
        first.segmented_control(
            "Transparent parts are", BACKGROUNDS, default=usual.background, required=True, key=background_key
        )
    return subject


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
    with right:
        pages = page_count(dataset, split, wanted, per_page=WALL_PICTURES)
        page = st.pagination(pages, **named("wall_page", range(1, pages + 1), 1))
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
