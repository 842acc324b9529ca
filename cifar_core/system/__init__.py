"""What depends on the operating system: a file for each, chosen here, and what all other rooms build on it."""

import os
import sys

from cifar_core.system.macos import MacOS
from cifar_core.system.posix import Posix
from cifar_core.system.windows import Windows


def this_system() -> Posix | Windows:
    """Return the operating system that this process runs on."""
    if os.name == "nt":
        return Windows()
    return MacOS() if sys.platform == "darwin" else Posix()
