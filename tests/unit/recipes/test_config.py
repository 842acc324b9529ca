import pytest

from cifar_core.errors import ConfigError
from cifar_core.models.registry import MODELS, get_model
from cifar_core.recipes.config import TrainingConfig

GIVEN = {"name": " first try ", "model": "cnn-2conv", "data": "drawn"}


def test_values_are_kept_and_names_trimmed() -> None:
    config = TrainingConfig.from_values(GIVEN | {"epochs": 3, "device": "gpu:1"})
    assert (config.name, config.epochs, config.device, config.keep) == ("first try", 3, "gpu:1", "last")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("batch_size", 100_000),
        ("learning_rate", float("nan")),
        ("learning_rate", -1e-3),
        ("validation_fraction", 0.9),
        ("optimizer", "adamax"),
        ("device", "gpu:x; rm"),
        ("seed", -1),
        ("name", "   "),
        ("name", "x" * 81),
        ("augmentation", {"translate": 0.7}),
        ("surprise", 1),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"^The training settings cannot be used\. {field}"):
        TrainingConfig.from_values(GIVEN | {field: value})


def test_every_recipe_makes_a_valid_configuration() -> None:
    for spec in MODELS.values():
        values = spec.recipe.model_dump() | GIVEN | {"model": spec.id}
        assert TrainingConfig.from_values(values).epochs == spec.recipe.epochs


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no model “cnn-9”.*cnn-baseline"):
        get_model("cnn-9")
