"""Links from one page to another that carry a selection."""

import streamlit as st

from cifar_core.data.data_address import DataAddress
from cifar_core.data.dataset import Dataset, SplitName
from pages.parts.frame import look
from pages.parts.frame.pages import PAGES


def on_screen(dataset: Dataset) -> dict[str, str]:
    """Return what every link that carries a selection begins with: the data set, and how the pages look."""
    return {"data": str(DataAddress.of(dataset))} | look.in_address()


def open_in_explain(
    dataset: Dataset,
    split: SplitName,
    index: int,
    *,
    run: str | None = None,
    cell: str | None = None,
    pictures: str | None = None,
) -> None:
    """Go to Explain with one picture; the script ends here.

    ``run`` names the model to ask, ``cell`` the cell of its matrix and ``pictures`` the set that the picture is
    from.
    """
    # What Explain's widgets remember would win over a URL value that equals their default.
    for remembered in ("source", "target"):
        st.session_state.pop(remembered, None)
    query = on_screen(dataset) | {"split": split, "index": str(index)}
    if run:
        query["run"] = run
    if run and cell:
        query |= {"cell": cell, "of": run}
    if pictures:
        query["set"] = pictures
    st.switch_page(PAGES["explain"].file, query_params=query)


def show_training_picture(index: int) -> None:
    """Put a training picture into Explain's address, outside any set or cell; for callbacks."""
    st.session_state.pop("source", None)
    for name in ("source", "set", "cell", "of", "wall_page"):
        st.query_params.pop(name, None)
    st.query_params["split"] = "train"
    show_picture(index)


def show_picture(index: int) -> None:
    """Put another picture of the same data set into Explain's address; for callbacks."""
    st.query_params["index"] = str(index)
