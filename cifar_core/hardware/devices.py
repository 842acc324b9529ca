"""What this machine can train on: its NVIDIA GPUs, and its CPU."""

import functools
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cifar_core.errors import ConfigError
from cifar_core.system import this_system
from cifar_core.words.counts import counted

DEVICE_VARIABLE = "CIFAR_LAB_DEVICE"
"""Environment variable in which a worker finds the id of the device it was given."""
THREADS_VARIABLE = "TF_NUM_INTRAOP_THREADS"
"""Environment variable in which TensorFlow finds how many cores it may use, where several runs share a processor."""


@dataclass(frozen=True)
class Device:
    """One device that trains one run at a time.

    Attributes
    ----------
    id : str
        ``"cpu"``, ``"gpu:0"``, ``"gpu:1"`` …
    hardware : str
        Model name, such as ``"NVIDIA H200"`` or ``"AMD EPYC, 16 cores"``: equal text means equal speed, roughly.
    visible : str
        Value of ``CUDA_VISIBLE_DEVICES`` that shows a process this device and no other.
    location : str
        Where it is, if not in this machine: ``"Ray cluster at head:8265"``.
    capability : (int, int)
        Of a GPU: CUDA's compute capability, which says what it can do. (0, 0) where it is not known.
    """

    id: str
    hardware: str
    visible: str = ""
    location: str = ""
    capability: tuple[int, int] = (0, 0)

    @property
    def title(self) -> str:
        """Name to show: ``"CPU: AMD EPYC, 16 cores"``."""
        where = f" ({self.location})" if self.location else ""
        return f"{self.id.upper().replace(':', ' ')}: {self.hardware}{where}"


@functools.cache
def list_devices() -> tuple[Device, ...]:
    """List the devices of this machine, GPUs first; the first one is what “automatic” means.

    ``CUDA_VISIBLE_DEVICES`` is honoured: a GPU that it hides is not listed. The machine is asked once per process.
    """
    gpus = _allowed(list(_gpus()), os.environ.get("CUDA_VISIBLE_DEVICES"))
    numbered = (replace(gpu, id=f"gpu:{number}") for number, gpu in enumerate(gpus))
    return (*numbered, Device("cpu", describe_cpu()))


def assigned_device() -> Device:
    """Return the device that this process was given by the supervisor, or else the first it may use."""
    device = list_devices()[0]  # A worker sees its own GPU alone, or none at all.
    return replace(device, id=os.environ.get(DEVICE_VARIABLE, device.id))


def use_device(wanted: str) -> None:
    """Show this process the one device it computes on, before Keras is imported.

    Parameters
    ----------
    wanted : str
        ``"auto"`` or the id of a device.

    Raises
    ------
    ConfigError
        This machine has no such device.
    """
    devices = {device.id: device for device in list_devices()}
    device = next(iter(devices.values())) if wanted == "auto" else devices.get(wanted)
    if device is None:
        raise ConfigError(f"This machine has no device “{wanted}”. Choose one of: {', '.join(devices)}.")
    os.environ["CUDA_VISIBLE_DEVICES"] = device.visible
    os.environ[DEVICE_VARIABLE] = device.id
    list_devices.cache_clear()  # The list was made before this process was confined to one device.


def describe_cpu() -> str:
    """Name the processor and the number of cores this process may use: ``"AMD EPYC, 2 cores"``."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = os.environ.get(THREADS_VARIABLE, "")
    if threads.isdecimal() and threads != "0":
        cores = min(cores, int(threads))
    model = this_system().processor() or platform.processor() or platform.machine() or "unknown processor"
    return f"{model}, {counted(cores, 'core')}"


def _gpus() -> Iterator[Device]:
    """Yield each GPU, as NVIDIA's driver tells them, not numbered yet; nothing without such a driver."""
    try:
        import pynvml
    except ImportError:
        return
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            board = pynvml.nvmlDeviceGetHandleByIndex(index)
            capability = pynvml.nvmlDeviceGetCudaComputeCapability(board)
            for handle in _mig_parts(pynvml, board) or [board]:
                name, uuid = pynvml.nvmlDeviceGetName(handle), pynvml.nvmlDeviceGetUUID(handle)
                yield Device("gpu", name, uuid, capability=tuple(capability))
    except pynvml.NVMLError:
        return
    finally:
        pynvml.nvmlShutdown()


def _mig_parts(pynvml: Any, board: Any) -> list[Any]:
    """Return the parts of a GPU that was divided (MIG): CUDA then knows the parts, no longer the whole."""
    try:
        current, _ = pynvml.nvmlDeviceGetMigMode(board)
        count = pynvml.nvmlDeviceGetMaxMigDeviceCount(board) if current else 0
    except pynvml.NVMLError:
        return []
    parts = []
    for index in range(count):
        try:
            parts.append(pynvml.nvmlDeviceGetMigDeviceHandleByIndex(board, index))
        except pynvml.NVMLError:
            continue
    return parts


def _allowed(gpus: list[Device], visible: str | None) -> list[Device]:
    """Keep the GPUs that ``CUDA_VISIBLE_DEVICES`` shows, in its order; like CUDA, end at the first unknown entry."""
    if visible is None:
        return gpus
    kept: list[Device] = []
    for entry in (part.strip() for part in visible.split(",")):
        if entry.isdecimal() and int(entry) < len(gpus):
            kept.append(gpus[int(entry)])
            continue
        named = [gpu for gpu in gpus if entry and gpu.visible.startswith(entry)]
        if len(named) != 1:
            break
        kept.append(named[0])
    return kept
