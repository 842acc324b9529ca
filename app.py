"""CIFAR Lab: the router. Start it with ``streamlit run app.py``."""

import streamlit as st

from cifar_core.installation import find_problem

if wrong := find_problem():
    st.error(wrong, icon=":material/error:")
    st.stop()

# Only now: with another Python, or without a package, these could not be imported.
from cifar_core.errors import CifarLabError
from pages.parts.frame import account, router, session, tidy, warm_up
from pages.parts.frame.problem import draw_problem

page = router.navigation()
account.require_user()
try:
    with st.sidebar:
        session.choose_dataset()
        account.draw_who(session.run_store())
    page.run()
except CifarLabError as problem:
    draw_problem(problem)
finally:  # also after a page that stopped early
    warm_up.start()
    tidy.tidy_up()
