"""A heat map over its picture: as one file, and as two that lie upon each other in a browser."""

from typing import Literal

from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import (
    OVERLAY_SIDE,
    SMOOTH_SIDE,
    ColorMap,
    draw_levels,
    draw_overlay,
    enlarge,
    enlarge_smoothly,
    levels_png,
    to_jpeg,
    to_png,
)
from cifar_core.remembered import remembered
from cifar_core.views.subject import Subject


@remembered(most=32)
def picture_file(subject: Subject, *, smooth: bool) -> tuple[bytes, Literal["JPEG", "PNG"]]:
    """Return the picture beneath a heat map as a file, and of which kind it is.

    Parameters
    ----------
    subject : Subject
        The picture.
    smooth : bool
        Whether a small picture is interpolated, or shown in hard pixels.
    """
    shown = subject.seen.shown
    if smooth:
        return to_jpeg(enlarge_smoothly(shown, SMOOTH_SIDE)), "JPEG"
    return to_png(enlarge(shown, OVERLAY_SIDE), hard=True), "PNG"


@remembered(most=32)
def heat_png(subject: Subject, heatmap: Heatmap, *, color_map: ColorMap) -> bytes:
    """Return the heat map as a PNG file to lie upon the picture, transparent where there is no evidence.

    A browser that draws it with an opacity shows what :func:`overlay_png` makes with that one.

    Parameters
    ----------
    subject : Subject
        The picture.
    heatmap : Heatmap
        Where the network looked in it.
    color_map : str
        Its colours.
    """
    levels = draw_levels(heatmap, *subject.seen.shown.shape[:2])
    return levels_png(levels, color_map=color_map, transparent=True)


@remembered(most=32)
def overlay_png(
    subject: Subject, heatmap: Heatmap, *, opacity: float, color_map: ColorMap, smooth: bool
) -> bytes:
    """Lay a heat map over its picture, to be saved.

    Parameters
    ----------
    subject : Subject
        The picture.
    heatmap : Heatmap
        Where the network looked in it.
    opacity : float
        Of the heat map where there is most evidence, 0 to 1; elsewhere it fades with the evidence.
    color_map : str
        Its colours.
    smooth : bool
        Whether a small picture is interpolated, or shown in hard pixels.

    Returns
    -------
    bytes
        A PNG file.
    """
    drawn = draw_overlay(subject.seen.shown, heatmap, opacity=opacity, color_map=color_map, smooth=smooth)
    return to_png(drawn)
