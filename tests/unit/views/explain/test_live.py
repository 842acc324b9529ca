"""The webcam on Explain, without one."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cifar_core.data.reading import Preparation
from cifar_core.errors import ExplainError
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import color_table
from cifar_core.explain.result import Explanation
from cifar_core.views.explain.live import (
    MOST_SIDE,
    CameraPlaces,
    frame_subject,
    live_method,
    over_frame,
    overlay_look,
    read_frame,
)
from cifar_core.views.explain.models import ModelChoice

MODEL = ModelChoice("run", "a run", Path("model.keras"), ("cat", "dog", "ship"))


def sent(picture: np.ndarray, **other: Any) -> dict[str, Any]:
    height, width = picture.shape[:2]
    written = base64.b64encode(picture.tobytes()).decode()
    return {"number": 7, "width": width, "height": height, "pixels": written} | other


def halves() -> np.ndarray:
    """Red on the left, green in the middle, blue on the right: 128×64, as a wide camera."""
    frame = np.zeros((64, 128, 3), np.uint8)
    frame[:, :32, 0] = frame[:, 32:96, 1] = frame[:, 96:, 2] = 200
    return frame


def test_a_frame_is_what_the_browser_sent() -> None:
    frame = read_frame(sent(halves()))
    assert frame.number == 7
    assert (frame.pixels == halves()).all()


def test_a_frame_is_framed_as_the_networks_own_pictures() -> None:
    frame = read_frame(sent(halves()))
    cropped = frame_subject(frame, MODEL).seen.pixels
    assert (cropped == (0, 200, 0)).all()  # its centre square
    stretching = ModelChoice(
        "run", "a run", Path(), MODEL.class_names, preparation=Preparation(framing="stretch")
    )
    stretched = frame_subject(frame, stretching).seen.pixels
    assert (stretched[:, :8] == (200, 0, 0)).all()
    assert (stretched[:, 8:24] == (0, 200, 0)).all()
    padding = ModelChoice("run", "a run", Path(), MODEL.class_names, preparation=Preparation(framing="pad"))
    padded = frame_subject(frame, padding).seen.pixels
    assert (padded[:8] == 127).all()
    assert (padded[8:24, :8] == (200, 0, 0)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "frame",
        [],
        {},
        {"number": 7},
        sent(halves(), width=129),
        sent(halves(), width=0, height=0),
        sent(halves(), width=-128, height=-64),
        sent(halves(), width=10**30),
        sent(halves(), number="seven"),
        sent(halves(), number=float("nan")),
        sent(halves(), number=float("inf")),
        sent(halves(), height=63),
        sent(halves(), pixels=None),
        sent(halves(), pixels="*" * 100),
        sent(halves(), pixels="é" * 100),
        sent(halves(), pixels="A" * (4 * MOST_SIDE**2 + 4)),
        sent(halves(), pixels=[1, 2, 3]),
    ],
)
def test_what_is_no_frame_is_a_sentence(wrong: Any) -> None:
    with pytest.raises(ExplainError, match="no frame of a camera"):
        read_frame(wrong)


def explained(evidence: list[list[float]]) -> Explanation:
    heatmap = Heatmap.from_evidence(
        np.array(evidence, np.float32), layer=None, class_index=1, method="gradcam"
    )
    return Explanation(np.log(np.array([0.2, 0.5, 0.3], np.float32)), 1, heatmap, ())


def test_what_is_drawn_over_a_frame() -> None:
    drawn = over_frame(explained([[0, 2], [-1, 1]]), MODEL)
    levels = np.frombuffer(base64.b64decode(drawn["levels"]), np.uint8).reshape(64, 64)
    # Linear between the centres of the cells, which lie at 16 and 48; by hand at the corners and in the middle.
    assert (levels[0, 0], levels[0, -1], levels[-1, 0], levels[-1, -1]) == (0, 255, 0, 128)
    assert abs(int(levels[31:33, 31:33].mean()) - 255 * 1.5 / 4) <= 1
    assert drawn["explained"] == "dog"
    assert [name for name, _ in drawn["says"]] == ["dog", "ship", "cat"]
    assert [share for _, share in drawn["says"]] == pytest.approx([0.5, 0.3, 0.2])
    nothing = over_frame(explained([[-1, -2]]), MODEL)["levels"]
    assert set(base64.b64decode(nothing)) == {0}
    with pytest.raises(ExplainError, match="tells 3 classes apart"):
        over_frame(explained([[1]]), ModelChoice("run", "a run", Path(), ("cat",)))


def test_the_colours_are_those_of_the_page() -> None:
    look = overlay_look("viridis")
    assert base64.b64decode(look["colours"]) == color_table("viridis").tobytes()


def test_a_frame_is_explained_by_a_method_of_one_pass() -> None:
    assert live_method("hirescam") == "hirescam"
    assert [live_method(one) for one in ("rise", "nonsense")] == ["gradcam", "gradcam"]


def test_so_many_cameras_at_a_time() -> None:
    clock = [0.0]
    places = CameraPlaces(2, lambda: clock[0])
    places.take("a")
    places.take("b")
    with pytest.raises(ExplainError, match="2 cameras are in use"):
        places.take("c")
    clock[0] = 9.0
    places.take("b")
    clock[0] = 11.0  # of “a” nothing was heard for ten seconds
    places.take("c")
    with pytest.raises(ExplainError, match="2 cameras"):
        places.take("a")
    places.take("b")
