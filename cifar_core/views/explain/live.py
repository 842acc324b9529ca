"""The webcam on Explain: a frame as a browser sends it, what is asked of it, and what is drawn over it."""

import base64
import binascii
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.picture.framing import prepare
from cifar_core.errors import ExplainError
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS
from cifar_core.explain.overlay import OPACITY, ColorMap, color_table
from cifar_core.explain.result import Explanation, name_probabilities
from cifar_core.explain.spread import spread_maps
from cifar_core.views.explain.answer import check_classes
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject

MOST_SIDE = 128
"""Pixels on the longer side of a frame: four times what the network sees, and too few to be worth compressing."""

SIDE = 64
"""Pixels on each side of the heat map that goes back; the browser interpolates between them."""

CAMERAS = 4
"""At a time on one server: each takes as much of the one explanation process as ten people who click."""

FREE_SECONDS = 10.0
"""After its last frame another camera may have the place."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a webcam.

    Attributes
    ----------
    number : int
        The browser's own, by which it knows what an answer belongs to.
    pixels : ndarray of uint8, shape (H, W, 3)
        RGB, at most 128 pixels on each side.
    """

    number: int
    pixels: NDArray[np.uint8]


def read_frame(sent: Any) -> Frame:
    """Take what a browser sent for a frame.

    Parameters
    ----------
    sent : object
        A mapping of ``number``, ``width``, ``height`` and ``pixels`` (RGB, row by row, in base 64); it may hold
        anything.

    Raises
    ------
    ExplainError
        It is no frame.
    """
    try:
        number, width, height = (int(sent[name]) for name in ("number", "width", "height"))
        if not (1 <= width <= MOST_SIDE and 1 <= height <= MOST_SIDE):
            raise ValueError("size")
        if len(sent["pixels"]) > 4 * MOST_SIDE**2:
            raise ValueError("length")
        pixels = np.frombuffer(base64.b64decode(sent["pixels"], validate=True), np.uint8)
        return Frame(number, pixels.reshape(height, width, 3))
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error) as error:
        raise ExplainError("The browser sent no frame of a camera. Load the page anew.") from error


def live_method(asked: str) -> str:
    """Return the method that frames are explained by: the one asked for, if it needs one pass for a frame."""
    return asked if asked in METHODS and not METHODS[asked].one_by_one else DEFAULT_METHOD


def frame_subject(frame: Frame, model: ModelChoice) -> Subject:
    """Make a frame 32×32 as the network's own pictures were.

    Parameters
    ----------
    frame : Frame
        What the camera saw.
    model : ModelChoice
        The network that is to be asked.
    """
    return Subject("webcam", prepare(frame.pixels, model.for_uploads.framing), None, (), "webcam")


def over_frame(answer: Explanation, model: ModelChoice) -> dict[str, Any]:
    """Return what the browser draws of an answer, ready for JSON.

    Parameters
    ----------
    answer : Explanation
        What the network says of the frame.
    model : ModelChoice
        Which network.

    Returns
    -------
    dict
        ``levels``, the heat map spread over the used part of the frame, uint8 (64, 64) in base 64; ``says``, pairs of
        a class and its probability, the five most probable; ``explained``, the class that the map is for.

    Raises
    ------
    ExplainError
        The network has another number of classes than the record of its run says.
    """
    check_classes(answer, model)
    levels = np.zeros((SIDE, SIDE), np.float32)
    if answer.heatmap is not None and not answer.heatmap.is_empty:
        levels = spread_maps(answer.heatmap.values, place=answer.heatmap.place, height=SIDE, width=SIDE)
    return {
        "levels": _written(np.rint(255 * np.clip(levels, 0, 1)).astype(np.uint8)),
        "says": [[one.name, one.probability] for one in name_probabilities(answer, model.class_names, None)],
        "explained": model.class_names[answer.class_index],
    }


def overlay_look(color_map: ColorMap) -> dict[str, Any]:
    """Return how levels are drawn: 256 colours, RGB in base 64, and the opacity of the strongest evidence.

    Parameters
    ----------
    color_map : str
        One of :data:`cifar_core.explain.overlay.COLOR_MAPS`.
    """
    return {"colours": _written(color_table(color_map)), "opacity": OPACITY, "side": SIDE}


class CameraPlaces:
    """Who uses a webcam on this server now; safe to share between threads.

    Parameters
    ----------
    places : int
        At a time.
    now : callable
        Seconds of a clock; for tests.
    """

    def __init__(self, places: int = CAMERAS, now: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._now = now
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}

    def take(self, who: str) -> None:
        """Take a place, or keep it, with a frame.

        Parameters
        ----------
        who : str
            Id of the page that is open.

        Raises
        ------
        ExplainError
            All are taken.
        """
        with self._lock:
            now = self._now()
            self._last = {one: last for one, last in self._last.items() if now - last < FREE_SECONDS}
            if who not in self._last and len(self._last) >= self._places:
                raise ExplainError(
                    f"{self._places} cameras are in use on this server, and no more are served at a time. "
                    "Try again when somebody has turned theirs off."
                )
            self._last[who] = now


def _written(numbers: NDArray[np.uint8]) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")
