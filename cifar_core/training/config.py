"""What a training run is asked to do: validated once, written into its record, never changed afterwards."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from cifar_core.errors import ConfigError
from cifar_core.names import check_name

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop", "muon"]
ScheduleKind = Literal["constant", "stages", "one_cycle", "cosine", "linear"]
Precision = Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Augmentation(_Frozen):
    """Random changes of each training picture, drawn anew in every epoch."""

    flip: bool | Literal["alternating"] = Field(
        False, description="mirror left and right: with probability one half, or in every second epoch"
    )
    translate: float = Field(
        0.0, ge=0, le=0.5, description="largest shift as a fraction of the width; edges are reflected"
    )
    rotate: float = Field(0.0, ge=0, le=180, description="largest turn in degrees either way")
    colour: float = Field(
        0.0, ge=0, le=1, description="largest change of brightness, contrast and saturation, as a factor"
    )
    rand_augment: int = Field(
        0, ge=0, le=4, description="RandAugment's N: how many operations are drawn for each picture; 0 is off"
    )
    rand_augment_magnitude: int = Field(
        5, ge=0, le=10, description="RandAugment's M: the strength of all its operations"
    )
    cutout: int = Field(0, ge=0, le=32, description="side of the square that is blanked, in pixels")
    mixup: float = Field(0.0, ge=0, le=10, description="alpha of MixUp's Beta distribution; 0 is off")
    cutmix: float = Field(0.0, ge=0, le=10, description="alpha of CutMix's Beta distribution; 0 is off")


class Stage(_Frozen):
    """Some epochs with one learning rate."""

    epochs: int = Field(ge=1, le=10_000)
    learning_rate: float = Field(gt=0, le=10)


class Schedule(_Frozen):
    """How the learning rate goes on from step to step; ``learning_rate`` of the recipe is the highest."""

    kind: ScheduleKind = "constant"
    warmup_epochs: float = Field(0.0, ge=0, le=1000, description="linear rise at the beginning")
    final_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="learning rate at the end as a share of the highest: cosine, linear, one cycle",
    )
    stages: tuple[Stage, ...] = Field((), description="for “stages”: one after the other")

    @model_validator(mode="after")
    def _stages_where_needed(self) -> Self:
        if (self.kind == "stages") != bool(self.stages):
            raise ValueError("stages must be given for the schedule “stages”, and for no other")
        return self


class EarlyStopping(_Frozen):
    """Stop when a loss has not fallen for some epochs."""

    monitor: Literal["loss", "val_loss"] = "val_loss"
    patience: int = Field(10, ge=1, le=1000, description="epochs without improvement")


class Recipe(_Frozen):
    """The hyper-parameters a model is trained by."""

    epochs: int = Field(10, ge=1, le=10_000)
    batch_size: int = Field(32, ge=1, le=8192)
    optimizer: Optimizer = "adam"
    learning_rate: float = Field(1e-3, gt=0, le=10)
    schedule: Schedule = Schedule()
    weight_decay: float = Field(
        0.0, ge=0, le=1, description="share of each weight taken off per step, times the learning rate"
    )
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="share of the target spread evenly over all classes, in training only"
    )
    average: float = Field(
        0.0, ge=0, lt=1, description="momentum of the moving average of the weights that is kept; 0 is off"
    )
    validation_fraction: float = Field(
        0.1,
        ge=0.01,
        le=0.5,
        description="share of the training split held out, the same pictures for one seed",
    )
    augmentation: Augmentation = Augmentation()
    early_stopping: EarlyStopping | None = None
    keep: Literal["best", "last"] = Field(
        "last", description="weights that are tested: lowest validation loss, or those of the last epoch"
    )
    test_time_augmentation: bool = Field(
        False,
        description="test a second time, on six views of each picture; reported beside the plain figure",
    )


class TrainingConfig(Recipe):
    """A recipe applied: which model, on which data, on which device."""

    name: Annotated[str, AfterValidator(check_name)]
    model: str
    data: str = Field(description="data set key or path, as in `--data`")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    device: str = Field("auto", pattern=r"^(auto|cpu|gpu:\d{1,2})$")
    precision: Precision = "auto"

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "TrainingConfig":
        """Validate values from a page, a command line or a file.

        Raises
        ------
        ConfigError
            Names each field that is wrong, its value and what is allowed.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise ConfigError(explain_validation(error, "The training settings")) from None


def explain_validation(error: ValidationError, subject: str) -> str:
    """Turn pydantic's findings into one sentence per field."""
    findings = []
    for finding in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in finding["loc"]) or "value"
        given = "" if finding["type"] == "missing" else f" (given: {str(finding['input'])[:60]!r})"
        words = finding["msg"].removeprefix("Value error, ")
        findings.append(f"{field}: {words[0].lower()}{words[1:]}{given}")
    return f"{subject} cannot be used. " + "; ".join(findings) + "."
