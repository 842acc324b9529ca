"""What the drawing of a network shows beside the drawing: its size in figures, and a table of all layers."""

from dataclasses import dataclass

from cifar_core.models.analysis import Architecture, Layer
from cifar_core.models.architectures import known_architectures
from cifar_core.models.blocks import Block, Diagram, Skip, find_blocks
from cifar_core.models.folding import fold
from cifar_core.models.registry import get_model
from cifar_core.words.counts import counted
from cifar_core.words.numbers import compact, size_words

_CLASSES = 10
"""Of the architectures that are kept in the file."""

_LAYERS_NAMED = 6


@dataclass(frozen=True)
class LayerRow:
    """One layer in the table.

    Attributes
    ----------
    name, kind : str
        Keras's name and class.
    window, step : int or None
        Of a layer that slides over the map, in pixels of the map before it.
    output : str
        ``"30×30×32"``.
    parameters, operations : int
        As in :class:`~cifar_core.models.analysis.Layer`.
    sees : int
        Receptive field: side in pixels.
    after : str
        The layers before it.
    """

    name: str
    kind: str
    window: int | None
    step: int | None
    output: str
    parameters: int
    operations: int
    sees: int
    after: str


@dataclass(frozen=True)
class ArchitectureView:
    """A network to be looked at.

    Attributes
    ----------
    summary : str
        Its layers in one line.
    size_sentence : str
        Parameters, operations and receptive field, in Markdown.
    diagram : Diagram
        What is drawn.
    hover : tuple of str
        For each block of the diagram what the pointer shows: lines of plain text, separated by newlines.
    skip_hover : tuple of str
        The same for each skip.
    description : str
        The drawing in words, for those who do not see it.
    rows : tuple of LayerRow
        All layers, in the order in which they are computed.
    """

    summary: str
    size_sentence: str
    diagram: Diagram
    hover: tuple[str, ...]
    skip_hover: tuple[str, ...]
    description: str
    rows: tuple[LayerRow, ...]


def build_architecture(model_id: str, classes: int) -> ArchitectureView:
    """Describe a model of the table for a number of classes; imports no Keras.

    Parameters
    ----------
    model_id : str
        Id of a model in :data:`cifar_core.models.registry.MODELS`.
    classes : int
        Number of classes of the data set on screen, at least 1.

    Raises
    ------
    ConfigError
        There is no such model.
    """
    spec = get_model(model_id)
    architecture = for_classes(known_architectures()[model_id], classes)
    diagram = fold(find_blocks(architecture))
    side = architecture.layers[0].output[0]
    return ArchitectureView(
        summary=spec.summary,
        size_sentence=(
            f"**{counted(architecture.parameters, 'parameter')}** with {counted(classes, 'class')} · "
            f"**{compact(architecture.operations)} operations** for a picture · "
            f"{_last_value(architecture)} sees **{_sees(architecture.receptive_field, side)}**"
        ),
        diagram=diagram,
        hover=tuple(_block_words(block) for block in diagram.blocks),
        skip_hover=tuple(_skip_words(skip) for skip in diagram.skips),
        description=_description(model_id, diagram),
        rows=tuple(_row(layer) for layer in architecture.layers),
    )


def for_classes(architecture: Architecture, classes: int) -> Architecture:
    """Give the last layers another number of classes; their weights and operations grow with it.

    Parameters
    ----------
    architecture : Architecture
        With ten classes, as :func:`cifar_core.models.architectures.known_architectures` gives it.
    classes : int
        The number wanted, at least 1.

    Returns
    -------
    Architecture
        All layers before the last one with weights are as they were.
    """
    last = next(layer for layer in reversed(architecture.layers) if layer.parameters)
    start = architecture.layers.index(last)
    grown = tuple(
        layer.model_copy(
            update={
                "output": (classes,),
                "parameters": layer.parameters * classes // _CLASSES,
                "operations": layer.operations * classes // _CLASSES,
            }
        )
        for layer in architecture.layers[start:]
    )
    return Architecture(layers=architecture.layers[:start] + grown)


def _last_value(architecture: Architecture) -> str:
    slides = any(layer.window > 1 for layer in architecture.layers)
    return "a value of the last map" if slides else "every value"


def _sees(field: int, side: int) -> str:
    return "the whole picture" if field >= side else f"{field}×{field} pixels"


def _layer_words(layer: Layer) -> str:
    parts = [layer.kind]
    if layer.window > 1 or "Conv2D" in layer.kind:
        parts[0] += f" {layer.window}×{layer.window}" + (
            f", stride {layer.stride}" if layer.stride > 1 else ""
        )
    parts += [layer.activation] if layer.activation and layer.kind != "ReLU" else []
    parts += [size_words(layer.output)]
    parts += [counted(layer.parameters, "parameter")] if layer.parameters else []
    parts += [f"{compact(layer.operations)} operations"] if layer.operations else []
    return f"{layer.name}: " + " · ".join(parts)


def _block_words(block: Block) -> str:
    layers = block.layers + block.beside
    lines = [_layer_words(layer) for layer in layers[:_LAYERS_NAMED]]
    if len(layers) > _LAYERS_NAMED:
        lines = [f"{counted(len(layers), 'layer')}, {layers[0].name} to {layers[-1].name}"]
        lines += [f"{compact(block.parameters)} parameters · {compact(block.operations)} operations"]
    if block.times > 1:
        lines.insert(0, f"{counted(block.times, 'time')}, the first of them:")
    value = "behind the last, a value" if block.times > 1 else "a value"
    return "\n".join([*lines, f"{value} sees {block.receptive_field}×{block.receptive_field} pixels"])


def _skip_words(skip: Skip) -> str:
    if not skip.layers:
        return "shortcut (residual connection): added unchanged"
    return "\n".join(["shortcut, added:", *(_layer_words(layer) for layer in skip.layers)])


def _description(model_id: str, diagram: Diagram) -> str:
    blocks = ", ".join(
        f"{f'{block.times} times ' if block.times > 1 else ''}{block.title} to {size_words(block.output)}"
        for block in diagram.blocks
    )
    skips = f"; {counted(len(diagram.skips), 'shortcut')}" if diagram.skips else ""
    return f"{model_id} from left to right: {blocks}{skips}."


def _row(layer: Layer) -> LayerRow:
    slides = layer.window > 1 or "Conv2D" in layer.kind
    return LayerRow(
        name=layer.name,
        kind=layer.kind,
        window=layer.window if slides else None,
        step=layer.stride if slides else None,
        output=size_words(layer.output),
        parameters=layer.parameters,
        operations=layer.operations,
        sees=layer.receptive_field,
        after=", ".join(dict.fromkeys(layer.inputs)),
    )
