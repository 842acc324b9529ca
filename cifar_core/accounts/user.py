"""Somebody who has logged in."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["student", "instructor"]


@dataclass(frozen=True)
class User:
    """Somebody who has logged in; where nobody logs in, there is ``None`` in its place.

    Attributes
    ----------
    id : str
        The e-mail address in small letters: the ``owner`` of this person's runs.
    name : str
        Name to show.
    role : {"student", "instructor"}
        What the person may do.
    """

    id: str
    name: str
    role: Role

    @property
    def is_instructor(self) -> bool:
        """Whether this person looks after the others' runs."""
        return self.role == "instructor"


def short_owner(owner: str) -> str:
    """Return what stands before the @: enough to tell the runs of a class apart.

    Examples
    --------
    >>> short_owner("ada@school.example")
    'ada'
    """
    return owner.partition("@")[0]
