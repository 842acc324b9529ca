"""What a training run is asked to do: validated once, written into its record, never changed afterwards."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cifar_core.errors import ConfigError
from cifar_core.names import check_name

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
Precision = Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Augmentation(_Frozen):
    """Random changes of each training picture, drawn anew in every epoch."""

    flip: bool = Field(False, description="mirror left and right with probability one half")
    translate: float = Field(
        0.0, ge=0, le=0.5, description="largest shift as a fraction of the width; edges are reflected"
    )


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
