"""The short measurement, with a real network on noise."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from cifar_core.commands.main import main
from cifar_core.errors import RunError
from cifar_core.hardware.devices import DEVICE_VARIABLE, list_devices
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.speed.measure import measure
from cifar_core.speed.store import Workload, find_measurement

CONFIG = TrainingConfig(
    name="try", model="cnn-2conv", data="drawn:200", batch_size=16, precision="float32", device="cpu"
)


@pytest.fixture(autouse=True)
def _own_device(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(DEVICE_VARIABLE, "cpu")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    list_devices.cache_clear()
    yield
    list_devices.cache_clear()


def test_steps_are_timed_and_the_first_is_start_up() -> None:
    began = time.time()
    short_measurement = measure(CONFIG, step_seconds=0.6)
    took = time.time() - began
    assert short_measurement.workload == Workload.of(CONFIG, list_devices()[0].hardware)
    assert short_measurement.computed_in == "float32"
    assert datetime.now(UTC) - short_measurement.measured < timedelta(seconds=took)
    assert short_measurement.steps >= 2
    # The first step ended between the call and its end, counted from the start of this process.
    before = began - psutil.Process().create_time()
    assert before < short_measurement.startup_seconds < before + took
    # All timed steps fit into the time that the call took; the median is near their mean.
    assert short_measurement.images_per_second > 0.5 * short_measurement.steps * CONFIG.batch_size / took
    assert short_measurement.validated_per_second > 0


def test_what_breaks_off_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("cifar_core.speed.measure._time_steps", fail)
    with pytest.raises(RunError, match=r"Memory ran out at batch size 16\. Measure with a smaller batch\."):
        measure(CONFIG)


@pytest.fixture
def _folders(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cifar_core.speed.measure.STEP_SECONDS", 0.3)
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(settings.runs_dir))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:100")


@pytest.mark.usefixtures("_folders")
def test_the_command_measures_keeps_and_says(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    precision = json.dumps({"precision": "float32"})
    arguments = ["measure", "cnn-2conv", "--device", "cpu", "--batch-size", "16", "--recipe", precision]
    assert main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    kept = find_measurement(settings.cache_dir, Workload.of(CONFIG, list_devices()[0].hardware))
    assert kept is not None
    assert printed["images_per_second"] == kept.images_per_second
    assert printed["seconds"] > kept.startup_seconds
    assert printed["test_accuracy"] is None


@pytest.mark.usefixtures("_folders")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "There is no model “nothing”"),
        (["cnn-2conv", "--preset", "live"], "has no preset “live”"),
        (["cnn-2conv", "--device", "gpu:7"], "This machine has no device “gpu:7”"),
        (["cnn-2conv", "--recipe", "[1]"], "--recipe takes a JSON object"),
        (["cnn-2conv", "--recipe", "[" * 100_000], "--recipe takes a JSON object"),
        (["cnn-2conv", "--recipe", f'{{"seed": {"9" * 5000}}}'], "--recipe takes a JSON object"),
        (["cnn-2conv", "--recipe", '{"batch_size": 0}'], "batch_size: must be greater"),
        (["cnn-2conv", "--batch-size", "0"], "batch_size: must be greater"),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measure", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_the_old_name_of_the_command_goes_on_working(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "cnn-9", "--batch-size", "16"]) == 2
    said = capsys.readouterr().err
    assert "“calibrate” is called “measure” now" in said
    assert "There is no model “cnn-9”" in said


@pytest.mark.usefixtures("_folders")
def test_beside_a_training_nothing_is_measured(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run = RunStore.from_settings(settings).create(CONFIG)
    assert run.record is not None
    run.record.model_copy(update={"status": "running", "started": datetime.now(UTC)}).write(run.paths.record)
    assert main(["measure", "cnn-2conv"]) == 1
    assert "measuring now would disturb both" in capsys.readouterr().err
    assert not (settings.cache_dir / "speed").exists()
