"""What a report holds: the runs that were compared, on which pictures, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.run_evaluation import Evaluation
from cifar_core.runs.metrics import EpochMetrics

MOST_PICTURES = 60
"""So many pictures a report holds at most."""


@dataclass(frozen=True, eq=False)
class ReportRun:
    """One run of a report.

    Attributes
    ----------
    id, label : str
        Of the run: its folder, and what it is called.
    class_names : tuple of str
        The index is the label.
    evaluation : Evaluation
        On the pictures that the report is about.
    facts : mapping of str to str
        What else is known: model, parameters, epochs, time, hardware.
    recipe : mapping of str to str
        How it was trained: each hyper-parameter.
    """

    id: str
    label: str
    class_names: tuple[str, ...]
    evaluation: Evaluation
    facts: Mapping[str, str]
    recipe: Mapping[str, str]

    @property
    def right(self) -> int:
        """Pictures that it got right."""
        return int(self.evaluation.matrix.counts.trace())

    @property
    def count(self) -> int:
        """Pictures that it was asked about."""
        return int(self.evaluation.matrix.counts.sum())

    @property
    def interval(self) -> Interval:
        """95% interval of its accuracy (Wilson)."""
        return wilson_interval(self.right, self.count)


@dataclass(frozen=True)
class ReportPicture:
    """One picture.

    Attributes
    ----------
    source : str
        A PNG as ``data:`` URL.
    caption : str
        Beneath it.
    told : str
        What it is and what each run said, in words.
    """

    source: str
    caption: str
    told: str


@dataclass(frozen=True, eq=False)
class Report:
    """All that a report says.

    Attributes
    ----------
    title : str
        What was compared.
    about : tuple of str
        Sentences on the pictures, and on what is left out.
    runs : tuple of ReportRun
        Those with predictions.
    curves : mapping of str to sequence of EpochMetrics
        Finished epochs by label.
    sentences : tuple of str
        What can be concluded.
    pair : bool
        Whether there are just two runs, on the same pictures: then the difference of their matrices is shown.
    pictures : tuple of ReportPicture
        At most :data:`MOST_PICTURES`.
    pictures_title, pictures_note : str
        What they have in common, and how many of all they are or why they are not here.
    versions : mapping of str to str
        Of the programs.
    commands : tuple of str
        That make this again.
    """

    title: str
    about: tuple[str, ...]
    runs: tuple[ReportRun, ...]
    curves: Mapping[str, Sequence[EpochMetrics]]
    sentences: tuple[str, ...]
    pair: bool
    pictures: tuple[ReportPicture, ...]
    pictures_title: str
    pictures_note: str
    versions: Mapping[str, str]
    commands: tuple[str, ...]
