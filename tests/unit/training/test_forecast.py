"""The time that is left: of steps, validations and the test, by a clock made up here."""

import pytest

from cifar_core.training.forecast import Forecast

STEP, VALIDATION, COMPILE = 0.1, 3.0, 20.0


def trained(forecast: Forecast, epochs: int, steps: int, *, per_call: int = 1) -> float:
    """Train so many whole epochs and so many steps of the next; return the moment of the last step."""
    now = 100.0
    for epoch in range(1, epochs + 2):
        forecast.begin_epoch(epoch, now)
        last = steps if epoch > epochs else forecast.steps
        now += (COMPILE if epoch == 1 else 0.5) if last else 0.0
        for step in range(per_call, last + 1, per_call):
            now += STEP * per_call
            forecast.end_step(step, now)
        if epoch <= epochs:
            now += VALIDATION
    return now


def forecast(**changes: int) -> Forecast:
    counts = {"pictures": 5000, "validation_pictures": 1000, "test_pictures": 2000} | changes
    return Forecast(epochs=4, steps=50, **counts)


def test_nothing_is_foreseen_before_some_steps_were_timed() -> None:
    seen = forecast()
    assert seen.seconds_left() is None
    trained(seen, 0, 3)  # the first compiles, so that two are timed
    assert (seen.seconds_left(), seen.images_per_second, seen.test_seconds) == (None, None, None)


def test_in_the_first_epoch_validation_and_test_are_guessed_from_the_steps() -> None:
    seen = forecast()
    trained(seen, 0, 10)
    assert seen.step_seconds == pytest.approx(STEP)
    assert seen.images_per_second == pytest.approx(1000)
    looking = STEP * 50 / 3 / 5000  # a picture, without learning from it
    expected = (40 + 3 * 50) * STEP + 4 * 1000 * looking + 2000 * looking
    assert seen.seconds_left() == pytest.approx(expected)


def test_afterwards_they_are_what_they_were() -> None:
    seen = forecast()
    trained(seen, 2, 20)
    expected = (30 + 50) * STEP + 2 * VALIDATION + 2 * VALIDATION  # the test has twice the pictures
    assert seen.seconds_left() == pytest.approx(expected)
    assert seen.test_seconds == pytest.approx(2 * VALIDATION)


def test_at_the_last_step_validation_and_test_are_left() -> None:
    seen = forecast()
    trained(seen, 3, 50)
    assert seen.seconds_left() == pytest.approx(VALIDATION + 2 * VALIDATION)


def test_steps_that_end_together_count_as_many() -> None:
    seen = forecast()
    trained(seen, 1, 25, per_call=5)
    assert seen.step_seconds == pytest.approx(STEP)
    assert seen.seconds_left() == pytest.approx((25 + 2 * 50) * STEP + 3 * VALIDATION + 2 * VALIDATION)


def test_a_step_that_waited_changes_nothing() -> None:
    seen = forecast()
    now = trained(seen, 1, 20)
    before = seen.seconds_left()
    seen.end_step(21, now + 60.0)
    assert before is not None
    assert seen.seconds_left() == pytest.approx(before - STEP)


def test_without_validation_pictures_nothing_is_divided_by_them() -> None:
    seen = forecast(validation_pictures=0)
    trained(seen, 1, 20)
    assert seen.seconds_left() == pytest.approx(
        (30 + 2 * 50) * STEP + 3 * VALIDATION + STEP * 50 / 3 * 2000 / 5000
    )
