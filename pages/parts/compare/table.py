"""The tables of the Compare page: a line for each run, and for each recipe with several seeds."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cifar_core.evaluation.balanced import BALANCED_RULE
from cifar_core.views.compare.repeats import RepeatGroup, repeats_columns
from cifar_core.views.compare.table import RunRow, table_columns


def draw_table(rows: Sequence[RunRow]) -> None:
    """Draw a line for each run."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    columns = table_columns(rows)
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        key="table",
        height=36 * (1 + min(len(rows), 5)) + 2,
        row_height=36,
        placeholder="–",
        column_config={
            "Test accuracy": number(format="%.1f%%", help="Share of test pictures recognised."),
            "95% interval": text(
                help="Confidence interval (Wilson's): where the accuracy on new pictures of this kind lies."
            ),
            "Balanced accuracy": number(format="%.1f%%", help=BALANCED_RULE),
            "n": number(format="localized", help="Test pictures."),
            "Parameters": number(format="localized"),
            "Epochs": number(format="localized", help="Finished passes over the training pictures."),
        },
        alt="All runs with their test accuracy",
    )
    if "Balanced accuracy" in columns:
        st.caption(BALANCED_RULE)


def draw_repeats(groups: Sequence[RepeatGroup]) -> None:
    """Draw a line for each recipe that was trained with several seeds."""
    if not groups:
        return
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(repeats_columns(groups)),
        hide_index=True,
        key="repeats",
        row_height=36,
        placeholder="–",
        column_config={
            "Mean test accuracy": number(format="%.1f%%"),
            "Spread": number(format="%.2f points", help="Standard deviation from run to run."),
            "n": number(format="localized", help="Test pictures, the same for all runs."),
        },
        alt="Recipes that were trained with several seeds",
    )
    st.caption(
        "The confidence interval of the mean covers the chance in training (starting weights, order, validation "
        "pictures): Student's t over the k runs. It does not cover which pictures happen to be in the test split; the "
        "intervals above do."
    )
