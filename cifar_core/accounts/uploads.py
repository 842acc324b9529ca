"""How much may lie in the server's memory of what people have sent; pure."""

from cifar_core.errors import AccessError
from cifar_core.sizes import data_size

BYTES_PER_PERSON = 500_000_000
"""Two models of the largest size that the Compare page takes: one that was just imported, and the next."""
BYTES_IN_ALL = 2_000_000_000
"""Everybody's together: a class that imports at the same moment must not take the memory of the trainings."""


def check_upload(size: int, own: int, everybodys: int) -> None:
    """See to it that a file of this size may still be sent.

    Parameters
    ----------
    size : int
        Bytes of the file.
    own, everybodys : int
        Bytes that are held already for this person and for all, files that are just arriving included.

    Raises
    ------
    AccessError
        It would be too much; the sentence says what to do.
    """
    if own + size > BYTES_PER_PERSON:
        raise AccessError(
            f"You have sent {data_size(own)}, and {data_size(BYTES_PER_PERSON)} at a time are allowed for each "
            "person. Take files away that you do not need, or close other tabs and wait two minutes."
        )
    if everybodys + size > BYTES_IN_ALL:
        raise AccessError(
            "Others are sending files at the moment, and the server takes no more. Try again in a few minutes."
        )
