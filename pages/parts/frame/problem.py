"""A problem with the data set on screen: what is wrong, all of it, and what can be done here."""

import streamlit as st

from cifar_core.errors import BrokenPicturesError, CifarLabError, OtherPicturesError
from cifar_core.words.markdown import plain
from pages.parts.frame import account
from pages.parts.frame.files_table import draw_broken
from pages.parts.frame.own_pictures import open_own_pictures
from pages.parts.frame.session import dataset_choices, put_on_screen


def draw_problem(problem: CifarLabError) -> None:
    """Draw what is wrong; of many files the whole list, and a button that opens the data set without them."""
    st.error(plain(str(problem)), icon=":material/error:")
    if isinstance(problem, BrokenPicturesError):
        draw_broken(problem, key="problem")
        if problem.leaves_some:
            st.button(
                "Open without this file" if len(problem.broken) == 1 else "Open without these files",
                on_click=put_on_screen,
                args=(problem.without,),
                icon=":material/filter_alt:",
                key="without_broken",
            )
    elif isinstance(problem, OtherPicturesError):
        if problem.path and account.is_alone():
            st.button(
                "Look at what lies there",
                on_click=open_own_pictures,
                args=(problem.path,),
                icon=":material/folder_open:",
                key="look_there",
            )
        here = dataset_choices()[0]
        st.button(
            f"Look at {plain(here.name)} instead",
            on_click=put_on_screen,
            args=(here.key,),
            icon=":material/photo_library:",
            key="other_pictures",
        )
