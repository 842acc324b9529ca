"""How faithful the maps of one method are on pictures of a set: measured once for a run, and kept in a file."""

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from cifar_core.errors import ExplainError
from cifar_core.explain.faithfulness.asking import Network, Told
from cifar_core.explain.faithfulness.record import MethodRecord
from cifar_core.explain.faithfulness.study import study_methods
from cifar_core.explain.question import Question
from cifar_core.explain.sample import draw_sample
from cifar_core.explain.scores import Score
from cifar_core.maps.features import run_key
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.picture_sets.universe import SPLITS
from cifar_core.runs.run import Run
from cifar_core.system.drafts import drafted
from cifar_core.system.files import read_document


@dataclass(frozen=True, eq=False)
class FaithfulnessStudy:
    """The study of one method on one network.

    Attributes
    ----------
    run : Run
        Whose network is asked; it has weights.
    pictures : PictureSet
        The set that pictures are drawn from.
    method : str
        Id of the method.
    layer : str or None
        Where to look; ``None`` for the pixels themselves.
    score : {"logit", "margin", "log_probability"}
        What of the class is scored that the network says.
    against : int or None
        With a margin, the other class; ``None`` for the most probable one.
    cache_dir : Path
        ``Settings.cache_dir``.
    count : int
        On how many pictures, 1 to 500; all where the set has fewer.
    """

    run: Run
    pictures: PictureSet
    method: str
    layer: str | None
    score: Score
    against: int | None
    cache_dir: Path
    count: int

    @property
    def path(self) -> Path:
        """The file that keeps what was measured: another one for other weights, other pictures, another question.

        Raises
        ------
        RunError
            The run has no weights.
        """
        return self._file(self.count, self._members())

    def _members(self) -> bytes:
        """Tell the set by its pictures: the text of a saved one may stand for others tomorrow."""
        found = hashlib.sha256(self.pictures.universe.fingerprint.encode())
        for split in SPLITS:
            found.update(f" {split} ".encode() + np.sort(self.pictures.of_split(split)).tobytes())
        return found.digest()

    def _file(self, count: int, members: bytes) -> Path:
        asked = (self.method, self.layer, self.score, self.against, min(count, len(self.pictures)))
        digest = hashlib.sha256(members + repr(asked).encode()).hexdigest()[:16]
        return self.cache_dir / "faithfulness" / f"{run_key(self.run)}-{digest}.json"

    def stored(self, *counts: int) -> MethodRecord | None:
        """Read what was measured on as many pictures as are asked for; ``None`` where nothing was.

        Parameters
        ----------
        *counts : int
            Numbers of pictures, the one that is wanted most first; that of this study if none is given.

        Raises
        ------
        RunError
            The run has no weights.
        """
        members = self._members()
        for count in counts or (self.count,):
            with contextlib.suppress(OSError, ValidationError):
                found = MethodRecord.model_validate_json(read_document(self._file(count, members)))
                if (found.method, found.layer) == (self.method, self.layer):
                    return found
        return None

    def measure(self, network: Network, told: Told) -> MethodRecord:
        """Measure, and keep what was measured, unless it is there.

        Parameters
        ----------
        network : Network
            Answers.
        told : callable
            Told what is being done, and how much of it is; what it raises ends the work.

        Raises
        ------
        ExplainError
            The set is empty, its pictures show other classes, or the network cannot be asked.
        RunError
            The run has no weights, or the pictures are not on this machine.
        """
        found = self.stored()
        if found is not None:
            return found
        sample = draw_sample(self.pictures, self.count)
        dataset, record = self.pictures.universe.with_pictures(), self.run.record
        if record is not None and record.data is not None and record.data.class_names != dataset.class_names:
            raise ExplainError(
                f"This network knows other classes than those of {dataset.name}. Choose one that was trained on them."
            )
        question = Question(
            self.run.paths.model,
            sample.pictures,
            layer=self.layer,
            method=self.method,
            score=self.score,
            against=self.against,
        )
        (study,) = study_methods(network, question, [self.method], told)
        found = MethodRecord.of(study)
        with contextlib.suppress(OSError), drafted(self.path) as draft:
            draft.write_text(found.model_dump_json(), encoding="utf-8")
        return found
