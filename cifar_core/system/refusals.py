"""What helps where the operating system refuses to do something: free space only where space is missing."""

import errno
from collections.abc import Mapping

from cifar_core.system import this_system

_BUSY = "Close the program that has it open, or allow yourself to write there"
"""Windows says the same number of what is open and of what is forbidden."""
_REMEDIES = {
    "Free some space": ("ENOSPC", "EDQUOT"),
    "Make that disk writable": ("EROFS",),
    "Allow yourself to write there": ("EACCES", "EPERM"),
    "Allow larger files (ulimit -f)": ("EFBIG",),
    "Rename what already has that name": ("EEXIST", "ENOTEMPTY"),
    "Rename the file that lies where a folder is needed": ("ENOTDIR",),
    "Rename the folder that lies where a file is needed": ("EISDIR",),
    "Use shorter names": ("ENAMETOOLONG",),
    "Check that disk": ("EIO", "ENXIO", "ENODEV", "ESTALE", "ENOTCONN", "EHOSTDOWN", "ETIMEDOUT"),
}
_REMEDIES_OF_ALL_FOLDERS = {
    "Close other programs, or allow more open files (ulimit -n)": ("EMFILE", "ENFILE"),
    "Close other programs, or wait until fewer runs are trained": ("ENOMEM", "EAGAIN"),
}


def _by_number(remedies: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    return {
        getattr(errno, name): words
        for words, names in remedies.items()
        for name in names
        if hasattr(errno, name)  # Not every system knows every one.
    }


_HERE, _ANYWHERE = _by_number(_REMEDIES), _by_number(_REMEDIES_OF_ALL_FOLDERS)


def remedy(error: OSError) -> str | None:
    """Return what helps against an error, as the beginning of a sentence; ``None`` where nobody knows.

    Examples
    --------
    >>> remedy(OSError(errno.EROFS, "Read-only file system"))
    'Make that disk writable'
    """
    if this_system().is_busy(error):
        return _BUSY
    return {**_HERE, **_ANYWHERE}.get(error.errno or 0)


def refused(error: OSError, otherwise: str = "") -> str:
    """Return the reason in brackets, a full stop, and what to do, where that is known, in a sentence.

    Parameters
    ----------
    error : OSError
        What the system said.
    otherwise : str
        What helps instead, such as ``"choose another folder"``: it is offered where it does.

    Examples
    --------
    >>> refused(OSError(errno.ENOSPC, "No space left on device"), "choose another folder")
    '(No space left on device). Free some space, or choose another folder.'
    >>> refused(OSError(errno.EMFILE, "Too many open files"), "choose another folder")
    '(Too many open files). Close other programs, or allow more open files (ulimit -n), then try again.'
    """
    reason = f"({error.strerror or error})"
    helps = remedy(error)
    if helps is None:
        return f"{reason}. {otherwise[0].upper()}{otherwise[1:]}." if otherwise else f"{reason}."
    if not otherwise or error.errno in _ANYWHERE:
        return f"{reason}. {helps}, then try again."
    return f"{reason}. {helps}, or {otherwise}."
