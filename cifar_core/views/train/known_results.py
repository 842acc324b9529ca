"""What a recipe gives, told by the runs that were trained by exactly this recipe; nothing is extrapolated."""

import re
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.models.spec import ModelSpec
from cifar_core.recipes.config import Recipe
from cifar_core.runs.record import DataProvenance, Results
from cifar_core.runs.run import Run
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain

# Testing six views besides, or keeping more, changes nothing of what is trained, nor of the plain figure.
_NOT_TRAINED = ("test_time_augmentation", "epoch_predictions")
_WHAT_IS_TRAINED = tuple(name for name in Recipe.model_fields if name not in _NOT_TRAINED)


@dataclass(frozen=True)
class KnownResult:
    """Test accuracy of finished runs of one recipe; fractions of 1.

    Attributes
    ----------
    accuracies : tuple of float
        Of each run, lowest first.
    six_views : float or None
        Median over the runs that were tested on six views too.
    epochs : float
        Median of the epochs that the runs took.
    data_name : str
        The data set they were trained and tested on.
    test_pictures : int
        How many there were to be tested.
    """

    accuracies: tuple[float, ...]
    six_views: float | None
    epochs: float
    data_name: str
    test_pictures: int

    @property
    def accuracy(self) -> float:
        """Median of the runs."""
        return statistics.median(self.accuracies)

    def sentence(self, recipe: str) -> str:
        """Say in Markdown what the figure rests on; ``recipe`` is such as ``"by this recipe"``."""
        count = len(self.accuracies)
        tested = f"of {counted(self.test_pictures, 'test picture')} of {plain(self.data_name)}"
        if count == 1:
            interval = wilson_interval(round(self.accuracy * self.test_pictures), self.test_pictures)
            between = "95% confidence: {} to {}".format(*interval.ends_in_percent)
            sentence = f"{self.accuracy:.1%} {tested} in 1 run {recipe} ({between})"
        else:
            between = f"{self.accuracies[0]:.1%} to {self.accuracies[-1]:.1%}"
            sentence = (
                f"{self.accuracy:.1%} {tested}: the median of {counted(count, 'run')} {recipe} ({between})"
            )
        views = "" if self.six_views is None else f"; {self.six_views:.1%} from six views of each picture"
        return f"{sentence}{views}."


def same_training(one: Recipe, other: Recipe) -> bool:
    """Whether two recipes train in the same way.

    Parameters
    ----------
    one, other : Recipe
        All their fields must be equal, but for the test on six views, which changes nothing of what is trained.
    """
    return all(getattr(one, name) == getattr(other, name) for name in _WHAT_IS_TRAINED)


def known_result(model: str, recipe: Recipe, dataset: Dataset, runs: Iterable[Run]) -> KnownResult | None:
    """Return what finished runs of a model by a recipe gave; seed, name, device and machine may be any.

    Parameters
    ----------
    model : str
        Id of the model.
    recipe : Recipe
        All of its fields must be those of the runs.
    dataset : Dataset
        Runs on the very same pictures come first, then runs on a copy of the same name, the newest run's copy.
    runs : iterable of Run
        All runs, shipped ones too.
    """
    found = list(_tested(model, recipe, runs))
    same = [one for one in found if one[1].fingerprint == dataset.fingerprint]
    if not same:
        copies = sorted((one for one in found if one[1].key == dataset.key), key=lambda one: one[0])
        same = [one for one in copies if one[1].fingerprint == copies[-1][1].fingerprint]
    if not same:
        return None
    results = [result for _, _, result in same]
    views = [one.test_accuracy_six_views for one in results if one.test_accuracy_six_views is not None]
    return KnownResult(
        accuracies=tuple(sorted(one.test_accuracy for one in results if one.test_accuracy is not None)),
        six_views=statistics.median(views) if views else None,
        epochs=statistics.median(one.epochs or recipe.epochs for one in results),
        data_name=same[0][1].name,
        test_pictures=same[0][1].test_pictures,
    )


def reported_sentence(spec: ModelSpec) -> str:
    """Say in Markdown what the authors of a reference system reported; empty for models of our own."""
    if not spec.reported:
        return ""
    percent = re.sub(r"\b0\.(\d\d)\b", r"\1%", spec.reported)  # some gave fractions
    return f"Its authors reported for CIFAR-10: {plain(percent)}."


def _tested(
    model: str, recipe: Recipe, runs: Iterable[Run]
) -> Iterator[tuple[datetime, DataProvenance, Results]]:
    for run in runs:
        record = run.record
        if record is None or run.status != "finished" or record.imported:
            continue
        if record.data is None or record.results is None or record.results.test_accuracy is None:
            continue
        if record.training.model == model and same_training(record.training, recipe):
            yield record.ended or record.created, record.data, record.results
