"""Home: what is loaded, the best models at hand, and the doors."""

import streamlit as st

from cifar_core.views.home import HomeView, build_home
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.frame import session
from pages.parts.frame.pages import PAGES
from pages.parts.frame.router import hand_over
from pages.parts.home.doors import draw_doors
from pages.parts.home.download import draw_problems, offer_download
from pages.parts.home.strip import strip_url


def draw_best_models(view: HomeView) -> None:
    """Draw the best models with their figures, or say how to get one."""
    st.header("Best models on these pictures", anchor=False)
    if not view.best:
        st.info(
            "No model has been tested on these pictures yet. Click “Start it” above: the live demo is the first."
        )
        return
    # Figures as text: a table widget would load pandas before the first page of a lecture shows.
    # Three in a row where each has room for its longest word; else two.
    grid = st.grid("auto", min_column_width=150, key="best_models")
    for row in view.best[:3]:
        with grid.container(border=True, height="stretch", gap="xsmall"):
            st.text(row.name)
            st.metric("Test accuracy", f"{row.accuracy:.1%}", label_visibility="collapsed")
            st.caption(f"{row.interval.in_percent}  \n{counted(row.parameters, 'parameter')}")
    st.caption(
        f"Accuracy: share of {counted(view.best[0].pictures, 'test picture')} named correctly, with its 95% "
        "confidence interval (Wilson). Compare tells whether a difference is real."
    )
    st.page_link(PAGES["compare"].file, label="Compare all models", icon=PAGES["compare"].icon)


hand_over()
st.title(
    "CIFAR Lab", anchor=False
)  # Before the data set is opened: where there is none, the page still has its name.
dataset, store = session.current_dataset(), session.run_store()
view = build_home(dataset, session.dataset_choices(), store.list())

st.markdown(
    "Follow an image classifier the whole way: **the pictures, the training, the mistakes, the reasons.**"
)
with st.container(key="strip"):
    st.image(strip_url(dataset), width="stretch", alt=f"Test pictures of {dataset.name}")
draw_doors(dataset, store)
# Here they have the width of the page: in a narrow column a sentence stands word beneath word.
draw_problems(view.missing)

best, status = st.columns([3, 2], gap="large")
with best:
    draw_best_models(view)
with status:
    st.header("Data set on screen", anchor=False)
    st.write(plain(view.dataset_sentence))
    st.write(plain(view.verified_sentence))
    for archive in view.missing:
        offer_download(archive)
st.caption(view.version)
