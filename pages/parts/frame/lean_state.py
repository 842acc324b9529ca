"""Streamlit's widgets without the copy of a session's whole state that each of them makes to look up one value.

A selectbox, a slider, a field for a number or a text asks whether its key was set to nothing, and for that Streamlit
puts the values of all widgets of the session into a new dict: half a millisecond for each of them on a page of
a hundred. Here they look up the one value.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.elements.widgets import number_input, radio, selectbox, slider, text_widgets
from streamlit.runtime.state import SafeSessionState, get_session_state

_WIDGETS = (number_input, radio, selectbox, slider, text_widgets)
_NEEDED = {"_state", "_lock"}
"""What is read of Streamlit's session state, which promises none of it; of a version without, all stays as it is."""


class _Values(Mapping[str, Any]):
    """The values of a session by their keys, each looked up when it is asked for."""

    def __init__(self, state: SafeSessionState) -> None:
        self._safe = state

    def __getitem__(self, key: str) -> Any:
        with self._safe._lock:
            return self._safe._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._safe.filtered_state)

    def __len__(self) -> int:
        return len(self._safe.filtered_state)


class _State:
    """A session state of Streamlit's whose values are looked up one by one."""

    def __init__(self, state: SafeSessionState) -> None:
        self._safe = state

    def __getattr__(self, name: str) -> Any:
        return getattr(self._safe, name)

    @property
    def filtered_state(self) -> Mapping[str, Any]:
        """All values that a page may see."""
        return _Values(self._safe)


def _lean() -> _State:
    return _State(get_session_state())


def make_lean() -> None:
    """Let the widgets of this process look up one value, where this version of Streamlit is as they expect."""
    if not set(SafeSessionState.__annotations__) >= _NEEDED:
        return
    for module in _WIDGETS:
        if getattr(module, "get_session_state", None) is get_session_state:
            module.get_session_state = _lean  # type: ignore[attr-defined]
