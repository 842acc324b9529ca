"""Forgets widgets that a session no longer shows.

Streamlit drops the value of a widget that is gone, and keeps what was registered with it for as long as the session
lasts: its callbacks, and all that these hold, such as the pictures of a wall whose key names what it shows.
"""

from streamlit.runtime.state import SafeSessionState, SessionState, get_session_state
from streamlit.runtime.state.session_state import WStates

_READ = (
    (SafeSessionState, {"_state", "_lock"}),
    (SessionState, {"_new_widget_state"}),
    (WStates, {"widget_metadata"}),
)
"""What is read of Streamlit's session state, which promises none of it."""
_AS_EXPECTED = hasattr(SessionState, "_keys") and all(
    names <= set(kind.__annotations__) for kind, names in _READ
)
"""Of a version that keeps it otherwise, nothing is forgotten."""


def forget_gone_widgets() -> None:
    """Forget the widgets of this session that have no value any more; at the end of a page's run.

    One that is on screen has a value, also where this run, or this fragment, did not draw it.
    """
    safe = get_session_state()
    if not (_AS_EXPECTED and isinstance(safe, SafeSessionState)):
        return
    with safe._lock:
        registered = safe._state._new_widget_state.widget_metadata
        for gone in registered.keys() - safe._state._keys():
            del registered[gone]
