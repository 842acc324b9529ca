"""A network as a person would sketch it: a convolution with its batch norm and ReLU is one block, a shortcut a line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isqrt, prod

from cifar_core.models.analysis import Architecture, Layer

KINDS = {
    "InputLayer": "picture",
    "Conv2D": "conv",
    "DepthwiseConv2D": "depthwise",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "GlobalAveragePooling2D": "mean",
    "Dense": "dense",
    "EinsumDense": "linear",
    "MultiHeadAttention": "attention",
    "Resizing": "enlarge",
}
"""Layers that begin a block, and what it is called."""

STAGE = "stage"
"""Kind of a block that stands for many."""

_LEADING = ("LayerNormalization", "ZeroPadding2D", "Flatten")
_THEN = {"BatchNormalization": "norm", "Dropout": "dropout"}
_FUNCTIONS = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "hard_silu": "hard SiLU"}


@dataclass(frozen=True)
class Block:
    """Consecutive layers that are drawn as one box.

    Attributes
    ----------
    kind : str
        One of the values of :data:`KINDS`, or :data:`STAGE`.
    layers : tuple of Layer
        On the way from the picture to the logits, in order.
    beside : tuple of Layer
        Within the block, but beside that way: gates and shortcuts that are not drawn.
    times : int
        How often it stands in the network, one after the other or in turn with its neighbours.
    receptive_field : int
        Side of the square of pixels that a value of its output depends on, after the last time.
    """

    kind: str
    layers: tuple[Layer, ...]
    beside: tuple[Layer, ...] = ()
    times: int = 1
    receptive_field: int = 1

    @property
    def main(self) -> Layer:
        """The layer that gives the block its name."""
        return next(layer for layer in self.layers if layer.kind in KINDS)

    @property
    def output(self) -> tuple[int, ...]:
        """Shape of what leaves it: height, width, channels; or positions, channels; or units."""
        return self.layers[-1].output

    @property
    def side(self) -> int:
        """Side of its output as a map; 0 for a list of units."""
        # In a transformer the positions of a sequence are those of a square map, row by row.
        if len(self.output) == 2:
            return isqrt(self.output[0])
        return self.output[0] if len(self.output) == 3 else 0

    @property
    def title(self) -> str:
        """What it is, in a word or two: ``"conv 3×3"``."""
        if self.kind == STAGE:
            convolutions = sum("Conv2D" in layer.kind for layer in self.layers)
            return f"{convolutions} × conv"
        window = self.main.window
        return f"{self.kind} {window}×{window}" if self.kind in ("conv", "depthwise", "pool") else self.kind

    @property
    def then(self) -> tuple[str, ...]:
        """What follows its main layer: ``("norm", "ReLU")``."""
        if self.kind == STAGE:
            return ()
        words = []
        for layer in self.layers[self.layers.index(self.main) :]:
            words += [_THEN[layer.kind]] if layer.kind in _THEN else []
            words += [_FUNCTIONS.get(layer.activation, layer.activation)] if layer.activation else []
        return tuple(words)

    @property
    def parameters(self) -> int:
        """Of the block once, what is beside included."""
        return sum(layer.parameters for layer in self.layers + self.beside)

    @property
    def operations(self) -> int:
        """For one picture, of the block once."""
        return sum(layer.operations for layer in self.layers + self.beside)


@dataclass(frozen=True)
class Skip:
    """A way past blocks: it begins behind ``source`` and is added behind ``target`` (numbers of blocks)."""

    source: int
    target: int
    layers: tuple[Layer, ...] = ()

    @property
    def parameters(self) -> int:
        """Of the layers on it."""
        return sum(layer.parameters for layer in self.layers)


@dataclass(frozen=True)
class Repeat:
    """Blocks ``first`` to ``last`` stand in the network so many times."""

    first: int
    last: int
    times: int


@dataclass(frozen=True)
class Diagram:
    """All of a network as blocks from left to right."""

    blocks: tuple[Block, ...]
    skips: tuple[Skip, ...] = ()
    repeats: tuple[Repeat, ...] = ()

    @property
    def parameters(self) -> int:
        """The network's total: each block as often as it stands in it, and the skips."""
        of_skips = sum(skip.parameters * self.blocks[skip.target].times for skip in self.skips)
        return sum(block.parameters * block.times for block in self.blocks) + of_skips


def find_blocks(architecture: Architecture) -> Diagram:
    """Group the layers of a network into blocks and skips, without folding anything."""
    by_name = {layer.name: layer for layer in architecture.layers}
    path = _main_path(architecture.layers)
    blocks = _blocks(path)
    number = {layer.name: index for index, block in enumerate(blocks) for layer in block.layers}
    beside: dict[int, tuple[Layer, ...]] = {}
    skips = []
    taken: set[str] = set()
    for before, layer in pairwise(path):
        for name in sorted(set(layer.inputs) - {before.name}):
            way: list[Layer] = []
            while name not in number:
                way.insert(0, by_name[name])
                name = by_name[name].inputs[0]
            # Two skips may share layers, such as a picture made smaller step by step; each counts once.
            own = tuple(one for one in way if one.name not in taken)
            taken.update(one.name for one in own)
            source, target = number[name], number[layer.name]
            if source == target:
                beside[target] = beside.get(target, ()) + own
            else:
                skips.append(Skip(source, target, own))
    return Diagram(
        tuple(replace(block, beside=beside.get(index, ())) for index, block in enumerate(blocks)),
        tuple(skips),
    )


def _main_path(layers: Sequence[Layer]) -> list[Layer]:
    """Return the longest way from the picture to the logits; a gate multiplied onto a map is no way."""
    by_name = {layer.name: layer for layer in layers}
    depth: dict[str, int] = {}
    for layer in layers:  # each stands behind its inputs
        depth[layer.name] = 1 + max((depth[name] for name in layer.inputs), default=0)
    path = [layers[-1]]
    while path[0].inputs:
        longest = max(path[0].inputs, key=lambda name: (prod(by_name[name].output), depth[name]))
        path.insert(0, by_name[longest])
    return path


def _blocks(path: Sequence[Layer]) -> list[Block]:
    groups: list[list[Layer]] = []
    leading: list[Layer] = []
    for layer in path:
        if layer.kind in KINDS:
            groups.append([*leading, layer])
            leading = []
        elif leading or layer.kind in _LEADING:
            leading.append(layer)
        else:
            groups[-1].append(layer)
    groups[-1] += leading
    main = [next(layer for layer in group if layer.kind in KINDS) for group in groups]
    return [
        Block(KINDS[one.kind], tuple(group), receptive_field=group[-1].receptive_field)
        for one, group in zip(main, groups, strict=True)
    ]
