"""What a training run is asked to do: validated once, written into its record, never changed afterwards."""

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from cifar_core.errors import ConfigError
from cifar_core.names import check_name
from cifar_core.validation import explain_validation

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop", "muon"]
ScheduleKind = Literal["constant", "stages", "one_cycle", "cosine", "linear"]
InitialWeights = Literal["random", "imagenet"]
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

    kind: ScheduleKind = Field("constant", description="the learning rate over time")
    warmup_epochs: float = Field(0.0, ge=0, le=1000, description="linear rise at the beginning")
    final_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="learning rate at the end as a share of the highest: cosine, linear, one cycle",
    )
    stages: tuple[Stage, ...] = Field((), description="for “stages”: epochs and learning rate of each")

    @model_validator(mode="after")
    def _stages_where_needed(self) -> Self:
        if (self.kind == "stages") != bool(self.stages):
            raise ValueError("stages must be given for the schedule “stages”, and for no other")
        return self


class EarlyStopping(_Frozen):
    """Stop when a loss has not fallen for some epochs."""

    monitor: Literal["loss", "val_loss"] = Field(
        "val_loss", description="the loss that must go on falling: on the training or the validation pictures"
    )
    patience: int = Field(10, ge=1, le=1000, description="epochs without improvement")


class Recipe(_Frozen):
    """The hyper-parameters a model is trained by."""

    epochs: int = Field(10, ge=1, le=10_000, description="most passes over the training pictures")
    batch_size: int = Field(32, ge=1, le=8192, description="pictures per step")
    initial_weights: InitialWeights = Field(
        "random", description="where the weights begin: drawn by the seed, or as trained on ImageNet"
    )
    optimizer: Optimizer = Field("adam", description="how steps are made of gradients")
    learning_rate: float = Field(1e-3, gt=0, le=10, description="how far a step goes, at its highest")
    muon_other_rate: float = Field(
        1.0,
        gt=0,
        le=1e5,
        description="with Muon: factor on the steps of biases and dense kernels; above 1 where a scaled-down head "
        "makes their gradients small, below 1, and with weight decay as much weaker, behind wide maps",
    )
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
    training_share: float = Field(
        1.0,
        ge=0.001,
        le=1,
        description="share of the pictures left for training that is used, of each class as many",
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


def single_settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield each setting by its dotted path, those of a model's parts in their place.

    Parameters
    ----------
    model : type of pydantic.BaseModel
        :class:`Recipe`, :class:`TrainingConfig` or a part of them.
    prefix : str
        Stands before each path: empty, or a part's path with a dot at its end.

    Yields
    ------
    path : str
        ``"augmentation.flip"``.
    field : pydantic.fields.FieldInfo
        Type, default, bounds and description.

    Examples
    --------
    >>> [path for path, _ in single_settings(EarlyStopping, "early_stopping.")]
    ['early_stopping.monitor', 'early_stopping.patience']
    """
    for name, field in model.model_fields.items():
        members = [one for one in get_args(field.annotation) if one is not NoneType]
        # A part that can be switched off is a model or None.
        part = members[0] if len(members) == 1 else field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from single_settings(part, f"{prefix}{name}.")
        else:
            yield prefix + name, field


def lay_over(values: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Put settings into the nested values of a recipe, in place.

    Parameters
    ----------
    values : dict
        As ``model_dump`` gives them.
    given : mapping
        By dotted path; a part that is switched off (such as early stopping) is switched on by a value in it.
    """
    for path, value in given.items():
        *parents, last = path.split(".")
        inner = values
        for parent in parents:
            if inner[parent] is None:
                inner[parent] = {}
            inner = inner[parent]
        inner[last] = value
