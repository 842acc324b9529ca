"""What the process that imports a model is asked, and what it answers: one JSON object per line."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from cifar_core.runs.imported import ScalingFinding
from cifar_core.runs.record import DataProvenance


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImportRequest(_Message):
    """Open the model at ``model``, try it on the data set, write the files of a run into ``folder``."""

    model: str
    folder: str
    data: str | None
    cache_dir: str
    keras_dir: str
    seed: int
    validation_fraction: float


class Stage(_Message):
    """What goes on now, as a phrase."""

    kind: Literal["stage"] = "stage"
    text: str


class Refusal(_Message):
    """Why the model is not taken, as a sentence."""

    kind: Literal["refusal"] = "refusal"
    sentence: str


class Imported(_Message):
    """What was found; ``model.keras`` and ``predictions.npz`` are in the folder."""

    kind: Literal["imported"] = "imported"
    parameters: int
    output: str
    scaling: ScalingFinding
    data: DataProvenance
    validation_accuracy: float
    validation_loss: float
    test_accuracy: float
    test_loss: float
    test_balanced_accuracy: float | None = None
