"""How busy the hardware of a running job is, as figures with the course of the last minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.hardware.devices import Device
from cifar_core.hardware.monitor import GpuSample, MachineSample, Monitor
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.processes import find_worker, is_elsewhere
from cifar_core.runs.run import Run

GIB = 2**30
_BETWEEN_SAMPLES = ("cpu", "worker_cores")


@dataclass(frozen=True)
class Gauge:
    """One figure.

    Attributes
    ----------
    name, value : str
        Ready to be read.
    course : tuple of float
        The last minute, oldest first, for a small curve.
    top : float or None
        Upper end of that curve's axis, where there is a natural one.
    """

    name: str
    value: str
    course: tuple[float, ...]
    top: float | None = None


@dataclass(frozen=True)
class MonitorView:
    """What stands beside a running job.

    Attributes
    ----------
    gauges : tuple of Gauge
        Two to four figures.
    sentence : str
        What they are figures of.
    """

    gauges: tuple[Gauge, ...]
    sentence: str


def build_monitor(run: Run, devices: Sequence[Device], monitor: Monitor) -> MonitorView | None:
    """Say how busy the device of a run is.

    Parameters
    ----------
    run : Run
        Any run; one whose worker does not work now, or works on another machine, has no monitor.
    devices : sequence of Device
        What this machine has.
    monitor : Monitor
        Takes the samples, or has them already.
    """
    beat = run.heartbeat
    if not run.active or beat is None or is_elsewhere(beat):
        return None
    device = _device(run, devices)
    samples = monitor.gpu(device.visible) if device is not None and device.visible else ()
    if device is not None and samples:
        return MonitorView(_gpu_gauges(samples), f"{device.hardware} in the last minute.")
    return _machine_view(beat, monitor)


def _device(run: Run, devices: Sequence[Device]) -> Device | None:
    environment = run.record.environment if run.record else None
    return next((device for device in devices if environment and device.id == environment.device), None)


def _machine_view(beat: Heartbeat, monitor: Monitor) -> MonitorView | None:
    worker = find_worker(beat)
    if worker is None:
        return None
    samples = monitor.machine(worker)
    last = samples[-1]
    memory = f"{{:.1f}} of {last.memory_total / GIB:.0f} GiB"
    gauges = (
        _gauge("CPU", samples, "cpu", "{:.0%}", top=1.0),
        _gauge("CPU of this run", samples, "worker_cores", "{:.1f} cores", top=last.cores),
        _gauge("Memory", samples, "memory_used", memory, GIB, top=last.memory_total),
        _gauge("Memory of this run", samples, "worker_memory", "{:.1f} GiB", GIB, top=last.memory_total),
    )
    sentence = f"The whole machine with its {last.cores} cores, and this run's share, in the last minute."
    return MonitorView(tuple(gauge for gauge in gauges if gauge is not None), sentence)


def _gpu_gauges(samples: Sequence[GpuSample]) -> tuple[Gauge, ...]:
    last = samples[-1]
    total = last.memory_total or 0
    gauges = (
        _gauge("GPU", samples, "utilisation", "{:.0%}", top=1.0),
        _gauge("GPU memory", samples, "memory_used", f"{{:.1f}} of {total / GIB:.0f} GiB", GIB, top=total),
        _gauge("Temperature", samples, "temperature", "{:.0f} °C", top=100.0),
        _gauge("Power", samples, "power", "{:.0f} W", top=last.power_limit),
    )
    return tuple(gauge for gauge in gauges if gauge is not None)


def _gauge(
    name: str,
    samples: Sequence[GpuSample | MachineSample],
    field: str,
    form: str,
    unit: float = 1.0,
    *,
    top: float | None,
) -> Gauge | None:
    """Make a figure of one field; ``None`` where it is not known, “…” where it needs a second sample first."""
    values: list[Any] = [getattr(sample, field) for sample in samples]
    known = tuple(value / unit for value in values if value is not None)
    if not known and field not in _BETWEEN_SAMPLES:
        return None
    value = "…" if values[-1] is None else form.format(known[-1])
    return Gauge(name, value, known, None if top is None else top / unit)
