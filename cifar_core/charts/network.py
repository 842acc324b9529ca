"""A network as a row of boxes: maps become smaller and deeper on their way from the picture to the classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import sqrt
from typing import Any

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft
from cifar_core.charts.layout import SMALL, dress
from cifar_core.charts.palette import ACCENT, CHANNELS, CLASS_COLOURS, FAINT, NEUTRAL, TEXT, blend
from cifar_core.models.blocks import STAGE, Block, Diagram, Skip
from cifar_core.words.numbers import compact, size_words
from cifar_core.words.plotly import chart_label

COLOURS = {
    "conv": ACCENT,
    "depthwise": ACCENT,
    STAGE: ACCENT,
    "pool": CLASS_COLOURS[3],
    "mean": CLASS_COLOURS[3],
    "enlarge": CLASS_COLOURS[3],
    # Lighter than the palette's violet, which a dark page would swallow.
    "dense": blend(CLASS_COLOURS[4], "#ffffff", 0.25),
    "linear": blend(CLASS_COLOURS[4], "#ffffff", 0.25),
    "attention": CLASS_COLOURS[6],
}
"""Front of the boxes, by kind of block."""

# Everything in pixels. Text is broken into lines for a page this wide, as on a projector; a wider page has more room.
_PAGE = 1120
_HEADINGS = 96
_WIDEST_COLUMN = 150
_TALLEST = 136
_ROOM = 26  # beside a box, for the lines that go up and down
_LINE = 19
_ROW_GAP = 12
_ABOVE = 14  # between boxes and the lines that pass above them
_CHARACTER = 7.2
_COUNTED = len("conv 1×1: 33.8 k") + 2


def architecture_figure(diagram: Diagram, *, hover: Sequence[str], skip_hover: Sequence[str]) -> go.Figure:
    """Draw a network from left to right, with a table of its blocks beneath.

    A box is as tall as its map and as wide as the square root of its channels; a list of units is a bar, as tall
    as a square map of so many values. Shortcuts are lines that pass above the boxes and end in a plus.

    Parameters
    ----------
    diagram : Diagram
        Folded to what fits side by side.
    hover, skip_hover : sequence of str
        What the pointer shows of each block and each shortcut, as plain text.
    """
    drawing = _Drawing(diagram)
    drawing.draw_skips()
    drawing.draw_repeats()
    for index, block in enumerate(diagram.blocks):
        drawing.draw_block(index, block)
    drawing.draw_table()
    return drawing.figure(hover, skip_hover)


@dataclass
class _Drawing:
    """Shapes and texts as they come: column ``i`` lies from ``i`` to ``i + 1``, heights are pixels from the middle."""

    diagram: Diagram
    shapes: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    joins: list[tuple[float, float]] = field(default_factory=list)  # where the pointer finds each skip
    top: float = 0.0
    bottom: float = 0.0

    def __post_init__(self) -> None:
        self.columns = len(self.diagram.blocks)
        self.column = min(_WIDEST_COLUMN, (_PAGE - _HEADINGS) / self.columns)
        self.scale = _TALLEST / max(_side(block) for block in self.diagram.blocks)
        widest = max(_width(block) + _depth(block, self.scale) for block in self.diagram.blocks)
        self.narrower = min(1.0, (self.column - _ROOM) / widest)
        self.top = max(self.half(index) for index in range(self.columns)) + _ABOVE
        self.bottom = -self.top
        self.line([(0.5, 0), (self.columns - 0.5, 0)], NEUTRAL)

    def half(self, index: int) -> float:
        """Half the height of a box, its lid included."""
        block = self.diagram.blocks[index]
        return max(2.0, self.scale * _side(block) / 2) + _depth(block, self.scale)

    def draw_block(self, index: int, block: Block) -> None:
        """Draw the box of a block."""
        high, wide = max(2.0, self.scale * _side(block) / 2), _width(block) * self.narrower
        middle = index + 0.5
        if block.kind == "picture":
            for step, colour in zip((6, 0, -6), reversed(CHANNELS), strict=True):
                self.polygon(middle, _rectangle(step - 3, step + 3, high, step), colour)
            return
        colour = COLOURS[block.kind]
        deep = _depth(block, self.scale) * self.narrower
        left, right = -(wide + deep) / 2, (wide - deep) / 2
        if deep:
            lid = [(left, high), (left + deep, high + deep), (right + deep, high + deep), (right, high)]
            flank = [(right, high), (right + deep, high + deep), (right + deep, deep - high), (right, -high)]
            self.polygon(middle, lid, blend(colour, "#ffffff", 0.45))
            self.polygon(middle, flank, blend(colour, "#000000", 0.3))
        self.polygon(middle, _rectangle(left, right, high), colour)

    def draw_skips(self) -> None:
        """Draw the shortcuts; those with one source share their line."""
        numbered = sorted(enumerate(self.diagram.skips), key=lambda pair: pair[1].source)
        buses = [list(group) for _, group in groupby(numbered, lambda pair: pair[1].source)]
        buses.sort(key=lambda bus: max(skip.target for _, skip in bus) - bus[0][1].source)
        # How many blocks a shortcut spans is written on all of them or on none, so the shortest decides.
        shortest = min((skip.target - skip.source for skip in self.diagram.skips), default=0)
        counted = shortest * self.column > _COUNTED * _CHARACTER
        placed: list[tuple[int, int, float]] = []
        joins: dict[int, tuple[float, float]] = {}
        for bus in buses:
            source, target = bus[0][1].source, max(skip.target for _, skip in bus)
            height = max(self.half(index) for index in range(source + 1, target + 1)) + _ABOVE
            for other_source, other_target, other in placed:
                if other_source < target and source < other_target:
                    height = max(height, other + _LINE + 8)
            placed.append((source, target, height))
            begin = source + 1 + 7 / self.column
            self.line([(begin, 0), (begin, height)], TEXT)
            for number, skip in bus:
                end = skip.target + 1 - 9 / self.column
                self.line([(begin, height), (end, height), (end, 0)], TEXT)
                self.plus(end)
                joins[number] = ((begin + end) / 2 if len(bus) == 1 else end, height)
            words = _skip_words([skip for _, skip in bus])
            if not counted:
                words = words.partition(":")[0]
            if words:
                self.text((begin + target + 1) / 2, height + _LINE / 2, words)
                height += _LINE
            self.top = max(self.top, height + 6)
        self.joins = [joins[number] for number in range(len(self.diagram.skips))]

    def draw_repeats(self) -> None:
        """Draw a frame around what is repeated, with its number above it."""
        if not self.diagram.repeats:
            return
        for repeat in self.diagram.repeats:
            x0, x1 = repeat.first + 1 / self.column, repeat.last + 1 - 1 / self.column
            self.shapes.append(
                {"type": "rect", "x0": x0, "x1": x1, "y0": self.bottom, "y1": self.top}
                | {"line": {"width": 0}, "fillcolor": NEUTRAL, "opacity": 0.18, "layer": "below"}
            )
            self.text((x0 + x1) / 2, self.top + _LINE / 2 + 2, f"<b>{repeat.times} ×</b>")
        self.top += _LINE + 6

    def draw_table(self) -> None:
        """Draw what each block is and gives, row by row; equal neighbours share a cell."""
        blocks = self.diagram.blocks
        broken = self.column < 10 * _CHARACTER

        def of_layer(block: Block) -> str:
            return block.title if not broken else block.title.replace(" ", "<br>", 1)

        rows: list[tuple[str, Callable[[Block], str], bool]] = [
            ("layer", of_layer, False),
            ("then", lambda block: ", ".join(block.then), True),
            ("output", lambda block: size_words(block.output), True),
            ("parameters", lambda block: _count(block), False),
            ("sees", lambda block: f"{block.receptive_field}×{block.receptive_field}", True),
        ]
        for name, words, shared in rows:
            cells = [words(block) for block in blocks]
            if any(cells):
                self.row(name, cells, shared=shared)

    def row(self, name: str, cells: Sequence[str], *, shared: bool) -> None:
        """Draw one row beneath what is there."""
        start, tallest, drawn = 0, 1, []
        for _, group in groupby(range(len(cells)), lambda index: cells[index] if shared else index):
            start, end = (indices := list(group))[0], indices[-1] + 1
            text = _fitted(cells[start], (end - start) * self.column)
            tallest = max(tallest, text.count("<br>") + 1)
            drawn.append((start, end, text))
        top = self.bottom - _ROW_GAP / 2
        height = tallest * _LINE + _ROW_GAP
        for start, end, text in drawn:
            inset = 3 / self.column
            self.line([(start + inset, top), (end - inset, top)], NEUTRAL, width=0.75)
            self.text((start + end) / 2, top - _ROW_GAP / 2, text, yanchor="top")
        self.text(
            -_HEADINGS / self.column, top - _ROW_GAP / 2, name, yanchor="top", xanchor="left", faint=True
        )
        self.bottom -= height

    def figure(self, hover: Sequence[str], skip_hover: Sequence[str]) -> go.Figure:
        """Return the chart with an unseen mark for each block and each shortcut, which tells the pointer of it."""
        points = [(index + 0.5, 0.0) for index in range(self.columns)] + self.joins
        figure = Draft()
        figure.add_scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            mode="markers",
            marker={"size": 2, "opacity": 0},
            text=[_lines(text) for text in (*hover, *skip_hover)],
            hovertemplate="%{text}<extra></extra>",
        )
        room = max(_PAGE / self.column, self.columns + _HEADINGS / self.column)
        left = -_HEADINGS / self.column - (room - self.columns - _HEADINGS / self.column) / 2
        hidden = {"visible": False, "showgrid": False, "zeroline": False}
        figure.update_xaxes(range=[left, left + room], **hidden)
        figure.update_yaxes(range=[self.bottom - 4, self.top + 4], **hidden)
        figure.update_layout(
            shapes=self.shapes,
            annotations=self.texts,
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            showlegend=False,
            hovermode="closest",
            hoverdistance=-1,
            hoverlabel={"align": "left"},
        )
        dress(figure, height=round(self.top - self.bottom + 8))
        figure.update_layout(margin={"t": 0})
        return figure.figure()

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.5) -> None:
        """Draw a line through points."""
        path = "M" + "L".join(f"{x:.4f},{y:.1f}" for x, y in points)
        self.shapes.append({"type": "path", "path": path, "line": {"color": colour, "width": width}})

    def polygon(self, middle: float, corners: Sequence[tuple[float, float]], colour: str) -> None:
        """Draw a filled shape; its corners are pixels to the right of a column's middle, and heights."""
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in corners) + "Z"
        self.shapes.append(
            {"type": "path", "path": path, "xsizemode": "pixel", "xanchor": middle}
            | {"fillcolor": colour, "line": {"width": 0}}
        )

    def plus(self, x: float) -> None:
        """Draw the sign for an addition on the line from left to right."""
        size = {"xsizemode": "pixel", "xanchor": x, "x0": -7, "x1": 7, "y0": -7, "y1": 7}
        self.shapes.append({"type": "circle", "fillcolor": "#ffffff", "line": {"color": NEUTRAL}} | size)
        for corners in ([(-4, 1), (4, 1), (4, -1), (-4, -1)], [(-1, 4), (1, 4), (1, -4), (-1, -4)]):
            self.polygon(x, corners, "#1b2733")

    def text(self, x: float, y: float, text: str, *, faint: bool = False, **place: str) -> None:
        """Write something."""
        self.texts.append(
            {"x": x, "y": y, "text": text, "showarrow": False, "borderpad": 0}
            | {"font": {"size": SMALL, "color": TEXT}, "opacity": FAINT if faint else 1}
            | place
        )


def _side(block: Block) -> float:
    return block.side or sqrt(block.output[0])


def _width(block: Block) -> float:
    return 4 + 1.1 * sqrt(block.output[-1]) if block.side else 9


def _depth(block: Block, scale: float) -> float:
    return 0.09 * scale * block.side if block.kind != "picture" else 0


def _rectangle(left: float, right: float, high: float, lift: float = 0) -> list[tuple[float, float]]:
    return [(left, lift - high), (left, lift + high), (right, lift + high), (right, lift - high)]


def _count(block: Block) -> str:
    """Return parameters of all repetitions, so that the row sums up to the network."""
    return compact(block.parameters * block.times) if block.parameters else "–"


def _fitted(text: str, width: float) -> str:
    """Break a text that is too long for its cell at its commas, or a shape before its channels."""
    if _CHARACTER * len(text) <= width or "<br>" in text:
        return text
    if ", " in text:
        return text.replace(", ", "<br>")
    map_size, times, channels = text.rpartition("×")
    return f"{map_size}<br>{times}{channels}" if "×" in map_size else text


def _skip_words(skips: Sequence[Skip]) -> str:
    """Name what stands on shortcuts: convolutions and the parameters of all."""
    convolutions = {layer.window for skip in skips for layer in skip.layers if layer.kind == "Conv2D"}
    if not convolutions:
        return ""
    window = max(convolutions)
    return f"conv {window}×{window}: {compact(sum(skip.parameters for skip in skips))}"


def _lines(text: str) -> str:
    return "<br>".join(chart_label(line) for line in text.split("\n"))
