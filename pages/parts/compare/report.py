"""The comparison on screen as one file, to be sent or printed."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.report import report_commands, report_html, report_notebook
from cifar_core.views.picture_set import SetOnScreen
from pages.parts.frame.download import draw_file
from pages.parts.frame.session import pictures_of


def draw_report(view: CompareView, ids: Sequence[str], shown: SetOnScreen | None, dataset: Dataset) -> None:
    """Draw the two files of a report; nothing where no run on screen has predictions."""
    if not view.compared:
        return
    pictures = pictures_of(view.compared[0].data, dataset)
    with st.popover("Report", key="report", icon=":material/article:"):
        st.caption(
            "All of this comparison in one file: a page that opens without network and prints, or a notebook "
            "that computes the same figures from the folders of the runs."
        )
        with st.container(horizontal=True):
            draw_file(
                "HTML", lambda: report_html(view, ids, shown, pictures), "report.html", key="report_page"
            )
            draw_file("Notebook", lambda: report_notebook(view, shown), "report.ipynb", key="report_notebook")
        st.code(report_commands(ids, shown.text if shown else None)[0], language="bash", wrap_lines=True)
