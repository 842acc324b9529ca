"""A disk without room: recognised, said in a sentence, and told by an exit status where nothing can be written."""

import errno

DISK_FULL = "The disk is full. Free some space, then resume the run: all finished epochs are kept."
EXIT_DISK_FULL = 28
"""Exit status of a worker that could not even write that it failed."""


def is_disk_full(error: BaseException) -> bool:
    """Whether an error means that there is no room, on the disk or within the user's quota."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
