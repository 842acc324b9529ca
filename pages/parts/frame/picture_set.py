"""The picture set that the address asks for: what it is, and how it is taken off, saved and looked at elsewhere."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.picture_sets.saved import SetStore
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.labels import run_labels
from cifar_core.runs.run import Run
from cifar_core.views.parts_by_runs import parts_of_set
from cifar_core.views.picture_set import SetOnScreen, open_set, without
from cifar_core.words.markdown import plain
from pages.parts.frame.account import current_user
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES
from pages.parts.frame.scroll import begin_again
from pages.parts.frame.session import current_settings, run_store

ELSEWHERE = ("dataset", "compare", "explain")


def set_store() -> SetStore:
    """Return the picture sets that whoever is logged in has saved."""
    return SetStore(current_settings().runs_dir, current_user())


def put_on(expression: str) -> None:
    """Put a set into the address; for callbacks."""
    st.query_params["set"] = expression
    begin_again()


def take_off() -> None:
    """Take the set out of the address; for callbacks."""
    st.query_params.pop("set", None)
    begin_again()


def find_set(expression: str, dataset: Dataset, runs: Sequence[Run]) -> tuple[SetOnScreen | None, str | None]:
    """Find the pictures of an expression, and a sentence when it cannot be understood."""
    with st.spinner(
        "Choosing the pictures; what was never measured on them is measured once …", show_time=True
    ):
        return open_set(
            expression, dataset, runs, current_settings().cache_dir, set_store(), run_labels(runs)
        )


def universe_of(dataset: Dataset, runs: Sequence[Run] | None = None) -> Universe:
    """Return what sets choose from: the pictures on screen and all runs, which are listed where nobody just did."""
    runs = run_store().list() if runs is None else runs
    return Universe.of_dataset(dataset, runs, current_settings().cache_dir, set_store().expression)


def draw_set(page: str, dataset: Dataset) -> SetOnScreen | None:
    """Draw which picture set is on, with the way off it and to the other pages; nothing where there is none."""
    asked = st.query_params.get("set")
    if not asked:
        return None
    shown, note = find_set(asked, dataset, run_store().list())
    with st.container(horizontal=True, vertical_alignment="center", key="picture_set"):
        if shown is None:
            st.warning(plain(note or ""), icon=":material/filter_alt_off:")
        else:
            st.markdown(
                f":material/filter_alt: **{plain(shown.title)}** · {shown.size}",
                help=f"`{shown.text}`",
            )
        st.button("Take off", key="set_off", icon=":material/close:", on_click=take_off)
        if shown is not None:
            _draw_parts(shown)
            with st.popover("Save", icon=":material/bookmark:", key="set_saving"):
                _draw_saving(shown)
            for name in ELSEWHERE:
                if name != page:
                    _draw_link(name, shown, dataset)
    return shown


def _draw_parts(shown: SetOnScreen) -> None:
    """Draw which parts of the set tell apart the runs that it names, and what is left without a saved set."""
    there = set_store().read()
    parts, saved = parts_of_set(shown), [one.name for one in there.sets]
    if not parts and not saved and not there.problem:
        return
    with st.popover("Narrow", icon=":material/filter_alt:", key="set_parts"):
        for number, part in enumerate(parts):
            label, expression = plain(part.label), part.expression
            st.button(label, key=f"set_part_{number}", on_click=put_on, args=(expression,), width="stretch")
        if saved:
            st.selectbox(
                "Without the pictures of a saved set",
                saved,
                index=None,
                placeholder="choose a set",
                key="set_without",
                on_change=_leave_out,
                args=(shown.text,),
            )
        if there.problem:
            st.warning(plain(there.problem), icon=":material/broken_image:")


def _leave_out(text: str) -> None:
    name = st.session_state["set_without"]
    if name is not None:
        put_on(without(text, name))
        st.session_state["set_without"] = None


def _draw_saving(shown: SetOnScreen) -> None:
    with st.form("save_set", border=False):
        name = st.text_input("Name", key="set_name", max_chars=80)
        note = st.text_area(
            "Note", key="set_note", max_chars=2000, placeholder="What do they have in common?"
        )
        if st.form_submit_button("Save the set"):
            try:
                saved = set_store().save(name, shown.text, note)
                st.success(f"Saved. `saved({plain(saved.name)})` stands for it in other sets.")
            except CifarLabError as problem:
                st.error(plain(str(problem)))


def _draw_link(name: str, shown: SetOnScreen, dataset: Dataset) -> None:
    query = on_screen(dataset) | {"set": shown.text}
    if name == "explain":
        split = "test" if len(shown.indices("test")) else "train"
        first = shown.indices(split)[:1].tolist()
        if not first:
            return
        query |= {"split": split, "index": str(first[0])}
    page = PAGES[name]
    st.page_link(page.file, label=page.title, icon=page.icon, query_params=query)
