"""Asking a run about its validation pictures and about foreign ones, and keeping what was measured."""

import contextlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError, ConfigError, RunError
from cifar_core.evaluation.predictions import load_predictions, predictions_fingerprint
from cifar_core.explain.robustness.study import Predicts
from cifar_core.explain.unknown.energy import energies
from cifar_core.explain.unknown.foreign import CIFAR100, MADE, TITLES
from cifar_core.explain.unknown.record import STEPS, ForeignRecord, UnknownRecord, threshold_of
from cifar_core.explain.unknown.shipped import shipped_record
from cifar_core.maps.background import Told
from cifar_core.maps.features import run_key
from cifar_core.runs.run import Run
from cifar_core.settings import Settings
from cifar_core.system.drafts import drafted
from cifar_core.system.files import read_document
from cifar_core.words.counts import counted

PICTURES = 1000
"""Of each kind; an area is then known to 0.03 or better."""

MOST_VALIDATION = 2000
"""By so many the threshold calls 4 to 6% unlike where 5% is meant."""

LEAST_VALIDATION = 20
"""Of fewer none is the highest 5%."""

_AT_ONCE = 200  # so few that somebody who wants a picture explained meanwhile does not wait long


class UnknownStudy:
    """The study of one run.

    Parameters
    ----------
    run : Run
        Whose network is asked.
    cache_dir : Path
        ``Settings.cache_dir``.
    pictures : int
        How many of each kind, ``>= 2``; fewer where there are fewer.
    seed : int
        Of all that is left to chance; ``>= 0``.

    Raises
    ------
    ConfigError
        The number of pictures or the seed is not possible.
    RunError
        The run has no weights, or nothing is known of its pictures.
    """

    def __init__(self, run: Run, cache_dir: Path, pictures: int = PICTURES, seed: int = 0) -> None:
        if pictures < 2 or seed < 0:
            raise ConfigError(
                f"A study takes 2 pictures or more and a seed of 0 or more, not {pictures} and {seed}."
            )
        if run.record is None or run.record.data is None:
            raise RunError(f"Nothing is known of the pictures that {run.id} was trained on.")
        self.run, self.data, self.pictures, self.seed = run, run.record.data, pictures, seed
        self.path = cache_dir / "unknown" / f"{run_key(run)}-{self.data.fingerprint}-{pictures}-{seed}.json"

    def stored(self) -> UnknownRecord | None:
        """Read what was measured, here or before the run was shipped; ``None`` where it was not."""
        with contextlib.suppress(OSError, ValidationError):
            found = UnknownRecord.model_validate_json(read_document(self.path))
            if (found.run, found.data, found.seed) == (self.run.id, self.data.fingerprint, self.seed):
                return found
        if self.run.shipped and (self.pictures, self.seed) == (PICTURES, 0):
            return shipped_record(self.run.id)
        return None

    def measure(
        self, service: Predicts, dataset: Dataset, others: Mapping[str, Dataset], told: Told
    ) -> UnknownRecord:
        """Measure, and keep what was measured, unless it is there.

        Parameters
        ----------
        service : Predicts
            Asks the network.
        dataset : Dataset
            The pictures that the run was trained on.
        others : mapping of str to Dataset
            Data sets with other classes, from :func:`foreign_datasets`.
        told : callable
            Told what is being done, and how much of it is; what it raises ends the work.

        Raises
        ------
        RunError
            The run has too few validation pictures, or these are not its pictures.
        ExplainError
            The network cannot be opened, or gave no answer.
        """
        found = self.stored()
        if found is not None and set(others) <= set(found.foreign):
            return found
        numbers = self._validation(dataset)
        rng = np.random.default_rng(self.seed)
        drawn = np.sort(rng.permutation(numbers)[:MOST_VALIDATION])
        order = rng.permutation(len(dataset.test))
        own, rest = order[: self.pictures], order[self.pictures :]
        # Foreign pictures are made of other test pictures than those that they are held against.
        of = np.asarray(dataset.test.images)[np.resize(rest if len(rest) else own, len(own))]
        kinds = {name: partial(make, of, rng) for name, make in MADE.items()}
        kinds |= {name: partial(_some, other, self.pictures, rng) for name, other in others.items()}
        parts = 2 + len(kinds)

        def measured(what: str, done: int, images: NDArray[np.uint8]) -> NDArray[np.float64]:
            logits = []
            for at in range(0, len(images), _AT_ONCE):
                told(f"Energy of {what}", (done + at / len(images)) / parts)
                logits.append(service.predict(self.run.paths.model, images[at : at + _AT_ONCE]))
            return energies(np.concatenate(logits))

        validated = measured("validation pictures", 0, np.asarray(dataset.train.images[drawn]))
        quantiles = np.quantile(validated, np.arange(STEPS + 1) / STEPS).round(5).tolist()
        threshold = threshold_of(quantiles)
        tested = measured("test pictures", 1, np.asarray(dataset.test.images)[own])
        foreign = {
            name: ForeignRecord.of(tested, measured(TITLES[name], done, pictures()), threshold)
            for done, (name, pictures) in enumerate(kinds.items(), start=2)
        }
        found = UnknownRecord(
            run=self.run.id,
            data=dataset.fingerprint,
            seed=self.seed,
            validation=len(drawn),
            of=len(numbers),
            quantiles=tuple(quantiles),
            test=len(own),
            false_alarms=int((tested > threshold).sum()),
            foreign=foreign,
        )
        with contextlib.suppress(OSError), drafted(self.path) as draft:
            draft.write_text(found.model_dump_json(), encoding="utf-8")
        return found

    def _validation(self, dataset: Dataset) -> NDArray[np.int64]:
        """Return the numbers of the run's validation pictures among the training pictures."""
        predictions = self.run.paths.predictions
        if dataset.fingerprint != self.data.fingerprint:
            raise RunError(
                f"The run “{self.run.id}” was trained on {self.data.name}, and these are the pictures of "
                f"{dataset.name}."
            )
        if predictions_fingerprint(predictions) != dataset.fingerprint:
            raise RunError(f"The predictions of {self.run.id} do not belong to {dataset.name}.")
        numbers = load_predictions(predictions, "validation").indices
        if len(numbers) < LEAST_VALIDATION:
            raise RunError(
                f"The run “{self.run.id}” has {counted(len(numbers), 'validation picture')}. A threshold that 5% of "
                f"them exceed takes {LEAST_VALIDATION} or more."
            )
        if numbers.min() < 0 or numbers.max() >= len(dataset.train):
            raise RunError(f"The validation pictures of {self.run.id} are not among those of {dataset.name}.")
        return numbers


def _some(dataset: Dataset, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    numbers = np.sort(rng.permutation(len(dataset.test))[:count])
    return np.asarray(dataset.test.images[numbers])


def foreign_datasets(run: Run, settings: Settings) -> dict[str, Dataset]:
    """Open the data sets of this machine whose classes a run does not know: CIFAR-100, where it is here.

    Parameters
    ----------
    run : Run
        Of any data set; where that is CIFAR-100 itself, there are none.
    settings : Settings
        Where data sets are looked for.
    """
    known = () if run.record is None or run.record.data is None else run.record.data.class_names
    for choice in list_choices(settings):
        if choice.key == CIFAR100 and choice.available:
            with contextlib.suppress(CifarLabError):
                found = open_dataset(choice.key, settings)
                if not set(found.class_names) & set(known):
                    return {CIFAR100: found}
    return {}
