"""What a child process sees."""

from pathlib import Path

import pytest

from cifar_core.hardware.child_environment import NO_GPU, child_environment
from cifar_core.hardware.devices import Device
from cifar_core.settings import Settings

UTF8 = {"PYTHONUTF8": "1"}
"""Every child reads and writes all characters, whatever the system's own code page knows."""


@pytest.fixture(autouse=True)
def _ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CUDA_VISIBLE_DEVICES", "CIFAR_LAB_DEVICE", "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("A_PASSWORD", "secret")
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_all_that_we_see_unless_it_is_said_otherwise() -> None:
    seen = child_environment()
    assert seen["A_PASSWORD"] == "secret"
    assert "CUDA_VISIBLE_DEVICES" not in seen


def test_nothing_but_what_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("MISSING", raising=False)
    assert child_environment(only=["LANG", "EMPTY", "MISSING"]) == {"LANG": "C.UTF-8"} | UTF8


def test_one_device_or_none() -> None:
    second = Device("gpu:1", "NVIDIA H200", visible="GPU-abc")
    assert (
        child_environment(only=[], device=second)
        == {
            "CUDA_VISIBLE_DEVICES": "GPU-abc",
            "CIFAR_LAB_DEVICE": "gpu:1",
        }
        | UTF8
    )
    assert child_environment(only=[], device=NO_GPU)["CUDA_VISIBLE_DEVICES"] == "-1"


def test_threads_and_quiet() -> None:
    two = {"TF_NUM_INTRAOP_THREADS": "2", "OMP_NUM_THREADS": "2"}
    assert child_environment(only=[], threads=2) == two | UTF8
    assert child_environment(only=[], quiet=True) == {"TF_CPP_MIN_LOG_LEVEL": "3"} | UTF8


def test_the_folders_of_settings(settings: Settings, tmp_path: Path) -> None:
    assert (
        child_environment(only=[], settings=settings)
        == {
            "CIFAR_LAB_RUNS": str(tmp_path / "runs"),
            "CIFAR_LAB_CACHE": str(tmp_path / "cache"),
            "KERAS_HOME": str(tmp_path),
        }
        | UTF8
    )


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()
    monkeypatch.setenv("CIFAR_LAB_DATA", "pictures")
    monkeypatch.setenv("CIFAR_LAB_RUNS", "not-there-yet")
    monkeypatch.setenv("LANG", "pictures")  # no path, whatever it looks like
    assert (
        child_environment(only=["CIFAR_LAB_DATA", "CIFAR_LAB_RUNS", "LANG"])
        == {
            "CIFAR_LAB_DATA": str(tmp_path / "pictures"),
            "CIFAR_LAB_RUNS": "not-there-yet",
            "LANG": "pictures",
        }
        | UTF8
    )
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn")  # the name of a data set
    assert child_environment(only=["CIFAR_LAB_DATA"]) == {"CIFAR_LAB_DATA": "drawn"} | UTF8


def test_what_is_named_wins() -> None:
    assert (
        child_environment(only=["LANG"], quiet=True, LANG="de", TF_CPP_MIN_LOG_LEVEL="0")
        == {
            "LANG": "de",
            "TF_CPP_MIN_LOG_LEVEL": "0",
        }
        | UTF8
    )
