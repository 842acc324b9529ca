"""How busy the hardware is right now and was in the last minute: a GPU, or the processor and one run's share of it.

Nothing runs in the background: whoever looks takes the sample, and all who look within the same second share it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import psutil

SECONDS_BETWEEN = 1.0
SECONDS_KEPT = 60.0
_CHILDREN_SECONDS = 5.0
_EARLY = 0.05  # seconds: a browser that asks every second may come a little early and is to see a new reading


@dataclass(frozen=True)
class GpuSample:
    """A GPU, or a part of one (MIG), at one moment; what the driver does not tell is ``None``.

    Attributes
    ----------
    moment : float
        On the clock of :func:`time.monotonic`.
    utilisation : float or None
        Share of the last moments in which the GPU computed, 0 to 1. Unknown for a part of a GPU.
    memory_used, memory_total : int or None
        In bytes.
    temperature : float or None
        In °C; of the whole board.
    power, power_limit : float or None
        In watts; of the whole board.
    """

    moment: float
    utilisation: float | None
    memory_used: int | None
    memory_total: int | None
    temperature: float | None
    power: float | None
    power_limit: float | None


@dataclass(frozen=True)
class MachineSample:
    """The machine and one process with all it started, at one moment.

    Attributes
    ----------
    moment : float
        On the clock of :func:`time.monotonic`.
    cpu : float or None
        Share of all cores that was busy since the sample before, 0 to 1; the first sample has none.
    cores : int
        How many cores there are.
    memory_used, memory_total : int
        In bytes; what programs could still get counts as free.
    worker_cores : float or None
        How many cores the process kept busy since the sample before.
    worker_memory : int or None
        Bytes that it occupies.
    """

    moment: float
    cpu: float | None
    cores: int
    memory_used: int
    memory_total: int
    worker_cores: float | None
    worker_memory: int | None


class Monitor:
    """Samples of the last minute, taken when somebody looks; threads may share it.

    Parameters
    ----------
    clock : callable, optional
        Gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._series: dict[Hashable, deque[Any]] = {}
        self._machines: dict[tuple[int, float] | None, _Machine] = {}

    def gpu(self, uuid: str) -> tuple[GpuSample, ...]:
        """Return the samples of one GPU, oldest first; none without NVIDIA's driver.

        Parameters
        ----------
        uuid : str
            As in :attr:`cifar_core.hardware.devices.Device.visible`: of a GPU or of a part of one.
        """
        return self._look(uuid, lambda now: _read_gpu(uuid, now))

    def machine(self, worker: psutil.Process | None) -> tuple[MachineSample, ...]:
        """Return the samples of this machine, oldest first.

        Parameters
        ----------
        worker : psutil.Process or None
            The process whose share is asked for.
        """
        key = None if worker is None else (worker.pid, worker.create_time())
        return self._look(("machine", key), lambda now: self._read_machine(key, worker, now))

    def _look(self, key: Hashable, read: Callable[[float], Any]) -> tuple[Any, ...]:
        with self._lock:
            now = self._clock()
            self._forget(now)
            series = self._series.setdefault(key, deque())
            if not series or now - series[-1].moment >= SECONDS_BETWEEN - _EARLY:
                sample = read(now)
                if sample is not None:
                    series.append(sample)
            return tuple(series)

    def _forget(self, now: float) -> None:
        for key, series in list(self._series.items()):
            while series and now - series[0].moment > SECONDS_KEPT:
                series.popleft()
            if not series:
                del self._series[key]
        for key in [key for key in self._machines if ("machine", key) not in self._series]:
            del self._machines[key]

    def _read_machine(
        self, key: tuple[int, float] | None, worker: psutil.Process | None, now: float
    ) -> MachineSample:
        if key not in self._machines:
            self._machines[key] = _Machine(worker)
        return self._machines[key].sample(now)


class _Machine:
    """What must be remembered from sample to sample: CPU time is told as a sum since the start."""

    def __init__(self, worker: psutil.Process | None) -> None:
        self._worker = worker
        self._family: list[psutil.Process] = []
        self._family_known = -_CHILDREN_SECONDS
        self._before: tuple[float, float, float, dict[int, float]] | None = None

    def sample(self, now: float) -> MachineSample:
        times = psutil.cpu_times()
        # Time of guests is counted within the user's already; waiting for the disk is not computing.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        idle = times.idle + getattr(times, "iowait", 0.0)
        memory = psutil.virtual_memory()
        spent, occupied = self._look_at_family(now)
        before, self._before = self._before, (now, total, idle, spent)
        cpu = cores = None
        if before is not None and now > before[0]:
            passed = total - before[1]
            cpu = min(1.0, max(0.0, 1 - (idle - before[2]) / passed)) if passed > 0 else None
            # A child that ended in between takes its time with it: only those seen both times count.
            busy = sum(seconds - before[3][pid] for pid, seconds in spent.items() if pid in before[3])
            cores = max(0.0, busy / (now - before[0])) if spent else None
        return MachineSample(
            moment=now,
            cpu=cpu,
            cores=psutil.cpu_count() or 1,
            memory_used=memory.total - memory.available,
            memory_total=memory.total,
            worker_cores=cores,
            worker_memory=occupied or None,
        )

    def _look_at_family(self, now: float) -> tuple[dict[int, float], int]:
        if self._worker is None:
            return {}, 0
        if now - self._family_known >= _CHILDREN_SECONDS:  # Finding children means asking all processes.
            self._family_known = now
            try:
                self._family = [self._worker, *self._worker.children(recursive=True)]
            except psutil.Error:
                self._family = []
        spent, occupied = {}, 0
        for process in self._family:
            try:
                times = process.cpu_times()
                spent[process.pid] = times.user + times.system
                occupied += process.memory_info().rss
            except psutil.Error:
                continue
        return spent, occupied


def _read_gpu(uuid: str, now: float) -> GpuSample | None:
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()  # only its first call takes time
        handle = pynvml.nvmlDeviceGetHandleByUUID(uuid)
    except pynvml.NVMLError:
        return None

    def ask(question: str, *arguments: Any) -> Any:
        try:
            return getattr(pynvml, question)(*arguments)
        except pynvml.NVMLError:
            return None

    # A part of a GPU knows its memory; temperature and power are those of the board that it lies on.
    board = (
        uuid.startswith("MIG-") and ask("nvmlDeviceGetDeviceHandleFromMigDeviceHandle", handle)
    ) or handle
    rates = ask("nvmlDeviceGetUtilizationRates", handle)
    memory = ask("nvmlDeviceGetMemoryInfo", handle)
    power = ask("nvmlDeviceGetPowerUsage", board)
    limit = ask("nvmlDeviceGetEnforcedPowerLimit", board)
    return GpuSample(
        moment=now,
        utilisation=None if rates is None else rates.gpu / 100,
        memory_used=None if memory is None else int(memory.used),
        memory_total=None if memory is None else int(memory.total),
        temperature=ask("nvmlDeviceGetTemperature", board, pynvml.NVML_TEMPERATURE_GPU),
        power=None if power is None else power / 1000,
        power_limit=None if limit is None else limit / 1000,
    )
