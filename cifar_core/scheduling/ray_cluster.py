"""What was last heard of a Ray cluster: asked rarely, and more rarely while it does not answer."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cifar_core.errors import ClusterError
from cifar_core.scheduling.cluster_note import ClusterNote
from cifar_core.scheduling.ray_api import RayApi, RayJobInfo, RayNode
from cifar_core.words.counts import counted

JOB_SECONDS = 1.0
NODES_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 10.0
_SHARE = 0.25
"""Share of the time that asking for jobs may take, when there are many to ask for."""
_FORGET_SECONDS = 60.0
USUAL_CPUS = 4
"""CPUs for a run, where nothing else is said and a node has as many."""


class RayCluster:
    """Nodes of a cluster and single jobs, as of a moment ago.

    The list of all jobs is never asked for: it holds what the cluster has ever done, and grows without limit.

    Parameters
    ----------
    api : RayApi
        Asks the head node.
    runs_dir : Path
        Receives the note for the pages.
    cpus : int or None
        CPUs for each run that gets no GPU.
    report : callable
        Receives a line for the supervisor's log.

    Attributes
    ----------
    nodes : tuple of RayNode
        Machines that were alive when last asked.
    """

    def __init__(self, api: RayApi, runs_dir: Path, cpus: int | None, report: Callable[[str], None]) -> None:
        self.nodes: tuple[RayNode, ...] = ()
        self._api = api
        self._runs_dir = runs_dir
        self._cpus = cpus
        self._report = report
        # What was heard of each job, and when it was asked for.
        self._jobs: dict[str, tuple[float, RayJobInfo | None]] = {}
        self._took = 0.0
        self._next_nodes = self._next_try = float("-inf")
        self._failures = 0
        self._problem = ""
        self._lacks = self._line = ""
        self._note = ClusterNote.read(runs_dir)
        self._hardware = dict(self._note.hardware) if self._note else {}

    @property
    def gpus(self) -> int:
        """GPUs of all nodes."""
        return sum(node.gpus for node in self.nodes)

    @property
    def cpus_per_run(self) -> int:
        """CPUs that a run without GPU gets."""
        return self._cpus or min(USUAL_CPUS, max((node.cpus for node in self.nodes), default=1)) or 1

    def slots(self, kind: str) -> int:
        """Return how many runs can be trained at a time, on a ``"gpu"`` each or on the ``"cpu"``."""
        if kind == "gpu":
            return self.gpus
        return sum(node.cpus // self.cpus_per_run for node in self.nodes)

    def refresh(self) -> None:
        """Ask which nodes are alive, if it is time to.

        Raises
        ------
        ClusterError
            The cluster did not answer, just now or a moment ago.
        """
        if self._problem or time.monotonic() >= self._next_nodes:
            self.nodes = self._ask(self._api.nodes)
            self._next_nodes = time.monotonic() + NODES_SECONDS
            self._tell(self._lack_sentence())

    def job(self, submission_id: str) -> RayJobInfo | None:
        """Return what Ray says of a job, at most some seconds old; ``None`` where it does not know it.

        Raises
        ------
        ClusterError
            The cluster did not answer, just now or a moment ago.
        """
        known = self._jobs.get(submission_id)
        longest = max(JOB_SECONDS, len(self._jobs) * self._took / _SHARE)
        if known is not None and time.monotonic() - known[0] < longest:
            return known[1]
        return self.job_now(submission_id)

    def job_now(self, submission_id: str) -> RayJobInfo | None:
        """Ask for a job, however little time has passed; raises like :meth:`job`."""
        before = time.monotonic()
        info: RayJobInfo | None = self._ask(lambda: self._api.job(submission_id))
        self._took = time.monotonic() - before
        self._jobs = {id_: known for id_, known in self._jobs.items() if before - known[0] < _FORGET_SECONDS}
        self._jobs[submission_id] = (before, info)
        return info

    def knows_hardware(self, kind: str, hardware: str) -> None:
        """Take over what a worker found on a ``"gpu"`` or on the ``"cpu"``; told at the next look.

        Parameters
        ----------
        kind : {"gpu", "cpu"}
            On what the worker computes.
        hardware : str
            Its name, as :attr:`cifar_core.hardware.devices.Device.hardware`.
        """
        self._hardware[kind] = hardware

    def lacks(self, kind: str) -> None:
        """Note that a run waits for something that no node has."""
        self._lacks = kind
        self._tell(self._lack_sentence())

    def _ask(self, question: Callable[[], Any]) -> Any:
        if time.monotonic() < self._next_try:
            raise ClusterError(self._problem)
        try:
            answer = question()
        except ClusterError as problem:
            self._failures += 1
            self._problem = str(problem)
            self._next_try = time.monotonic() + min(LONGEST_PAUSE_SECONDS, 2.0**self._failures)
            self._tell(self._problem)
            raise
        self._failures, self._problem = 0, ""
        return answer

    def _lack_sentence(self) -> str | None:
        if not self._lacks or self.slots(self._lacks):
            return None
        what = "a GPU" if self._lacks == "gpu" else f"{counted(self.cpus_per_run, 'CPU')}"
        return (
            f"Runs wait for {what}, but none of the {len(self.nodes)} nodes of the Ray cluster at "
            f"{self._api.address} has so much. Add a node, or ask for less."
        )

    def _tell(self, problem: str | None) -> None:
        """Write the note for the pages, and a line into the log, where something has changed."""
        kind = "gpu" if self.gpus else "cpu"
        note = ClusterNote(
            address=self._api.address,
            problem=problem,
            nodes=len(self.nodes),
            gpus=self.gpus,
            cpus=sum(node.cpus for node in self.nodes),
            slots=self.slots(kind),
            hardware=dict(self._hardware),
        )
        if note == self._note:
            return
        self._note = note
        has = ", ".join(
            counted(number, noun)
            for number, noun in (
                (note.nodes, "node"), (note.gpus, "GPU"), (note.cpus, "CPU"), (note.slots, "slot")
            )
        )  # fmt: skip
        line = problem or f"Ray at {note.address}: {has}"
        if line != self._line:
            self._report(line)
        self._line = line
        note.write(self._runs_dir)
