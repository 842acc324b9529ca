"""What was measured of a run: from which energy on a picture is called unlike, and how often that is right."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, FiniteFloat, model_validator

from cifar_core.evaluation.auroc import Auroc
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.explain.unknown.energy import FALSE_ALARMS
from cifar_core.explain.unknown.foreign import TITLES

STEPS = 200
"""Of the validation energies every half percent is kept."""


def threshold_of(quantiles: Sequence[float]) -> float:
    """Return the energy that 5% of the validation pictures exceed.

    Parameters
    ----------
    quantiles : sequence of float
        Of their energies, from the lowest to the highest in 200 steps.
    """
    return quantiles[round(STEPS * (1 - FALSE_ALARMS))]


class ForeignRecord(BaseModel):
    """Pictures of one kind against the test pictures.

    Attributes
    ----------
    pictures : int
        How many of this kind.
    auroc, low, high : float
        Area under the ROC curve, 0 to 1, and its 95% interval.
    called : int
        How many are called unlike.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pictures: int
    auroc: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    called: int

    @classmethod
    def of(cls, tested: NDArray[np.float64], foreign: NDArray[np.float64], threshold: float) -> Self:
        """Compare energies.

        Parameters
        ----------
        tested : ndarray of float64, shape (m,)
            Of test pictures.
        foreign : ndarray of float64, shape (n,)
            Of foreign ones.
        threshold : float
            Above it a picture is called unlike.
        """
        area = Auroc.of(tested, foreign)
        called = int((foreign > threshold).sum())
        ends = area.interval
        return cls(pictures=len(foreign), auroc=area.value, low=ends.low, high=ends.high, called=called)

    @property
    def interval(self) -> Interval:
        """The 95% interval of the area."""
        return Interval(self.low, self.high)

    @property
    def called_share(self) -> float:
        """Share that is called unlike."""
        return self.called / self.pictures

    @property
    def called_interval(self) -> Interval:
        """Its 95% interval (Wilson)."""
        return wilson_interval(self.called, self.pictures)


class UnknownRecord(BaseModel):
    """What was measured of one run.

    Attributes
    ----------
    run : str
        Its id.
    data : str
        Fingerprint of its data set.
    seed : int
        Of all that was left to chance.
    validation, of : int
        How many validation pictures the threshold comes from, drawn from how many.
    quantiles : tuple of float
        Of their energies, from the lowest to the highest in 200 steps.
    test : int
        How many test pictures the foreign ones are held against.
    false_alarms : int
        How many of them are called unlike.
    foreign : dict of str to ForeignRecord
        By kind of :data:`~cifar_core.explain.unknown.foreign.TITLES`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    data: str
    seed: int
    validation: int
    of: int
    quantiles: tuple[FiniteFloat, ...]
    test: int
    false_alarms: int
    foreign: dict[str, ForeignRecord]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        counts = [(self.false_alarms, self.test), (self.validation, self.of)]
        counts += [(one.called, one.pictures) for one in self.foreign.values()]
        areas = [end for one in self.foreign.values() for end in (0, one.low, one.auroc, one.high, 1)]
        fits = (
            len(self.quantiles) == STEPS + 1
            and list(self.quantiles) == sorted(self.quantiles)
            and set(self.foreign) <= set(TITLES)
            and all(0 <= part <= whole and whole for part, whole in counts)
            and all(sorted(areas[at : at + 5]) == areas[at : at + 5] for at in range(0, len(areas), 5))
        )
        if not fits:
            raise ValueError("the figures do not fit together")
        return self

    @property
    def threshold(self) -> float:
        """Energy above which a picture is called unlike: 5% of the validation pictures have a higher one."""
        return threshold_of(self.quantiles)

    @property
    def false_alarm_share(self) -> float:
        """Share of the test pictures that is called unlike."""
        return self.false_alarms / self.test

    @property
    def false_alarm_interval(self) -> Interval:
        """Its 95% interval (Wilson)."""
        return wilson_interval(self.false_alarms, self.test)

    def share_as_unlike(self, energy: float) -> float:
        """Return the share of the validation pictures whose energy is as high or higher, to half a percent.

        Parameters
        ----------
        energy : float
            Of a picture.
        """
        return float((np.array(self.quantiles) >= energy).mean())
