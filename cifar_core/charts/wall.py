"""A wall of small pictures, enlarged with hard pixels, each of which can be clicked."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.layout import with_gaps
from cifar_core.charts.palette import ACCENT, TEXT

GAP = 2
"""Space between two pictures, in pixels of the pictures."""

LINE_PIXELS = 30
"""Height on the screen of one line of caption."""


def wall_figure(
    images: NDArray[np.uint8],
    captions: Sequence[str],
    *,
    columns: int,
    hover: Sequence[str] | None = None,
    selected: int | None = None,
    picture_pixels: int = 96,
) -> go.Figure:
    """Draw pictures in rows with a caption beneath each.

    All pictures travel to the browser as one PNG with transparent gaps, so the wall costs one image however
    many pictures it shows, and looks right on light and dark pages. Invisible markers lie over the pictures:
    shown with ``st.plotly_chart(figure, on_select="rerun", selection_mode="points")``,
    :func:`cifar_core.charts.selection.clicked_index` gives the number of the picture that was clicked.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, h, w, 3)
        RGB pictures, shown row by row.
    captions : sequence of str
        One for each picture, as Plotly reads it (names by :func:`cifar_core.words.plotly.chart_label`); ``<br>``
        starts a new line, an empty string shows nothing.
    columns : int
        Pictures per row.
    hover : sequence of str, optional
        Text under the pointer; the captions if not given.
    selected : int, optional
        Number of the picture that gets a frame.
    picture_pixels : int
        Height of a picture on a screen wide enough; on a narrower one the whole wall shrinks.

    Returns
    -------
    go.Figure
        As wide as its container; never wider than the pictures need.
    """
    count, height, width = images.shape[:3]
    if len(captions) != count or (hover is not None and len(hover) != count):
        raise ValueError("captions and hover need one text for each picture")
    rows = max(1, -(-count // columns))
    lines = max((1 + caption.count("<br>") for caption in captions if caption), default=0)
    scale_on_screen = picture_pixels / height
    band = round(lines * LINE_PIXELS / scale_on_screen)
    pitch_x, pitch_y = width + GAP, height + band + GAP

    left: NDArray[np.int64] = np.arange(count) % columns * pitch_x
    top: NDArray[np.int64] = np.arange(count) // columns * pitch_y
    figure = go.Figure()
    if count:
        scale = max(4, -(-picture_pixels // height))
        figure.add_trace(
            go.Image(
                source=_sprite(images, left, top, scale),
                x0=0.5 / scale,
                y0=0.5 / scale,
                dx=1 / scale,
                dy=1 / scale,
                zsmooth=False,
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=left + width / 2,
            y=top + height / 2,
            mode="markers",
            customdata=[[number] for number in range(count)],
            text=list(captions if hover is None else hover),
            hovertemplate="%{text}<extra></extra>",
            # The markers are small and unseen: the click goes to the nearest one, however large the pictures are
            # drawn. Overlapping markers would catch clicks that belong to a neighbour.
            marker={"size": 2, "opacity": 0},
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            showlegend=False,
        )
    )
    if selected is not None and 0 <= selected < count:
        x, y = left[selected], top[selected]
        figure.add_shape(
            type="rect",
            x0=x - GAP / 2,
            x1=x + width + GAP / 2,
            y0=y - GAP / 2,
            y1=y + height + GAP / 2,
            line={"color": ACCENT, "width": 4},
        )
    for number, caption in enumerate(captions):
        if caption:
            figure.add_annotation(
                x=left[number] + width / 2,
                y=top[number] + height,
                text=caption,
                showarrow=False,
                yanchor="top",
                font={"size": 15, "color": TEXT},
            )
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_xaxes(range=[-GAP / 2, columns * pitch_x - GAP / 2], constraintoward="left", **hidden)
    figure.update_yaxes(
        range=[rows * pitch_y - GAP / 2, -GAP / 2], scaleanchor="x", constraintoward="top", **hidden
    )
    figure.update_layout(
        hoverlabel={"font": {"size": 15, "color": TEXT}},
        height=round(rows * pitch_y * scale_on_screen),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
        hovermode="closest",
        hoverdistance=-1,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
    )
    return with_gaps(figure)


def _sprite(images: NDArray[np.uint8], left: NDArray[np.int64], top: NDArray[np.int64], scale: int) -> str:
    """Compose the pictures, each pixel ``scale`` × ``scale`` large, into one PNG with transparent gaps."""
    _, height, width = images.shape[:3]
    canvas = np.zeros((int(top.max()) + height, int(left.max()) + width, 4), np.uint8)
    for image, x, y in zip(images, left, top, strict=True):
        canvas[y : y + height, x : x + width, 2::-1] = image  # OpenCV writes BGRA
        canvas[y : y + height, x : x + width, 3] = 255
    enlarged = canvas.repeat(scale, axis=0).repeat(scale, axis=1)
    _, png = cv2.imencode(".png", enlarged, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")
