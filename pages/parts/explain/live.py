"""The webcam on Explain: what the network says of each frame, and where it looked, while the camera runs."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.explain.methods.registry import DEFAULT_METHOD
from cifar_core.explain.overlay import ColorMap
from cifar_core.explain.scores import Score
from cifar_core.views.explain import live as views
from cifar_core.views.explain.answer import question_about
from cifar_core.views.explain.models import ModelChoice
from pages.parts.explain.camera import NEEDS
from pages.parts.frame import account, session

KEY, ANSWER = "live", "live_answer"
_HERE = Path(__file__)
_camera = st.components.v2.component(
    "cifar_lab_live",
    html=_HERE.with_suffix(".html").read_text(encoding="utf-8"),
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


@st.cache_resource(show_spinner=False)
def places() -> views.CameraPlaces:
    """Return who uses a webcam on this server."""
    return views.CameraPlaces()


def draw_live(
    model: ModelChoice, color_map: ColorMap, target: str | None, score: Score, against: str | None
) -> None:
    """Draw the camera, and what to know of it."""
    _draw_camera(model, color_map, target, score, against)
    st.caption(
        f"{NEEDS} Frames go to this server alone, and none is kept. The network answers with one of its classes, "
        "whatever it sees."
    )


@st.fragment
def _draw_camera(
    model: ModelChoice, color_map: ColorMap, target: str | None, score: Score, against: str | None
) -> None:
    """Draw the camera, which is turned on by its button alone. A fragment: a frame draws nothing else anew."""
    account.require_user_still()
    method = views.live_method(st.query_params.get("method", DEFAULT_METHOD))

    def answer() -> None:
        sent = st.session_state[KEY]["frame"]
        st.session_state[ANSWER] = answer_frame(sent, model, method, target, score, against)

    data = {
        "answer": st.session_state.get(ANSWER),
        "look": views.overlay_look(color_map),
        "framing": model.for_uploads.framing,
        "most": views.MOST_SIDE,
        "needs": NEEDS,
    }
    _camera(key=KEY, data=data, on_frame_change=answer)


def answer_frame(
    sent: Any, model: ModelChoice, method: str, target: str | None, score: Score, against: str | None
) -> dict[str, Any]:
    """Ask about what a browser sent. Nothing is kept: a frame does not go where answers about pictures are kept.

    Parameters
    ----------
    sent : object
        What should be a frame.
    model : ModelChoice
        Which network is asked.
    method, target, score, against
        As :func:`cifar_core.views.explain.answer.question_about` has them.

    Returns
    -------
    dict
        For the browser: what is drawn over the frame of this ``number``, or a ``problem`` in a sentence.
    """
    number = sent.get("number") if isinstance(sent, dict) else None
    try:
        frame = views.read_frame(sent)
        places().take(st.session_state.setdefault("live_page", uuid4().hex))
        question = question_about(
            model,
            views.frame_subject(frame, model),
            target=target,
            method=method,
            score=score,
            against=against,
        )
        (said,) = session.inference_service().explain(question)
        return {"number": number, **views.over_frame(said, model)}
    except CifarLabError as problem:
        return {"number": number, "problem": str(problem)}
