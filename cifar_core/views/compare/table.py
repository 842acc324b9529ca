"""The table of runs: one line each, tested or not."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.file_cache import FileVersion
from cifar_core.remembered import remembered
from cifar_core.runs.labels import run_labels
from cifar_core.runs.notes import RunNotes, notes_of
from cifar_core.runs.run import Run
from cifar_core.views.recipe_words import recipe_title


@dataclass(frozen=True, eq=False)
class RunRow:
    """One line of the table of runs; what is not known yet is ``None``.

    Attributes
    ----------
    run : Run
        The run itself.
    label : str
        What it is called everywhere: unique among all runs.
    model, data_name, data_source, hardware : str
        What was trained, on which pictures, from where, on which machine.
    recipe : str or None
        The ready recipe that it follows.
    same_data : bool
        Whether it was trained on exactly the pictures on screen.
    parameters, epochs : int or None
        Trainable and other weights; epochs that were finished.
    training_seconds : float or None
        Duration of the training.
    test_accuracy : float or None
        Between 0 and 1.
    balanced_accuracy : float or None
        Mean recall of all classes, where the classes of the test pictures are unbalanced.
    interval : Interval or None
        95% Wilson interval of the test accuracy.
    test_pictures : int or None
        How many pictures it was tested on.
    missing : str or None
        Why there is no confusion matrix, as a sentence.
    notes : RunNotes
        Tags and note.
    """

    run: Run
    label: str
    model: str
    recipe: str | None
    data_name: str
    data_source: str
    hardware: str
    same_data: bool
    parameters: int | None
    epochs: int | None
    training_seconds: float | None
    test_accuracy: float | None
    balanced_accuracy: float | None
    interval: Interval | None
    test_pictures: int | None
    missing: str | None
    notes: RunNotes

    @property
    def id(self) -> str:
        """Id of the run."""
        return self.run.id


def list_rows(runs: Sequence[Run], dataset: Dataset | None) -> tuple[RunRow, ...]:
    """Make a line for every run: tested ones first, best first, then the others as they come.

    Parameters
    ----------
    runs : sequence of Run
        Own runs before shipped ones, as ``RunStore.list`` gives them.
    dataset : Dataset or None
        The data set on screen, if one is.
    """
    first_of_id: dict[str, Run] = {}
    for run in runs:
        first_of_id.setdefault(run.id, run)
    every = list(first_of_id.values())
    labels = run_labels(every)
    pictures = None if dataset is None else (dataset.key, dataset.fingerprint)
    rows = [_row(run, pictures, labels[run.id], _versions(run)) for run in every]
    return tuple(sorted(rows, key=lambda row: -1.0 if row.test_accuracy is None else -row.test_accuracy - 1))


Versions = tuple[FileVersion | None, FileVersion | None]
Pictures = tuple[str, str] | None
"""Key and fingerprint of the data set on screen, if one is."""


def _versions(run: Run) -> Versions:
    """Return what tells whether the files of a run have changed that its line is read from, beside its record."""
    return _version(run.paths.notes), _version(run.paths.predictions)


def _version(path: Path) -> FileVersion | None:
    try:
        return FileVersion.of(path)
    except OSError:
        return None


def _what_a_line_says(run: Run, pictures: Pictures, label: str, versions: Versions) -> Hashable:
    return id(run.record), run.paths.folder, run.status, run.problem, pictures, label, versions


@remembered(most=2_000, by=_what_a_line_says)
def _row(run: Run, pictures: Pictures, label: str, _versions: Versions) -> RunRow:
    record = run.record
    data = record.data if record else None
    results = record.results if record else None
    accuracy = results.test_accuracy if results else None
    tested_on = data.test_pictures if data and accuracy is not None else None
    return RunRow(
        run=run,
        label=label,
        model=record.config.model if record else "",
        recipe=recipe_title(record) if record else None,
        data_name=data.name if data else (record.config.data if record else ""),
        data_source=data.source if data else "",
        hardware=record.environment.hardware if record and record.environment else "",
        # Before a run has opened its data only the key tells; a damaged one is shown with every data set.
        same_data=record is None
        or (
            pictures is not None
            and (data.fingerprint == pictures[1] if data else record.config.data == pictures[0])
        ),
        parameters=record.parameters if record else None,
        epochs=results.epochs if results else None,
        training_seconds=results.training_seconds if results else None,
        test_accuracy=accuracy,
        balanced_accuracy=results.test_balanced_accuracy if results else None,
        interval=None
        if accuracy is None or not tested_on
        else wilson_interval(round(accuracy * tested_on), tested_on),
        test_pictures=tested_on,
        missing=_why_no_matrix(run, label),
        notes=notes_of(run),
    )


def _why_no_matrix(run: Run, label: str) -> str | None:
    record = run.record
    if record is None:
        return run.problem or f"The run “{run.id}” is damaged."
    if run.status == "failed":
        return f"“{label}” failed and has no confusion matrix. {record.error or ''}".strip()
    if run.status == "stopped":
        return f"“{label}” was stopped before it was tested, so it has no confusion matrix."
    if run.active:
        return f"“{label}” is {run.status}; its confusion matrix comes when it has been tested."
    if record.imported and not run.has_predictions:
        return f"“{label}” was imported from MLflow with its curves alone, so it has no confusion matrix."
    if not run.has_predictions:
        return f"“{label}” has no predictions.npz, so it has no confusion matrix. Copy the whole folder of the run."
    return None
