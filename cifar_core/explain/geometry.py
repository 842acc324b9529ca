"""Where the cells of a layer's maps lie in the picture, what each sees, and which have a way to the answer.

Found from the network's graph alone. Of every operation it is known which cells its output at one place is computed
from (:mod:`cifar_core.explain.links`): along one side of a picture a table of outputs × inputs. Multiplied one after
the other they say which pixels a cell is computed from, its receptive field, through branches too; for sizes and
strides alone see A. Araujo et al., "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019,
doi:10.23915/distill.00021. Read backwards they say what no answer is computed from: a pooling layer that does not fit
drops the last row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.links import Link, Table, find_link


@dataclass(frozen=True, eq=False)
class Line:
    """Where the cells of a map lie along one side of the picture.

    Attributes
    ----------
    start : float
        Centre of the first cell, in pixels of the picture; the centre of the first pixel is 0.
    step : float
        From the centre of one cell to that of the next, in pixels.
    pixels : int
        Length of this side of the picture.
    first, last : ndarray of int64, shape (n,)
        The outermost pixels that each cell is computed from; 0 and −1 for a cell that is computed from none.
    """

    start: float
    step: float
    pixels: int
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @property
    def centres(self) -> NDArray[np.float64]:
        """Centre of each cell in pixels, shape (n,)."""
        return np.asarray(self.start + self.step * np.arange(len(self.first)), np.float64)


@dataclass(frozen=True, eq=False)
class MapPlace:
    """Where the maps of one layer lie.

    Attributes
    ----------
    rows, columns : Line
        Down and across.
    used : ndarray of bool, shape (h, w)
        Whether a cell has any way to the network's output; the gradient of the others is 0 by construction.
    """

    rows: Line
    columns: Line
    used: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Geometry:
    """What a network's graph says of places.

    Attributes
    ----------
    maps : mapping of str to MapPlace
        By the names of :func:`~cifar_core.models.saved.flatten_layers`. Layers whose outputs are no maps are not
        there, nor those behind an operation of which nobody knows what it computes from where.
    used : ndarray of bool, shape (H, W)
        Whether a pixel of the picture has any way to the network's output. The others change no logit.
    """

    maps: Mapping[str, MapPlace]
    used: NDArray[np.bool_]


def pixel_place(used: NDArray[np.bool_]) -> MapPlace:
    """Return the place of a map whose cells are the pixels themselves.

    Parameters
    ----------
    used : ndarray of bool, shape (H, W)
        Whether a pixel has any way to the network's output.
    """
    down, across = (Line(0.0, 1.0, side, np.arange(side), np.arange(side)) for side in used.shape)
    return MapPlace(down, across, used)


def find_geometry(network: Any) -> Geometry | None:
    """Find where the cells of all maps lie.

    Parameters
    ----------
    network : keras.Model
        With one input, pictures of a fixed size, and one output.

    Returns
    -------
    Geometry or None
        ``None`` for a network without a graph, such as one whose class has a ``call`` of its own.
    """
    graph = _graph(network)
    if graph is None or len(graph.inputs) != 1 or len(graph.outputs) != 1:
        return None
    walk = _Walk(_axes(graph))
    (picture,) = graph.inputs
    size = walk.size(picture)
    if size is None:
        return None
    walk.sides[id(picture)] = tuple(_Side(np.eye(cells, dtype=bool), 0.0, 1.0) for cells in size)
    walk.through(graph, "")
    used = walk.back(graph.outputs[0])
    maps = {}
    for name, tensor in walk.outputs.items():
        rows, columns = walk.sides.get(id(tensor), (None, None))
        if rows is not None and columns is not None:
            unused = np.zeros((len(rows.sees), len(columns.sees)), bool)
            maps[name] = MapPlace(rows.line, columns.line, used.get(id(tensor), unused))
    return Geometry(maps, used.get(id(picture), np.zeros(size, bool)))


@dataclass(frozen=True, eq=False)
class _Side:
    """One side of a tensor: the pixels that each of its cells sees, and where their centres lie."""

    sees: Table
    start: float
    step: float

    @property
    def line(self) -> Line:
        first = self.sees.argmax(axis=1)
        last = self.sees.shape[1] - 1 - self.sees[:, ::-1].argmax(axis=1)
        last[~self.sees.any(axis=1)] = -1
        return Line(self.start, self.step, self.sees.shape[1], first, last)

    def behind(self, link: Link) -> "_Side":
        """Return the side of what an operation makes of this."""
        sees = (link.table.astype(np.uint8) @ self.sees.astype(np.uint8)) > 0
        return _Side(sees, self.start + self.step * link.offset, self.step * link.scale)


@dataclass(frozen=True, eq=False)
class _Step:
    """An operation at one place of the graph; of each input its links down and across, or ``None``."""

    inputs: Sequence[Any]
    outputs: Sequence[Any]
    links: Sequence[tuple[Link, Link] | None]


@dataclass(eq=False)
class _Walk:
    """Goes through a graph from the picture to the output, and back."""

    axes: tuple[int, int]
    sides: dict[int, tuple[_Side, ...]] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    steps: list[_Step] = field(default_factory=list)

    def size(self, tensor: Any) -> tuple[int, int] | None:
        """Return height and width of a map; ``None`` for what is none."""
        shape = tuple(tensor.shape)
        if len(shape) != 4 or None in shape[1:]:
            return None
        return shape[self.axes[0]], shape[self.axes[1]]

    def through(self, graph: Any, outer: str) -> None:
        """Follow every operation of a graph, those of nested models too, as soon as its inputs are known."""
        known = {id(tensor) for tensor in graph.inputs}
        waiting = [
            (operation, node)
            for operation in graph.operations
            for node in operation._inbound_nodes
            if node.input_tensors
        ]
        while waiting:
            ready = [one for one in waiting if all(id(tensor) in known for tensor in one[1].input_tensors)]
            if not ready:
                return  # What is left are uses of a shared layer in other models.
            for operation, node in ready:
                self._follow(operation, node.input_tensors, node.output_tensors, outer)
                known |= {id(tensor) for tensor in node.output_tensors}
            waiting = [one for one in waiting if one not in ready]

    def _follow(self, operation: Any, inputs: Sequence[Any], outputs: Sequence[Any], outer: str) -> None:
        inner = _graph(operation)
        if inner is not None:
            self._rename(inputs, inner.inputs)
            self.through(inner, f"{outer}{operation.name}/")
            self._rename(inner.outputs, outputs)
            return
        self._add(_Step(inputs, outputs, [self._links(operation, one, outputs[0]) for one in inputs]))
        self.outputs[outer + operation.name] = outputs[0]

    def _rename(self, outside: Sequence[Any], inside: Sequence[Any]) -> None:
        """Go on with the tensors of a nested model, which are the same as those outside."""
        for one, other in zip(outside, inside, strict=True):
            size = self.size(one)
            # Of a nested model made for pictures of any size nobody knows how large its maps are here.
            known = size is not None and size == self.size(other)
            alike = (_same(size[0]), _same(size[1])) if known and size is not None else None
            self._add(_Step([one], [other], [alike]))

    def _links(self, operation: Any, source: Any, result: Any) -> tuple[Link, Link] | None:
        before, after = self.size(source), self.size(result)
        if before is None or after is None:
            return None
        down, across = (find_link(operation, before[side], after[side], side) for side in (0, 1))
        return None if down is None or across is None else (down, across)

    def _add(self, step: _Step) -> None:
        self.steps.append(step)
        # The centre is that of inputs that lie at the same places; what comes from everywhere moves it nowhere.
        near = [
            [side.behind(link) for side, link in zip(self.sides[id(one)], links, strict=True)]
            for one, links in zip(step.inputs, step.links, strict=True)
            if links is not None and id(one) in self.sides
        ]
        everywhere = len(near) < len(step.inputs)
        if not near or any(self.size(result) is None for result in step.outputs):
            return
        joined = tuple(_joined([sides[side] for sides in near], everywhere=everywhere) for side in (0, 1))
        self.sides |= {id(result): joined for result in step.outputs}

    def back(self, output: Any) -> dict[int, NDArray[np.bool_]]:
        """Return of each tensor that has a way to the output which of its cells have one; all of what is no map."""
        used: dict[int, NDArray[np.bool_]] = {id(output): np.ones(self.size(output) or (1, 1), bool)}
        for step in reversed(self.steps):
            ways = [used[id(result)] for result in step.outputs if id(result) in used]
            if not any(way.any() for way in ways):
                continue
            way = np.logical_or.reduce(ways)
            for source, links in zip(step.inputs, step.links, strict=True):
                if links is None:
                    found = np.ones(self.size(source) or (1, 1), bool)
                else:
                    down, across = (link.table.astype(np.uint8) for link in links)
                    found = (down.T @ way.astype(np.uint8) @ across) > 0
                used[id(source)] = used[id(source)] | found if id(source) in used else found
        return used


def _same(cells: int) -> Link:
    return Link(np.eye(cells, dtype=bool))


def _joined(sides: Sequence[_Side], *, everywhere: bool) -> _Side:
    """Join one side of several inputs of an operation, one of which may come from all places."""
    sees = np.logical_or.reduce([side.sees for side in sides]) | everywhere
    return _Side(
        sees,
        float(np.mean([side.start for side in sides])),
        float(np.mean([side.step for side in sides])),
    )


def _graph(operation: Any) -> Any | None:
    """Return the graph of a model: of a Sequential one what it is made of; ``None`` for what has none."""
    graph = getattr(operation, "_functional", operation)
    return graph if hasattr(graph, "operations") and hasattr(graph, "inputs") else None


def _axes(graph: Any) -> tuple[int, int]:
    """Return which axes of a map are down and across, as the first layer that has an order says."""
    formats = [layer.data_format for layer in _layers(graph) if hasattr(layer, "data_format")]
    return (2, 3) if formats[:1] == ["channels_first"] else (1, 2)


def _layers(graph: Any) -> Iterable[Any]:
    for operation in graph.operations:
        inner = _graph(operation)
        yield from [operation] if inner is None else _layers(inner)
