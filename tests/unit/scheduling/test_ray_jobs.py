"""Runs as Ray jobs, with a cluster of the imagination: what is handed over when, and what every ending means."""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cifar_core.errors import ClusterError
from cifar_core.hardware.devices import Device, describe_cpu
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.record import RecordedStatus
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import ray_cluster, ray_jobs
from cifar_core.scheduling.cluster_note import ClusterNote
from cifar_core.scheduling.ray_api import RayApi, RayJobInfo, RayNode
from cifar_core.scheduling.ray_cluster import RayCluster
from cifar_core.scheduling.ray_jobs import RayExecutor, submission_id
from cifar_core.scheduling.slots import cluster_problem, training_devices, training_slots
from cifar_core.scheduling.supervisor import Supervisor
from cifar_core.settings import RaySettings, Settings
from cifar_core.system.files import write_atomically
from tests.clock import replace_clock
from tests.fake_runs import environment

SETTINGS = RaySettings("http://head:8265", cpus=2, python="/opt/python 3", project=Path("/srv/lab"))
SMALL = RayNode(node_ip="10.0.0.1", is_head_node=True, resources_total={"CPU": 5})
GPUS = RayNode(node_ip="10.0.0.2", resources_total={"CPU": 2, "GPU": 2})


class FakeApi(RayApi):
    """A cluster that does what the test says."""

    def __init__(self, *nodes: RayNode) -> None:
        super().__init__(SETTINGS.address)
        self.machines = nodes
        self.known: dict[str, RayJobInfo] = {}
        self.commands: dict[str, str] = {}
        self.environments: dict[str, Mapping[str, str]] = {}
        self.needs: dict[str, tuple[int, int]] = {}
        self.stopped: list[str] = []
        self.down = False
        self.asked = 0

    def _look(self) -> None:
        self.asked += 1
        if self.down:
            raise ClusterError("The Ray cluster does not answer.")

    def job(self, submission_id: str) -> RayJobInfo | None:
        self._look()
        return self.known.get(submission_id)

    def nodes(self) -> tuple[RayNode, ...]:
        self._look()
        return self.machines

    def submit(
        self,
        submission_id: str,
        command: str,
        *,
        gpus: int = 0,
        cpus: int = 0,
        environment: Mapping[str, str],
        metadata: Mapping[str, str],
    ) -> None:
        self._look()
        if submission_id in self.known:
            return
        self.commands[submission_id] = command
        self.environments[submission_id] = environment
        self.needs[submission_id] = (gpus, cpus)
        self.set(submission_id, "RUNNING", metadata=dict(metadata))

    def stop(self, submission_id: str) -> None:
        self._look()
        self.stopped.append(submission_id)
        self.set(submission_id, "STOPPED")

    def set(self, submission_id: str, status: str, **more: object) -> None:
        self.known[submission_id] = RayJobInfo.model_validate({"status": status, **more})


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask as often as one likes, and take silence for death at once."""
    monkeypatch.setattr(ray_cluster, "JOB_SECONDS", 0.0)
    monkeypatch.setattr(ray_cluster, "NODES_SECONDS", 0.0)
    monkeypatch.setattr(ray_cluster, "LONGEST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(ray_cluster, "_SHARE", 1e9)
    monkeypatch.setattr(ray_jobs, "LISTEN_SECONDS", 0.0)
    monkeypatch.setattr(ray_jobs, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(ray_jobs, "PROMISE_SECONDS", 0.0)
    monkeypatch.setattr(ray_jobs, "RECORD_SECONDS", 0.0)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "runs")
    store.runs_dir.mkdir()
    return store


def queue(store: RunStore, name: str = "run", device: str = "auto", priority: int = 0) -> str:
    config = TrainingConfig(name=name, model="cnn-2conv", data="drawn", device=device)
    return store.create(config, priority=priority).id


def supervisor_of(store: RunStore, api: FakeApi, settings: RaySettings = SETTINGS) -> Supervisor:
    return Supervisor(store.runs_dir, RayExecutor(settings, store.runs_dir, api=api))


def job_of(store: RunStore, run_id: str) -> str:
    return submission_id(store.get(run_id))


def begin(store: RunStore, run_id: str, beat: float = 1.0, host: str = "node") -> None:
    """Do what a worker does first."""
    run = store.get(run_id)
    assert run.record is not None
    now = time.time()
    heartbeat = Heartbeat(pid=1, host=host, process_started=beat, written=now, next_due=now + 10)
    write_atomically(run.paths.heartbeat, heartbeat.model_dump_json().encode())
    set_status(run, "running")


def set_status(run: Run, status: RecordedStatus) -> None:
    assert run.record is not None
    run.record.model_copy(update={"status": status, "started": datetime.now(UTC)}).write(run.paths.record)


def error_of(store: RunStore, run_id: str) -> str:
    record = store.get(run_id).record
    assert record is not None
    return record.error or ""


def test_no_more_runs_are_handed_over_than_there_is_room_for(store: RunStore) -> None:
    api = FakeApi(SMALL, SMALL)
    runs = [queue(store) for _ in range(6)]
    supervisor = supervisor_of(store, api)
    supervisor.look()
    # Two CPUs for each run: two slots on each node, and a CPU of each remains.
    assert list(api.commands) == [job_of(store, run_id) for run_id in runs[:4]]
    assert set(api.needs.values()) == {(0, 2)}

    set_status(store.get(runs[1]), "finished")
    api.set(job_of(store, runs[1]), "SUCCEEDED", driver_exit_code=0)
    urgent = queue(store, priority=5)
    supervisor.look()
    assert list(api.commands)[4:] == [job_of(store, urgent)]


def test_a_gpu_for_each_run_where_there_are_any_and_cpus_where_they_are_asked_for(store: RunStore) -> None:
    api = FakeApi(SMALL, GPUS)
    on_gpus = [queue(store) for _ in range(3)]
    on_cpu = [queue(store, device="cpu") for _ in range(4)]
    supervisor_of(store, api).look()
    given = {run_id: api.needs.get(job_of(store, run_id)) for run_id in on_gpus + on_cpu}
    assert [given[run_id] for run_id in on_gpus] == [(1, 0), (1, 0), None]
    assert [given[run_id] for run_id in on_cpu] == [(0, 2), (0, 2), (0, 2), None]
    gpu, cpu = (api.environments[job_of(store, runs[0])] for runs in (on_gpus, on_cpu))
    assert gpu["CIFAR_LAB_DEVICE"] == "gpu:0"
    assert "CUDA_VISIBLE_DEVICES" not in gpu  # Ray sets it.
    assert (cpu["CIFAR_LAB_DEVICE"], cpu["CUDA_VISIBLE_DEVICES"]) == ("cpu", "")
    assert (cpu["TF_NUM_INTRAOP_THREADS"], cpu["OMP_NUM_THREADS"]) == ("2", "2")


def test_the_command_writes_the_log_and_becomes_the_worker(store: RunStore) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor_of(store, api).look()
    folder = store.get(run_id).paths.folder
    assert api.commands[job_of(store, run_id)] == (
        f"test -w {folder} || exit 81; exec >>{folder}/worker.log 2>&1; cd /srv/lab || exit 82; "
        f"exec '/opt/python 3' -m cifar_core.training.worker {folder}"
    )


def test_a_run_for_a_gpu_waits_with_a_sentence_where_there_is_none(store: RunStore) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store, device="gpu:0")
    supervisor = supervisor_of(store, api)
    supervisor.look()
    supervisor.look()
    assert store.get(run_id).status == "queued"
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert "Runs wait for a GPU, but none of the 1 nodes" in (note.problem or "")
    api.machines = (SMALL, GPUS)
    supervisor.look()
    assert list(api.commands) == [job_of(store, run_id)]
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert (note.problem, note.nodes, note.gpus, note.cpus, note.slots) == (None, 2, 2, 7, 2)


def test_a_cluster_that_grows_gets_runs_ahead(store: RunStore) -> None:
    api = FakeApi()
    runs = [queue(store) for _ in range(3)]
    supervisor_of(store, api, RaySettings(SETTINGS.address, cpus=1, ahead=2)).look()
    assert list(api.commands) == [job_of(store, run_id) for run_id in runs[:2]]


def test_nothing_more_is_handed_over_while_others_use_the_cluster(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = FakeApi(SMALL)
    first = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    api.set(job_of(store, first), "PENDING")
    monkeypatch.setattr(ray_jobs, "PENDING_SECONDS", 0.0)
    second = queue(store)
    supervisor.look()
    assert job_of(store, second) not in api.commands
    api.set(job_of(store, first), "RUNNING")
    supervisor.look()
    assert job_of(store, second) in api.commands


def test_a_lost_machine_costs_no_run(store: RunStore) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    supervisor.look()
    first = job_of(store, run_id)
    message = "Job supervisor actor died: …\nThe actor died because its node has died. Node Id: 33\n\tdetails"
    api.set(first, "FAILED", error_type="JOB_SUPERVISOR_ACTOR_DIED", message=message)
    supervisor.look()
    run = store.get(run_id)
    assert run.record is not None
    assert run.status == "queued"
    assert run.record.attempts[0].error == (
        "The cluster lost the machine that trained the run (The actor died because its node has died)."
    )
    supervisor.look()
    second = job_of(store, run_id)
    assert list(api.commands) == [first, second]
    assert first.removesuffix("-0") == second.removesuffix("-1")


def test_a_worker_that_is_still_heard_is_not_given_up(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray may lose sight of a machine that has the shared folder and trains on."""
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    monkeypatch.setattr(ray_jobs, "PROMISE_SECONDS", 60.0)
    supervisor.look()
    for lost in (True, False):
        if lost:
            api.set(job_of(store, run_id), "FAILED", error_type="JOB_SUPERVISOR_ACTOR_DIED")
        else:
            api.known.clear()  # The head node was started anew.
        supervisor.look()
        assert store.get(run_id).status == "running"
    monkeypatch.setattr(ray_jobs, "PROMISE_SECONDS", 0.0)
    supervisor.look()
    assert store.get(run_id).status == "queued"
    record = store.get(run_id).record
    assert record is not None
    assert "was started anew" in (record.attempts[0].error or "")


def test_a_head_that_is_down_changes_nothing(store: RunStore, settings: Settings) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    api.down = True
    waiting = queue(store)
    for _ in range(3):
        supervisor.look()
    successor = supervisor_of(store, api)
    successor.look()
    assert store.get(run_id).status == "running"
    assert store.get(waiting).status == "queued"
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert note.problem == "The Ray cluster does not answer."
    assert cluster_problem(replace(settings, runs_dir=store.runs_dir, ray=SETTINGS)) == note.problem
    assert (
        cluster_problem(replace(settings, runs_dir=store.runs_dir)) is None
    )  # Trained on this machine again.

    set_status(store.get(run_id), "finished")  # Workers need no head node.
    api.down = False
    api.set(job_of(store, run_id), "SUCCEEDED", driver_exit_code=0)
    successor.look()
    assert job_of(store, waiting) in api.commands


def test_a_head_that_is_down_is_asked_ever_more_rarely(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_cluster, "LONGEST_PAUSE_SECONDS", 10.0)
    api = FakeApi(SMALL)
    api.down = True
    queue(store)
    supervisor = supervisor_of(store, api)
    for _ in range(20):
        supervisor.look()
    assert api.asked == 1


def test_ray_is_not_asked_about_a_worker_whose_heart_beats(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_cluster, "NODES_SECONDS", 1e9)
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    monkeypatch.setattr(ray_jobs, "FRESH_SECONDS", 60.0)
    supervisor.look()
    asked = api.asked
    for beat in range(5):
        begin(store, run_id, beat)
        supervisor.look()
    assert api.asked == asked
    set_status(store.get(run_id), "finished")
    supervisor.look()
    assert api.asked > asked


def test_with_many_jobs_each_is_asked_for_more_rarely(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = FakeApi(SMALL)
    cluster = RayCluster(api, store.runs_dir, 1, lambda line: None)
    now = 1000.0
    monkeypatch.setattr(ray_cluster, "_SHARE", 0.25)
    monkeypatch.setattr(ray_cluster, "JOB_SECONDS", 1.0)
    replace_clock(monkeypatch, ray_cluster, monotonic=lambda: now)
    jobs = [f"job-{number}" for number in range(100)]
    for job in jobs:
        cluster.job(job)
    cluster._took = 0.01  # 100 jobs of 10 ms each, at a quarter of the time: every four seconds
    for passed, again in ((1.0, 0), (3.9, 0), (4.1, 100)):
        now = 1000.0 + passed
        before = api.asked
        for job in jobs:
            cluster.job(job)
            cluster._took = 0.01
        assert api.asked - before == again


def test_a_new_supervisor_finds_its_jobs_again(store: RunStore) -> None:
    api = FakeApi(SMALL)
    begun, starting = queue(store), queue(store)
    supervisor_of(store, api).look()
    begin(store, begun)
    third = queue(store)
    successor = supervisor_of(store, api)
    successor.look()
    assert len(api.commands) == 2  # Nothing is handed over twice, and the two slots are taken.
    for run_id in (begun, starting):
        set_status(store.get(run_id), "finished")
        api.set(job_of(store, run_id), "SUCCEEDED", driver_exit_code=0)
    successor.look()
    assert job_of(store, third) in api.commands


def test_a_deaf_worker_is_ended_by_ray(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    supervisor.look()
    store.request_stop(run_id)
    supervisor.look()
    assert not api.stopped
    monkeypatch.setattr("cifar_core.scheduling.watched.STOP_SECONDS", -1.0)
    supervisor.look()
    assert api.stopped == [job_of(store, run_id)]
    assert store.get(run_id).status == "stopped"
    # Ray kills at once: three seconds have nearly passed already.
    assert api.environments[job_of(store, run_id)]["RAY_JOB_STOP_WAIT_TIME_S"] == "0"


def test_a_job_stopped_before_it_began_does_not_end_the_next_attempt(store: RunStore) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    first = job_of(store, run_id)
    api.set(first, "PENDING")
    store.request_stop(run_id)
    store.resume(run_id)
    api.set(first, "STOPPED")
    supervisor.look()
    assert store.get(run_id).status == "queued"
    supervisor.look()
    assert list(api.commands) == [first, job_of(store, run_id)]


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        ({"driver_exit_code": -9}, r"was killed \(signal SIGKILL\)"),
        ({"driver_exit_code": 1}, "exit code 1 before it was done; see the log"),
        ({"driver_exit_code": 28}, "The disk is full"),
        ({"driver_exit_code": 81}, "Let all nodes mount the runs folder under the same path"),
        ({"driver_exit_code": 82}, "name its place on the nodes in CIFAR_LAB_RAY_PROJECT"),
        ({"driver_exit_code": 127}, "cannot run /opt/python 3"),
        ({"error_type": "RUNTIME_ENV_SETUP_FAILURE", "message": "no room"}, "could not start .*no room"),
    ],
)
def test_what_the_worker_did_itself_is_not_tried_again(
    store: RunStore, info: dict[str, object], sentence: str
) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    api.set(job_of(store, run_id), "FAILED", **info)
    supervisor.look()
    assert store.get(run_id).status == "failed"
    assert re.search(sentence, error_of(store, run_id))
    supervisor.look()
    assert len(api.commands) == 1


def test_a_job_that_somebody_stopped_in_ray_is_not_started_again(store: RunStore) -> None:
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    api.set(job_of(store, run_id), "STOPPED")
    supervisor.look()
    assert store.get(run_id).status == "failed"
    assert error_of(store, run_id).startswith("Somebody stopped the job in Ray.")


def test_the_worker_s_last_word_may_take_its_time_through_the_shared_folder(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_jobs, "RECORD_SECONDS", 60.0)
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    begin(store, run_id)
    api.set(job_of(store, run_id), "SUCCEEDED", driver_exit_code=0)
    supervisor.look()
    assert store.get(run_id).status == "running"
    set_status(store.get(run_id), "finished")
    supervisor.look()
    assert store.get(run_id).status == "finished"


def test_a_run_trained_on_this_machine_in_the_foreground_is_left_alone(store: RunStore) -> None:
    api = FakeApi(SMALL)
    own = store.create(TrainingConfig(name="mine", model="cnn-2conv", data="drawn"), foreground=True)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    supervisor.look()
    assert not api.commands
    assert store.get(own.id).status == "queued"


def test_jobs_of_two_folders_have_different_ids(tmp_path: Path) -> None:
    ids = set()
    for name in ("a", "b"):
        config = TrainingConfig(name="run", model="cnn-2conv", data="drawn")
        ids.add(submission_id(RunStore(tmp_path / name).create(config, run_id="same")))
    assert len(ids) == 2
    assert all(one.startswith("same-") and one.endswith("-0") for one in ids)


def test_the_page_offers_what_the_cluster_has(store: RunStore, settings: Settings) -> None:
    settings = replace(settings, runs_dir=store.runs_dir, ray=SETTINGS)
    assert [device.title for device in training_devices(settings)] == [
        "GPU 0: any GPU (Ray cluster at head:8265)",
        "CPU: any processor (Ray cluster at head:8265)",
    ]
    assert training_slots(settings) == 1
    api = FakeApi(SMALL)
    run_id = queue(store)
    supervisor = supervisor_of(store, api)
    supervisor.look()
    record = store.get(run_id).record
    assert record is not None
    changes = {"status": "finished", "environment": environment()}
    record.model_copy(update=changes).write(store.get(run_id).paths.record)
    api.set(job_of(store, run_id), "SUCCEEDED", driver_exit_code=0)
    queue(store)
    supervisor.look()
    supervisor.look()
    # Named as the run names it: then the time of the next one can be estimated.
    assert training_devices(settings) == (
        Device("cpu", "a processor, 2 cores", location="Ray cluster at head:8265"),
    )
    assert training_slots(settings) == 2
    supervisor_of(store, api).look()  # A new one does not forget it.
    assert training_devices(settings)[0].hardware == "a processor, 2 cores"


def test_a_worker_counts_the_cores_it_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    assert describe_cpu().endswith(", 1 core")
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "100000")
    here = describe_cpu()
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS")
    assert describe_cpu() == here
