"""A table is made once for what it says, and the browser gets what Streamlit would have made of the columns."""

from typing import Any

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes, convert_pandas_df_to_arrow_bytes

from pages.parts.frame.table import table_of


@pytest.mark.parametrize(
    "columns",
    [
        {"Slice": ["of cat", "of dog"], "Accuracy": [75.5, None], "n": [494, 12]},
        {"Run": ["a"], "p (Holm)": ["< 0.001"], "right": [True], "missing": [None]},
        {"Set": [], "n": []},
        {},
    ],
)
def test_it_travels_as_streamlit_would_send_it(columns: dict[str, list[Any]]) -> None:
    sent = convert_arrow_table_to_arrow_bytes(table_of(columns))
    assert sent == convert_pandas_df_to_arrow_bytes(pd.DataFrame(columns))


def test_it_is_made_once_for_what_it_says() -> None:
    columns: dict[str, list[Any]] = {"Slice": ["of cat", "of dog"], "Accuracy": [75.5, 60.0]}
    assert table_of(columns) is table_of({"Slice": ["of cat", "of dog"], "Accuracy": [75.5, 60.0]})
    columns["Accuracy"][1] = 61.0
    assert table_of(columns).to_pydict() == columns
    assert table_of({name: columns[name] for name in reversed(columns)}).column_names == ["Accuracy", "Slice"]


def test_what_arrow_cannot_hold_is_left_to_streamlit() -> None:
    mixed = table_of({"value": [1, "a", {"b": 2}]})
    assert isinstance(mixed, pd.DataFrame)
    assert mixed["value"].tolist() == [1, "a", {"b": 2}]
