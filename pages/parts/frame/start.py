"""What the server does once, when it starts and before anybody opens a page."""

import contextlib
import sys
import threading

from cifar_core.errors import CifarLabError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import expect_training
from cifar_core.settings import Settings
from cifar_core.system.streams import say


def expect_run() -> None:
    """See to it that a worker imports what the next click on *Start* needs; on a cluster none waits."""
    with contextlib.suppress(CifarLabError):  # The pages say it.
        settings = Settings.from_environment()
        if settings.ray is None:
            expect_training(RunStore.from_settings(settings))


def take_up() -> None:
    """See to it that runs are trained that waited when the machine went down; what prevents it, the log says."""
    # Only now: the worker above does not wait for it.
    from cifar_core.sweeps.submit import take_up_all

    try:
        take_up_all(RunStore.from_settings(Settings.from_environment()))
    except CifarLabError as problem:  # The Train page says it too.
        say(str(problem), sys.stderr)


def take_up_in_background() -> None:
    """Do so without keeping the first visitor waiting, as there may be thousands of runs to look at."""
    threading.Thread(target=take_up, name="take up the queue", daemon=True).start()
