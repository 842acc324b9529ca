"""“Change the picture” on Explain: what is changed and how much, and what the network says before and after."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.corruptions.kinds import SEVERITIES
from cifar_core.explain.answer import Answers
from cifar_core.explain.result import Explanation
from cifar_core.views.explain import change as changes
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject
from pages.parts.explain.controls import DATA_SET
from pages.parts.explain.drag import draw_drag
from pages.parts.frame.address import named
from pages.parts.frame.part import draw_part


def choose_change(
    subject: Subject, model: ModelChoice, answers: Answers
) -> tuple[Subject, DeltaGenerator | None]:
    """Draw the choice; return the picture to ask about, and where to compare it, if it is changed, with what it was."""
    asked = st.query_params.get("change") in changes.CHANGES
    part = draw_part("Change the picture", key="change_part", icon=":material/tune:", asked=asked)
    if part is None:
        return subject, None
    with part:
        sliders, compared = st.columns([1, 1], gap="medium")
        with sliders:
            change = _draw_choice()
    if change is None:
        return subject, None
    if change.what in changes.ATTACKS:
        with sliders, st.spinner("Looking for the change …", show_time=True):
            (attacked,) = answers.ask(changes.attack_question(model, subject, change))
        return changes.attacked_subject(subject, change, attacked), compared
    number = int(st.session_state["index"]) if st.session_state["source"] == DATA_SET else 0
    return changes.changed_subject(subject, change, number), compared


def _draw_choice() -> changes.Change | None:
    what: str | None = st.selectbox(
        "Change",
        list(changes.CHANGES),
        format_func=changes.CHANGES.__getitem__,
        index=None,
        placeholder="nothing",
        help="The kinds of CIFAR-10-C; turned, moved, resized, hidden in part; or attacked by the network's gradient.",
        **named("change", list(changes.CHANGES), None),
    )
    if what is None:
        st.caption("How much does it take until the network says something else?")
        return None
    usual = changes.Change(what)
    if what == changes.PLACED:
        return changes.Change(
            what,
            angle=_slider("Turned", "angle", changes.DEGREES, usual.angle, "%d°"),
            right=_slider("Moved right", "right", changes.PIXELS, usual.right),
            down=_slider("Moved down", "down", changes.PIXELS, usual.down),
            size=_slider("Size", "size", changes.PERCENT, usual.size, "%d%%"),
        )
    if what == changes.HIDDEN:
        side = _slider("Side of the square", "side", changes.SIDE, usual.side)
        draw_drag(side)
        st.caption("**Drag it** over the picture above, or set its place here.")
        return changes.Change(
            what,
            side=side,
            row=_slider("Its first row", "row", changes.FIRST, usual.row),
            column=_slider("Its first column", "column", changes.FIRST, usual.column),
        )
    if what in changes.ATTACKS:
        epsilon = _slider("ε, of 255", "epsilon", changes.EPSILON, usual.epsilon)
        st.caption(
            "Each value of each pixel moves by at most ε, to where this network doubts its answer most "
            "(adversarial example)."
        )
        return changes.Change(what, epsilon=epsilon)
    return changes.Change(what, _slider("Severity", "severity", SEVERITIES, usual.severity))


def _slider(label: str, name: str, options: range, usual: int, written: str = "%d") -> int:
    widget = named(name, options, usual, label=label)
    value: int = st.slider(label, options[0], options[-1], format=written, **widget)
    return value


def draw_change(
    place: DeltaGenerator,
    original: Subject,
    before: Explanation,
    changed: Subject,
    after: Explanation,
    model: ModelChoice,
) -> None:
    """Draw the picture as it is beside the changed one, with what the network says of both."""
    attacked = st.session_state["change"] in changes.ATTACKS
    both = changes.before_and_after(original, before, changed, after, model.class_names, difference=attacked)
    for column, picture, said in zip(place.columns(len(both.said)), both.pictures, both.said, strict=True):
        column.image(picture, width="stretch", output_format="PNG", alt="The picture, 32×32 pixels")
        column.caption(said)
