"""The choice of the order in which many classes stand in a matrix."""

from streamlit.delta_generator import DeltaGenerator

from cifar_core.views.compare.order import GROUPED, LISTED
from pages.parts.frame.address import bound


def choose_grouped(place: DeltaGenerator) -> bool:
    """Draw the choice in ``place``; return whether what is alike stands together, rather than as it is listed."""
    choices = [GROUPED, LISTED]
    chosen = place.segmented_control(
        "Order of classes",
        choices,
        default=GROUPED,
        required=True,
        format_func=str.capitalize,
        **bound("order", choices, str.capitalize),
        label_visibility="collapsed",
    )
    return bool(chosen != LISTED)
