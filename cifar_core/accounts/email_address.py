"""E-mail addresses, by which people are told apart."""

import re

# ASCII alone: lower() makes ASCII letters of some foreign ones (of the Kelvin sign a k), and two people would be one.
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,190}")


def normal_address(address: str) -> str:
    """Return an e-mail address in small letters.

    Raises
    ------
    ValueError
        It is none, or has letters beyond ASCII.
    """
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        raise ValueError("is no e-mail address in plain letters, such as ada@school.example")
    return address.lower()
