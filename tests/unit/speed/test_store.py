from datetime import UTC, datetime
from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import Augmentation, TrainingConfig
from cifar_core.speed.store import ShortMeasurement, Workload, find_measurement, keep_measurement

CONFIG = TrainingConfig(name="one", model="cnn-2conv", data="drawn")


def measurement_of(config: TrainingConfig, hardware: str = "a processor") -> ShortMeasurement:
    return ShortMeasurement(
        workload=Workload.of(config, hardware),
        optimizer=config.optimizer,
        augmentation=config.augmentation,
        computed_in="float32",
        measured=datetime(2026, 11, 21, 12, tzinfo=UTC),
        steps=40,
        startup_seconds=6.5,
        images_per_second=1210.5,
        validated_per_second=4000.0,
    )


def test_a_measurement_is_found_again_by_what_was_measured(tmp_path: Path) -> None:
    short_measurement = measurement_of(CONFIG)
    keep_measurement(tmp_path, short_measurement)
    assert find_measurement(tmp_path, Workload.of(CONFIG, "a processor")) == short_measurement
    # Name, seed, epochs and the like have no say in it.
    alike = CONFIG.model_copy(update={"name": "two", "seed": 3, "epochs": 99, "learning_rate": 0.1})
    assert find_measurement(tmp_path, Workload.of(alike, "a processor")) == short_measurement


@pytest.mark.parametrize("change", [{"batch_size": 64}, {"model": "cnn-7x7"}, {"precision": "float32"}])
def test_another_network_batch_or_precision_is_not_measured(
    tmp_path: Path, change: dict[str, object]
) -> None:
    keep_measurement(tmp_path, measurement_of(CONFIG))
    assert find_measurement(tmp_path, Workload.of(CONFIG.model_copy(update=change), "a processor")) is None


def test_other_hardware_and_other_versions_are_not_measured(tmp_path: Path) -> None:
    keep_measurement(tmp_path, measurement_of(CONFIG))
    assert find_measurement(tmp_path, Workload.of(CONFIG, "another")) is None
    workload = Workload.of(CONFIG, "a processor")
    newer = workload.model_copy(update={"versions": workload.versions | {"keras": "99"}})
    assert find_measurement(tmp_path, newer) is None


def test_measuring_again_replaces(tmp_path: Path) -> None:
    keep_measurement(tmp_path, measurement_of(CONFIG))
    faster = measurement_of(CONFIG).model_copy(update={"images_per_second": 2000.0})
    keep_measurement(tmp_path, faster)
    assert find_measurement(tmp_path, faster.workload) == faster
    assert len(list((tmp_path / "speed").iterdir())) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: "",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace("1210.5", "-1"),
        lambda content: content.replace("1210.5", '"fast"'),
        lambda content: content.replace("1210.5", "NaN"),
        lambda content: content.replace("cnn-2conv", "cnn-7x7"),
    ],
    ids=["empty", "torn", "negative", "a word", "not a number", "another model"],
)
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, damage: object) -> None:
    short_measurement = measurement_of(CONFIG)
    keep_measurement(tmp_path, short_measurement)
    (path,) = (tmp_path / "speed").iterdir()
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    assert find_measurement(tmp_path, short_measurement.workload) is None
    keep_measurement(tmp_path, short_measurement)
    assert find_measurement(tmp_path, short_measurement.workload) == short_measurement


def test_a_cache_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(RunError, match="choose another folder with CIFAR_LAB_CACHE"):
        keep_measurement(tmp_path / "cache", measurement_of(CONFIG))


def test_optimizer_and_augmentation_are_told_apart() -> None:
    short_measurement = measurement_of(CONFIG)
    assert short_measurement.same_step(CONFIG.model_copy(update={"learning_rate": 0.1}))
    assert not short_measurement.same_step(CONFIG.model_copy(update={"optimizer": "sgd"}))
    assert not short_measurement.same_step(CONFIG.model_copy(update={"augmentation": Augmentation(cutout=8)}))
