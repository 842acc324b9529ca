"""Workers as processes of this machine: each device, a GPU or the CPU, is given to one run at a time."""

import contextlib
import subprocess
import sys
from collections.abc import Collection, Sequence

import psutil

from cifar_core.errors import RunError
from cifar_core.hardware.child_environment import child_environment
from cifar_core.hardware.devices import DEVICE_VARIABLE, Device, list_devices
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import write_first_heartbeat
from cifar_core.runs.locks import is_claimed
from cifar_core.runs.processes import find_command, find_worker, is_alive, is_elsewhere, kill_with_children
from cifar_core.runs.run import Run
from cifar_core.scheduling.executor import Ending, Job
from cifar_core.scheduling.exits import describe_exit
from cifar_core.scheduling.lasting import LastingWorker
from cifar_core.scheduling.standby import Standby
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import this_system
from cifar_core.system.files import open_to_append
from cifar_core.system.refusals import refused

WORKER_COMMAND = (sys.executable, "-m", "cifar_core.training.worker")


class LocalJob:
    """A run in a process on one device; the process ends with it, or trains others afterwards.

    Parameters
    ----------
    device : str
        Its id.
    process : psutil.Process
        That trains the run.
    child : subprocess.Popen, optional
        The same, if this very supervisor started it; then its exit code can be known.
    worker : LastingWorker, optional
        The same, where it may go on with another run: this one is its newest.
    """

    def __init__(
        self,
        device: str,
        process: psutil.Process,
        child: subprocess.Popen[bytes] | None = None,
        worker: LastingWorker | None = None,
    ) -> None:
        self.device = device
        self.process = process
        self.child = child
        self._worker = worker
        self._turn = worker.turns if worker else 0

    @property
    def where(self) -> str:
        """Process and device."""
        return f"process {self.process.pid} on {self.device}"

    def alive(self) -> bool:
        """Whether the run is still trained, as far as the process tells."""
        if self._worker is not None:
            return not self._worker.is_over(self._turn)
        return self.child.poll() is None if self.child else is_alive(self.process)

    def kill(self) -> None:
        """Kill it with all it started."""
        kill_with_children(self.process.pid)
        try:
            self.child.wait(1.0) if self.child else self.process.wait(1.0)
        except (subprocess.TimeoutExpired, psutil.Error):
            return  # the supervisor's next round looks again

    def ending(self) -> Ending:
        """Say how the process ended, as far as its exit code tells."""
        return Ending(describe_exit(self.child.returncode if self.child else None))


class LocalExecutor:
    """Gives each device of this machine to one run at a time.

    Parameters
    ----------
    worker_command : sequence of str
        Starts a worker; the run's folder is appended.
    devices : sequence of Device, optional
        What there is to train on; those of this machine unless given. The first one is what “automatic” means.
    standby : Standby, optional
        Whose worker is given a run, where one waits or many runs are to come; the supervisor tends it.
    """

    def __init__(
        self,
        worker_command: Sequence[str] = WORKER_COMMAND,
        devices: Sequence[Device] | None = None,
        *,
        standby: Standby | None = None,
    ) -> None:
        self._command = tuple(worker_command)
        self._devices = {device.id: device for device in devices or list_devices()}
        self._standby = standby

    def find(self, run: Run) -> LocalJob | None:
        """Return the process that writes the run's heartbeat, if it is alive and of this machine."""
        process = find_worker(run.heartbeat)
        if process is None:
            return None
        device = _device_of(process) or self._wanted_device(run, ())
        return LocalJob(device, process)

    def lost(self, run: Run) -> Ending | None:
        """Tell that the worker is gone; one on another machine is only given up when it is not heard from."""
        if run.heartbeat is not None and is_elsewhere(run.heartbeat):
            if run.status != "stalled":
                return None
            return Ending(
                f"The machine “{run.heartbeat.host}”, which trained the run, is not heard from any more. "
                "Resume the run to go on here after its last checkpoint."
            )
        return Ending(describe_exit(None))

    def start(self, run: Run, jobs: Collection[Job]) -> LocalJob | None:
        """Start the worker's process if the device the run is for is free.

        Parameters
        ----------
        run : Run
            A run that waits; its worker writes into ``worker.log``.
        jobs : collection of Job
            Workers that the supervisor watches: each :class:`LocalJob` among them has its device to itself.

        Returns
        -------
        LocalJob or None
            ``None`` while the device is taken, or the worker of an earlier attempt still ends.

        Raises
        ------
        RunError
            This machine has no such device, or the process could not be started.
        """
        taken = {job.device for job in jobs if isinstance(job, LocalJob)}
        name = self._wanted_device(run, taken)
        if name not in self._devices:
            there = ", ".join(self._devices)
            raise RunError(f"This machine has no device “{name}”. Choose one of: {there}.")
        if name in taken:
            return None
        command = [*self._command, str(run.paths.folder)]
        running = find_command(command)
        if running is not None:
            # Either a supervisor was killed right after starting this worker and has left no word of it; or it is the
            # worker of an earlier attempt that has let go of the run and just ends.
            return LocalJob(_device_of(running) or name, running) if is_claimed(run.paths) else None
        if is_claimed(run.paths):
            return None  # by a worker that waited for it, whose supervisor was killed; its heartbeat tells in a moment
        worker = self._hand_over(run, name)
        child = worker.child if worker else self._start_anew(command, run, name)
        process = psutil.Process(child.pid)
        with contextlib.suppress(OSError):  # Where the disk is full, the worker ends by itself and says so.
            write_first_heartbeat(run.paths.heartbeat, process)
        return LocalJob(name, process, child, worker)

    def _hand_over(self, run: Run, name: str) -> LastingWorker | None:
        if self._standby is None or run.record is None:
            return None
        many = run.record.group is not None
        return self._standby.hand_over(run.paths.folder, name, owner=run.record.owner, others_follow=many)

    def _start_anew(self, command: Sequence[str], run: Run, name: str) -> subprocess.Popen[bytes]:
        environment = child_environment(device=self._devices[name], PYTHONUNBUFFERED="1")
        try:
            with open_to_append(run.paths.log) as log:
                return this_system().start_detached(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=PROJECT_ROOT,
                    env=environment,
                )
        except OSError as error:
            raise RunError(f"The training process could not be started {refused(error)}") from None

    def _wanted_device(self, run: Run, taken: Collection[str]) -> str:
        """Return the id of the device a run is for; for “automatic” a free one of the best kind, if there is one."""
        config = run.record.config if run.record else None
        if isinstance(config, TrainingConfig) and config.device != "auto":
            return config.device
        best = [name for name in self._devices if name.startswith("gpu")] or list(self._devices)
        return next((name for name in best if name not in taken), best[0])


def _device_of(process: psutil.Process) -> str | None:
    """Return the device a worker was given by whoever started it."""
    try:
        return process.environ().get(DEVICE_VARIABLE)
    except psutil.Error:
        return None
