"""Tables as CSV, which spreadsheets open as what they are: no text in them becomes a formula."""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

# A spreadsheet computes what begins with one of these, in full width too. Where cells are parted by semicolons or tabs,
# as in many countries, a cell of ours begins anew after each of them, and a quotation mark there may stand for nothing.
_FORMULA = re.compile(r"(^|[;\t\r\n])([^\w!#-~\t\r\n]*?)(?=[=+\-@＝＋－＠])")


def safe_cell(value: Any) -> Any:
    """Return what is written for one value: a text that a spreadsheet would compute begins with an apostrophe.

    Parameters
    ----------
    value : object
        A number, a text, or ``None`` for an empty cell, as every number that is not finite. Other numbers,
        negative ones too, stay as they are.

    References
    ----------
    OWASP, "CSV Injection".

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("cat"), safe_cell(-0.5)
    ("'=1+1", 'cat', -0.5)
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    return _FORMULA.sub(r"\1'\2", str(value).replace("\0", ""))


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a table row by row.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : iterable of sequence
        Values in the order of the header.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in header])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue()


def csv_columns(columns: Mapping[str, Sequence[Any]]) -> str:
    """Write a table that is held by column.

    Parameters
    ----------
    columns : mapping of str to sequence
        Values by the name of their column, all of one length.
    """
    return csv_rows(list(columns), zip(*columns.values(), strict=True))


def for_spreadsheets(text: str) -> bytes:
    """Return the bytes of a CSV file that is opened by a double click: Excel knows UTF-8 by the mark at its beginning.

    Parameters
    ----------
    text : str
        As :func:`csv_rows` gives it.
    """
    return text.encode("utf-8-sig", errors="replace")
