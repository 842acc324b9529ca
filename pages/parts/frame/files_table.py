"""A table of files, which may be very many: it is scrolled, and all of it can be taken along."""

from collections.abc import Mapping, Sequence

import streamlit as st

from cifar_core.errors import BrokenPicturesError
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.frame.download import draw_file

MOST_SHOWN = 1_000
"""Lines that are sent to the browser; nobody scrolls through more."""


def draw_broken(problem: BrokenPicturesError, *, key: str) -> None:
    """Draw all files that cannot be read, each with the reason.

    Parameters
    ----------
    problem : BrokenPicturesError
        What opening a data set ended with.
    key : str
        Of the place on the page.
    """
    count = len(problem.broken)
    with st.expander(
        "Why" if count == 1 else f"All {count:,} of them", icon=":material/list:", key=f"{key}_part"
    ):
        columns = {"file": list(problem.broken), "reason": list(problem.broken.values())}
        draw_files(columns, "broken-files.csv", key=f"{key}_details")


def draw_files(columns: Mapping[str, Sequence[str]], file: str, *, key: str) -> None:
    """Draw the table, and a button for all of it where it is longer than what is shown.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Values by the heading of their column, all of one length.
    file : str
        Name of the file with all of it, ending in ``.csv``.
    key : str
        Of the table.
    """
    shown = {heading: list(values[:MOST_SHOWN]) for heading, values in columns.items()}
    st.dataframe(shown, hide_index=True, key=key)
    count = max(map(len, columns.values()))
    if count > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {count:,}.")
        draw_file(
            f"CSV of all {count:,}", lambda: for_spreadsheets(csv_columns(columns)), file, key=f"{key}_all"
        )
