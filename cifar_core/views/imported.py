"""What the pages say of a run that was not trained here."""

from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.runs.imported import ImportedConfig
from cifar_core.runs.record import RunRecord

_SHOWN_HYPERPARAMETERS = 6


def imported_subtitle(record: RunRecord, imported: ImportedConfig) -> str:
    """Say in a line where the run came from, and what is known of its training."""
    parts = [
        f"imported from {imported.source}",
        *([f"{record.parameters:,} parameters"] if record.parameters else []),
        record.data.name if record.data else imported.data,
        *(f"{name} {value}" for name, value in imported.hyperparameters.items()),
    ]
    return " · ".join(part for part in parts[: 3 + _SHOWN_HYPERPARAMETERS] if part)


def imported_outcome(record: RunRecord, imported: ImportedConfig) -> str:
    """Say what came out, and what it is worth."""
    results, data = record.results, record.data
    tested = "Its figures are those that the other program wrote down."
    if results is not None and results.test_accuracy is not None and data is not None:
        interval = wilson_interval(round(results.test_accuracy * data.test_pictures), data.test_pictures)
        tested = (
            f"**Test accuracy {results.test_accuracy:.1%}**, with 95 % confidence between {interval.low:.1%} and "
            f"{interval.high:.1%} ({data.test_pictures:,} pictures)."
        )
    scaling = imported.scaling
    found = [] if scaling is None else [scaling.sentence, scaling.warning or ""]
    return " ".join(part for part in (tested, imported.caution, *found) if part)
