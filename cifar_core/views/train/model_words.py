"""What the list of models says of each: its size, and what the best run of it on these pictures gave."""

from collections.abc import Iterable

from cifar_core.data.dataset import Dataset
from cifar_core.models.registry import MODELS
from cifar_core.runs.run import Run
from cifar_core.words.durations import rough_duration_words
from cifar_core.words.numbers import compact

HOW_TO_READ = (
    "Behind each model stands the test accuracy of the best finished run of it on exactly these pictures, with the "
    "time that its training took on the machine where it was trained, and its parameters."
)
_BEHIND_THE_ID = ": "


def model_labels(dataset: Dataset, runs: Iterable[Run]) -> dict[str, str]:
    """Name all models of the table to choose them by.

    Parameters
    ----------
    dataset : Dataset
        The data set on screen: its classes make the last layer, and runs on other pictures do not count.
    runs : iterable of Run
        All runs, shipped ones too.

    Returns
    -------
    dict of str to str
        By their ids: ``"cnn-2conv: 68.1% in 4 min, 168 k parameters"``. On a laptop the end of it may be cut off, so
        what tells most comes first.
    """
    best: dict[str, tuple[float, float | None]] = {}
    for run in runs:
        record = run.record
        if record is None or record.imported or run.status != "finished" or record.data is None:
            continue
        if record.data.fingerprint != dataset.fingerprint or record.results is None:
            continue
        accuracy, seconds = record.results.test_accuracy, record.results.training_seconds
        if accuracy is not None and accuracy > best.get(record.training.model, (-1.0, None))[0]:
            best[record.training.model] = (accuracy, seconds)
    return {name: _label(name, len(dataset.class_names), best.get(name)) for name in MODELS}


def model_of_label(label: str) -> str:
    """Return the id of the model that a label names, also one of a moment ago, before a better run had ended."""
    return label.partition(_BEHIND_THE_ID)[0]


def _label(name: str, classes: int, best: tuple[float, float | None] | None) -> str:
    size = f"{compact(MODELS[name].parameters(classes))} parameters"
    if best is None:
        gave = "not trained here yet"
    else:
        accuracy, seconds = best
        gave = f"{accuracy:.1%}" + (f" in {rough_duration_words(seconds)}" if seconds else "")
    return f"{name}{_BEHIND_THE_ID}{gave}, {size}"
