import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from cifar_core.errors import ConfigError
from cifar_core.hardware import devices


class NVMLError(Exception):
    pass


class FakeDriver(ModuleType):
    """As much of NVIDIA's management library as is asked: two whole GPUs, and one divided into two parts."""

    NVMLError = NVMLError
    UUID_AND_NAME = {  # noqa: RUF012
        0: ("GPU-aaaa", "NVIDIA H200"),
        1: ("GPU-bbbb", "NVIDIA L4"),
        2: ("GPU-cccc", "NVIDIA A100"),
        "part 0": ("MIG-dddd", "NVIDIA A100 MIG 1g.5gb"),
        "part 1": ("MIG-eeee", "NVIDIA A100 MIG 1g.5gb"),
    }

    def nvmlInit(self) -> None:
        pass

    def nvmlShutdown(self) -> None:
        pass

    def nvmlDeviceGetCount(self) -> int:
        return 3

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetMigMode(self, handle: int) -> tuple[int, int]:
        if handle == 1:
            raise NVMLError("not supported")
        return (1, 1) if handle == 2 else (0, 0)

    def nvmlDeviceGetMaxMigDeviceCount(self, handle: int) -> int:
        return 7

    def nvmlDeviceGetMigDeviceHandleByIndex(self, handle: int, index: int) -> str:
        if index > 1:
            raise NVMLError("not found")
        return f"part {index}"

    def nvmlDeviceGetUUID(self, handle: int | str) -> str:
        return self.UUID_AND_NAME[handle][0]

    def nvmlDeviceGetCudaComputeCapability(self, handle: int) -> tuple[int, int]:
        return {0: (9, 0), 1: (8, 9), 2: (8, 0)}[handle]

    def nvmlDeviceGetName(self, handle: int | str) -> str:
        return self.UUID_AND_NAME[handle][1]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv(devices.DEVICE_VARIABLE, raising=False)
    devices.list_devices.cache_clear()
    yield
    devices.list_devices.cache_clear()


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    fake = FakeDriver("pynvml")
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    return fake


def test_without_the_library_there_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    (cpu,) = devices.list_devices()
    assert cpu.id == "cpu"
    assert cpu.visible == ""
    assert cpu.hardware.endswith((" core", " cores"))
    assert cpu.title == f"CPU: {cpu.hardware}"


def test_without_a_driver_there_is_the_cpu(driver: FakeDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise NVMLError("no driver")

    monkeypatch.setattr(driver, "nvmlInit", refuse)
    assert [device.id for device in devices.list_devices()] == ["cpu"]


@pytest.mark.usefixtures("driver")
def test_gpus_come_first_and_divided_ones_as_their_parts() -> None:
    listed = devices.list_devices()
    assert [device.id for device in listed] == ["gpu:0", "gpu:1", "gpu:2", "gpu:3", "cpu"]
    assert [device.visible for device in listed] == ["GPU-aaaa", "GPU-bbbb", "MIG-dddd", "MIG-eeee", ""]
    assert [device.capability for device in listed] == [(9, 0), (8, 9), (8, 0), (8, 0), (0, 0)]
    assert listed[0].title == "GPU 0: NVIDIA H200"


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize(
    ("visible", "hardware"),
    [
        ("1", ["NVIDIA L4"]),
        ("1,0", ["NVIDIA L4", "NVIDIA H200"]),
        ("GPU-bb", ["NVIDIA L4"]),
        ("", []),
        ("-1", []),
        ("0,9,1", ["NVIDIA H200"]),
    ],
)
def test_hidden_gpus_stay_hidden(monkeypatch: pytest.MonkeyPatch, visible: str, hardware: list[str]) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    *gpus, cpu = devices.list_devices()
    assert [gpu.hardware for gpu in gpus] == hardware
    assert cpu.id == "cpu"


@pytest.mark.usefixtures("driver")
def test_a_worker_knows_its_device_by_the_machines_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-bbbb")
    monkeypatch.setenv(devices.DEVICE_VARIABLE, "gpu:1")
    assert devices.assigned_device().title == "GPU 1: NVIDIA L4"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv(devices.DEVICE_VARIABLE, "cpu")
    devices.list_devices.cache_clear()
    assert devices.assigned_device().id == "cpu"


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize(
    ("wanted", "hardware"), [("auto", "NVIDIA H200"), ("gpu:1", "NVIDIA L4"), ("cpu", None)]
)
def test_a_process_computes_on_the_one_device_it_chose(
    monkeypatch: pytest.MonkeyPatch, wanted: str, hardware: str | None
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setenv(devices.DEVICE_VARIABLE, "")
    before = {device.id: device for device in devices.list_devices()}
    devices.use_device(wanted)
    chosen = devices.assigned_device()
    assert chosen.id == ("gpu:0" if wanted == "auto" else wanted)
    assert chosen.hardware == (hardware or before["cpu"].hardware)


def test_a_device_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    with pytest.raises(ConfigError, match=r"This machine has no device “gpu:7”\. Choose one of: cpu\."):
        devices.use_device("gpu:7")
