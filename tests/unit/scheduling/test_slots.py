"""How many runs can be trained at a time."""

import dataclasses

import pytest

from cifar_core.hardware.devices import Device
from cifar_core.scheduling import slots
from cifar_core.settings import Settings

CPU, GPUS = Device("cpu", "a processor"), (Device("gpu:0", "a"), Device("gpu:1", "b"))


@pytest.mark.parametrize(
    ("devices", "device", "expected"),
    [((CPU,), "auto", 1), ((*GPUS, CPU), "auto", 2), ((*GPUS, CPU), "gpu:1", 1), ((*GPUS, CPU), "cpu", 1)],
)
def test_each_device_takes_one_run(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    devices: tuple[Device, ...],
    device: str,
    expected: int,
) -> None:
    monkeypatch.setattr(slots, "list_devices", lambda: devices)
    local = dataclasses.replace(settings, ray=None)
    assert slots.training_slots(local, device) == expected
