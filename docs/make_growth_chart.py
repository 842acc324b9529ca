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
    models = [one for one in found["models"] if "parameters" in one]
    figure = make_subplots(
        1, 2, subplot_titles=("speedrun, by batch size", "each model at its own batch size")
    )
    figure.add_scatter(
        x=[one["batch_size"] for one in batches], y=[one["images_per_second"] for one in batches],
        mode="lines+markers", row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=[one["parameters"] for one in models], y=[one["images_per_second"] for one in models],
        text=[one["model"] for one in models], mode="markers+text", textposition="top center", row=1, col=2,
    )  # fmt: skip
    figure.update_xaxes(
        type="log", title="pictures per batch", tickvals=[32, 64, 128, 256, 512, 1024, 2048], col=1
    )
    figure.update_xaxes(type="log", title="parameters", dtick=1, range=[5, 7.8], col=2)
    figure.update_yaxes(title="images per second", rangemode="tozero", col=1)
    figure.update_yaxes(title="images per second", type="log", col=2)
    return figure.update_layout(
        template="plotly_white", showlegend=False, font_size=15, margin={"t": 60, "r": 30}, **SIZE
    )


if __name__ == "__main__":
    main()
