"""A large file is written beside its place, and takes it when it is complete: nobody reads half of one."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from cifar_core.system.files import replace


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Give a draft to write to, which takes the place of a file at the end of the block.

    A block that fails, or that writes nothing, leaves what was there before.

    Parameters
    ----------
    path : Path
        Where the file is to lie; its folder is made. Several processes and threads may write the same file at once:
        each has a draft of its own, and the last one stays.

    Raises
    ------
    OSError
        The folder cannot be made, or the draft cannot take its place.
    """
    draft = path.with_name(f"{path.stem}.{os.getpid()}.{threading.get_ident()}.draft{path.suffix}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield draft
        if draft.exists():
            replace(draft, path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
