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


def drawn_region(selection: Mapping[str, Any] | None) -> list[tuple[float, float]]:
    """Return the corners of the lasso or box that was drawn last on a chart; empty where none was.

    Parameters
    ----------
    selection : mapping or None
        What ``st.plotly_chart(…, on_select="rerun")`` returns or keeps in the session state.
    """
    found = (selection or {}).get("selection", selection or {})
    if lassos := found.get("lasso"):
        last = lassos[-1]
        return [(float(x), float(y)) for x, y in zip(last["x"], last["y"], strict=True)]
    if boxes := found.get("box"):
        (left, right), (low, high) = ((float(a), float(b)) for a, b in (boxes[-1]["x"], boxes[-1]["y"]))
        return [(left, low), (right, low), (right, high), (left, high)]
    return []
