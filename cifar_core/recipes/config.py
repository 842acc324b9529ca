"""What a training run is asked to do: validated once, written into its record, never changed afterwards."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from cifar_core.errors import ConfigError
from cifar_core.names import MOST_CHARACTERS, check_name
from cifar_core.recipes.fields import Shown, Suggestion
from cifar_core.validation import explain_validation

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop", "muon"]
ScheduleKind = Literal["constant", "linear", "cosine", "one_cycle", "stages"]
InitialWeights = Literal["random", "imagenet"]
Precision = Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Augmentation(_Frozen):
    """Random changes of each training picture, drawn anew in every epoch."""

    flip: Annotated[
        bool | Literal["alternating"],
        Shown(buttons=True, choices={False: "never", True: "random"}),
    ] = Field(
        False,
        title="Mirror left and right",
        description="mirror left and right: with probability one half, or alternating, one way in one epoch and the "
        "other way in the next",
    )
    translate: Annotated[
        float, Shown(step=0.0125, slider=True, suggestion=Suggestion(high=0.2, values=(0, 0.1, 0.2)))
    ] = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Shift",
        description="largest shift (translation) as a share of the width; edges are reflected",
    )
    rotate: Annotated[float, Shown(unit="°", step=1.0)] = Field(
        0.0, ge=0, le=180, title="Turn", description="largest turn (rotation) either way; edges are reflected"
    )
    colour: Annotated[float, Shown(step=0.05, slider=True)] = Field(
        0.0,
        ge=0,
        le=1,
        title="Colours",
        description="brightness, contrast and saturation, each changed by up to this factor",
    )
    rand_augment: Annotated[int, Shown(slider=True)] = Field(
        0,
        ge=0,
        le=4,
        title="RandAugment: operations",
        description="RandAugment's N: how many operations are drawn for each picture, out of fourteen (turns, "
        "shears, shifts, colours, sharpness …); 0 is off",
    )
    rand_augment_magnitude: Annotated[int, Shown(slider=True)] = Field(
        5,
        ge=0,
        le=10,
        title="RandAugment: magnitude",
        description="RandAugment's M: the strength of all its operations",
    )
    cutout: Annotated[int, Shown(slider=True)] = Field(
        0, ge=0, le=32, title="Cutout", description="side of a square that is blanked, in pixels"
    )
    mixup: Annotated[float, Shown(step=0.1, suggestion=Suggestion(high=1.0))] = Field(
        0.0,
        ge=0,
        le=10,
        title="MixUp",
        description="two pictures shine through each other: alpha of MixUp's Beta distribution; 0 is off",
    )
    cutmix: Annotated[float, Shown(step=0.1, suggestion=Suggestion(high=1.0))] = Field(
        0.0,
        ge=0,
        le=10,
        title="CutMix",
        description="a part of another picture: alpha of CutMix's Beta distribution; 0 is off",
    )


class Stage(_Frozen):
    """Some epochs with one learning rate."""

    epochs: int = Field(ge=1, le=10_000)
    learning_rate: float = Field(gt=0, le=10)


class Schedule(_Frozen):
    """How the learning rate goes on from step to step; ``learning_rate`` of the recipe is the highest."""

    kind: Annotated[
        ScheduleKind,
        Shown(
            choices={
                "linear": "linear to zero",
                "cosine": "cosine to zero",
                "one_cycle": "one cycle: up, then down",
                "stages": "in stages",
            }
        ),
    ] = Field(
        "constant",
        title="Learning rate over time",
        description="the schedule: how the learning rate goes on from step to step",
    )
    warmup_epochs: Annotated[float, Shown(unit="epochs", step=0.5, suggestion=Suggestion(high=5.0))] = Field(
        0.0, ge=0, le=1000, title="Warm-up", description="linear rise of the learning rate at the beginning"
    )
    final_share: Annotated[float, Shown(step=0.05)] = Field(
        0.0,
        ge=0,
        le=1,
        title="Learning rate at the end",
        description="learning rate at the end as a share of the highest: cosine, linear, one cycle",
    )
    stages: tuple[Stage, ...] = Field(
        (), max_length=1000, title="Stages", description="for “stages”: epochs and learning rate of each"
    )

    @model_validator(mode="after")
    def _stages_where_needed(self) -> Self:
        if (self.kind == "stages") != bool(self.stages):
            raise ValueError("stages must be given for the schedule “stages”, and for no other")
        return self


class EarlyStopping(_Frozen):
    """Stop when a loss has not fallen for some epochs."""

    monitor: Annotated[
        Literal["loss", "val_loss"],
        Shown(
            off="never",
            choices={
                "loss": "when the training loss no longer falls",
                "val_loss": "when the validation loss no longer falls",
            },
        ),
    ] = Field(
        "val_loss",
        title="Stop early",
        description="the loss that must go on falling: on the training or the validation pictures",
    )
    patience: Annotated[int, Shown(suggestion=Suggestion(low=2, high=10, values=(3, 5, 10)))] = Field(
        10,
        ge=1,
        le=1000,
        title="Epochs without improvement before that",
        description="epochs without improvement before training ends (the patience)",
    )


class Recipe(_Frozen):
    """The hyper-parameters a model is trained by."""

    epochs: Annotated[int, Shown(suggestion=Suggestion(low=5, high=20, values=(5, 10, 20)))] = Field(
        10, ge=1, le=10_000, title="Epochs", description="most passes over the training pictures"
    )
    batch_size: Annotated[
        int, Shown(suggestion=Suggestion(low=16, high=256, log=True, values=(32, 64, 128), listed=True))
    ] = Field(32, ge=1, le=8192, title="Batch size", description="pictures per step (one mini-batch)")
    initial_weights: Annotated[
        InitialWeights, Shown(choices={"random": "drawn by the seed", "imagenet": "as trained on ImageNet"})
    ] = Field(
        "random",
        title="Weights at the start",
        description="weights at the start: drawn by the seed or, for models that have such, as trained on ImageNet",
    )
    optimizer: Optimizer = Field("adam", title="Optimizer", description="how steps are made of gradients")
    learning_rate: Annotated[
        float,
        Shown(step=1e-4, suggestion=Suggestion(low=1e-4, high=1e-2, log=True, values=(3e-4, 1e-3, 3e-3))),
    ] = Field(1e-3, gt=0, le=10, title="Learning rate", description="how far a step goes, at its highest")
    muon_other_rate: Annotated[
        float, Shown(step=1.0, suggestion=Suggestion(low=0.1, high=10.0, log=True))
    ] = Field(
        1.0,
        gt=0,
        le=1e5,
        title="Rate of biases and head",
        description="with Muon: factor on the steps of biases and dense kernels; above 1 where a scaled-down head "
        "makes their gradients small, below 1, and with weight decay as much weaker, behind wide maps",
    )
    schedule: Schedule = Schedule()
    weight_decay: Annotated[float, Shown(step=1e-4, suggestion=Suggestion(high=0.1))] = Field(
        0.0,
        ge=0,
        le=1,
        title="Weight decay",
        description="regularization: share of each weight taken off per step, times the learning rate",
    )
    label_smoothing: Annotated[float, Shown(step=0.05, suggestion=Suggestion(high=0.2))] = Field(
        0.0,
        ge=0,
        lt=1,
        title="Label smoothing",
        description="share of the target spread evenly over all classes, in training only",
    )
    average: Annotated[float, Shown(step=0.01, suggestion=Suggestion(low=0.9, high=0.999))] = Field(
        0.0,
        ge=0,
        lt=1,
        title="Moving average of weights",
        description="momentum per step, such as 0.99, of the exponential moving average (EMA) of the weights that "
        "is validated, kept and tested; 0 is off",
    )
    validation_fraction: Annotated[
        float, Shown(step=0.05, suggestion=Suggestion(low=0.1, high=0.3, values=(0.1, 0.2)))
    ] = Field(
        0.1,
        ge=0.01,
        le=0.5,
        title="Validation share",
        description="share of the training pictures held out to watch progress (the validation split), never trained "
        "on; the same pictures for one seed",
    )
    training_share: Annotated[float, Shown(step=0.05)] = Field(
        1.0,
        ge=0.001,
        le=1,
        title="Training share",
        description="share of the pictures left for training that is used, of each class as many",
    )
    augmentation: Augmentation = Augmentation()
    early_stopping: EarlyStopping | None = None
    keep: Annotated[
        Literal["best", "last"], Shown(buttons=True, choices={"best": "best epoch", "last": "last epoch"})
    ] = Field(
        "last",
        title="Weights to keep",
        description="weights that are tested at the end: those of the epoch with the lowest validation loss, or of "
        "the last epoch",
    )
    epoch_predictions: bool = Field(
        True,
        title="Keep each epoch's predictions",
        description="keep what the network says of each validation picture after every epoch, for Epochs on "
        "Compare: some 40 KB an epoch, at most 32 MB a run",
    )
    test_time_augmentation: bool = Field(
        False,
        title="Also test six views of each picture",
        description="test a second time, on each picture mirrored and moved by a pixel (test-time augmentation); "
        "reported beside the plain figure",
    )


class TrainingConfig(Recipe):
    """A recipe applied: which model, on which data, on which device."""

    name: Annotated[str, AfterValidator(check_name)] = Field(
        description=f"name to show: 1 to {MOST_CHARACTERS} characters that can be seen, in Unicode's composed form "
        "(NFC)"
    )
    model: str = Field(max_length=200, description="id of the model: `python -m cifar_core models list`")
    data: str = Field(
        max_length=4096,
        title="Data set",
        description="data set as it is asked for: a key such as `drawn` or `cifar10`, or a path",
    )
    seed: Annotated[int, Shown(suggestion=Suggestion(low=0, high=9, values=(0, 1, 2)))] = Field(
        0,
        ge=0,
        le=2**31 - 1,
        description="starting weights, validation pictures, order and augmentation follow from it: one seed, "
        "one training",
    )
    device: Annotated[str, Shown(suggestion=Suggestion(values=("cpu",)))] = Field(
        "auto",
        pattern=r"^(auto|cpu|gpu:\d{1,2})$",
        description="where it is trained: auto, cpu or gpu:NUMBER",
    )
    precision: Precision = Field(
        "auto", description="numbers to compute in; auto is what the hardware is quick in"
    )

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
