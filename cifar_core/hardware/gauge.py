"""A figure of the hardware with its last minute."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gauge:
    """One figure.

    Attributes
    ----------
    name, value : str
        Ready to be read.
    course : tuple of float
        The last minute, oldest first, a value each second.
    top : float
        What there is of it at most.
    share : tuple of float
        The run's own part of the course, where it has one.
    """

    name: str
    value: str
    course: tuple[float, ...]
    top: float
    share: tuple[float, ...] = ()
