"""Charts whose text is written once: Streamlit has Plotly write the JSON of each chart whenever a page is drawn."""

from typing import Any

from cifar_core.charts.draft import Shown, to_json


def make_lean() -> None:
    """Let Streamlit take the text of a chart of ours as it is; other charts are written as before."""
    import plotly.io

    plotly.io.to_json = _to_json


def _to_json(figure: Any, *args: Any, **asked: Any) -> str:
    if isinstance(figure, Shown) and not args and asked == {"validate": False}:  # as Streamlit asks
        return figure.json
    return str(to_json(figure, *args, **asked))
