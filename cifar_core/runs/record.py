"""``run.json``: what a run was asked to do, where it ran, how it ended."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from cifar_core.data.dataset import Dataset, names_drawn_sample
from cifar_core.data.reading import FOLDER_SOURCE, Background, Framing, Preparation
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.bounds import (
    ClassNames,
    Count,
    Loss,
    Moment,
    Seconds,
    SecondsSince1970,
    Share,
    ShortText,
    ShownText,
    Speed,
)
from cifar_core.runs.imported import ImportedConfig
from cifar_core.system.files import UnfitFileError, read_document, write_atomically
from cifar_core.validation import explain_validation

SCHEMA_VERSION = 2
RecordedStatus = Literal["queued", "running", "finished", "stopped", "failed"]


class _Frozen(BaseModel):
    # Unknown fields are kept out of the way, not refused: a newer version of the program may have written them.
    # What is no finite number is refused: of an accuracy of NaN every table, sum and order would go wrong.
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class DataProvenance(_Frozen):
    """Which pictures a run was trained, validated and tested on."""

    key: ShortText
    name: ShownText
    source: ShownText
    verified: bool
    fingerprint: ShortText
    class_names: ClassNames
    training_pictures: Count | None = Field(description="none where a run was not trained here")
    validation_pictures: Count
    test_pictures: Count
    framing: Framing | None = Field(None, description="none where pictures were 32×32 from the beginning")
    background: Background | None = None

    @property
    def preparation(self) -> Preparation | None:
        """How the pictures were made 32×32; ``None`` where they were so from the beginning.

        It was not recorded always: pictures in folders were stretched then.
        """
        if self.framing is not None:
            return Preparation(framing=self.framing, background=self.background or "white")
        return Preparation(framing="stretch") if self.source == FOLDER_SOURCE else None

    @classmethod
    def of(cls, dataset: Dataset, *, training: int | None, validation: int) -> "DataProvenance":
        """Describe the data set of a run.

        Parameters
        ----------
        dataset : Dataset
            All of ``dataset.test`` was tested on.
        training : int or None
            How many pictures of ``dataset.train`` were trained on; ``None`` where the run was not trained here.
        validation : int
            How many of them were held out.
        """
        return cls(
            key=dataset.key,
            name=dataset.name,
            source=dataset.source,
            verified=dataset.verified,
            fingerprint=dataset.fingerprint,
            class_names=dataset.class_names,
            training_pictures=training,
            validation_pictures=validation,
            test_pictures=len(dataset.test),
            framing=None if dataset.preparation is None else dataset.preparation.framing,
            background=None if dataset.preparation is None else dataset.preparation.background,
        )

    @property
    def is_drawn(self) -> bool:
        """Whether they are of the built-in sample."""
        return names_drawn_sample(self.key)


class Environment(_Frozen):
    """Where a run was computed."""

    device: ShownText
    hardware: ShownText
    precision: ShownText
    operations: tuple[ShownText, ...] | None = Field(
        None,
        max_length=100,
        description="operations of ours that it was trained with, where there is a choice",
    )
    backend: ShownText
    versions: dict[ShownText, ShownText] = Field(max_length=1000)
    platform: ShownText
    commit: ShownText | None = None


class Results(_Frozen):
    """What came out; accuracies as fractions of 1, times in seconds.

    Of a run that was not trained here, what training took is not known.
    """

    epochs: Count | None = None
    best_epoch: Count | None = None
    validation_accuracy: Share
    validation_loss: Loss
    test_accuracy: Share | None = None
    test_loss: Loss | None = None
    test_balanced_accuracy: Share | None = Field(None, description="where the test classes are unbalanced")
    test_accuracy_six_views: Share | None = None
    training_seconds: Seconds | None = None
    images_per_second: Speed | None = None
    note: ShownText | None = None


class RunGroup(_Frozen):
    """Runs that were asked for together: one recipe with several seeds, or the trials of a sweep."""

    id: ShortText
    kind: Literal["seeds", "sweep"]
    name: ShownText
    number: Count = Field(description="which of the group's runs this is, from 0")


class Attempt(_Frozen):
    """An earlier start of a run that was resumed: when, how it ended, and what the next one went on from."""

    started: Moment | None
    ended: Moment | None
    status: Literal["stopped", "failed"]
    error: ShownText | None = None
    continued_after: Count | None = Field(
        None, description="finished epochs that the next attempt kept; none where it has not begun"
    )


def _kind_of_config(value: Any) -> str:
    if isinstance(value, dict):
        return "imported" if value.get("kind") == "imported" else "training"
    return "imported" if isinstance(value, ImportedConfig) else "training"


class RunRecord(_Frozen):
    """One run, as written to ``run.json``.

    ``owner``, ``priority`` and ``place`` decide whose turn it is (:mod:`cifar_core.runs.order`); ``started`` and
    ``ended`` are those of the newest attempt, the others are in ``attempts``.
    """

    schema_version: Count = SCHEMA_VERSION
    id: ShortText
    config: Annotated[
        Annotated[TrainingConfig, Tag("training")] | Annotated[ImportedConfig, Tag("imported")],
        Discriminator(_kind_of_config),
    ]
    status: RecordedStatus
    created: Moment
    owner: ShownText | None = Field(None, description="who asked for the run, where people log in")
    priority: int = Field(0, ge=-10, le=10)
    place: SecondsSince1970 | None = Field(
        None, description="seconds since 1970; the moment of creation if not given"
    )
    group: RunGroup | None = None
    hours_allowed: float | None = Field(
        None, gt=0, le=1e6, description="hours of training, all attempts together, after which it is stopped"
    )
    attempts: tuple[Attempt, ...] = Field((), max_length=10_000)
    started: Moment | None = None
    ended: Moment | None = None
    error: ShownText | None = None
    parameters: Count | None = None
    data: DataProvenance | None = None
    environment: Environment | None = None
    results: Results | None = None

    @model_validator(mode="after")
    def _check_imported(self) -> "RunRecord":
        if isinstance(self.config, ImportedConfig) and self.status != "finished":
            raise ValueError("an imported run is finished, it cannot wait or be trained")
        return self

    @property
    def imported(self) -> ImportedConfig | None:
        """Where the run came from, if it was not trained here."""
        return self.config if isinstance(self.config, ImportedConfig) else None

    @property
    def training(self) -> TrainingConfig:
        """What the run was asked to do.

        Raises
        ------
        RunError
            It was not trained here.
        """
        if isinstance(self.config, ImportedConfig):
            raise RunError(
                f"The run “{self.id}” was imported, so there is nothing to train. Start a new run."
            )
        return self.config

    def write(self, path: Path) -> None:
        """Replace ``run.json`` atomically."""
        write_atomically(path, (self.model_dump_json(indent=1) + "\n").encode())

    @classmethod
    def read(cls, path: Path) -> "RunRecord":
        """Read and validate ``run.json``.

        Raises
        ------
        RunError
            The file is missing, torn, or not a run record of a version this program knows.
        """
        subject = f"run.json of the run “{path.parent.name}”"
        try:
            content = read_document(path)
        except UnfitFileError as error:
            raise RunError(
                f"{subject} is not read: {error.strerror}. Delete the folder if you do not need it."
            ) from None
        except OSError:
            raise RunError(
                f"The run “{path.parent.name}” has no readable run.json. Delete the folder if you do not need it."
            ) from None
        try:
            record = cls.model_validate_json(content)
        except ValidationError as error:
            raise RunError(
                f"{explain_validation(error, subject)} Copy the run anew, or delete its folder."
            ) from None
        if record.schema_version > SCHEMA_VERSION:
            raise RunError(
                f"The run “{path.parent.name}” was written by a newer CIFAR Lab (format {record.schema_version}, "
                f"this one reads up to {SCHEMA_VERSION}). Update CIFAR Lab to open it."
            )
        return record
