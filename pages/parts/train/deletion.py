"""The question before something is deleted."""

import streamlit as st


def deletion_confirmed(what: str, question: str, verb: str) -> bool:
    """Draw *Delete* and the question behind it; tell whether the answer is yes.

    Parameters
    ----------
    what : str
        Id of what is to go. The question has a state of its own for each: it must not stand open for the next one.
    question : str
        In Markdown: what is lost.
    verb : str
        The answer that means yes.
    """
    key = f"delete_{what}"

    def close() -> None:
        st.session_state[key] = False

    with st.popover("Delete", key=key, icon=":material/delete:", on_change="rerun"):
        st.write(question)
        with st.container(horizontal=True):
            st.button("Cancel", key=f"keep_{what}", on_click=close)
            return st.button(verb, key=f"confirm_{what}", icon=":material/delete:")
