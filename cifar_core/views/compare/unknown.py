"""How well compared runs tell foreign pictures from their own: one table, and who was not measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_core.errors import RunError
from cifar_core.explain.unknown.foreign import TITLES
from cifar_core.explain.unknown.record import UnknownRecord
from cifar_core.explain.unknown.study import UnknownStudy
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.numbers import decimal, percent
from cifar_core.words.sentences import as_sentence


@dataclass(frozen=True)
class UnknownView:
    """What the tab shows.

    Attributes
    ----------
    records : tuple of (str, UnknownRecord)
        Of each run that was measured, by its label.
    missing : tuple of str
        Ids of those that were not.
    problems : tuple of str
        Why a run can't be measured.
    """

    records: tuple[tuple[str, UnknownRecord], ...]
    missing: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def table(self) -> dict[str, list[str]]:
        """AUROC with its interval by kind of picture, and the share of false alarms; a column for each run."""
        kinds = [name for name in TITLES if any(name in record.foreign for _, record in self.records)]
        columns = {"AUROC": [*(TITLES[kind] for kind in kinds), "false alarms"]}
        for label, record in self.records:
            areas = [record.foreign.get(kind) for kind in kinds]
            columns[label] = [
                "–"
                if one is None
                else f"{decimal(one.auroc, 2)} ({decimal(one.low, 2)} – {decimal(one.high, 2)})"
                for one in areas
            ]
            columns[label].append(f"{percent(record.false_alarm_share)}")
        return columns


def build_unknown(compared: Sequence[ComparedRun], cache_dir: Path) -> UnknownView:
    """Find what was measured of the compared runs.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The chosen runs.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    records, missing, problems = [], [], []
    for one in compared:
        try:
            found = UnknownStudy(one.row.run, cache_dir).stored()
        except RunError as problem:
            problems.append(as_sentence(str(problem)))
            continue
        if found is None:
            missing.append(one.row.id)
        else:
            records.append((one.row.label, found))
    return UnknownView(tuple(records), tuple(missing), tuple(problems))
