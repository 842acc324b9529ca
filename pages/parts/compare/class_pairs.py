"""Two runs class by class."""

import streamlit as st

from cifar_core.views.compare.class_pairs import class_pair_columns, class_pairs_sentence
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.markdown import plain
from pages.parts.frame.table import table_of


def draw_class_pairs(pair: tuple[ComparedRun, ComparedRun]) -> None:
    """Draw on which classes one of two runs is really better."""
    columns, number = class_pair_columns(pair), st.column_config.NumberColumn
    st.markdown(plain(class_pairs_sentence(pair)))
    percent = dict.fromkeys((one.row.label for one in pair), number(format="%.1f%%"))
    st.dataframe(
        table_of(columns),
        hide_index=True,
        key="class_pairs",
        row_height=36,
        column_config=percent
        | {
            "Difference": number(format="%+.1f", help="In points: the second run minus the first."),
            "n": number(format="localized", help="Test pictures of the class."),
            "p (Holm)": st.column_config.TextColumn(
                help="McNemar's test, corrected for the number of classes."
            ),
        },
        alt="Two runs compared class by class",
    )
