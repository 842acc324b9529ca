"""``python -m cifar_core``."""

import os
import signal
import sys


def _leave(number: int, frame: object) -> None:
    os.write(2, b"Interrupted.\n")
    os._exit(130)  # before anything is begun, and after all is done


if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _leave)

from cifar_core.installation import find_problem

if wrong := find_problem():
    sys.exit(wrong)

# Only now: with another Python, or without a package, it could not be imported.
from cifar_core.commands.main import main

status = main()
if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, _leave)
sys.exit(status)
