"""Whether the difference is real: told in a sentence, and seen from the last row by colour and icon."""

import streamlit as st

from cifar_core.views.compare.verdict import Verdict
from cifar_core.words.markdown import plain


def draw_verdict(verdict: Verdict) -> None:
    """Draw it: green with a tick where it is real, yellow where it may be chance, blue where nothing tells."""
    draw, answer, icon = {
        True: (st.success, " Yes.", ":material/check_circle:"),
        False: (st.warning, " It may be chance.", ":material/casino:"),
        None: (st.info, "", ":material/balance:"),
    }[verdict.is_real]
    draw(f"**Is the difference real?{answer}** {plain(verdict.sentence)}", icon=icon)
