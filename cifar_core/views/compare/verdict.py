"""Whether a difference is real: what is said, and what is seen at a glance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The answer for two models or recipes.

    Attributes
    ----------
    sentence : str
        The whole answer.
    is_real : bool or None
        Whether chance is ruled out at 95%; ``None`` where that cannot be told.
    """

    sentence: str
    is_real: bool | None
