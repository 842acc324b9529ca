"""What was measured of a method's maps, as it is written down and read again."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict

from cifar_core.evaluation.means import Mean
from cifar_core.explain.faithfulness.sanity import Likeness
from cifar_core.explain.faithfulness.scores import MEASURES, Measure
from cifar_core.explain.faithfulness.study import MethodStudy

_DIGITS = 4


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeanRecord(_Record):
    """A mean with the ends of its 95% interval; ``None`` where nothing tells them."""

    value: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, mean: Mean) -> Self:
        """Write a mean down, with four digits after the point."""
        ends = (None, None) if mean.interval is None else (mean.interval.low, mean.interval.high)
        low, high = (None if end is None else round(end, _DIGITS) for end in ends)
        return cls(value=round(mean.value, _DIGITS), low=low, high=high)

    @property
    def sign(self) -> int:
        """1 or −1 where the interval leaves no doubt of the sign, else 0."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return 0
        return 1 if self.low > 0 else -1


class MeasureRecord(_Record):
    """One measure: of the method, of the maps that know nothing, and by how much it is better than each (paired)."""

    mean: MeanRecord
    baselines: dict[str, MeanRecord]
    gains: dict[str, MeanRecord]

    @property
    def beats_all(self) -> bool:
        """Whether the gain is above 0 for each of them, without doubt."""
        return all(gain.sign > 0 for gain in self.gains.values())


class LikenessRecord(_Record):
    """Rank correlation with the maps as they were: after so many layers were randomised, or after tiny noise."""

    layers: int
    lowest: str | None
    correlation: MeanRecord | None
    without: int

    @classmethod
    def of(cls, likeness: Likeness) -> Self:
        """Write a likeness down."""
        names, correlation = likeness.layers, likeness.correlation
        return cls(
            layers=len(names),
            lowest=names[-1] if names else None,
            correlation=None if correlation is None else MeanRecord.of(correlation),
            without=likeness.without,
        )


class MethodRecord(_Record):
    """All that was measured of a method's maps of one network.

    Attributes
    ----------
    method : str
        Which one.
    layer : str or None
        Where; ``None`` for the pixels themselves.
    cells : (int, int)
        Rows and columns of a map.
    pictures : int
        On how many pictures.
    empty : int
        How many of them had no positive evidence.
    measures : mapping of str to MeasureRecord
        Deletion, insertion, ROAD, and the fall of the logit.
    sanity : tuple of LikenessRecord
        With layers randomised from the top; empty where that was not asked for.
    stability : LikenessRecord or None
        With tiny noise.
    """

    method: str
    layer: str | None
    cells: tuple[int, int]
    pictures: int
    empty: int
    measures: dict[Measure, MeasureRecord]
    sanity: tuple[LikenessRecord, ...] = ()
    stability: LikenessRecord | None = None

    @classmethod
    def of(
        cls, study: MethodStudy, sanity: Sequence[Likeness] = (), stability: Likeness | None = None
    ) -> Self:
        """Write down what was measured.

        Parameters
        ----------
        study : MethodStudy
            What happens when the marked places are taken away.
        sanity : sequence of Likeness
            How alike the maps of the randomised network are.
        stability : Likeness, optional
            How alike those of noisy pictures are.
        """
        return cls(
            method=study.method,
            layer=study.layer,
            cells=study.cells,
            pictures=len(study.scores),
            empty=study.empty,
            measures={
                measure: MeasureRecord(
                    mean=MeanRecord.of(study.mean(measure)),
                    baselines={name: MeanRecord.of(study.mean(measure, name)) for name in study.baselines},
                    gains={name: MeanRecord.of(study.gain(measure, name)) for name in study.baselines},
                )
                for measure in MEASURES
            },
            sanity=tuple(LikenessRecord.of(stage) for stage in sanity),
            stability=None if stability is None else LikenessRecord.of(stability),
        )
