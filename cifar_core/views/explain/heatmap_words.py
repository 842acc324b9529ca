"""A heat map in words: what is coloured, where it was taken, what its numbers are."""

from cifar_core.explain.fused import split_layers
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import coarser_layer, default_cam_layer
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.result import Explanation
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain


def heatmap_sentence(answer: Explanation, names: tuple[str, ...]) -> str:
    """Say what is coloured, or why nothing is.

    Parameters
    ----------
    answer : Explanation
        What was found.
    names : tuple of str
        Class names; the index is the label.
    """
    heatmap = answer.heatmap
    if heatmap is None:
        return plain(answer.no_heatmap_reason or "There is no heat map for this network.")
    method = get_method(heatmap.method)
    where = f"at layer {plain(heatmap.layer)}" if heatmap.layer is not None else f"at its {method.cells}"
    if not method.asks_class:
        at_layer = f" {where}" if method.at_layer else ""
        return (
            f"Heat map by {method.title}. Coloured: {method.coloured}{at_layer}, the brighter "
            "the more, **whatever the class**."
        )
    explained = f"**{plain(names[answer.class_index])}**"
    if answer.against is not None:
        explained += f" and not **{plain(names[answer.against])}**"
    if heatmap.is_empty:
        other = (
            ""
            if answer.against is not None
            else (
                " Where a network is sure, the reason may be what speaks **against the other classes**: "
                "the class against another (margin) shows that."
            )
        )
        return (
            f"No positive evidence: nothing in this picture speaks for {explained} "
            f"{where}, so there is no heat map to draw.{other}"
        )
    warning = f" {method.warning}" if method.warning else ""
    if not method.signed:
        return (
            f"Heat map by {method.title}. Coloured: where a small change would change {explained} most, **up or "
            f"down**, the brighter the more.{warning}"
        )
    return (
        f"Heat map by {method.title}. Coloured: what speaks for {explained}, the "
        f"brighter the more. Uncoloured: what does not matter, or speaks against it.{_layer_sentence(answer)}{warning}"
    )


def _layer_sentence(answer: Explanation) -> str:
    """Say of the layer that is shown unasked what its cells are, or why it is not the last one."""
    heatmap = answer.heatmap
    if heatmap is None or not answer.layers:
        return ""
    shown = default_cam_layer(answer.layers)
    if heatmap.layer != shown.name:
        return ""
    if shown.layout == "tokens":
        return (
            f" Each cell is a token (a patch) behind the last attention, at layer {plain(shown.name)}: by there it has "
            "looked at all the others."
        )
    passed_over = coarser_layer(answer.layers)
    if passed_over is None:
        return ""
    return (
        f" Shown at layer {plain(shown.name)}: the maps of the last, {plain(passed_over.name)}, have only "
        f"{passed_over.height}×{passed_over.width} cells."
    )


def scale_sentence(heatmap: Heatmap) -> str:
    """Say what the highest number of a map stands for."""
    method = get_method(heatmap.method)
    if len(layers := split_layers(heatmap.layer)) > 1:
        return f"Here 100% is where the mean of the maps of {counted(len(layers), 'layer')} is highest."
    sentence = f"Here 100% stands for {heatmap.maximum:.3g} ({method.unit})."
    if not method.adds_up:
        return sentence
    return f"{sentence} For and against, all cells add up to {heatmap.total:.3g}: {method.adds_up}."
