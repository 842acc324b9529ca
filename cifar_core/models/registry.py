"""The table of all models: what the pages and the command line can say of them without importing Keras."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cifar_core.errors import ConfigError
from cifar_core.models import mlp, plain_cnn
from cifar_core.training.config import Augmentation, EarlyStopping, Recipe


@dataclass(frozen=True)
class ModelSpec:
    """One network and the recipe it is trained by.

    Attributes
    ----------
    id : str
        Name on the command line and in run records.
    family : str
        ``"MLP"`` or ``"CNN"``.
    summary : str
        The layers in one line.
    parameters_at_10 : int
        Keras's total parameter count with ten classes.
    head_inputs : int
        Inputs of the last dense layer; each class more or less changes the count by ``head_inputs + 1``.
    recipe : Recipe
        The hyper-parameters it is trained with unless the user says otherwise.
    build : callable
        ``build(classes)`` returns a new, uncompiled ``keras.Model`` that takes raw RGB pixels 0–255 of
        shape (N, 32, 32, 3) and gives logits of shape (N, classes). Imports Keras.
    reported : str
        What the authors of the reference system reported, with its contradictions.
    """

    id: str
    family: str
    summary: str
    parameters_at_10: int
    head_inputs: int
    recipe: Recipe
    build: Callable[[int], Any]
    reported: str

    def parameters(self, classes: int = 10) -> int:
        """Total parameter count for a number of classes."""
        return self.parameters_at_10 + (classes - 10) * (self.head_inputs + 1)


MODELS: dict[str, ModelSpec] = {
    spec.id: spec
    for spec in (
        ModelSpec(
            id="mlp-3000-1000",
            family="MLP",
            summary="Dense 3000, Dense 1000",
            parameters_at_10=12_230_010,
            head_inputs=1000,
            recipe=Recipe(epochs=10, batch_size=32),
            build=mlp.build_mlp_3000_1000,
            reported="0.48",
        ),
        ModelSpec(
            id="cnn-2conv",
            family="CNN",
            summary="Conv 32, Conv 64, Dense 64",
            parameters_at_10=167_562,
            head_inputs=64,
            recipe=Recipe(epochs=10, batch_size=32),
            build=plain_cnn.build_cnn_2conv,
            reported="0.70",
        ),
        ModelSpec(
            id="cnn-7x7",
            family="CNN",
            summary="Conv 64 7×7, Conv 128, Conv 256, each with batch norm",
            parameters_at_10=382_858,
            head_inputs=256,
            recipe=Recipe(
                epochs=25,
                batch_size=32,
                validation_fraction=0.2,
                early_stopping=EarlyStopping(monitor="loss", patience=3),
            ),
            build=plain_cnn.build_cnn_7x7,
            reported="65.91 % (training 84.95 %)",
        ),
        ModelSpec(
            id="cnn-baseline",
            family="CNN",
            summary="Conv 32, Conv 64, Conv 128, Dense 256",
            parameters_at_10=620_362,
            head_inputs=256,
            recipe=Recipe(
                epochs=100,
                batch_size=125,
                validation_fraction=0.2,
                augmentation=Augmentation(flip=True, translate=0.1),
                early_stopping=EarlyStopping(monitor="val_loss", patience=10),
                keep="best",
            ),
            build=plain_cnn.build_cnn_baseline,
            reported="text: 0.76; executed: 0.74",
        ),
    )
}


def get_model(model_id: str) -> ModelSpec:
    """Look a model up by its id.

    Raises
    ------
    ConfigError
        No model has this id.
    """
    try:
        return MODELS[model_id]
    except KeyError:
        raise ConfigError(f"There is no model “{model_id}”. Choose one of: {', '.join(MODELS)}.") from None
