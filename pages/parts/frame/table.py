"""A table in the form in which it travels to the browser, made once for what it says."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cifar_core.remembered import remembered


@remembered(most=64)
def table_of(columns: Mapping[str, Sequence[Any]]) -> Any:
    """Return a table for ``st.dataframe``: what Streamlit would make of the columns each time the page is drawn.

    Parameters
    ----------
    columns : mapping of str to sequence
        Values by the heading of their column, all of one length; a dict of lists.

    Returns
    -------
    pyarrow.Table or pandas.DataFrame
        The latter where one column holds values of several kinds: Streamlit knows how to show them.
    """
    import pyarrow as pa  # type: ignore[import-untyped]  # takes half a second, which the first page need not wait for

    frame = pd.DataFrame(columns)
    try:
        return pa.Table.from_pandas(frame)
    except pa.ArrowException:
        return frame
