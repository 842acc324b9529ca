import math
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import EpochMetrics, Metrics, Tick
from cifar_core.runs.record import RunRecord
from cifar_core.views.train.curve_words import READING, curves_sentence
from tests.fake_runs import provenance


def record(keep: str = "last", classes: int = 10) -> RunRecord:
    config = TrainingConfig.from_values(
        {"name": "a run", "model": "cnn-2conv", "data": "drawn", "keep": keep}
    )
    data = provenance(class_names=tuple(f"class {number}" for number in range(classes)))
    return RunRecord(
        id="a-run", config=config, status="running", created=datetime(2026, 1, 1, tzinfo=UTC), data=data
    )


def curves(losses: Sequence[tuple[float, float]], accuracies: Sequence[float] | None = None) -> Metrics:
    accuracies = accuracies or [0.5] * len(losses)
    return Metrics(
        tuple(
            EpochMetrics(number, loss, accuracy, val_loss, accuracy, 0.1, 100.0, 1.0)
            for number, ((loss, val_loss), accuracy) in enumerate(
                zip(losses, accuracies, strict=True), start=1
            )
        )
    )


RISING = [(2.0, 1.8), (1.5, 1.4), (1.0, 1.5), (0.6, 1.7), (0.3, 2.0)]


@pytest.mark.parametrize(
    "losses",
    [
        [],
        [(2.0, 1.8), (1.5, 1.4)],
        RISING[:4],  # two epochs after the lowest loss: may be chance
        [(2.0, 1.4), (1.5, 1.42), (1.0, 1.43), (0.6, 1.44)],  # hardly risen
        [(2.0, 1.4), (2.1, 1.6), (2.2, 1.8), (2.3, 2.0)],  # the training loss rises, too
    ],
)
def test_curves_without_a_finding_are_explained(losses: list[tuple[float, float]]) -> None:
    assert curves_sentence(record(), curves(losses)) == READING


def test_overfitting_is_told_with_its_figures() -> None:
    told = (
        "Since epoch 2 the validation loss has risen from 1.40 to 2.00 while the training loss fell from 1.50 to 0.30. "
        "The network is overfitting: it learns the training pictures by heart.{} Regularization helps: augmentation, "
        "weight decay or fewer epochs."
    )
    assert curves_sentence(record(), curves(RISING)) == told.format("")
    assert curves_sentence(record("best"), curves(RISING)) == told.format(" The weights of epoch 2 are kept.")
    assert curves_sentence(None, curves(RISING)) == told.format("")


def test_the_cross_entropy_decides_where_it_was_recorded() -> None:
    lines = tuple(
        # A penalty that falls hides in the loss that validation rises.
        EpochMetrics(n, 3.0 - n / 2, 0.5, 3.0 - n / 10, 0.5, 0.1, 100.0, 1.0, *pair, penalty=2.0 - n / 10)
        for n, pair in enumerate(RISING, start=1)
    )
    told = curves_sentence(record("best"), Metrics(lines))
    assert told.startswith(
        "Since epoch 2 the validation cross-entropy has risen from 1.40 to 2.00 while the training cross-entropy fell "
        "from 1.50 to 0.30. "
    )
    assert "The weights of epoch 5 are kept." in told


@pytest.mark.parametrize("losses", [(math.nan, 1.0), (1.0, math.inf), (math.nan, math.nan)])
def test_a_training_that_diverged_is_told_so(losses: tuple[float, float]) -> None:
    told = curves_sentence(record(), curves([(2.0, 1.8), losses, (math.nan, math.nan)]))
    assert told.startswith("Since epoch 2 the loss is no finite number: training diverged")
    under_way = Metrics(curves([(2.0, 1.8)]).epochs, Tick(2, 5, 9, math.nan, 0.1, 100.0))
    assert curves_sentence(None, under_way).startswith("Since epoch 2 ")


def test_a_network_that_guesses_is_told_to_learn_more_slowly() -> None:
    losses = [(2.3, 2.3)] * 3
    assert "as rarely as by guessing (10.0%)" in curves_sentence(record(), curves(losses, [0.4, 0.11, 0.1]))
    assert curves_sentence(record(), curves(losses, [0.1, 0.1, 0.13])) == READING
    assert curves_sentence(record(), curves(losses[:1], [0.1])) == READING
    # With two classes half of the pictures are guessed right.
    assert "guessing (50.0%)" in curves_sentence(record(classes=2), curves(losses, [0.5, 0.5, 0.5]))
    assert curves_sentence(None, curves(losses, [0.1, 0.1, 0.1])) == READING
