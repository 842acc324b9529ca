import numpy as np
import pytest

from cifar_core.errors import ConfigError
from cifar_core.recipes.config import Recipe, Schedule, Stage, TrainingConfig
from cifar_core.training.schedule import learning_rates


def rates(steps: int = 10, epochs: int = 4, **schedule: object) -> list[float]:
    recipe = Recipe(epochs=epochs, learning_rate=0.5, schedule=Schedule.model_validate(schedule))
    return [float(rate) for rate in learning_rates(recipe, steps)]


def test_constant_is_constant() -> None:
    assert rates(kind="constant") == [0.5] * 40


def test_linear_falls_evenly_and_would_be_zero_one_step_after_the_last() -> None:
    values = rates(kind="linear")
    np.testing.assert_allclose(values, 0.5 * (1 - np.arange(40) / 40), rtol=1e-6)


def test_a_final_share_is_where_it_ends() -> None:
    assert rates(kind="linear", final_share=0.1)[-1] == pytest.approx(0.05 + 0.45 / 40)
    assert rates(steps=1000, kind="cosine", final_share=0.1)[-1] == pytest.approx(0.05, rel=1e-3)


def test_cosine_is_half_way_in_the_middle() -> None:
    values = rates(kind="cosine")
    assert values[0] == 0.5
    assert values[20] == pytest.approx(0.25)
    assert values[10] == pytest.approx(0.25 * (1 + np.cos(np.pi / 4)))


def test_a_warm_up_rises_evenly_to_the_highest_rate() -> None:
    values = rates(kind="linear", warmup_epochs=1)
    np.testing.assert_allclose(values[:10], 0.05 * np.arange(1, 11), rtol=1e-6)
    assert max(values) == values[9] == values[10] == 0.5
    assert len(values) == 40


def test_one_cycle_rises_for_three_tenths_from_a_twenty_fifth() -> None:
    values = rates(kind="one_cycle")
    assert values[0] == pytest.approx(0.5 / 25)
    assert np.argmax(values) == 12
    assert values[12] == 0.5
    assert values[-1] < 0.01


def test_stages_follow_one_another() -> None:
    stages = (
        {"epochs": 2, "learning_rate": 3e-4},
        {"epochs": 1, "learning_rate": 1e-4},
        {"epochs": 1, "learning_rate": 5e-5},
    )
    values = rates(steps=3, kind="stages", stages=stages)
    np.testing.assert_allclose(values, [3e-4] * 6 + [1e-4] * 3 + [5e-5] * 3, rtol=1e-6)
    longer = rates(steps=1, epochs=6, kind="stages", stages=stages)
    np.testing.assert_allclose(longer, [3e-4, 3e-4, 1e-4, 5e-5, 5e-5, 5e-5], rtol=1e-6)


@pytest.mark.parametrize(
    "schedule", [{"kind": "stages"}, {"kind": "cosine", "stages": [{"epochs": 1, "learning_rate": 0.1}]}]
)
def test_stages_without_stages_are_refused_in_a_sentence(schedule: dict[str, object]) -> None:
    values = {"name": "a", "model": "cnn-2conv", "data": "drawn", "schedule": schedule}
    with pytest.raises(ConfigError, match=r"schedule: stages must be given for the schedule “stages”"):
        TrainingConfig.from_values(values)


def test_a_stage_is_kept_as_given() -> None:
    recipe = Recipe(schedule=Schedule(kind="stages", stages=(Stage(epochs=20, learning_rate=3e-4),)))
    assert recipe.schedule.stages[0].epochs == 20
