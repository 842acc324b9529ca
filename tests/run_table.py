"""What the table of Compare shows, and a click in it, in Streamlit's AppTest."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from cifar_core.views.compare.columns import Order, order_after
from cifar_core.views.compare.lines import ticked_after


def run_table(app: AppTest) -> dict[str, Any]:
    """Return what the browser gets to draw: columns and lines."""
    (table,) = (one for one in app.get("bidi_component") if one.proto.component_name == "cifar_lab_run_table")
    return dict(json.loads(table.proto.json))


def column(app: AppTest, title: str) -> list[Any]:
    """Return what stands in one column of the table, from top to bottom."""
    table = run_table(app)
    number = [one["title"] for one in table["columns"]].index(title) - 1  # the first is that of the names
    return [line["cells"][number] for line in table["lines"]]


def labels(app: AppTest) -> list[str]:
    """Return what the lines of the table are called."""
    return [line["label"] for line in run_table(app)["lines"]]


def tick(app: AppTest, *ids: str) -> None:
    """Tick exactly these of the lines; AppTest cannot click in a component of our own."""
    drawn = [line["id"] for line in run_table(app)["lines"]]
    app.query_params["runs"] = ticked_after(app.session_state["chosen"], drawn, ids) or [""]
    app.run()
    assert not app.exception


def sort_by(app: AppTest, title: str) -> None:
    """Click the heading of a column, likewise."""
    before = app.query_params.get("sort", "")
    after = order_after(Order.parse(before if isinstance(before, str) else before[0]), title)
    app.query_params["sort"] = [] if after is None else [str(after)]
    app.run()
    assert not app.exception
