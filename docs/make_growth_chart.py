"""Draw ``docs/screenshots/growth.png`` from the figures that ``benchmarks/training.py growth --keep`` wrote.

::

    python benchmarks/training.py growth --keep docs/growth.json
    python docs/make_growth_chart.py
"""

import json
import sys
from pathlib import Path

import plotly.graph_objects as go
from plotly.subplots import make_subplots

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.dashboard import chromium

SOURCE, TARGET = ROOT / "docs" / "growth.json", ROOT / "docs" / "screenshots" / "growth.png"
SIZE = {"width": 1280, "height": 520}


def main() -> None:
    """Write the picture."""
    figure = growth_figure(json.loads(SOURCE.read_text()))
    with chromium() as browser:
        page = browser.new_page(viewport=SIZE)
        page.set_content(figure.to_html(include_plotlyjs=True, config={"staticPlot": True}))
        page.wait_for_selector(".main-svg")
        page.screenshot(path=TARGET)
    print(TARGET.relative_to(ROOT))


def growth_figure(found: dict) -> go.Figure:
    """Images per second by batch size, and by number of parameters."""
    batches = [one for one in found["batches"] if one]
    models = [one for one in found["models"] if "parameters" in one]  # smallest first
    figure = make_subplots(
        1, 2, subplot_titles=("speedrun, by batch size", "each model at its own batch size, smallest first"),
        horizontal_spacing=0.22,
    )  # fmt: skip
    blue = "#1668b3"
    figure.add_scatter(
        x=[one["batch_size"] for one in batches], y=[one["images_per_second"] for one in batches],
        mode="lines+markers", marker_color=blue, marker_size=9, row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=[one["images_per_second"] for one in models],
        y=[f"{one['model']}, {one['parameters'] / 1e6:.2g} M" for one in models],
        mode="markers", marker_color=blue, marker_size=9, row=1, col=2,
    )  # fmt: skip
    sizes = [one["batch_size"] for one in batches]
    figure.update_xaxes(type="log", title="pictures per batch", tickvals=sizes, col=1)
    figure.update_xaxes(
        type="log", title="images per second", tickvals=[50, 100, 200, 500, 1000, 2000, 5000, 10000], col=2
    )
    figure.update_yaxes(title="images per second", rangemode="tozero", col=1)
    figure.update_yaxes(autorange="reversed", dtick=1, col=2)
    return figure.update_layout(
        template="plotly_white", showlegend=False, font_size=15, margin={"t": 60, "r": 30}, **SIZE
    )


if __name__ == "__main__":
    main()
