"""The table of all models: what the pages and the command line can say of them without importing Keras."""

from cifar_core.errors import ConfigError
from cifar_core.models.own import OWN
from cifar_core.models.reference import REFERENCE
from cifar_core.models.spec import ModelSpec
from cifar_core.recipes.config import TrainingConfig

MODELS: dict[str, ModelSpec] = {spec.id: spec for spec in (*REFERENCE, *OWN)}


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


def model_of(config: TrainingConfig) -> ModelSpec:
    """Look up the model that a configuration trains.

    Raises
    ------
    ConfigError
        No model has this id, or it is to begin with weights that it does not have.
    """
    spec = get_model(config.model)
    if config.initial_weights == "imagenet" and spec.load_pretrained is None:
        able = ", ".join(one.id for one in MODELS.values() if one.load_pretrained)
        raise ConfigError(
            f"“{spec.id}” has no weights that were trained on ImageNet. Begin with random ones, or choose one of: "
            f"{able}."
        )
    return spec
