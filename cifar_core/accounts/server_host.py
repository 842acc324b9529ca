"""Whether a server can be reached from other machines; pure."""

import ipaddress


def is_this_machine(host: str | None) -> bool:
    """Tell whether a host name or address is reached from its own machine alone.

    Parameters
    ----------
    host : str or None
        Such as ``"localhost"``, ``"127.0.0.1"``, ``"0.0.0.0"``; ``None`` stands for all addresses of a machine.
    """
    if host is None:
        return False
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost") or name.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
