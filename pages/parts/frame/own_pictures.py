"""Own pictures from the page: a folder of this machine or a ZIP, looked at before it joins the list of data sets."""

import streamlit as st

from cifar_core.data.own_pictures import OwnPictures
from cifar_core.data.source_files import at_path
from cifar_core.errors import BrokenPicturesError, CifarLabError
from cifar_core.views.own_pictures import build_preview
from cifar_core.words.markdown import plain
from pages.parts.frame import account
from pages.parts.frame.files_table import draw_broken
from pages.parts.frame.session import current_settings, dataset_choices, open_unlisted, put_on_screen

FOLDER, ARCHIVE = "a folder of this machine", "a ZIP file"
MOST_MEGABYTES = 200


def offer_own_pictures() -> None:
    """Draw the button in the sidebar, where whoever is at the screen may bring pictures, and what it opens."""
    if not account.may_bring_pictures():
        return
    icon = ":material/add_photo_alternate:"
    st.button("Own pictures", key="own_pictures", icon=icon, type="tertiary", on_click=open_own_pictures)
    if st.session_state.get("own_open"):
        st.dialog("Your own pictures", width="large", icon=icon, on_dismiss=_close)(_draw)()


def open_own_pictures(path: str = "") -> None:
    """Open the dialog in the next run, with this path in it; for callbacks."""
    st.session_state["own_open"] = True
    if path:
        st.session_state["own_path"] = st.session_state["own_key"] = path
        st.session_state["own_from"] = FOLDER


def _close() -> None:
    own = OwnPictures(current_settings())
    for name in ("own_open", "own_key", "own_file"):
        found = st.session_state.pop(name, None)
        if name == "own_key" and found:
            own.discard(found)


def _draw() -> None:
    account.require_user_still()
    st.write(
        "Folders bear the names of the classes and hold their pictures: `cat/1.png`, `dog/2.jpg` …, beneath `train` "
        "and `test` or without. docs/data-sources.md has all that is read."
    )
    ways = [FOLDER, ARCHIVE] if account.is_alone() else [ARCHIVE]
    way = st.segmented_control("From", ways, default=ways[0], required=True, key="own_from")
    try:
        key = _choose_folder() if way == FOLDER and FOLDER in ways else _choose_archive()
        if key:
            _draw_preview(key)
    except BrokenPicturesError as problem:
        st.error(plain(str(problem)), icon=":material/error:")
        draw_broken(problem, key="own_broken")
        if problem.leaves_some and st.button(
            f"Look at it without {'this file' if len(problem.broken) == 1 else 'these files'}",
            key="own_without",
            icon=":material/filter_alt:",
        ):
            st.session_state["own_key"] = problem.without
            st.rerun(scope="fragment")
    except CifarLabError as problem:
        st.error(plain(str(problem)), icon=":material/error:")
    _draw_taken()


def _choose_folder() -> str | None:
    """Draw the field for a path; return the key of what lies there once it is to be looked at."""

    def check() -> None:
        st.session_state["own_key"] = st.session_state["own_path"].strip()

    st.text_input("Path of the folder", key="own_path", placeholder="/home/me/pictures", on_change=check)
    st.button("Check", key="own_check", icon=":material/search:", on_click=check)
    asked = st.session_state.get("own_key")
    return str(at_path(asked).key) if asked else None


def _choose_archive() -> str | None:
    """Draw the field for a file; return the key of what was unpacked of it."""
    file = st.file_uploader(
        "ZIP with your pictures", type="zip", key="own_zip", max_upload_size=MOST_MEGABYTES
    )
    if file is None:
        return None
    if st.session_state.get("own_file") != file.file_id:
        with st.spinner("Unpacking …"):
            st.session_state["own_key"] = OwnPictures(current_settings()).unpack(file, file.name)
        st.session_state["own_file"] = file.file_id
    key: str = st.session_state["own_key"]
    return key


def _draw_preview(key: str) -> None:
    dataset = open_unlisted(key, current_settings())
    preview = build_preview(dataset)
    st.markdown(f"**{plain(dataset.name)}**: {plain(preview.sentence)}")
    st.image(preview.strip, width="stretch", output_format="PNG", alt=f"Test pictures of {dataset.name}")
    for remark in preview.remarks:
        st.caption(f":material/info: {plain(remark)}")
    if st.button("Take these pictures", key="own_take", type="primary", icon=":material/check:"):
        OwnPictures(current_settings()).take(dataset.key)
        st.session_state.pop("own_key", None)
        _close()
        put_on_screen(dataset.key)
        st.rerun()


def _draw_taken() -> None:
    """Draw what was taken before, each with a button that takes it out of the list."""
    own = OwnPictures(current_settings())
    names = {choice.key: choice.name for choice in dataset_choices()}
    for number, key in enumerate(own.taken()):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(names.get(key, key), width="stretch")
            if st.button("Take out of the list", key=f"own_forget_{number}", type="tertiary"):
                own.forget(key)
                st.rerun(scope="fragment")
