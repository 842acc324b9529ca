"""What a picture set chooses from: the pictures of one data set, and what runs said of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.attributes import attributes_of
from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.duplicates import NEAR_DUPLICATE_COUNT, Duplicates, duplicates_known, duplicates_of
from cifar_core.errors import RunError
from cifar_core.evaluation.cross_entropy import cross_entropies
from cifar_core.evaluation.over_epochs import OverEpochs, epochs_of, has_epochs
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.maps.features import RunFeatures
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import PictureMap, open_map
from cifar_core.runs.named import runs_named, several_fit_sentence, some_ids
from cifar_core.runs.run import Run

SPLITS: tuple[SplitName, ...] = ("train", "test")
"""In the order in which pictures are counted."""


def no_saved_set(name: str) -> str:
    """Say that there is none: for where none can be saved.

    Parameters
    ----------
    name : str
        What was asked for.

    Raises
    ------
    RunError
        Always.
    """
    raise RunError(f"There is no saved set “{name[:80]}”.")


@dataclass(frozen=True, eq=False)
class Said:
    """What one run said of every test picture, in the order of the test split.

    Attributes
    ----------
    run : Run
        Which one.
    predictions : Predictions
        Of all test pictures; ``indices`` count from 0 on.
    """

    run: Run
    predictions: Predictions

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """Cross-entropy of the true class, shape (T,), from 0 on."""
        return cross_entropies(self.predictions)

    @cached_property
    def margin(self) -> NDArray[np.float64]:
        """Probability of the true class minus the largest of the others, shape (T,): below 0 where it was wrong."""
        rows, labels = np.arange(len(self.predictions)), self.predictions.labels
        of_others = self.predictions.probabilities.copy()
        of_true = of_others[rows, labels]
        of_others[rows, labels] = -np.inf
        # With a single class there is no other.
        return np.asarray(of_true - np.maximum(of_others.max(axis=1, initial=-np.inf), 0.0))


@dataclass(frozen=True, eq=False)
class Universe:
    """The pictures that a set chooses from; each has a place: those of the training split first, then the test split.

    Attributes
    ----------
    class_names : tuple of str
        The index is the label.
    fingerprint : str
        Of the data set.
    train_labels, test_labels : ndarray of int64, shapes (N,) and (T,)
        True classes; of the training split none where its pictures are not here.
    dataset : Dataset or None
        The pictures themselves; ``None`` where only predictions are here.
    runs : tuple of Run
        Those that may be named.
    cache_dir : Path
        Where what is measured on pictures is kept.
    saved : callable
        Returns the expression of a saved set by its name, and raises ``RunError`` where there is none.
    """

    class_names: tuple[str, ...]
    fingerprint: str
    train_labels: NDArray[np.int64]
    test_labels: NDArray[np.int64]
    dataset: Dataset | None
    runs: tuple[Run, ...]
    cache_dir: Path
    saved: Callable[[str], str] = field(default=no_saved_set)

    @classmethod
    def of_dataset(
        cls,
        dataset: Dataset,
        runs: Sequence[Run],
        cache_dir: Path,
        saved: Callable[[str], str] = no_saved_set,
    ) -> "Universe":
        """Choose from the pictures of a data set.

        Parameters
        ----------
        dataset : Dataset
            Which one.
        runs : sequence of Run
            Those that may be named; one that was tested on other pictures is refused when it is.
        cache_dir : Path
            ``Settings.cache_dir``.
        saved : callable, optional
            Returns the expression of a saved set.
        """
        names, mark = dataset.class_names, dataset.fingerprint
        train, test = dataset.train.labels, dataset.test.labels
        return cls(names, mark, np.asarray(train), np.asarray(test), dataset, tuple(runs), cache_dir, saved)

    @classmethod
    def of_run(
        cls, run: Run, runs: Sequence[Run], cache_dir: Path, saved: Callable[[str], str] = no_saved_set
    ) -> "Universe":
        """Choose from the test pictures of a run, where the pictures themselves are not here.

        Parameters
        ----------
        run : Run
            Its predictions tell the labels.
        runs : sequence of Run
            Those that may be named.
        cache_dir : Path
            ``Settings.cache_dir``.
        saved : callable, optional
            Returns the expression of a saved set.

        Raises
        ------
        RunError
            It has no test predictions.
        """
        labels = evaluate_run(run).matrix.predictions.in_order().labels
        assert run.record is not None  # evaluate_run() refuses a run without one.
        assert run.record.data is not None
        data, none = run.record.data, np.empty(0, np.int64)
        return cls(data.class_names, data.fingerprint, none, labels, None, tuple(runs), cache_dir, saved)

    def __len__(self) -> int:
        return len(self.train_labels) + len(self.test_labels)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """True class by place, shape (N + T,)."""
        return np.concatenate([self.train_labels, self.test_labels])

    def places(self, split: SplitName) -> slice:
        """Return the places of the pictures of a split.

        Parameters
        ----------
        split : {"train", "test"}
            Which split.
        """
        train = len(self.train_labels)
        return slice(0, train) if split == "train" else slice(train, len(self))

    def attribute(self, name: str, split: SplitName | None = None) -> NDArray[Any]:
        """Return what was measured on every picture, by place.

        Parameters
        ----------
        name : str
            Of :data:`cifar_core.picture_sets.measures.PICTURE_MEASURES`.
        split : {"train", "test"}, optional
            Its pictures alone: those of the other one need not be measured then.

        Raises
        ------
        RunError
            The pictures are not here.
        """
        if name == NEAR_DUPLICATE_COUNT:
            return self.duplicates.counts()[slice(None) if split is None else self.places(split)]
        dataset, splits = self.with_pictures(), SPLITS if split is None else (split,)
        return np.concatenate([attributes_of(dataset, one, self.cache_dir)[name] for one in splits])

    def picture_map(self, name: MapName) -> PictureMap:
        """Return where the pictures of a split lie on a map.

        Parameters
        ----------
        name : MapName
            Which map; a run is named by its id.

        Raises
        ------
        RunError
            It was not computed here yet, or the pictures are not here.
        """
        run = None if name.run is None else self.run_named(name.run)
        return open_map(name, self.with_pictures(), run, self.cache_dir)

    def features(self, run: Run, split: SplitName) -> NDArray[np.float32]:
        """Return the last features of a run for the pictures of a split, shape (N, k).

        Parameters
        ----------
        run : Run
            Which run.
        split : {"train", "test"}
            Which split.

        Raises
        ------
        RunError
            They were not computed here yet, or the pictures are not here.
        """
        return RunFeatures(run, self.with_pictures(), split, self.cache_dir).read()

    @cached_property
    def duplicates(self) -> Duplicates:
        """Which pictures are there twice; searched for once, which takes half a minute for sixty thousand.

        Raises
        ------
        RunError
            The pictures are not here.
        """
        return duplicates_of(self.with_pictures(), self.cache_dir)

    @property
    def duplicates_known(self) -> bool:
        """Whether duplicates were searched for already, so that nobody waits for them."""
        return self.dataset is not None and duplicates_known(self.dataset, self.cache_dir)

    def with_pictures(self) -> Dataset:
        """Return the data set.

        Raises
        ------
        RunError
            It is not here.
        """
        if self.dataset is None:
            raise RunError(
                "this needs the pictures themselves, and they are not on this machine. Open their data set first."
            )
        return self.dataset

    def said(self, name: str) -> Said:
        """Return what a run said of the test pictures.

        Parameters
        ----------
        name : str
            Its id, or a part of its id or name that fits no other run of these pictures.

        Raises
        ------
        RunError
            There is no such run, the name fits several, or it was tested on other pictures.
        """
        run = self.run_named(name)
        return Said(run, evaluate_run(run).matrix.predictions.in_order())

    def run_named(self, name: str) -> Run:
        """Return the run of a name.

        Parameters
        ----------
        name : str
            As :meth:`said` takes it.

        Raises
        ------
        RunError
            There is no such run, the name fits several, or it was tested on other pictures.
        """
        return self._run(name, self.is_tested_here, "was tested")

    def over_epochs(self, name: str) -> tuple[Run, OverEpochs]:
        """Return what a run said of its validation pictures after each epoch.

        Parameters
        ----------
        name : str
            Its id, or a part of its id or name that fits no other run that kept its epochs on these pictures.

        Raises
        ------
        RunError
            There is no such run, the name fits several, it kept none, or the training pictures are not here.
        """
        run = self._run(name, lambda run: self._is_here(run) and has_epochs(run), "kept its epochs")
        over_epochs = epochs_of(run)
        kept = over_epochs.kept
        if not len(self.train_labels):
            raise RunError("these are training pictures, and they are not on this machine.")
        if kept.indices.max() >= len(self.train_labels) or np.any(
            self.train_labels[kept.indices] != kept.labels
        ):
            raise RunError(f"the epochs of the run “{run.id}” are of other pictures. Copy it anew.")
        return run, over_epochs

    def _run(self, name: str, fits: Callable[[Run], bool], did: str) -> Run:
        """Return the run of this id, or the only one of these pictures that fits and whose name has that part."""
        run = next((run for run in self.runs if run.id == name), None) or self._only_one(name, fits, did)
        if not self._is_here(run):
            raise RunError(f"the run “{name[:80]}” was not tested on these pictures.")
        return run

    def _only_one(self, name: str, fits: Callable[[Run], bool], did: str) -> Run:
        here = [run for run in self.runs if fits(run)]
        fit = runs_named(name, here)
        if len(fit) == 1:
            return fit[0]
        if fit:
            raise RunError(several_fit_sentence(name, fit))
        known = (
            f"Runs on these pictures: {some_ids(here)}." if here else f"No run {did} on these pictures yet."
        )
        raise RunError(f"there is no run “{name[:80]}”. {known}")

    def is_tested_here(self, run: Run) -> bool:
        """Tell whether it is known what a run said of these test pictures.

        Parameters
        ----------
        run : Run
            Any.
        """
        return self._is_here(run) and run.paths.predictions.exists()

    def _is_here(self, run: Run) -> bool:
        data = run.record.data if run.record else None
        return data is not None and data.fingerprint == self.fingerprint
