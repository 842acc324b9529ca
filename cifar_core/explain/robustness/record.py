"""The robustness card of a run: how many pictures it got right, by kind of corruption and severity."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cifar_core.corruptions.kinds import KINDS, SEVERITIES
from cifar_core.evaluation.intervals import Interval, wilson_interval


class RobustnessRecord(BaseModel):
    """What was counted on a sample of test pictures.

    Attributes
    ----------
    run : str
        Id of the run.
    data : str
        Fingerprint of the data set.
    pictures, of : int
        How many test pictures were drawn, and from how many.
    seed : int
        Of the draw, and of all chance in the corruptions.
    clean : int
        How many it got right as they are.
    right : dict of str to tuple of int
        How many it got right by kind, at severity 1 to 5.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    data: str
    pictures: Annotated[int, Field(ge=1)]
    of: int
    seed: int
    clean: int
    right: dict[str, tuple[int, int, int, int, int]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        counts = [self.clean, *(count for row in self.right.values() for count in row)]
        if set(self.right) != set(KINDS) or not 0 <= min(counts) <= max(counts) <= self.pictures <= self.of:
            raise ValueError("the counts do not fit together")
        return self

    @property
    def clean_accuracy(self) -> float:
        """Share of the pictures that it got right as they are."""
        return self.clean / self.pictures

    def accuracy(self, kind: str, severity: int) -> float:
        """Return the share that it got right; at severity 0, of the pictures as they are.

        Parameters
        ----------
        kind : str
            One of :data:`~cifar_core.corruptions.kinds.KINDS`.
        severity : int
            0 to 5.
        """
        return self._count(kind, severity) / self.pictures

    def interval(self, kind: str, severity: int) -> Interval:
        """Return the 95% interval of that share (Wilson).

        Parameters
        ----------
        kind : str
            One of :data:`~cifar_core.corruptions.kinds.KINDS`.
        severity : int
            0 to 5.
        """
        return wilson_interval(self._count(kind, severity), self.pictures)

    def error(self, kind: str) -> float:
        """Return the mean share of mistakes over the five severities of a kind."""
        return 1 - sum(self.right[kind]) / (len(SEVERITIES) * self.pictures)

    @property
    def mean_error(self) -> float:
        """Mean share of mistakes over all kinds and severities: the plain mean corruption error of CIFAR-10-C."""
        return sum(map(self.error, KINDS)) / len(KINDS)

    @property
    def lost(self) -> float:
        """By how much the mean error exceeds the error on the pictures as they are."""
        return self.mean_error - (1 - self.clean_accuracy)

    @property
    def breaks_first(self) -> str:
        """The kind in which it makes most mistakes."""
        return max(KINDS, key=self.error)

    def relative_error(self, baseline: "RobustnessRecord") -> float | None:
        """Return the mean corruption error as the paper has it: for each kind its error over that of another run.

        ``None`` where the other run makes no mistake in some kind.

        References
        ----------
        D. Hendrycks, T. Dietterich, arXiv:1903.12261, section 4.1.
        """
        errors = [(self.error(kind), baseline.error(kind)) for kind in KINDS]
        if any(other == 0 for _, other in errors):
            return None
        return sum(own / other for own, other in errors) / len(errors)

    def _count(self, kind: str, severity: int) -> int:
        return self.right[kind][severity - 1] if severity else self.clean


@dataclass(frozen=True)
class RobustnessLine:
    """The accuracy of a run against severity.

    Attributes
    ----------
    label : str
        The run.
    accuracies : tuple of float
        At severity 0, the pictures as they are, to 5.
    intervals : tuple of Interval or None
        95% intervals (Wilson); ``None`` for a mean over kinds, whose pictures are the same ones.
    """

    label: str
    accuracies: tuple[float, ...]
    intervals: tuple[Interval, ...] | None
