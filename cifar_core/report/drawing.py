"""Drawings of a report, as SVG within HTML: a report loads no program that could draw them."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.palette import ACCENT, MISTAKE, run_colours
from cifar_core.names import visible

_INK, _GRID = "#1b2733", "#d5dbe1"
_DASHES = ("", "8 3", "2 3", "8 3 2 3", "14 4", "4 4")
_MOST_POINTS, _SHADES = 400, 16


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name and its points, of which those that are not finite are gaps."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


def safe(text: str) -> str:
    """Return a text as HTML shows it: no name becomes a tag, and none turns the writing direction."""
    return html.escape(visible(text))


def draw_intervals(rows: Sequence[tuple[str, float, float, float]], unit: str) -> str:
    """Draw shares with their intervals, one beneath the other.

    Parameters
    ----------
    rows : sequence of (str, float, float, float)
        Name, share, and the ends of its interval, in the unit.
    unit : str
        Beneath the axis.
    """
    if not rows:
        return ""
    left, width, high = 270, 760, 30
    bottom = len(rows) * high + 8
    low_end, high_end = min(row[2] for row in rows), max(row[3] for row in rows)
    low_end, high_end = low_end - 0.05 * (high_end - low_end), high_end + 0.05 * (high_end - low_end)
    span = max(high_end - low_end, 1e-9)

    def place(value: float) -> float:
        return left + (value - low_end) / span * (width - left - 20)

    parts = []
    for tick in _ticks(low_end, high_end):
        parts.append(f'<path d="M{place(tick):.1f} 0V{bottom}" stroke="{_GRID}"/>')
        parts.append(_text(place(tick), bottom + 18, f"{tick:g}", "middle"))
    for number, ((name, share, low, high_), colour) in enumerate(
        zip(rows, run_colours(len(rows)), strict=True)
    ):
        y = (number + 0.5) * high
        parts.append(_text(left - 12, y + 5, name if len(name) <= 36 else name[:35] + "…", "end"))
        parts.append(
            f'<path d="M{place(low):.1f} {y}H{place(high_):.1f}M{place(low):.1f} {y - 6}v12'
            f'M{place(high_):.1f} {y - 6}v12" stroke="{colour}" stroke-width="3" fill="none"/>'
            f'<circle cx="{place(share):.1f}" cy="{y}" r="5" fill="{colour}"/>'
        )
    parts.append(_text((left + width) / 2, bottom + 40, unit, "middle"))
    return _svg(width, bottom + 48, parts, "Accuracy with its 95% interval")


def draw_lines(lines: Sequence[Line], across: str, up: str) -> str:
    """Draw lines over one axis, told apart by colour and dashes.

    Parameters
    ----------
    lines : sequence of Line
        Such as one for each run.
    across, up : str
        What the axes show.
    """
    kept = [(line, _finite_points(line)) for line in lines]
    every = np.concatenate([points for _, points in kept]) if kept else np.empty((0, 2))
    every = every[np.isfinite(every).all(axis=1)]
    if not len(every):
        return ""
    left, top, width, height = 64, 10, 760, 300
    (x0, y0), (x1, y1) = every.min(axis=0), every.max(axis=0)
    y0, y1 = (y0 - 0.03 * (y1 - y0), y1 + 0.03 * (y1 - y0)) if y1 > y0 else (y0 - 0.5, y1 + 0.5)

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x = left + (points[:, 0] - x0) / max(x1 - x0, 1e-9) * (width - left - 12)
        return np.stack([x, top + (y1 - points[:, 1]) / (y1 - y0) * (height - top)], axis=1)

    parts = []
    for tick in _ticks(y0, y1):
        y = place(np.array([[x0, tick]]))[0, 1]
        parts.append(f'<path d="M{left} {y:.1f}H{width - 12}" stroke="{_GRID}"/>')
        parts.append(_text(left - 8, y + 5, f"{tick:g}", "end"))
    for tick in _ticks(x0, x1):
        parts.append(_text(place(np.array([[tick, y0]]))[0, 0], height + 20, f"{tick:g}", "middle"))
    key = []
    for number, ((line, points), colour) in enumerate(zip(kept, run_colours(len(kept)), strict=True)):
        look = f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{_DASHES[number % len(_DASHES)]}"'
        parts.append(f'<path d="{_path(place(points))}" fill="none" {look}/>')
        sample = f'<svg width="44" height="10"><path d="M2 5H42" {look}/></svg>'
        key.append(f"<span>{sample} {safe(line.name)}</span>")
    parts.append(_text((left + width) / 2, height + 42, across, "middle"))
    drawn = _svg(width, height + 50, parts, f"{up} by {across}")
    return f'<p class="up">{safe(up)}</p>{drawn}<p class="key">{"".join(key)}</p>'


def draw_matrix(counts: NDArray[np.int64]) -> str:
    """Draw a confusion matrix of many classes: what is right in blue, mistakes in orange.

    Parameters
    ----------
    counts : ndarray of int64, shape (C, C)
        Rows are true classes.
    """
    size = len(counts)
    right = np.eye(size, dtype=bool)
    parts = []
    for cells, colour in ((counts * right, ACCENT), (counts * ~right, MISTAKE)):
        # As on the page, the square root lifts the rare mistakes out of the background.
        shades = np.ceil(np.sqrt(cells / max(int(cells.max()), 1)) * _SHADES).astype(int)
        for shade in range(1, _SHADES + 1):
            path = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(shades == shade).tolist())
            if path:
                parts.append(f'<path d="{path}" fill="{colour}" fill-opacity="{shade / _SHADES:.2f}"/>')
    parts.append(
        f'<path d="M0 0H{size}V{size}H0z" fill="none" stroke="{_INK}" stroke-width="{size / 400:.2f}"/>'
    )
    return _svg(size, size, parts, "Confusion matrix, rows are true classes", css="matrix")


def _finite_points(line: Line) -> NDArray[np.float64]:
    points = np.array([line.x, line.y], np.float64).T.reshape(-1, 2)
    if len(points) > _MOST_POINTS:
        points = points[np.unique(np.linspace(0, len(points) - 1, _MOST_POINTS).astype(int))]
    points[~np.isfinite(points).all(axis=1)] = np.nan
    return points


def _path(points: NDArray[np.float64]) -> str:
    written, begun = [], False
    for x, y in points.tolist():
        if math.isnan(x):
            begun = False
            continue
        written.append(f"{'L' if begun else 'M'}{x:.1f} {y:.1f}")
        begun = True
    return "".join(written)


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two ends, about five."""
    rough = max(high - low, 1e-9) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(number * step, 12) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{safe(words)}</text>'


def _svg(width: float, height: float, parts: Sequence[str], told: str, css: str = "chart") -> str:
    return (
        f'<svg class="{css}" viewBox="0 0 {width} {height}" role="img" aria-label="{safe(told)}">'
        f"{''.join(parts)}</svg>"
    )
