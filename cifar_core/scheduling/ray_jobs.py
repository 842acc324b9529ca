"""Workers as jobs of a Ray cluster: each run gets a GPU, or some CPUs, on one of its machines.

The machines share the runs folder under the same path. Everything about a run is told through its folder, exactly as
on one machine: Ray starts the worker, says whether it is alive, and ends one that does not listen.
"""

import hashlib
import shlex
import time
from collections.abc import Callable, Collection
from pathlib import Path

import psutil

from cifar_core.errors import ClusterError, RunError
from cifar_core.hardware.child_environment import child_environment
from cifar_core.hardware.devices import DEVICE_VARIABLE, Device
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import PROMISE_SECONDS, Heartbeat
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.locks import CLAIM_VARIABLE
from cifar_core.runs.processes import find_worker
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run, read_run
from cifar_core.scheduling.executor import Ending, Job
from cifar_core.scheduling.exits import describe_exit
from cifar_core.scheduling.local import LocalJob
from cifar_core.scheduling.ray_api import RayApi, RayJobInfo
from cifar_core.scheduling.ray_cluster import RayCluster
from cifar_core.settings import RaySettings

WORKER_MODULE = "cifar_core.training.worker"
PENDING_SECONDS = 10.0
"""A job that has waited in Ray for so long shows that others use the cluster: no further one is handed over."""
CLAIM_SECONDS = 120
"""How long a worker waits for the lock of one whose machine died: an NFS server frees it after a minute and a half."""
LISTEN_SECONDS = 1.0
FRESH_SECONDS = 3.0
"""A worker whose heartbeat has changed so recently is alive, whatever Ray would say."""
RECORD_SECONDS = 10.0
"""How long a worker's last word may take through the shared folder, once its process has ended."""

_NO_FOLDER, _NO_PROJECT, _NO_PYTHON = 81, 82, (126, 127)
_CPU = Device("cpu", "some CPUs of a node")
_PASSED_ON = ("CIFAR_LAB_DATA", "CIFAR_LAB_CACHE", "KERAS_HOME", "KERAS_BACKEND")
# These errors come of how the project is installed; with any other the machine was lost or could not take the job.
_OUR_FAULT = ("RUNTIME_ENV_SETUP_FAILURE", "JOB_ENTRYPOINT_COMMAND_START_ERROR")


class RayJob:
    """One attempt at one run, as a job of the cluster.

    Parameters
    ----------
    run : Run
        Which run; its attempts so far tell which one this is.
    cluster, api : RayCluster, RayApi
        The cluster.
    settings : RaySettings
        For the sentences on what a node lacks.
    kind : str
        ``"gpu"`` or ``"cpu"``.
    """

    def __init__(self, run: Run, cluster: RayCluster, api: RayApi, settings: RaySettings, kind: str) -> None:
        self.kind = kind
        self.id = submission_id(run)
        self._attempt = run.earlier_attempts
        self._run = run
        self._paths = run.paths
        self._info: RayJobInfo | None = None
        self._cluster = cluster
        self._api = api
        self._settings = settings
        self._since = time.monotonic()
        self._kill_asked = float("-inf")
        self._beat: Heartbeat | None = None
        self._heard = self._listened = float("-inf")
        self._over_since: float | None = None

    @property
    def where(self) -> str:
        """Job and what it gets."""
        return f"Ray job {self.id} on {'a GPU' if self.kind == 'gpu' else 'CPUs'}"

    def waits(self) -> bool:
        """Tell whether it has waited in Ray for longer than starting it takes; raises like :meth:`RayCluster.job`."""
        if self._beat is not None or time.monotonic() - self._since < PENDING_SECONDS:
            return False
        info = self._cluster.job(self.id)
        return info is not None and info.status == "PENDING"

    def alive(self) -> bool:
        """Whether it runs or waits to, as far as can be told: in doubt it does."""
        self._listen()
        active = self._run.active
        if active and self._silent_for() < FRESH_SECONDS and self._kill_asked == float("-inf"):
            return True  # a fresh heartbeat: Ray need not be asked
        heard = self._silent_for() < PROMISE_SECONDS
        try:
            self._cluster.refresh()
            info = self._info = self._cluster.job(self.id)
        except ClusterError:
            return heard or active
        if info is None:
            # The head node was started anew, and nodes end what they did for the old one.
            return heard
        if not info.over:
            self._over_since = None
            return True
        if info.status == "STOPPED":
            return False
        if info.driver_exit_code is None:
            return heard  # Ray lost the machine, but as long as the worker's heartbeat comes it is trained
        if self._run.record and self._run.record.environment:
            self._cluster.knows_hardware(self.kind, self._run.record.environment.hardware)
        if active and info.driver_exit_code in (0, 1):
            self._over_since = self._over_since or time.monotonic()
            return time.monotonic() - self._over_since < RECORD_SECONDS
        return False

    def kill(self) -> None:
        """Let Ray end it; the worker gets no time to say good-bye (:class:`RayExecutor`)."""
        if time.monotonic() - self._kill_asked < 1.0:
            return
        self._cluster.refresh()
        self._kill_asked = time.monotonic()
        self._api.stop(self.id)
        while time.monotonic() - self._kill_asked < 1.0:
            info = self._cluster.job_now(self.id)
            if info is None or info.status != "RUNNING":
                return
            time.sleep(0.05)

    def ending(self) -> Ending | None:
        """Say how it ended; ``None`` where the run has been queued anew since, and this attempt is history."""
        try:
            if len(RunRecord.read(self._paths.record).attempts) != self._attempt:
                return None
        except RunError:
            return None
        info = self._info
        if info is None:
            return Ending(
                "The Ray cluster was started anew and knows nothing of the run any more.", retry=True
            )
        if info.driver_exit_code is not None:
            return Ending(self._explain_exit(info.driver_exit_code))
        reason = _first_line(info)
        if info.status == "STOPPED":
            return Ending(
                "Somebody stopped the job in Ray. Resume the run to go on after its last checkpoint."
            )
        if info.error_type in _OUR_FAULT:
            return Ending(f"Ray could not start the training process ({reason}).")
        return Ending(f"The cluster lost the machine that trained the run ({reason}).", retry=True)

    def _explain_exit(self, code: int) -> str:
        if code == _NO_FOLDER:
            return (
                f"A node of the cluster does not see the folder {self._paths.folder}, or may not write there. Let all "
                "nodes mount the runs folder under the same path."
            )
        if code == _NO_PROJECT:
            return (
                f"A node of the cluster has no folder {self._settings.project}. Put the project there, or name its "
                "place on the nodes in CIFAR_LAB_RAY_PROJECT."
            )
        if code in _NO_PYTHON:
            return (
                f"A node of the cluster cannot run {self._settings.python}. Install Python and requirements.txt there, "
                "or name its Python in CIFAR_LAB_RAY_PYTHON."
            )
        return describe_exit(code)

    def _listen(self) -> None:
        """Look into the folder: a heartbeat that has changed counts by our own clock alone, not by the node's."""
        now = time.monotonic()
        if now - self._listened < LISTEN_SECONDS:
            return
        self._listened = now
        self._run = read_run(self._paths.folder, shipped=False)
        beat = self._run.heartbeat
        if beat is not None and beat != self._beat:
            self._heard = now
        self._beat = beat

    def _silent_for(self) -> float:
        return time.monotonic() - self._heard if self._beat is not None else float("inf")


class RayExecutor:
    """Hands as many runs to a Ray cluster as it has room for.

    No more than that, so that order and priorities keep their meaning: what waits, waits in the runs folder.

    Parameters
    ----------
    settings : RaySettings
        Which cluster, and what it has where.
    runs_dir : Path
        Folder of the runs, shared by all nodes under the same path.
    api : RayApi, optional
        Asks the cluster; made from the settings' address if not given.
    report : callable, optional
        Receives lines for the supervisor's log.
    """

    def __init__(
        self,
        settings: RaySettings,
        runs_dir: Path,
        *,
        api: RayApi | None = None,
        report: Callable[[str], None] = print,
    ) -> None:
        self._settings = settings
        self._api = api or RayApi(settings.address)
        self._cluster = RayCluster(self._api, runs_dir, settings.cpus, report)

    def find(self, run: Run) -> Job | None:
        """Return the job of a run under way, also one that Ray has forgotten: it is watched until it falls silent.

        A run that is trained on this machine, in the foreground for example, is left to its process.
        """
        process = find_worker(run.heartbeat)
        if process is not None and not _is_of_ray(process):
            return LocalJob("cpu", process)
        try:
            return self._job(run, self._cluster.job(submission_id(run)))
        except ClusterError:
            return self._job(run)

    def lost(self, run: Run) -> Ending | None:
        """Never asked: :meth:`find` returns a job for every run, and that job knows how it ended."""
        return None

    def start(self, run: Run, jobs: Collection[Job]) -> RayJob | None:
        """Hand a run to Ray if there is room for it.

        Parameters
        ----------
        run : Run
            A run that waits.
        jobs : collection of Job
            Workers that the supervisor watches: each :class:`RayJob` among them takes one slot of its kind.

        Returns
        -------
        RayJob or None
            ``None`` while the cluster has no free slot for it.

        Raises
        ------
        ClusterError
            The cluster does not answer; the run waits.
        """
        self._cluster.refresh()
        job = self._job(run)
        ours = [other for other in jobs if isinstance(other, RayJob) and other.kind == job.kind]
        slots = self._cluster.slots(job.kind)
        ahead = self._settings.ahead
        if not slots and not ahead:
            self._cluster.lacks(job.kind)
        if len(ours) >= slots + ahead or (not ahead and any(other.waits() for other in ours)):
            return None
        gpu = job.kind == "gpu"
        cpus = self._cluster.cpus_per_run
        self._api.submit(
            job.id,
            self._command(run.paths),
            gpus=int(gpu),
            cpus=0 if gpu else cpus,
            environment=self._environment(job.kind, cpus),
            metadata={"run": str(run.paths.folder), "kind": job.kind},
        )
        return job

    def _job(self, run: Run, info: RayJobInfo | None = None) -> RayJob:
        kind = (info.metadata or {}).get("kind") if info else None
        return RayJob(run, self._cluster, self._api, self._settings, kind or self._wanted_kind(run))

    def _wanted_kind(self, run: Run) -> str:
        config = run.record.config if run.record else None
        if isinstance(config, TrainingConfig) and config.device != "auto":
            return "cpu" if config.device == "cpu" else "gpu"
        return "gpu" if self._cluster.gpus else "cpu"

    def _command(self, paths: RunPaths) -> str:
        """Return what a node's shell runs; the worker replaces the shell, so that its exit status is Ray's."""
        folder, log = shlex.quote(str(paths.folder)), shlex.quote(str(paths.log))
        project, python = shlex.quote(str(self._settings.project)), shlex.quote(self._settings.python)
        return (
            f"test -w {folder} || exit {_NO_FOLDER}; exec >>{log} 2>&1; cd {project} || exit {_NO_PROJECT}; "
            f"exec {python} -m {WORKER_MODULE} {folder}"
        )

    def _environment(self, kind: str, cpus: int) -> dict[str, str]:
        variables = {
            "PYTHONUNBUFFERED": "1",
            "RAY_JOB_STOP_WAIT_TIME_S": "0",  # A worker is only ended in this way when it did not listen.
            CLAIM_VARIABLE: str(CLAIM_SECONDS),
        }
        if kind == "cpu":
            return child_environment(only=_PASSED_ON, device=_CPU, threads=cpus) | variables
        # Ray shows the worker its GPU by number, in the order in which the driver counts.
        variables |= {DEVICE_VARIABLE: "gpu:0", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
        return child_environment(only=_PASSED_ON) | variables


def submission_id(run: Run) -> str:
    """Name one attempt at one run in one folder: a new supervisor finds its job again, nobody else's."""
    folder = hashlib.sha256(str(run.paths.folder).encode()).hexdigest()[:6]
    return f"{run.id}-{folder}-{run.earlier_attempts}"


def _is_of_ray(process: psutil.Process) -> bool:
    try:
        return CLAIM_VARIABLE in process.environ()
    except psutil.Error:
        return False


def _first_line(info: RayJobInfo) -> str:
    words = (info.message or info.error_type or "no reason given").strip()
    # Ray's message is long; one sentence of it says what happened to the machine.
    for line in words.splitlines():
        if "node" in line and "died" in line:
            return line.strip().rstrip(".").split(". Node Id")[0]
    return words.splitlines()[0][:200].rstrip(".")
