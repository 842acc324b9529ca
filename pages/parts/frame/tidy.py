"""Gives back what page runs have left in memory, now and then."""

import gc
import time

from pages.parts.frame.gone_widgets import forget_gone_widgets

SECONDS_BETWEEN = 30.0

_last = time.monotonic()


def tidy_up() -> None:
    """Forget widgets that are gone; collect garbage if that was not done for half a minute.

    Streamlit would do so after every run of a script or a fragment (``runner.postScriptGC``): 40 ms each time, ten
    times what a tick of the live view costs. Never to do so lets memory creep up, because Python counts objects,
    and the few that hold pictures weigh the most.
    """
    global _last
    forget_gone_widgets()
    now = time.monotonic()
    if now - _last > SECONDS_BETWEEN:
        _last = now
        gc.collect()
