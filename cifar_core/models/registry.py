"""The table of all models: what the pages and the command line can say of them without importing Keras."""

from cifar_core.errors import ConfigError
from cifar_core.models.own import OWN
from cifar_core.models.reference import REFERENCE
from cifar_core.models.spec import ModelSpec

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
