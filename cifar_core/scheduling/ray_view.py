"""What was last heard of a Ray cluster: asked rarely, and more rarely while it does not answer."""

import time
from collections.abc import Callable
from pathlib import Path

from cifar_core.errors import ClusterError
from cifar_core.scheduling.cluster_note import ClusterNote
from cifar_core.scheduling.ray_api import RayApi, RayJobInfo, RayNode

LOOK_SECONDS = 1.0
NODES_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 10.0
_SHARE = 0.05
"""Time spent on asking, at most: the list of jobs grows with all that the cluster has ever done."""
USUAL_CPUS = 4
"""CPUs for a run, where nothing else is said and a node has as many."""


class RayView:
    """Jobs and nodes of a cluster, as of a moment ago.

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
    jobs : dict
        All jobs by submission id.
    nodes : tuple of RayNode
        Machines that are alive.
    asked : float
        Monotonic time before the jobs were asked for: one submitted later cannot be among them.
    """

    def __init__(self, api: RayApi, runs_dir: Path, cpus: int | None, report: Callable[[str], None]) -> None:
        self.jobs: dict[str, RayJobInfo] = {}
        self.nodes: tuple[RayNode, ...] = ()
        self.asked = float("-inf")
        self._api = api
        self._runs_dir = runs_dir
        self._cpus = cpus
        self._report = report
        self._next_look = self._next_nodes = float("-inf")
        self._failures = 0
        self._problem: ClusterError | None = None
        self._lacks = ""
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

    def places(self, kind: str) -> int:
        """Return how many runs can be trained at a time, on a ``"gpu"`` each or on the ``"cpu"``."""
        if kind == "gpu":
            return self.gpus
        return sum(node.cpus // self.cpus_per_run for node in self.nodes)

    def refresh(self) -> None:
        """Ask the cluster, if it is time to.

        Raises
        ------
        ClusterError
            It did not answer, just now or a moment ago.
        """
        before = time.monotonic()
        if before >= self._next_look:
            self._look(before)
        if self._problem is not None:
            raise ClusterError(str(self._problem))

    def learn(self, submission_id: str, info: RayJobInfo | None) -> None:
        """Take over what was heard of one job in between."""
        if info is None:
            self.jobs.pop(submission_id, None)
        else:
            self.jobs[submission_id] = info

    def knows_hardware(self, kind: str, hardware: str) -> None:
        """Take over what a worker found on a ``"gpu"`` or on the ``"cpu"``; told at the next look."""
        self._hardware[kind] = hardware

    def lacks(self, kind: str) -> None:
        """Note that a run waits for something that no node has."""
        self._lacks = kind
        self._tell(self._lack_sentence())

    def _lack_sentence(self) -> str | None:
        if not self._lacks or self.places(self._lacks):
            return None
        what = "a GPU" if self._lacks == "gpu" else f"{self.cpus_per_run} CPUs"
        return (
            f"Runs wait for {what}, but none of the {len(self.nodes)} nodes of the Ray cluster at "
            f"{self._api.address} has so much. Add a node, or ask for less."
        )

    def _tell(self, problem: str | None) -> None:
        kind = "gpu" if self.gpus else "cpu"
        note = ClusterNote(
            address=self._api.address,
            problem=problem,
            nodes=len(self.nodes),
            gpus=self.gpus,
            cpus=sum(node.cpus for node in self.nodes),
            places=self.places(kind),
            hardware=dict(self._hardware),
        )
        if note == self._note:
            return
        self._note = note
        self._report(
            problem
            or f"Ray at {note.address}: {note.nodes} nodes, {note.gpus} GPUs, {note.cpus} CPUs, {note.places} places"
        )
        note.write(self._runs_dir)

    def _look(self, before: float) -> None:
        try:
            jobs = self._api.jobs()
            if before >= self._next_nodes:
                self.nodes = self._api.nodes()
                self._next_nodes = before + NODES_SECONDS
        except ClusterError as problem:
            self._failures += 1
            self._problem = problem
            self._next_look = time.monotonic() + min(LONGEST_PAUSE_SECONDS, 2.0**self._failures)
            self._tell(str(problem))
            return
        self.jobs, self.asked = jobs, before
        took = time.monotonic() - before
        self._next_look = before + max(LOOK_SECONDS, took / _SHARE)
        self._failures, self._problem = 0, None
        self._tell(self._lack_sentence())
