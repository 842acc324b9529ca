"""What was left out, changed or guessed while the files of a data set were read."""

import streamlit as st

from cifar_core.data.reading import ReadingReport
from cifar_core.words.markdown import plain
from pages.parts.frame.files_table import draw_files


def draw_report(report: ReadingReport) -> None:
    """Draw it in sentences, with the names of files that were left out."""
    if report.remarks or report.left_out:
        said = [*report.remarks, *filter(None, (report.left_out_sentence,))]
        st.info("\n\n".join(plain(sentence) for sentence in said), icon=":material/info:")
    for change in report.changed:
        st.caption(f":material/tune: {plain(change)}.")
    if report.left_out:
        with st.expander("The files that were left out", icon=":material/list:", key="left_out_part"):
            for kind in report.left_out:
                st.markdown(f"**{kind.count:,}** {plain(kind.kind)}")
                draw_files({"file": kind.files}, "left-out.csv", key=f"left_out_{kind.kind}")
                if kind.count > len(kind.files):
                    st.caption(f"Of {kind.count:,} files the first {len(kind.files):,} are named.")
