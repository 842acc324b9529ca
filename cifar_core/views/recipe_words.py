"""Which ready recipe a run follows, in words."""

from cifar_core.models.registry import MODELS
from cifar_core.models.spec import PRESET_TITLES, ModelSpec
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.remembered import remembered
from cifar_core.runs.record import RunRecord


def nearest_preset(spec: ModelSpec, config: TrainingConfig) -> tuple[str, list[str]]:
    """Return the preset that a run follows most closely, and the hyper-parameters in which it differs.

    Parameters
    ----------
    spec : ModelSpec
        The model that was trained, with its presets.
    config : TrainingConfig
        What the run was asked to do; of it only the fields of a :class:`Recipe` are compared.

    Returns
    -------
    str
        Name of the preset in which the fewest fields differ; of several, the one that the model names first.
    list of str
        Names of the fields in which it differs, none if the run follows it exactly.
    """
    differing = {
        name: [field for field in Recipe.model_fields if getattr(config, field) != getattr(recipe, field)]
        for name, recipe in spec.presets.items()
    }
    name = min(differing, key=lambda one: len(differing[one]))
    return name, differing[name]


@remembered(most=2_000)
def recipe_title(record: RunRecord) -> str | None:
    """Name the recipe of a run in a word or two: ``"as published"``, ``"CIFAR Lab, changed"``.

    Returns
    -------
    str or None
        ``None`` for a run from elsewhere and for a model that is not known here.
    """
    if record.imported or record.config.model not in MODELS:
        return None
    name, differing = nearest_preset(MODELS[record.config.model], record.training)
    return PRESET_TITLES[name] + (", changed" if differing else "")
