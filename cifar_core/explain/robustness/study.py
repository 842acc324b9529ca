"""Asking a run about its test pictures, corrupted in all ways, and keeping what was counted."""

import contextlib
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from cifar_core.corruptions.kinds import KINDS, SEVERITIES, corrupt
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.explain.robustness.record import RobustnessRecord
from cifar_core.maps.background import Told
from cifar_core.maps.features import run_key
from cifar_core.runs.run import Run
from cifar_core.system.drafts import drafted
from cifar_core.system.files import read_document

PICTURES = 1000
"""An accuracy is then known to 3 percentage points, and a small network done in a minute or two."""

_AT_ONCE = 200  # so few that somebody who wants a picture explained meanwhile does not wait long


class Predicts(Protocol):
    """What is asked: :class:`cifar_core.explain.process.service.InferenceService`, or a stand-in of a test."""

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return logits, shape (N, classes).

        Parameters
        ----------
        model_path : Path
            A ``model.keras``.
        images : ndarray of uint8, shape (N, 32, 32, 3)
            RGB pictures.
        """


class RobustnessStudy:
    """The study of one run on a sample of test pictures: the same for all runs on the same pictures.

    Parameters
    ----------
    run : Run
        Whose network is asked.
    dataset : Dataset
        Whose test pictures.
    cache_dir : Path
        ``Settings.cache_dir``.
    pictures : int
        How many of them, ``>= 1``; all where there are fewer.
    seed : int
        Of the draw, and of all chance in the corruptions; ``>= 0``.

    Raises
    ------
    ConfigError
        The number of pictures or the seed is not possible.
    RunError
        The run has no weights, or was trained on other classes.
    """

    def __init__(
        self, run: Run, dataset: Dataset, cache_dir: Path, pictures: int = PICTURES, seed: int = 0
    ) -> None:
        if pictures < 1 or seed < 0:
            raise ConfigError(
                f"A study takes 1 picture or more and a seed of 0 or more, not {pictures} and {seed}."
            )
        known = None if run.record is None or run.record.data is None else run.record.data.class_names
        if known != dataset.class_names:
            raise RunError(f"The run “{run.id}” was trained on other classes than those of {dataset.name}.")
        self.run, self.dataset, self.seed = run, dataset, seed
        self.pictures = min(pictures, len(dataset.test))
        name = f"{run_key(run)}-{dataset.fingerprint}-{self.pictures}-{seed}.json"
        self.path = cache_dir / "robustness" / name
        self._about = {
            "run": run.id,
            "data": dataset.fingerprint,
            "pictures": self.pictures,
            "of": len(dataset.test),
            "seed": seed,
        }

    def stored(self) -> RobustnessRecord | None:
        """Read what was counted; ``None`` where it was not yet, or the file is damaged, or of another study."""
        with contextlib.suppress(OSError, ValidationError):
            found = RobustnessRecord.model_validate_json(read_document(self.path))
            if found.model_dump(include=set(self._about)) == self._about:
                return found
        return None

    def measure(self, service: Predicts, told: Told) -> RobustnessRecord:
        """Count, and keep what was counted, unless it is there.

        Parameters
        ----------
        service : Predicts
            Asks the network.
        told : callable
            Told what is being done, and how much of it is; what it raises ends the work.

        Raises
        ------
        ExplainError
            The network cannot be opened, or gave no answer.
        """
        found = self.stored()
        if found is not None:
            return found
        split = self.dataset.test
        order = np.random.default_rng(self.seed).permutation(len(split))
        numbers = np.sort(order[: self.pictures])
        images, labels = np.asarray(split.images[numbers]), np.asarray(split.labels[numbers])

        def right(pictures: NDArray[np.uint8], doing: str, share: float) -> int:
            number = 0
            for at in range(0, len(pictures), _AT_ONCE):
                told(doing, share)  # Each time: who stops it waits for one answer, not for a thousand.
                logits = service.predict(self.run.paths.model, pictures[at : at + _AT_ONCE])
                number += int((logits.argmax(axis=1) == labels[at : at + _AT_ONCE]).sum())
            return number

        clean = right(images, "The pictures as they are", 0.0)
        counts: dict[str, tuple[int, ...]] = {}
        for done, kind in enumerate(KINDS.values()):
            row: list[int] = []
            for severity in SEVERITIES:
                share = (len(row) / len(SEVERITIES) + done) / len(KINDS)
                corrupted = corrupt(images, kind.name, severity, numbers=numbers, seed=self.seed)
                row.append(right(corrupted, f"{kind.title}, severity {severity}", share))
            counts[kind.name] = tuple(row)
        found = RobustnessRecord.model_validate(self._about | {"clean": clean, "right": counts})
        with contextlib.suppress(OSError), drafted(self.path) as draft:
            draft.write_text(found.model_dump_json(indent=1), encoding="utf-8")
        return found
