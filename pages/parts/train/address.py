"""What is chosen for a new run, in the page's address: it survives a reload, and can be sent to others."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.hardware.devices import Device
from cifar_core.views.train.form_address import NewRunForm, params_of, read_form
from cifar_core.words.markdown import plain
from pages.parts.train.setting import NOT_DRAWN, SETTINGS

PREFIX = "new."
"""Begins the names in the address; one that begins so is no step that Back leads to (``history.js``)."""

MOST_NAMED = 5
"""More sentences than that nobody reads."""


def asked() -> NewRunForm:
    """Return what the address asked for when this person's form was first drawn: from then on, the form rules."""
    if "new_run_asked" not in st.session_state:
        given = {name: st.query_params.get_all(name) for name in st.query_params if name.startswith(PREFIX)}
        st.session_state["new_run_asked"] = read_form(
            {name.removeprefix(PREFIX): values for name, values in given.items()},
            [path for path in SETTINGS if path not in NOT_DRAWN],
        )
    form: NewRunForm = st.session_state["new_run_asked"][0]
    return form


def draw_problems(devices: Sequence[Device]) -> None:
    """Say what the address asked for and cannot be had."""
    form, problems = st.session_state["new_run_asked"]
    if form.device not in ("auto", *(device.id for device in devices)):
        problems = (*problems, f"Device: there is no {form.device} here.")
    if problems:
        told = [plain(problem) for problem in problems[:MOST_NAMED]]
        if len(problems) > MOST_NAMED:
            told.append(f"And {len(problems) - MOST_NAMED:,} more.")
        sentences = "  \n".join(told)
        st.warning(f"Not all of the address can be used.  \n{sentences}", icon=":material/link_off:")


def remember(form: NewRunForm) -> None:
    """Put what is chosen into the address."""
    params = {f"{PREFIX}{name}": values for name, values in params_of(form).items()}
    for name in [name for name in st.query_params if name.startswith(PREFIX) and name not in params]:
        del st.query_params[name]
    for name, values in params.items():
        if st.query_params.get_all(name) != values:
            st.query_params[name] = values
