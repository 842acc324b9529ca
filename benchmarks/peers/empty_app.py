"""Streamlit alone: two pages with a heading each. What a page takes at least on a machine, for ``pages.py``."""

import streamlit as st

st.set_option("client.showSidebarNavigation", True)
st.navigation(
    [
        st.Page(lambda: st.title("Home"), title="Home", url_path="home", default=True),
        st.Page(lambda: st.title("Second"), title="Second", url_path="second"),
        st.Page(lambda: st.title("Third"), title="Third", url_path="third"),
    ]
).run()
