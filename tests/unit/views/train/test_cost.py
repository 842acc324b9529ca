"""What the Train page promises before the start: only what was measured, and from what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.splits import validation_split
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import Results, RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.speed.store import ShortMeasurement, Workload
from cifar_core.views.train.cost import build_launch
from cifar_core.words.durations import age_words
from tests.fake_runs import environment, provenance

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CPU = Device("cpu", "a processor")
CLUSTER = Device("gpu:0", "any GPU", location="Ray cluster at head:8265")
MEASUREMENT_AGE = timedelta(seconds=12)


def config_of(model: str, **changes: object) -> TrainingConfig:
    recipe = MODELS[model].recipe.model_dump()
    return TrainingConfig(**recipe | {"name": "one", "model": model, "data": "cifar10"} | changes)


BASELINE = config_of("cnn-baseline")


def dataset(fingerprint: str = "a" * 16, key: str = "cifar10") -> Dataset:
    def split(count: int) -> Split:
        return Split(np.zeros((count, 32, 32, 3), np.uint8), np.zeros(count, np.int64))

    return Dataset(key, "CIFAR-10", tuple("abcdefghij"), split(1000), split(200), "here", True, fingerprint)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def finish(
    store: RunStore,
    config: TrainingConfig,
    accuracy: float,
    *,
    fingerprint: str = "a" * 16,
    data_name: str = "CIFAR-10",
    epochs: int | None = None,
    hardware: str = "elsewhere",
    six_views: float | None = None,
    ended: datetime = NOW,
) -> Run:
    """A run of 800 pictures an epoch at 1,000 images/s, that took 5 s besides."""
    epochs = epochs or config.epochs
    run = store.create(config)
    assert run.record is not None
    record: RunRecord = run.record.model_copy(
        update={
            "status": "finished",
            "started": ended - timedelta(seconds=5 + epochs * (800 + 200 / 3) / 1000),
            "ended": ended,
            "data": provenance(
                800, 200, 10_000, key=config.data, name=data_name, source="here", verified=True,
                fingerprint=fingerprint, class_names=tuple("abcdefghij"),
            ),
            "environment": environment(hardware=hardware),
            "results": Results(
                epochs=epochs, best_epoch=epochs, validation_accuracy=0.7, validation_loss=1.0,
                test_accuracy=accuracy, test_accuracy_six_views=six_views, images_per_second=1000.0,
            ),
        }
    )  # fmt: skip
    record.write(run.paths.record)
    return store.get(run.id)


def short_measurement(config: TrainingConfig = BASELINE, **changes: object) -> ShortMeasurement:
    values = {
        "workload": Workload.of(config, CPU.hardware),
        "optimizer": config.optimizer,
        "augmentation": config.augmentation,
        "computed_in": "float32",
        "measured": NOW - MEASUREMENT_AGE,
        "steps": 30,
        "startup_seconds": 6.0,
        "images_per_second": 1210.0,
        "validated_per_second": 4840.0,
    }
    return ShortMeasurement.model_validate(values | changes)


def test_accuracy_and_time_stand_together_where_both_are_measured(store: RunStore) -> None:
    finish(store, BASELINE, 0.7767, data_name="CIFAR-10, JPEG copy", epochs=37, fingerprint="b" * 16)
    view = build_launch(
        BASELINE, dataset(), store.list(), [CPU], short_measurement=short_measurement(), now=NOW
    )
    # Per epoch 800 pictures, and 200 to validate at a quarter of the cost; in the end 400 are predicted.
    per_epoch, besides = (800 + 200 / 4) / 1210, 6.0 + 400 / 4840
    assert view.expected_seconds == pytest.approx(besides + 37 * per_epoch)
    assert view.seconds == pytest.approx(besides + 100 * per_epoch)
    assert view.time_sentence == (
        "**77.7% in about 30 s** on this machine (a processor; measured 12 s ago: 1,210 images/s)."
    )
    assert view.result_sentence == (
        "77.7% of 10,000 test pictures of CIFAR-10, JPEG copy in 1 run by this recipe (95% confidence: "
        "76.8% to 78.5%). Training stopped after 37 of at most 100 epochs."
    )
    assert view.test_accuracy == 0.7767


def test_few_pictures_are_counted_as_they_are_divided(store: RunStore) -> None:
    few = Split(np.zeros((7, 32, 32, 3), np.uint8), np.array([0, 0, 0, 1, 1, 1, 2]))
    config = config_of("speedrun", validation_fraction=0.1)
    training, validation = validation_split(few.labels, fraction=0.1, seed=0)
    view = build_launch(config, replace(dataset(), train=few), store.list(), [CPU])
    assert f"{len(training)} pictures to train, {len(validation)} to validate" in view.size_sentence
    assert (len(training), len(validation)) == (5, 2)


def test_several_runs_give_their_median_and_range(store: RunStore) -> None:
    config = config_of("speedrun")
    for accuracy, views, seed in ((0.93, 0.94, 0), (0.91, None, 1), (0.925, 0.945, 2)):
        finish(store, config.model_copy(update={"seed": seed, "name": "x"}), accuracy, six_views=views)
    view = build_launch(config, dataset(), store.list(), [CPU])
    assert (
        view.time_sentence
        == "This recipe gave **92.5%**. How long it takes on this machine is not measured yet."
    )
    assert view.result_sentence == (
        "92.5% of 10,000 test pictures of CIFAR-10: the median of 3 runs by this recipe (91.0% to 93.0%); "
        "94.2% from six views of each picture."
    )


def test_the_very_same_pictures_come_before_a_copy_of_them(store: RunStore) -> None:
    finish(store, BASELINE, 0.70, fingerprint="b" * 16, ended=NOW + timedelta(days=1))
    finish(store, BASELINE, 0.75)
    finish(store, BASELINE.model_copy(update={"data": "drawn"}), 0.99, fingerprint="c" * 16)
    assert build_launch(BASELINE, dataset(), store.list(), [CPU]).test_accuracy == 0.75
    # Of two copies, that of the newest run.
    assert build_launch(BASELINE, dataset("d" * 16), store.list(), [CPU]).test_accuracy == 0.70


@pytest.mark.parametrize("change", [{"epochs": 99}, {"batch_size": 64}, {"optimizer": "sgd"}])
def test_no_figure_is_claimed_for_settings_that_were_not_run(
    store: RunStore, change: dict[str, object]
) -> None:
    finish(store, BASELINE, 0.7767)
    view = build_launch(config_of("cnn-baseline", **change), dataset(), store.list(), [CPU])
    assert view.test_accuracy is None
    assert "%" not in view.time_sentence
    assert view.result_sentence.startswith(
        "Not measured with your changes. Before them: 77.7% of 10,000 test pictures of CIFAR-10 in 1 run by the "
        "recipe as it comes"
    )


def test_nothing_known_of_changed_settings_nor_of_the_recipe(store: RunStore) -> None:
    view = build_launch(config_of("cnn-baseline", epochs=3), dataset(), store.list(), [CPU])
    assert view.result_sentence == "What it gives with your changes is not measured yet."


def test_what_authors_reported_is_told_as_such(store: RunStore) -> None:
    view = build_launch(BASELINE, dataset(), store.list(), [CPU])
    assert view.test_accuracy is None
    assert view.result_sentence == (
        "What it gives on CIFAR-10 is not measured yet. Its authors reported for CIFAR-10: text: 76%; executed: 74%."
    )
    assert build_launch(config_of("vit-tiny"), dataset(), store.list(), [CPU]).result_sentence == (
        "What it gives on CIFAR-10 is not measured yet."
    )


def test_unfinished_and_imported_runs_and_other_models_tell_nothing(store: RunStore) -> None:
    run = finish(store, BASELINE, 0.9)
    assert run.record is not None
    run.record.model_copy(update={"status": "stopped"}).write(run.paths.record)
    finish(store, BASELINE.model_copy(update={"model": "cnn-improved"}), 0.9)
    assert build_launch(BASELINE, dataset(), store.list(), [CPU]).test_accuracy is None


def test_each_preset_has_its_own_figure(store: RunStore) -> None:
    presets = MODELS["speedrun"].presets
    live = TrainingConfig(**presets["live"].model_dump(), name="live", model="speedrun", data="cifar10")
    finish(store, live, 0.6)
    assert build_launch(live, dataset(), store.list(), [CPU], preset="live").test_accuracy == 0.6
    lab = build_launch(config_of("speedrun"), dataset(), store.list(), [CPU], preset="lab")
    assert lab.result_sentence == "What it gives on CIFAR-10 is not measured yet."
    changed = live.model_copy(update={"batch_size": 2 * live.batch_size})
    assert (
        "Before them: 60.0%"
        in build_launch(changed, dataset(), store.list(), [CPU], preset="live").result_sentence
    )


def test_testing_six_views_besides_changes_no_plain_figure(store: RunStore) -> None:
    config = config_of("speedrun")
    finish(store, config, 0.93, six_views=0.94)
    plainly = config.model_copy(update={"test_time_augmentation": False})
    assert build_launch(plainly, dataset(), store.list(), [CPU]).test_accuracy == 0.93
    views = build_launch(
        config, dataset(), store.list(), [CPU], short_measurement=short_measurement(config), now=NOW
    )
    once = build_launch(
        plainly, dataset(), store.list(), [CPU], short_measurement=short_measurement(config), now=NOW
    )
    assert views.seconds is not None
    assert once.seconds is not None
    assert views.seconds - once.seconds == pytest.approx(6 * 220 / 4840)


@pytest.mark.parametrize(("run_age", "speed"), [(1, "1,000"), (20, "1,210")])
def test_of_run_and_short_measurement_the_newer_counts(store: RunStore, run_age: int, speed: str) -> None:
    finish(store, BASELINE, 0.7, hardware=CPU.hardware, ended=NOW - timedelta(seconds=run_age))
    view = build_launch(
        BASELINE, dataset(), store.list(), [CPU], short_measurement=short_measurement(), now=NOW
    )
    assert f"{speed} images/s" in view.time_sentence


def test_a_short_measurement_counts_more_than_runs_of_another_batch_size(store: RunStore) -> None:
    finish(store, BASELINE.model_copy(update={"batch_size": 64}), 0.7, hardware=CPU.hardware)
    view = build_launch(
        BASELINE, dataset(), store.list(), [CPU], short_measurement=short_measurement(), now=NOW
    )
    assert "1,210 images/s" in view.time_sentence


def test_a_measurement_with_other_augmentation_says_so(store: RunStore) -> None:
    changed = config_of("cnn-baseline", augmentation={"flip": False})
    view = build_launch(
        changed, dataset(), store.list(), [CPU], short_measurement=short_measurement(), now=NOW
    )
    assert "measured 12 s ago with another optimizer or augmentation: 1,210 images/s" in view.time_sentence


def test_of_several_devices_the_one_without_a_measurement_is_named(store: RunStore) -> None:
    finish(store, BASELINE, 0.7, hardware=CPU.hardware)
    view = build_launch(BASELINE, dataset(), store.list(), [Device("gpu:0", "NVIDIA H200", "GPU-aa"), CPU])
    assert (
        view.time_sentence
        == "This recipe gave **70.0%**. How long it takes on NVIDIA H200 is not measured yet."
    )


def test_it_is_measured_here_alone_and_not_beside_a_training(store: RunStore) -> None:
    quiet = build_launch(BASELINE, dataset(), store.list(), [CPU])
    assert (quiet.measurable, quiet.obstacle) == (True, None)
    assert not build_launch(BASELINE, dataset(), store.list(), [CLUSTER]).measurable
    store.create(BASELINE)
    busy = build_launch(BASELINE, dataset(), store.list(), [CPU])
    assert busy.obstacle is not None
    assert busy.obstacle.startswith("Runs are being trained or wait")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (12.4, "12 s"), (119, "119 s"), (125, "2 min"), (7300, "2 h"), (3 * 86400, "3 days")],
)
def test_ages_in_words(seconds: float, words: str) -> None:
    assert age_words(seconds) == words
