"""Making the sketch of a deep network small: what is repeated is drawn once, very many blocks become stages."""

from dataclasses import replace
from itertools import groupby

from cifar_core.models.blocks import STAGE, Block, Diagram, Repeat, Skip

MOST = 24
"""Blocks that stand side by side and can still be read on a projector."""

_ENOUGH = 16
"""Up to so many nothing is folded: the network is shown as it is."""

_LONGEST = 6


def fold(diagram: Diagram) -> Diagram:
    """Return the diagram with at most about :data:`MOST` blocks.

    Repeated blocks are drawn once with their number. If that is not enough, consecutive blocks whose maps have one
    size become one, a stage.
    """
    if len(diagram.blocks) <= _ENOUGH:
        return diagram
    folded = _fold_repeats(diagram)
    return folded if len(folded.blocks) <= MOST else _fold_stages(diagram)


def _fold_repeats(diagram: Diagram) -> Diagram:
    blocks: list[Block] = []
    repeats = []
    position: dict[int, int] = {}  # of each block, among those that are kept
    dropped: set[int] = set()  # blocks whose skips are those of their first copy
    start = 0
    while start < len(diagram.blocks):
        length, times = _repetition(diagram, start)
        unit = diagram.blocks[start : start + length]
        if times > 1:
            repeats.append(Repeat(len(blocks), len(blocks) + length - 1, times))
        for index in range(start, start + length * times):
            position[index] = len(blocks) + (index - start) % length
            if length > 1 and index >= start + length:
                dropped.add(index)
        start += length * times
        blocks += [
            replace(block, times=times, receptive_field=last.receptive_field)
            for block, last in zip(unit, diagram.blocks[start - length : start], strict=True)
        ]
    skips = [
        Skip(position[skip.source], position[skip.target], skip.layers)
        for skip in diagram.skips
        if skip.target not in dropped
    ]
    return Diagram(tuple(blocks), tuple(skips), tuple(repeats))


def _repetition(diagram: Diagram, start: int) -> tuple[int, int]:
    """Return length and number of the repetition beginning at a block that spares most blocks; (1, 1) if none."""
    run = _run(diagram, start)
    best = (1, run if run > 2 else 1)  # two equal blocks are read faster than one with a number
    for length in range(2, _LONGEST + 1):
        unit = [_looks(diagram, index) for index in range(start, start + length)]
        times = 1
        while unit == [
            _looks(diagram, start + times * length + offset) for offset in range(length)
        ] and _closed(diagram, start, length, times + 1):
            times += 1
        if (times - 1) * length > (best[1] - 1) * best[0]:
            best = (length, times)
    return best


def _run(diagram: Diagram, start: int) -> int:
    """Return how many equal blocks follow one another; only the last one may be where a skip ends."""
    looks = _looks(diagram, start, with_skips=False)
    times = 1
    ends = {skip.target for skip in diagram.skips}
    begins = {skip.source for skip in diagram.skips}
    while (
        start + times - 1 not in ends | begins and _looks(diagram, start + times, with_skips=False) == looks
    ):
        times += 1
    return times


def _looks(diagram: Diagram, index: int, *, with_skips: bool = True) -> object:
    """Return all by which a block is drawn, so that equal ones can be found; never equal beyond the last."""
    if index >= len(diagram.blocks):
        return index
    block = diagram.blocks[index]
    skips = sorted(
        (index - skip.source, [layer.kind for layer in skip.layers], skip.parameters)
        for skip in diagram.skips
        if with_skips and skip.target == index
    )
    kinds = [layer.kind for layer in block.layers]
    return kinds, block.title, block.then, block.output, block.parameters, block.operations, skips


def _closed(diagram: Diagram, start: int, length: int, times: int) -> bool:
    """Whether no skip leaves the repetition from its midst."""
    end = start + length * times
    return all(skip.target < end for skip in diagram.skips if start <= skip.source < end - 1)


def _fold_stages(diagram: Diagram) -> Diagram:
    """Join neighbours with maps of one size; picture, means and dense layers stay by themselves."""

    def stage(index: int) -> object:
        block = diagram.blocks[index]
        return block.side if block.kind in ("conv", "depthwise", "pool") else (block.kind, index)

    blocks: list[Block] = []
    position: dict[int, int] = {}
    for _, group in groupby(range(len(diagram.blocks)), stage):
        indices = list(group)
        members = [diagram.blocks[index] for index in indices]
        position |= dict.fromkeys(indices, len(blocks))
        blocks.append(members[0] if len(members) == 1 else _joined(members))
    skips = []
    for skip in diagram.skips:
        source, target = position[skip.source], position[skip.target]
        if source == target:
            blocks[target] = replace(blocks[target], beside=blocks[target].beside + skip.layers)
        else:
            skips.append(Skip(source, target, skip.layers))
    return Diagram(tuple(blocks), tuple(skips))


def _joined(members: list[Block]) -> Block:
    layers = tuple(layer for block in members for layer in block.layers)
    beside = tuple(layer for block in members for layer in block.beside)
    return Block(STAGE, layers, beside, receptive_field=members[-1].receptive_field)
