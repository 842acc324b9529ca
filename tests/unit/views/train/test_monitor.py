"""How busy the hardware is: samples shared by all who look, the driver's gaps, the figures on the page."""

import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest

from cifar_core.charts.gauges import gauges_spec
from cifar_core.hardware.devices import Device
from cifar_core.hardware.monitor import MachineSample, Monitor
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.system.host import this_host
from cifar_core.views.train.monitor import Gauge, build_monitor
from tests.fake_runs import environment

GPU = Device("gpu:0", "NVIDIA H200", "GPU-aaaa")
PART = Device("gpu:1", "NVIDIA A100 MIG 1g.5gb", "MIG-dddd")
CPU = Device("cpu", "a processor, 2 cores")


class NVMLError(Exception):
    pass


class FakeDriver(ModuleType):
    """A whole GPU, and a part of another one that knows its memory alone."""

    NVMLError = NVMLError
    NVML_TEMPERATURE_GPU = 0
    asked = 0
    busy = 97

    def nvmlInit(self) -> None:
        self.asked += 1

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:
        if uuid not in (GPU.visible, PART.visible):
            raise NVMLError("not found")
        return uuid

    def nvmlDeviceGetDeviceHandleFromMigDeviceHandle(self, handle: str) -> str:
        return "board"

    def nvmlDeviceGetUtilizationRates(self, handle: str) -> SimpleNamespace:
        if handle == PART.visible:
            raise NVMLError("not supported")
        return SimpleNamespace(gpu=self.busy, memory=40)

    def nvmlDeviceGetMemoryInfo(self, handle: str) -> SimpleNamespace:
        return SimpleNamespace(used=3 * 2**29, total=(139 if handle == GPU.visible else 5) * 2**30)

    def nvmlDeviceGetTemperature(self, handle: str, sensor: int) -> int:
        return {GPU.visible: 61, "board": 48}[handle]

    def nvmlDeviceGetPowerUsage(self, handle: str) -> int:
        return {GPU.visible: 412_300, "board": 150_000}[handle]

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: str) -> int:
        if handle == "board":
            raise NVMLError("not supported")
        return 700_000


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    fake = FakeDriver("pynvml")
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    return fake


def running(device: str | None = "cpu", *, pid: int | None = None, host: str | None = None) -> Run:
    """A run in the hands of this very process, unless another one is named."""
    me = psutil.Process(pid)
    now = time.time()
    beat = Heartbeat(
        pid=me.pid,
        host=this_host().name if host is None else host,
        process_started=me.create_time(),
        written=now,
        next_due=now + 10,
    )
    record = RunRecord(
        id="a-run",
        config=TrainingConfig(name="a run", model="cnn-2conv", data="drawn"),
        status="running",
        created=datetime.now(UTC),
        environment=environment(device, hardware="") if device else None,
    )
    return Run(record, RunPaths(Path("a-run")), "running", shipped=False, heartbeat=beat)


def test_all_who_look_within_a_second_share_a_sample(driver: FakeDriver, clock: Clock) -> None:
    monitor = Monitor(clock)
    for _ in range(10):
        samples = monitor.gpu(GPU.visible)
    assert driver.asked == 1
    assert len(samples) == 1
    clock.now += 1.0
    driver.busy = 12
    assert [sample.utilisation for sample in monitor.gpu(GPU.visible)] == [0.97, 0.12]
    assert driver.asked == 2


@pytest.mark.usefixtures("driver")
def test_a_minute_is_kept_and_what_nobody_looks_at_is_forgotten(clock: Clock) -> None:
    monitor = Monitor(clock)
    for _ in range(90):
        samples = monitor.gpu(GPU.visible)
        clock.now += 1.0
    assert [sample.moment for sample in samples] == [129.0 + second for second in range(61)]
    clock.now += 600
    assert len(monitor.gpu(GPU.visible)) == 1


@pytest.mark.usefixtures("driver")
def test_what_the_driver_tells_of_a_gpu(clock: Clock) -> None:
    (sample,) = Monitor(clock).gpu(GPU.visible)
    assert (sample.utilisation, sample.temperature) == (0.97, 61)
    assert (sample.memory_used, sample.memory_total) == (3 * 2**29, 139 * 2**30)
    assert (sample.power, sample.power_limit) == (pytest.approx(412.3), 700.0)


@pytest.mark.usefixtures("driver")
def test_a_part_of_a_gpu_borrows_the_boards_temperature_and_power(clock: Clock) -> None:
    (sample,) = Monitor(clock).gpu(PART.visible)
    assert (sample.utilisation, sample.power_limit) == (None, None)
    assert (sample.memory_total, sample.temperature, sample.power) == (5 * 2**30, 48, 150.0)


def test_without_driver_or_with_a_gpu_that_is_gone_there_are_no_samples(
    driver: FakeDriver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Monitor(clock).gpu("GPU-gone") == ()
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert Monitor(clock).gpu(GPU.visible) == ()


def test_the_share_of_a_process_is_its_cpu_time_between_two_samples(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor, me = Monitor(clock), psutil.Process()
    spent = {"user": 50.0}
    times = SimpleNamespace(system=1.0)
    monkeypatch.setattr(
        psutil.Process, "cpu_times", lambda self: SimpleNamespace(user=spent["user"], system=times.system)
    )
    monkeypatch.setattr(psutil.Process, "children", lambda self, recursive: [])
    (first,) = monitor.machine(me)
    assert (first.cpu, first.worker_cores) == (None, None)
    assert first.worker_memory is not None
    assert 10 * 2**20 < first.worker_memory < first.memory_used < first.memory_total
    spent["user"] += 3.0
    clock.now += 2.0
    assert monitor.machine(me)[-1].worker_cores == pytest.approx(1.5)


def test_the_machine_is_busy_by_what_was_not_idle(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from psutil._pslinux import scputimes  # the very type that psutil gives here

    names = scputimes._fields

    def at(**seconds: float) -> None:
        monkeypatch.setattr(psutil, "cpu_times", lambda: scputimes(**dict.fromkeys(names, 0.0) | seconds))

    monitor = Monitor(clock)
    at(user=10, idle=100, iowait=5, guest=4)
    monitor.machine(None)
    clock.now += 1.0
    at(user=13, idle=100.5, iowait=5.5, guest=7)
    sample = monitor.machine(None)[-1]
    assert sample.cpu == pytest.approx(3 / 4)  # Guests' three seconds are part of the user's three.
    assert (sample.worker_cores, sample.worker_memory) == (None, None)


def test_a_process_that_ended_leaves_the_machine_to_be_seen(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor, me = Monitor(clock), psutil.Process()
    monitor.machine(me)

    def gone(self: psutil.Process) -> None:
        raise psutil.NoSuchProcess(self.pid)

    monkeypatch.setattr(psutil.Process, "cpu_times", gone)
    clock.now += 1.0
    sample = monitor.machine(me)[-1]
    assert (sample.worker_cores, sample.worker_memory) == (None, None)
    assert sample.memory_used > 0


@pytest.mark.usefixtures("driver")
def test_the_figures_of_a_gpu(clock: Clock) -> None:
    monitor = Monitor(clock)
    view = build_monitor(running("gpu:0"), [GPU, CPU], monitor)
    assert view is not None
    assert [(gauge.value, gauge.name, gauge.top) for gauge in view.gauges] == [
        ("97%", "computing", 1.0),
        ("1.5 GiB", "of 139 GiB memory", 139.0),
        ("61 °C", "temperature", 100.0),
        ("412 W", "power", 700.0),
    ]
    assert view.sentence == "NVIDIA H200 in the last minute."
    part = build_monitor(running("gpu:1"), [GPU, PART, CPU], monitor)
    assert part is not None
    assert [gauge.name for gauge in part.gauges] == ["of 5 GiB memory", "temperature", "power"]


@pytest.mark.parametrize("device", ["cpu", "gpu:0", None])
def test_where_there_is_no_gpu_the_machine_is_shown(
    device: str | None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = [
        MachineSample(0.0, None, 4, 3 * 2**30, 8 * 2**30, None, 2**29),
        MachineSample(1.0, 0.9, 4, 4 * 2**30, 8 * 2**30, 2.0, 2**30),
    ]
    monitor, run = Monitor(clock), running(device)
    monkeypatch.setattr(monitor, "machine", lambda worker: tuple(samples[:1]))
    first = build_monitor(run, [CPU], monitor)
    assert first is not None
    assert [(gauge.value, gauge.name) for gauge in first.gauges] == [
        ("…", "CPU"),
        ("3.0 of 8 GiB", "memory, 0.5 by this run"),
    ]
    monkeypatch.setattr(monitor, "machine", lambda worker: tuple(samples))
    second = build_monitor(run, [CPU], monitor)
    assert second is not None
    assert [(gauge.value, gauge.name) for gauge in second.gauges] == [
        ("90%", "CPU, 2.0 of 4 cores by this run"),
        ("4.0 of 8 GiB", "memory, 1.0 by this run"),
    ]
    assert [(gauge.course, gauge.share, gauge.top) for gauge in second.gauges] == [
        ((0.9,), (0.5,), 1.0),
        ((3.0, 4.0), (0.5, 1.0), 8.0),
    ]


def test_the_curves_stand_on_axes_that_never_change() -> None:
    gauges = (Gauge("CPU", "90%", (0.4, 0.9), 1.0, (0.5,)), Gauge("memory", "4 GiB", (4.0,), 8.0))
    spec = gauges_spec(gauges)
    json.dumps(spec)  # Streamlit sends plain values.
    assert [(axis["min"], axis["max"]) for axis in spec["yAxis"]] == [(0, 1.0), (0, 8.0)]
    assert [(axis["min"], axis["max"]) for axis in spec["xAxis"]] == [(-59, 0), (-59, 0)]
    assert [one["data"] for one in spec["series"]] == [[[-1, 0.4], [0, 0.9]], [[0, 0.5]], [[0, 4.0]], []]
    assert [one["text"] for one in spec["title"]] == ["90%", "4 GiB"]


def test_no_monitor_without_a_worker_on_this_machine(clock: Clock) -> None:
    monitor, run = Monitor(clock), running()
    assert run.heartbeat is not None
    gone = Run(
        run.record, run.paths, "running", False, heartbeat=run.heartbeat.model_copy(update={"pid": 2**22 + 1})
    )
    ended = Run(run.record, run.paths, "finished", False, heartbeat=run.heartbeat)
    assert build_monitor(gone, [CPU], monitor) is None
    assert build_monitor(ended, [CPU], monitor) is None
    assert build_monitor(running(host="elsewhere"), [CPU], monitor) is None
