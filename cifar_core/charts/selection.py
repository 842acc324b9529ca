"""Reading which mark of a chart was clicked."""

from collections.abc import Mapping
from typing import Any


def clicked_index(selection: Mapping[str, Any] | None) -> int | None:
    """Return the number of the mark that was clicked, or ``None``.

    Every clickable chart of this package stores the number of each mark as its first ``customdata``.

    Parameters
    ----------
    selection : mapping or None
        What ``st.plotly_chart(…, on_select="rerun")`` returns or keeps in the session state.

    Returns
    -------
    int or None
        Number of the mark; the last one if several are selected.
    """
    if not selection:
        return None
    points = selection.get("selection", selection).get("points", [])
    if not points:
        return None
    point = points[-1]
    custom = point.get("customdata")
    if isinstance(custom, (list, tuple)):
        custom = custom[0] if custom else None
    found = point.get("point_index") if custom is None else custom
    return None if found is None else int(found)
