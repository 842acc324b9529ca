"""How busy the hardware of a running job is, as figures with the course of the last minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.hardware.devices import Device
from cifar_core.hardware.gauge import Gauge
from cifar_core.hardware.monitor import GpuSample, MachineSample, Monitor
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.processes import find_worker, is_elsewhere
from cifar_core.runs.run import Run
from cifar_core.words.counts import counted

GIB = 2**30


@dataclass(frozen=True)
class MonitorView:
    """What stands beside a running job.

    Attributes
    ----------
    gauges : tuple of Gauge
        One to four figures.
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
    cores, memory = last.cores, last.memory_total / GIB
    of_run = (
        ""
        if last.worker_cores is None
        else f", {last.worker_cores:.1f} of {counted(cores, 'core')} by this run"
    )
    used_by_run = "" if last.worker_memory is None else f", {last.worker_memory / GIB:.1f} by this run"
    return MonitorView(
        (
            Gauge(
                f"CPU{of_run}",
                "…" if last.cpu is None else f"{last.cpu:.0%}",
                _course(samples, "cpu"),
                1.0,
                _course(samples, "worker_cores", cores),
            ),
            Gauge(
                f"memory{used_by_run}",
                f"{last.memory_used / GIB:.1f} of {memory:.0f} GiB",
                _course(samples, "memory_used", GIB),
                memory,
                _course(samples, "worker_memory", GIB),
            ),
        ),
        "This machine in the last minute; blue is this run's part.",
    )


def _gpu_gauges(samples: Sequence[GpuSample]) -> tuple[Gauge, ...]:
    last = samples[-1]
    gauges = []
    if last.utilisation is not None:
        gauges.append(Gauge("computing", f"{last.utilisation:.0%}", _course(samples, "utilisation"), 1.0))
    if last.memory_used is not None and last.memory_total is not None:
        used, total = last.memory_used / GIB, last.memory_total / GIB
        gauges.append(
            Gauge(
                f"of {total:.0f} GiB memory", f"{used:.1f} GiB", _course(samples, "memory_used", GIB), total
            )
        )
    if last.temperature is not None:
        gauges.append(
            Gauge("temperature", f"{last.temperature:.0f} °C", _course(samples, "temperature"), 100.0)
        )
    if last.power is not None:
        most = last.power_limit or max(sample.power or 0.0 for sample in samples)
        gauges.append(Gauge("power", f"{last.power:.0f} W", _course(samples, "power"), most))
    return tuple(gauges)


def _course(samples: Sequence[GpuSample | MachineSample], field: str, unit: float = 1.0) -> tuple[float, ...]:
    """Return what is known of one field over time; the first sample of a share has no value."""
    values: list[Any] = [getattr(sample, field) for sample in samples]
    return tuple(value / unit for value in values if value is not None)
