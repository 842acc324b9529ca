"""What the pages say of a run that was not trained here."""

from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.runs.imported import ImportedConfig
from cifar_core.runs.record import RunRecord
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain

_SHOWN_HYPERPARAMETERS = 6


def imported_subtitle(record: RunRecord, imported: ImportedConfig) -> str:
    """Say in a line, which is no Markdown, where the run came from and what is known of its training.

    Parameters
    ----------
    record : RunRecord
        Of the imported run: its parameters, and the data set that it was tested on.
    imported : ImportedConfig
        The same run's ``record.imported``: where it came from; the first six of its hyper-parameters are named.
    """
    parts = [
        f"imported from {imported.source}",
        f"{counted(record.parameters, 'parameter')}" if record.parameters else "",
        record.data.name if record.data else imported.data,
        *[f"{name} {value}" for name, value in imported.hyperparameters.items()][:_SHOWN_HYPERPARAMETERS],
    ]
    return " · ".join(part for part in parts if part)


def imported_outcome(record: RunRecord, imported: ImportedConfig) -> str:
    """Say what came out, and what it is worth; Markdown.

    Parameters
    ----------
    record : RunRecord
        Of the imported run: its test accuracy, or the note that says why it has none.
    imported : ImportedConfig
        The same run's ``record.imported``: how it was fitted to our pictures, and what to doubt.
    """
    results, data = record.results, record.data
    tested = plain(results.note or "") if results else ""
    if results and results.test_accuracy is not None and data:
        words = tested_words(results.test_accuracy, data.test_pictures, results.test_balanced_accuracy)
        tested = f"{words} ({counted(data.test_pictures, 'picture')})."
    warning = imported_warning(imported)
    return " ".join(part for part in (tested, imported_note(imported), warning) if part)


def imported_note(imported: ImportedConfig) -> str:
    """Say what its figures are worth, and how it was fitted to our pictures; Markdown."""
    found = [] if imported.scaling is None else [imported.scaling.sentence, imported.output or ""]
    return " ".join([imported.caution, *(plain(part) for part in found if part)])


def imported_warning(imported: ImportedConfig) -> str | None:
    """Say why its figures may be quite wrong, if that seems so; Markdown."""
    scaling = imported.scaling
    return None if scaling is None or scaling.warning is None else plain(scaling.warning)


def tested_words(accuracy: float, pictures: int, balanced: float | None) -> str:
    """Say in Markdown how many of the test pictures a model named correctly, and how sure that is (Wilson).

    Parameters
    ----------
    accuracy : float
        Share of the test pictures that were named correctly, 0 to 1.
    pictures : int
        How many test pictures there were.
    balanced : float or None
        Balanced accuracy, where the classes of the test pictures are unbalanced.

    Examples
    --------
    >>> tested_words(0.9, 100, None)
    '**Test accuracy 90.0%**, with 95% confidence between 82.6% and 94.5%'
    """
    low, high = wilson_interval(round(accuracy * pictures), pictures).ends_in_percent
    words = f"**Test accuracy {accuracy:.1%}**, with 95% confidence between {low} and {high}"
    return (
        words
        if balanced is None
        else f"{words}; **balanced accuracy {balanced:.1%}**, each class counting the same"
    )
