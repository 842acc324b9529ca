"""The Train page where a Ray cluster trains the runs."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.cluster_note import ClusterNote
from tests.open_page import APP, open_form, open_page

ADDRESS = "http://head:8265"


@pytest.fixture(autouse=True)
def cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_RAY", ADDRESS)


def warnings(app: AppTest) -> list[str]:
    return [element.value for element in app.warning]


def test_the_devices_are_those_of_the_cluster(tmp_path: Path) -> None:
    app = open_form()
    assert not app.exception
    assert app.selectbox(key="train_device").options == [
        "automatic (GPU 0: any GPU (Ray cluster at head:8265))",
        "GPU 0: any GPU (Ray cluster at head:8265)",
        "CPU: any processor (Ray cluster at head:8265)",
    ]
    told = [element.value for element in app.markdown]
    assert any("How long it takes on the Ray cluster at" in text for text in told)
    (tmp_path / "runs").mkdir(exist_ok=True)
    ClusterNote(address=ADDRESS, nodes=2, cpus=8, slots=2).write(tmp_path / "runs")
    assert open_form().selectbox(key="train_device").options == [
        "automatic (CPU: any processor (Ray cluster at head:8265))",
        "CPU: any processor (Ray cluster at head:8265)",
    ]


def test_why_no_run_is_started_is_said_where_a_run_waits(tmp_path: Path) -> None:
    config = TrainingConfig(name="mine", model="cnn-2conv", data="drawn:80")
    RunStore(tmp_path / "runs").create(config)
    ClusterNote(address=ADDRESS, problem="The cluster does not answer.").write(tmp_path / "runs")
    app = open_page("train")
    assert not app.exception
    assert warnings(app) == ["The cluster does not answer."]
    ClusterNote(address=ADDRESS, nodes=2, cpus=8, slots=2).write(tmp_path / "runs")
    assert warnings(open_page("train")) == []


def test_a_wrong_address_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_RAY", "head:8265")
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert "is no address of a Ray dashboard" in "\n".join(element.value for element in app.error)
