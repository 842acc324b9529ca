"""CIFAR Lab: the router. Start it with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from cifar_core.errors import CifarLabError
from pages.shared import session, warm_up

# The icon is a file of ours: Streamlit would fetch a material icon for the tab from the internet.
ICON = Path(__file__).parent / "pages" / "shared" / "icon.svg"
st.set_page_config(page_title="CIFAR Lab", page_icon=ICON, layout="wide")

page = st.navigation(
    [
        st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
        st.Page("pages/dataset.py", title="Data set", icon=":material/photo_library:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
        st.Page("pages/compare.py", title="Compare", icon=":material/compare:"),
        st.Page("pages/explain.py", title="Explain", icon=":material/visibility:"),
    ]
)
try:
    with st.sidebar:
        session.choose_dataset()
    page.run()
except CifarLabError as problem:
    st.error(str(problem), icon=":material/error:")
finally:  # also after a page that stopped early
    warm_up.start()
