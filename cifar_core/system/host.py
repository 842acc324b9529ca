"""Which machine this is: a name to show, and an id that stays when the network gives the machine another name."""

import functools
import hashlib
import platform
from typing import NamedTuple

from cifar_core.system import this_system


class Host(NamedTuple):
    """A machine, or a container that looks like one.

    Attributes
    ----------
    name : str
        What it is called on the network now; a Mac is called otherwise in every Wi-Fi.
    id : str
        16 hexadecimal digits, made from what the system says of itself once and for all without giving that away.
        Empty where it says nothing, as in most containers; then the name must do.
    """

    name: str
    id: str


@functools.cache
def this_host() -> Host:
    """Return the machine that this process runs on."""
    name, machine = platform.node(), this_system().machine()
    return Host(name, hashlib.sha256(f"cifar-lab {machine}".encode()).hexdigest()[:16] if machine else "")
