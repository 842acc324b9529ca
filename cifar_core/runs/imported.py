"""What is known of a run that was not trained here."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cifar_core.names import check_name
from cifar_core.runs.bounds import Count, Share, ShortText, ShownText
from cifar_core.words.counts import counted

Scaling = Literal["0 to 255", "0 to 1", "-1 to 1", "standardised"]
"""What pixels a network was trained on; ``"standardised"``: each channel minus its mean, over its deviation."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ScalingTrial(_Frozen):
    """What came out when a network was given the validation pictures that judge, scaled in one way."""

    scaling: Scaling
    accuracy: Share


class ScalingFinding(_Frozen):
    """Which scaling of the pixels a network was trained on, found by trying all of them."""

    chosen: Scaling
    pictures: Count = Field(description="validation pictures that judged: those of the figures")
    chosen_on: Count | None = Field(
        None,
        description="other validation pictures, on which scaling and order were chosen; none in records of before, "
        "where those that judged chose too",
    )
    low: Share | None = Field(None, description="95% Wilson interval of the chosen one's accuracy")
    high: Share | None = None
    trials: tuple[ScalingTrial, ...] = Field(max_length=100)
    warning: ShownText | None = Field(
        None, description="why the choice, or the order of the classes, may be wrong"
    )

    @property
    def sentence(self) -> str:
        """All figures, in a sentence."""
        figures = ", ".join(self._figure(trial) for trial in self.trials)
        if self.chosen_on is None:
            return f"Pixels scaled {self.chosen}, chosen on {counted(self.pictures, 'validation picture')}: {figures}."
        return (
            f"Pixels scaled {self.chosen}, chosen on {counted(self.chosen_on, 'validation picture')}, judged on "
            f"{counted(self.pictures, 'other')}: {figures}."
        )

    def _figure(self, trial: ScalingTrial) -> str:
        figure = f"{trial.accuracy:.1%} with {trial.scaling}"
        if trial.scaling != self.chosen or self.low is None or self.high is None:
            return figure
        return f"{figure} (95% interval {100 * self.low:.1f} – {self.high:.1%})"


class ImportedConfig(_Frozen):
    """In place of a training configuration: where a run that was not trained here came from.

    ``seed`` and ``validation_fraction`` chose the validation pictures here. Whether its author trained the network on
    some of them is not known.
    """

    kind: Literal["imported"] = "imported"
    name: Annotated[str, AfterValidator(check_name)]
    model: ShownText = "imported"
    data: ShortText
    seed: Count = 0
    validation_fraction: Share = 0.1
    origin: Literal["file", "mlflow"]
    source: ShownText = Field(description="name of the file, or address and id of the MLflow run")
    sha256: ShortText | None = Field(None, description="of the file")
    output: ShownText | None = Field(None, description="what was done with its last activation to get logits")
    scaling: ScalingFinding | None = None
    hyperparameters: dict[ShownText, ShownText] = Field(
        default_factory=dict, max_length=1000, description="as the other program wrote them"
    )

    @property
    def caution(self) -> str:
        """What its figures are worth, in a sentence."""
        if self.origin == "mlflow":
            return (
                "Not trained here: these are the other program's own figures, and on which pictures they were measured "
                "is not known."
            )
        return (
            "Not trained here: its validation pictures may have been among its training pictures, and its test "
            "figure is honest only if it was never trained on the test pictures."
        )
