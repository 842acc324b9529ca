"""Pictures of somebody's own on Explain: files, pictures from the clipboard, a photo; how they are made 32×32."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cifar_core.data.picture.formats import ENDINGS
from cifar_core.data.reading import BACKGROUNDS, FRAMINGS, Background, Framing, Preparation
from cifar_core.errors import ImageError
from cifar_core.views import uploads
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject, subject_from_upload
from cifar_core.words.markdown import plain
from pages.parts.explain.camera import take_photo
from pages.parts.explain.paste import draw_paste
from pages.parts.frame.address import named

FRAMING_LABELS: dict[str, str] = {
    "crop": "its centre square",
    "stretch": "all of it, stretched",
    "pad": "all of it, with grey bars",
}
_SEEN = "uploads_seen"
"""Which pictures were there, and which one of them was on top."""


@st.cache_resource(show_spinner="Reading the picture …", max_entries=3 * uploads.MOST_UPLOADS)
def read_upload(
    file_id: str,
    _file: UploadedFile,
    trained: tuple[Framing, Background] | None,
    framing: Framing,
    background: Background,
) -> Subject | str:
    """Decode a file once, and keep the small result, or the sentence that says what is wrong with it."""
    own = None if trained is None else Preparation(framing=trained[0], background=trained[1])
    try:
        return subject_from_upload(_file.name, _file.getvalue(), own, framing=framing, background=background)
    except ImageError as problem:
        return str(problem)


def choose_own(
    model: ModelChoice, first: DeltaGenerator, second: DeltaGenerator, *, photo: bool
) -> uploads.Chosen | None:
    """Draw the choice of files, or take a photo, and how they are made 32×32: at first as the run's own pictures."""
    usual = model.for_uploads
    framing = first.selectbox(
        "Use",
        FRAMINGS,
        index=FRAMINGS.index(usual.framing),
        format_func=FRAMING_LABELS.__getitem__,
        key=f"framing_{model.run_id}",
    )
    files = _photographed(first, second) if photo else _uploaded(first, second)
    trained = None if model.preparation is None else (usual.framing, usual.background)
    background_key = f"background_{model.run_id}"
    background = st.session_state.get(background_key) or usual.background
    read = {
        file.file_id: read_upload(file.file_id, file, trained, framing, background)
        for file in files[: uploads.MOST_UPLOADS]
    }
    _say_what_is_missing(files, read)
    subjects = {key: one for key, one in read.items() if isinstance(one, Subject)}
    if not subjects:
        st.session_state.pop(_SEEN, None)
        return None
    if any(one.is_transparent for one in subjects.values()):
        first.segmented_control(
            "Transparent parts are", BACKGROUNDS, default=usual.background, required=True, key=background_key
        )
    return _choose_on_top(subjects, first)


def _photographed(switch: DeltaGenerator, place: DeltaGenerator) -> list[UploadedFile]:
    photo = take_photo(switch, place)
    return [] if photo is None else [photo]


def _uploaded(first: DeltaGenerator, second: DeltaGenerator) -> list[UploadedFile]:
    files = second.file_uploader(
        "Your pictures",
        type=sorted(ENDINGS),
        accept_multiple_files=True,
        key="upload",
        max_upload_size=uploads.MOST_MEGABYTES,
        label_visibility="collapsed",
    )
    with first:
        draw_paste("upload")
    return files


def _say_what_is_missing(files: Sequence[UploadedFile], read: dict[str, Subject | str]) -> None:
    """Say of each file that cannot be read why, and where there are too many."""
    problems = [
        f"{plain(file.name, 80)}: {plain(problem)}"
        for file in files
        if isinstance(problem := read.get(file.file_id), str)
    ]
    if problems:
        st.error("  \n".join(problems), icon=":material/broken_image:")
    if sentence := uploads.too_many_sentence(len(files)):
        st.warning(sentence, icon=":material/stacks:")


def _choose_on_top(subjects: dict[str, Subject], place: DeltaGenerator) -> uploads.Chosen:
    """Draw the choice of the picture that is shown large, where there are several; its number is in the address."""
    ids = tuple(subjects)
    before, on_top = st.session_state.get(_SEEN, ((), None))
    if ids != before:  # The number that the address has is that of another picture.
        st.query_params.pop("picture", None)
        if place_now := uploads.place_on_top(ids, before, on_top):
            st.query_params["picture"] = str(1 + place_now)
    if len(ids) == 1:
        st.query_params.pop("picture", None)
        st.session_state[_SEEN] = ids, ids[0]
        return uploads.Chosen(subjects[ids[0]])
    titles = uploads.distinct([one.title for one in subjects.values()])
    together = tuple(replace(one, title=title) for one, title in zip(subjects.values(), titles, strict=True))
    numbers = range(1, 1 + len(together))
    number = place.selectbox(
        "On top", numbers, format_func=lambda one: titles[one - 1], **named("picture", numbers, 1)
    )
    st.session_state[_SEEN] = ids, ids[number - 1]
    return uploads.Chosen(together[number - 1], together, number - 1)
