"""What can be taken along: a small *Download* below a chart, a wall of pictures or a table."""

from collections.abc import Callable

import streamlit as st

from cifar_core.charts.sheet import sheet_png
from cifar_core.views.picture_wall import Shown, shown_columns
from cifar_core.words.file_name import file_stem
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.frame.part import draw_menu

_TYPES = {
    "csv": "text/csv",
    "png": "image/png",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
}


def draw_download(key: str, files: Callable[[], None]) -> None:
    """Draw the menu of the files of one thing.

    Parameters
    ----------
    key : str
        Of that thing, on its page.
    files : callable
        Draws them, once the menu is open; they stand there side by side.
    """
    menu = draw_menu(
        "Download", key=f"download_{key}", icon=":material/download:", type="tertiary", width="content"
    )
    if menu is not None:
        with menu, st.container(horizontal=True, vertical_alignment="center"):
            files()


def draw_file(label: str, content: Callable[[], bytes], name: str, *, key: str) -> None:
    """Draw the button of one file.

    Parameters
    ----------
    label : str
        Which kind.
    content : callable
        Makes it, when somebody asks for it.
    name : str
        What it is called, with its ending.
    key : str
        Of the button.
    """
    kind = _TYPES[name.rpartition(".")[2]]
    st.download_button(label, content, name, kind, key=key, on_click="ignore")


def draw_wall_download(
    wall: Shown, split: str, title: str, *, key: str, table: Callable[[], str] | None = None
) -> None:
    """Draw the files of a wall: its pictures on one sheet, and what is on it as a table.

    Parameters
    ----------
    wall : Shown
        The pictures as they are on the wall.
    split : str
        Whose they are.
    title : str
        What they have in common.
    key : str
        Of the wall, on its page.
    table : callable, optional
        Makes the table, as CSV, if it says more than the wall does.
    """
    name = file_stem(title)

    def files() -> None:
        draw_file(
            "PNG", lambda: sheet_png(wall.images, wall.captions, title), f"{name}.png", key=f"sheet_{key}"
        )
        draw_file(
            "CSV",
            lambda: for_spreadsheets(table() if table else csv_columns(shown_columns(wall, split))),
            f"{name}.csv",
            key=f"table_{key}",
        )

    draw_download(key, files)
