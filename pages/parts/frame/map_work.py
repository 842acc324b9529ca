"""What computes maps and features beside the pages, and how far it is."""

from collections.abc import Callable

import streamlit as st

from cifar_core.maps.background import Background, Progress
from cifar_core.words.markdown import plain


@st.cache_resource(show_spinner=False)
def map_work() -> Background:
    """Return what computes maps and features on this server, for all sessions."""
    return Background()


def draw_progress(look: Callable[[], Progress | None]) -> bool:
    """Draw how far a work is, or why it failed; return whether it is under way.

    Parameters
    ----------
    look : callable
        Returns how far it is; ``None`` where it is done, or was never begun.
    """
    progress = look()
    if progress is None:
        return False
    if progress.problem is not None:
        st.warning(plain(progress.problem), icon=":material/error:")
        return False
    st.fragment(_wait, run_every=2)(look)
    return True


def _wait(look: Callable[[], Progress | None]) -> None:
    """Say how far it is; when it has ended the page is drawn anew."""
    progress = look()
    if progress is None or progress.problem is not None:
        st.rerun()
        return
    text = f"{plain(progress.doing)}: {progress.share:.0%}. You can go on elsewhere."
    st.progress(progress.share, text=text)
