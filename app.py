"""CIFAR Lab: the router. Start it with ``streamlit run app.py``."""

import streamlit as st

from cifar_core.errors import CifarLabError
from pages.shared import router, session, warm_up

page = router.navigation()
try:
    with st.sidebar:
        session.choose_dataset()
    page.run()
except CifarLabError as problem:
    st.error(str(problem), icon=":material/error:")
finally:  # also after a page that stopped early
    warm_up.start()
