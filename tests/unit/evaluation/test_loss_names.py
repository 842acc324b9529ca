"""A loss is only called a cross-entropy where it is one; what else it holds is said."""

import math
from dataclasses import replace

import pytest

from cifar_core.charts.curves import loss_figure
from cifar_core.charts.live_curves import live_curves_spec
from cifar_core.evaluation.cross_entropy import cross_entropy
from cifar_core.evaluation.loss_names import UNNAMED, LossNames, loss_names, smoothing_floor
from cifar_core.evaluation.predictions import load_predictions
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.imported import ImportedConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, Metrics, Tick, read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.settings import PROJECT_ROOT

TRAINED = PROJECT_ROOT / "trained"
OLD = (
    EpochMetrics(1, 2.0, 0.2, 1.9, 0.25, 1e-3, 500.0, 4.0),
    EpochMetrics(2, 1.5, 0.4, 1.6, 0.4, 1e-3, 500.0, 4.0),
)
NEW = tuple(
    replace(line, cross_entropy=line.loss - 0.9, val_cross_entropy=line.val_loss - 0.4, penalty=0.4)
    for line in OLD
)
SHIPPED = RunPaths(TRAINED / "20261121-041447-cnn-2conv-b3b2")


def record(**changes: object) -> RunRecord:
    shipped = RunRecord.read(SHIPPED.record)
    config = {"name": "a run", "model": "cnn-2conv", "data": "drawn"} | changes
    return shipped.model_copy(update={"config": TrainingConfig.from_values(config)})


@pytest.mark.parametrize("smoothing", [0.05, 0.2, 0.9])
@pytest.mark.parametrize("classes", [1, 2, 10, 100])
def test_the_floor_is_the_loss_of_the_best_answer_to_smoothed_targets(smoothing: float, classes: int) -> None:
    target = [smoothing / classes] * classes
    target[0] += 1 - smoothing
    assert smoothing_floor(smoothing, classes) == pytest.approx(
        -sum(p * math.log(p) for p in target), abs=1e-12
    )


@pytest.mark.parametrize(
    ("changes", "training", "validation"),
    [
        ({}, "cross-entropy", "cross-entropy"),
        ({"label_smoothing": 0.2}, "training loss: with label smoothing 0.2", "cross-entropy"),
        (
            {"model": "resnet-dense"},
            "training loss: with weight penalty",
            "validation loss: with weight penalty",
        ),
        (
            {"model": "resnet-dense", "label_smoothing": 0.2},
            "training loss: with label smoothing 0.2 and weight penalty",
            "validation loss: with weight penalty",
        ),
        ({"augmentation": {"mixup": 0.2}}, "training loss: with mixed pictures", "cross-entropy"),
        (
            {"augmentation": {"cutmix": 1.0}, "label_smoothing": 0.05, "model": "resnet-dense"},
            "training loss: with label smoothing 0.05, weight penalty and mixed pictures",
            "validation loss: with weight penalty",
        ),
    ],
)
def test_an_old_run_is_named_for_what_it_has(
    changes: dict[str, object], training: str, validation: str
) -> None:
    names = loss_names(record(**changes), OLD)
    assert (names.training, names.validation) == (training, validation)
    assert (names.training_field, names.validation_field) == ("loss", "val_loss")
    assert names.is_cross_entropy == (training == validation == "cross-entropy")


def test_a_network_that_is_no_longer_known_may_have_had_a_penalty() -> None:
    old = record()
    config = old.training.model_copy(update={"model": "a-model-of-once"})
    names = loss_names(old.model_copy(update={"config": config}), OLD)
    assert names.validation == "validation loss: with a weight penalty, if its network has one"


def test_what_another_program_measured_is_not_called_a_cross_entropy() -> None:
    imported = ImportedConfig(name="x", data="drawn", origin="mlflow", source="MLflow")
    names = loss_names(record().model_copy(update={"config": imported}), OLD)
    assert names.training == "training loss: as the other program measured it"
    assert not names.is_cross_entropy
    assert not loss_names(None, OLD).is_cross_entropy
    assert not UNNAMED.is_cross_entropy


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (NEW, ("cross_entropy", "val_cross_entropy")),
        ((*NEW, Tick(3, 1, 9, 1.4, 0.4, 500.0, 0.5)), ("cross_entropy", "val_cross_entropy")),
        ((NEW[0], replace(NEW[1], cross_entropy=math.nan)), ("cross_entropy", "val_cross_entropy")),
        ((OLD[0], NEW[1]), ("loss", "val_loss")),  # resumed by a newer version: one line is one figure
        ((*OLD, Tick(3, 1, 9, 1.4, 0.4, 500.0, 0.5)), ("loss", "val_loss")),
        ((), ("loss", "val_loss")),
    ],
)
def test_the_cross_entropy_is_drawn_where_every_line_has_it(
    lines: tuple[EpochMetrics | Tick, ...], fields: tuple[str, str]
) -> None:
    names = loss_names(record(label_smoothing=0.2), lines)
    assert (names.training_field, names.validation_field) == fields


def test_what_was_left_out_and_what_mixing_means_is_said() -> None:
    assert loss_names(record(), NEW[:0]).sentence == ""
    names = loss_names(record(label_smoothing=0.1, augmentation={"mixup": 0.2}, model="resnet-dense"), NEW)
    assert names.training == "cross-entropy of mixed pictures"
    assert names.sentence == (
        "Cross-entropy is shown without the label smoothing that training has. "
        "The weight penalty, 0.400 after the last epoch, comes on top of it in training. "
        "Training pictures were mixed: their cross-entropy is that of the mixed labels, and cannot come down to 0."
    )
    old = loss_names(record(label_smoothing=0.2), OLD)
    assert old.sentence == (
        "Training loss: with label smoothing 0.2; validation: cross-entropy. "
        "Label smoothing alone keeps the training loss above 0.867."
    )


def test_charts_are_titled_by_what_they_draw() -> None:
    pure, old = loss_names(record(), NEW), loss_names(record(label_smoothing=0.2), OLD)
    live = live_curves_spec(Metrics(NEW), pure)
    assert live["yAxis"][1]["name"] == "cross-entropy (nats)"
    assert live["series"][3]["data"] == [[1, 1.5], [2, pytest.approx(1.2)]]
    assert live["series"][4]["data"] == [[1, 1.1], [2, pytest.approx(0.6)]]
    assert live_curves_spec(Metrics(OLD), old)["yAxis"][1]["name"] == "loss (nats)"
    assert live_curves_spec(Metrics(OLD))["yAxis"][1]["name"] == "loss (nats)"

    def titled(names: dict[str, LossNames]) -> tuple[str, list[str]]:
        figure = loss_figure({"A": NEW}, {"B": [NEW, NEW]}, names)
        return figure.layout.yaxis.title.text, [line.name for line in figure.data if line.name]

    # The legend has one entry for each run; the pointer says which line is which.
    assert titled({"A": pure, "B": pure}) == ("cross-entropy (nats)", ["B", "B", "A", "A"])
    assert titled({"A": pure, "B": old}) == ("loss (nats)", ["B", "B", "A", "A"])
    assert titled({"A": pure})[0] == "loss (nats)"
    figure = loss_figure({"A": NEW, "C": OLD}, {}, {"A": pure, "C": old})
    assert [list(line.y) for line in figure.data[:2]] == [
        [1.5, pytest.approx(1.2)],
        [1.1, pytest.approx(0.6)],
    ]
    assert "C, training loss: with label smoothing 0.2<br>" in figure.data[3].hovertemplate


def test_the_shipped_runs_of_the_examples() -> None:
    fast = RunPaths(TRAINED / "20261121-200137-speedrun-96-e810")
    names = loss_names(RunRecord.read(fast.record), read_metrics(fast.metrics).epochs)
    assert names.training == "training loss: with label smoothing 0.2"
    assert "above 0.867" in names.sentence
    dense = RunPaths(TRAINED / "20261122-001048-resnet-dense-413a")
    record = RunRecord.read(dense.record)
    names = loss_names(record, read_metrics(dense.metrics).epochs)
    assert names.validation == "validation loss: with weight penalty"
    # What the last epoch calls its loss is twice the cross-entropy of the predictions that were kept.
    assert read_metrics(dense.metrics).epochs[-1].val_loss == pytest.approx(0.846, abs=5e-4)
    assert cross_entropy(load_predictions(dense.predictions, "validation")) == pytest.approx(0.423, abs=2e-3)
