"""What is on screen as a file: the comparison, to be sent or printed, and the table of runs."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.columns import line_columns
from cifar_core.views.compare.lines import Line
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.report import build_report, report_commands, report_html, report_notebook
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.frame.download import draw_file
from pages.parts.frame.part import draw_menu
from pages.parts.frame.session import pictures_of


def draw_report(
    view: CompareView,
    ids: Sequence[str],
    listed: Sequence[Line],
    shown: SetOnScreen | None,
    dataset: Dataset,
) -> None:
    """Draw the files: page and notebook, where a run on screen has predictions, and the lines of the table."""
    menu = draw_menu("Report", key="report", icon=":material/article:")
    if menu is None:
        return
    with menu:
        draw_file(
            "Table of runs, CSV",
            lambda: for_spreadsheets(csv_columns(line_columns(listed))),
            "runs.csv",
            key="table_csv",
        )
        if not view.compared:
            return
        pictures = pictures_of(view.compared[0].data, dataset)
        st.caption(
            "All of this comparison in one file: a page that opens without network and prints, or a notebook "
            "that computes the same figures from the folders of the runs."
        )
        with st.container(horizontal=True):
            draw_file(
                "HTML",
                lambda: report_html(build_report(view, ids, shown, pictures)),
                "report.html",
                key="report_page",
            )
            draw_file("Notebook", lambda: report_notebook(view, shown), "report.ipynb", key="report_notebook")
        st.code(report_commands(ids, shown.text if shown else None)[0], language="bash", wrap_lines=True)
