"""What the server does once, when it starts and before anybody opens a page."""

import sys
import threading

from cifar_core.errors import CifarLabError
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.sweeps.submit import take_up_all
from cifar_core.system.streams import say


def take_up() -> None:
    """See to it that runs are trained that waited when the machine went down; what prevents it, the log says."""
    try:
        take_up_all(RunStore.from_settings(Settings.from_environment()))
    except CifarLabError as problem:  # The Train page says it too.
        say(str(problem), sys.stderr)


def take_up_in_background() -> None:
    """Do so without keeping the first visitor waiting, as there may be thousands of runs to look at."""
    threading.Thread(target=take_up, name="take up the queue", daemon=True).start()
