"""Home: what is loaded, the best models at hand, and three doors."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.home import HomeView, build_home
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.frame import session
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES
from pages.parts.frame.router import hand_over
from pages.parts.home.download import offer_download

# For three pages: a word, what one does there, and the words of the link.
DOORS = (
    ("dataset", "Look", "The pictures and their colours, class by class.", "Browse"),
    ("train", "Train", "Watch a network learn, in the background.", "Start a run"),
    ("explain", "Explain", "See where a network looks in a picture.", "Upload"),
)


def draw_doors(dataset: Dataset) -> None:
    """Draw the three ways into the program."""
    for column, (name, word, text, verb) in zip(st.columns(3), DOORS, strict=True):
        page = PAGES[name]
        with column.container(border=True, height="stretch", gap="xsmall"):
            st.header(f"{page.icon} {word}", anchor=False)
            st.write(text)
            query = on_screen(dataset) | {"source": "upload"} if verb == "Upload" else None
            st.page_link(page.file, label=f"**{verb}**", icon=":material/arrow_forward:", query_params=query)


def draw_best_models(view: HomeView) -> None:
    """Draw the best models with their figures, or say how to get one."""
    st.header("Best models on these pictures", anchor=False)
    if not view.best:
        st.info("No model has been tested on these pictures yet. Train one: it takes some minutes.")
        return
    # Figures as text: a table widget would load pandas before the first page of a lecture shows.
    for column, row in zip(st.columns(3), view.best, strict=False):
        with column.container(border=True, height="stretch", gap="xsmall"):
            st.text(row.name)
            st.metric("Test accuracy", f"{row.accuracy:.1%}", label_visibility="collapsed")
            st.caption(f"{row.interval.in_percent}  \n{counted(row.parameters, 'parameter')}")
    st.caption(
        f"Accuracy: share of {counted(view.best[0].pictures, 'test picture')} named correctly, with its 95% "
        "confidence interval (Wilson). Compare tells whether a difference is real."
    )
    st.page_link(PAGES["compare"].file, label="Compare all models", icon=PAGES["compare"].icon)


hand_over()
dataset = session.current_dataset()
view = build_home(dataset, session.dataset_choices(), session.run_store().list())

st.title("CIFAR Lab", anchor=False)
st.markdown(
    "Follow an image classifier the whole way: **the pictures, the training, the mistakes, the reasons.**"
)
st.image(view.strip, width="stretch", output_format="PNG", alt=f"Test pictures of {dataset.name}")
draw_doors(dataset)

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
