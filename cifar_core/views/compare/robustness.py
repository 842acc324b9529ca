"""What corruptions do to the accuracy of compared runs: lines, one table, and who is still to be measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_core.corruptions.kinds import KINDS, SEVERITIES
from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.explain.robustness.record import RobustnessLine, RobustnessRecord
from cifar_core.explain.robustness.study import RobustnessStudy
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from cifar_core.words.numbers import percent
from cifar_core.words.sentences import as_sentence

EVERY = "all"
KIND_TITLES = {EVERY: "Mean of all kinds", **{kind.name: kind.title for kind in KINDS.values()}}
"""What the chart can show, by the word in the address."""


@dataclass(frozen=True)
class RobustnessView:
    """What the tab shows.

    Attributes
    ----------
    records : tuple of (str, RobustnessRecord)
        Of each run that was measured, by its label.
    missing : tuple of (str, RobustnessStudy)
        What is still to be measured, by the run's label.
    problems : tuple of str
        Why a run can't be measured.
    """

    records: tuple[tuple[str, RobustnessRecord], ...]
    missing: tuple[tuple[str, RobustnessStudy], ...]
    problems: tuple[str, ...]

    def lines(self, kind: str) -> tuple[RobustnessLine, ...]:
        """Return a line for each run that was measured, of one of :data:`KIND_TITLES`."""
        steps = (0, *SEVERITIES)
        kinds = list(KINDS) if kind == EVERY else [kind]
        return tuple(
            RobustnessLine(
                label,
                tuple(sum(found.accuracy(one, step) for one in kinds) / len(kinds) for step in steps),
                None if kind == EVERY else tuple(found.interval(kind, step) for step in steps),
            )
            for label, found in self.records
        )

    @property
    def table(self) -> dict[str, list[str]]:
        """Accuracy by kind, the mean over severities, and the errors; a column for each run."""
        rows = ["As they are", *(kind.title for kind in KINDS.values()), "Mean corruption error"]
        return {"Accuracy": rows} | {
            label: [
                percent(found.clean_accuracy),
                *(percent(1 - found.error(kind)) for kind in KINDS),
                percent(found.mean_error),
            ]
            for label, found in self.records
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who loses how much, and in what it breaks first."""
        return tuple(
            f"{plain(label)} gets {percent(found.clean_accuracy)} right as they are and "
            f"{percent(1 - found.mean_error)} on the average of all corruptions; it breaks first in "
            f"{KINDS[found.breaks_first].phrase} "
            f"({percent(1 - found.error(found.breaks_first))}). "
            f"{counted(found.pictures, 'test picture')} of {found.of:,}."
            for label, found in self.records
        )


def build_robustness(compared: Sequence[ComparedRun], dataset: Dataset, cache_dir: Path) -> RobustnessView:
    """Find what was measured of the compared runs, and what was not.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The chosen runs.
    dataset : Dataset
        The one on screen.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    records, missing, problems = [], [], []
    for one in compared:
        if one.data.fingerprint != dataset.fingerprint:
            problems.append(
                f"{one.row.label} was tested on other pictures than those on screen: choose its data set to measure it."
            )
            continue
        try:
            study = RobustnessStudy(one.row.run, dataset, cache_dir)
        except RunError as problem:
            problems.append(as_sentence(str(problem)))
            continue
        found = study.stored()
        if found is None:
            missing.append((one.row.label, study))
        else:
            records.append((one.row.label, found))
    return RobustnessView(tuple(records), tuple(missing), tuple(problems))
