"""What the Train page says a run gives and costs, and its button that measures; the measuring itself is made up."""

import re
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.hardware.devices import list_devices
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from pages.parts.train.cost import background_measurement
from tests.fake_runs import write_run
from tests.open_page import open_form, open_page
from tests.waiting import wait_until

DATA = "drawn:80"
_FAKE = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, {root!r})
from cifar_core.hardware.devices import list_devices
from cifar_core.settings import Settings
from cifar_core.speed.store import ShortMeasurement, Workload, keep_measurement
from cifar_core.recipes.config import TrainingConfig

while not Path({go!r}).exists():
    time.sleep(0.01)
if Path({go!r}).read_text():
    sys.exit(Path({go!r}).read_text())
model, _, device, _, recipe = sys.argv[1:]
config = TrainingConfig(**json.loads(recipe), model=model, device=device, name="x", data="drawn")
keep_measurement(Settings.from_environment().cache_dir, ShortMeasurement(
    workload=Workload.of(config, list_devices()[0].hardware), optimizer=config.optimizer,
    augmentation=config.augmentation, computed_in="float32", measured=datetime.now(UTC), steps=9,
    startup_seconds=5.0, images_per_second=1210.0, validated_per_second=5000.0,
))
"""


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the measuring process wait for this file: empty for success, else with the sentence of a failure."""
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)
    go = tmp_path / "go"
    script = tmp_path / "fake_measure.py"
    script.write_text(_FAKE.format(root=str(PROJECT_ROOT), go=str(go)))
    monkeypatch.setattr("cifar_core.speed.background.MEASURE_COMMAND", (sys.executable, str(script)))
    return go


def texts(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.caption, app.warning) for element in kind)


def measured(app: AppTest, go: Path, said: str = "") -> AppTest:
    """Press the button, see that it is being measured, let that end, and look again."""
    app.button(key="measure").click().run()
    assert not app.exception
    assert re.search(r"Measuring: \d+ s of about 20 s", texts(app))
    assert "measure" not in [button.key for button in app.button]
    go.write_text(said)
    wait_until(lambda: background_measurement(Settings.from_environment()).seconds is None)
    app.run()
    assert not app.exception
    return app


def test_pressing_the_button_measures_and_the_sentence_says_it(go: Path) -> None:
    app = open_form()
    assert "How long it takes on this machine is not measured yet" in texts(app)
    assert app.button(key="measure").label == "Measure on this machine"
    assert "Its authors reported for CIFAR-10: 70%." in texts(app)
    measured(app, go)
    hardware = list_devices()[0].hardware
    # 10 epochs of 72 pictures take less than a second; 5 seconds are start-up.
    told = (
        rf"\*\*About 5 s\*\* on this machine \({re.escape(hardware)}; measured \d+ s ago: 1,210 images/s\)\."
    )
    assert re.search(told, texts(app))
    assert app.button(key="measure").label == "Measure again"
    # Another batch size is another measurement.
    app.number_input(key="batch_cnn-2conv_published").set_value(64).run()
    assert "How long it takes on this machine is not measured yet" in texts(app)


def test_a_failure_is_a_sentence_and_the_button_stays(go: Path) -> None:
    app = measured(open_page("train"), go, "Memory ran out at batch size 32. Measure with a smaller batch.")
    assert app.warning[0].value == "Memory ran out at batch size 32. Measure with a smaller batch."
    assert app.button(key="measure").label == "Measure on this machine"


@pytest.mark.usefixtures("go")
def test_beside_a_run_under_way_the_button_says_why_not(tmp_path: Path) -> None:
    RunStore(tmp_path / "runs").create(TrainingConfig(name="one", model="cnn-2conv", data=DATA))
    button = open_page("train").button(key="measure")
    assert button.disabled
    assert "measuring now would disturb them" in button.help


@pytest.mark.usefixtures("go")
def test_a_finished_run_names_its_accuracy_for_its_settings_alone(tmp_path: Path) -> None:
    dataset = open_dataset(DATA, Settings.from_environment())
    write_run(tmp_path / "runs", "done", dataset, wrong_every=4, epochs=10)  # with the recipe of cnn-2conv
    app = open_page("train")
    assert "This recipe gave **75.0%**. How long" in texts(app)
    assert "75.0% of 20 test pictures of" in texts(app)
    app.number_input(key="epochs_cnn-2conv_published").set_value(3).run()
    assert "**75.0%" not in texts(app)
    assert "Not measured with your changes. Before them: 75.0%" in texts(app)


@pytest.mark.usefixtures("go")
def test_a_cluster_is_not_measured_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_RAY", "http://head:8265")
    app = open_page("train")
    assert "How long it takes on the Ray cluster" in texts(app)
    assert "measure" not in [button.key for button in app.button]
