"""The queue on a real Ray cluster with real, tiny trainings."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cifar_core.commands.main import main
from cifar_core.errors import ClusterError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import checkpoint_files
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.cluster_note import ClusterNote
from cifar_core.scheduling.ray_api import RayApi
from cifar_core.scheduling.supervisor import ensure_supervisor
from tests.cluster.conftest import LocalCluster
from tests.costs import is_little
from tests.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1500)]
RUNS = 8
"""As many as it takes: four that finish before a node dies, two that are trained then, two that wait."""
MORE_RUNS = 20
"""In “make faults”."""
EPOCHS = 4
PATIENCE = 600.0
"""Seconds that trainings may take; two cores with nothing else to do need a fifth."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def store(
    tmp_path: Path, cache: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunStore]:
    """A runs folder whose runs are trained on the cluster."""
    monkeypatch.setenv("CIFAR_LAB_RAY", cluster.address)
    monkeypatch.setenv("CIFAR_LAB_RAY_CPUS", "1")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(cluster.token_file))
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(cache))
    store = RunStore(tmp_path / "runs")
    yield store
    supervisors = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(store.runs_dir) in (process.info["cmdline"] or []) and process.is_running()
    ]
    for process in supervisors:
        process.kill()


def queue(store: RunStore, number: int = 0, epochs: int = EPOCHS) -> str:
    config = TrainingConfig.model_validate(
        {"name": f"run {number}", "model": "cnn-2conv", "data": "drawn:200", "seed": number, "epochs": epochs}
    )
    return store.create(config).id


def supervise(store: RunStore) -> None:
    ensure_supervisor(store.runs_dir, ["--idle-seconds", "3"])


def told(store: RunStore) -> str:
    return (store.runs_dir / ".supervisor.log").read_text()


def test_the_command_line_shows_the_cluster(
    cluster: LocalCluster, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "cluster", "--json", "--runs", str(store.runs_dir)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["address"] == cluster.address
    assert [node["cpus"] for node in shown["nodes"]] == [1, 1]
    assert (shown["gpus"], shown["cpus"], shown["places"]) == (0, 2, 2)
    assert shown["cpus_used"] in (0, None)


def test_a_wrong_token_is_told_as_such(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "wrong")
    with pytest.raises(ClusterError, match="does not accept the token given here"):
        RayApi(cluster.address).nodes()
    monkeypatch.delenv("RAY_AUTH_TOKEN")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(ClusterError, match="asks for a token, and there is none here"):
        RayApi(cluster.address).nodes()


def test_runs_wait_while_the_token_is_wrong(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("RAY_AUTH_TOKEN", "wrong")
        run_id = queue(store)
        supervise(store)
        wait_until(lambda: (note := ClusterNote.read(store.runs_dir)) and note.problem, 60)
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert "does not accept the token" in (note.problem or "")
    assert store.get(run_id).status == "queued"
    assert "does not accept the token" in told(store)


@pytest.mark.thorough
def test_a_run_is_stopped_within_three_seconds_and_resumed(store: RunStore) -> None:
    run_id = queue(store, epochs=500)
    supervise(store)
    wait_until(lambda: len(read_metrics(store.get(run_id).paths.metrics).epochs) >= 2, PATIENCE)
    store.request_stop(run_id)
    asked = time.monotonic()
    wait_until(lambda: store.get(run_id).status == "stopped", 10)
    assert is_little(time.monotonic() - asked, 3.0, time.perf_counter)
    run = store.get(run_id)
    assert run.record is not None
    assert run.record.results is not None
    assert run.record.environment is not None
    assert run.record.environment.device == "cpu"
    log = run.paths.log.read_text()
    assert "stopped on request" in log  # As on this machine, the page finds the worker's words in the folder.
    finished = run.record.results.epochs or 0

    store.resume(run_id)
    supervise(store)
    wait_until(lambda: len(read_metrics(run.paths.metrics).epochs) > finished, PATIENCE)
    resumed = store.get(run_id)
    assert resumed.record is not None
    kept = resumed.record.attempts[0].continued_after
    # Epochs that last no longer than writing a checkpoint have one only now and then.
    assert kept is not None
    assert 1 <= kept <= finished
    assert f"resumed after epoch {kept}" in run.paths.log.read_text()
    store.request_stop(run_id)
    wait_until(lambda: store.get(run_id).status == "stopped", 10)


def test_a_worker_that_has_not_begun_to_listen_is_stopped_through_ray(store: RunStore) -> None:
    run_id = queue(store, epochs=500)
    supervise(store)
    wait_until(lambda: store.get(run_id).heartbeat is not None, PATIENCE)
    assert not read_metrics(store.get(run_id).paths.metrics).epochs
    store.request_stop(run_id)
    asked = time.monotonic()
    wait_until(lambda: not store.get(run_id).active, 10)
    assert is_little(time.monotonic() - asked, 3.0, time.perf_counter)
    assert store.get(run_id).status == "stopped"


def is_under_way_with_a_checkpoint(run: Run) -> bool:
    return run.status == "running" and bool(checkpoint_files(run.paths.checkpoint))


@pytest.mark.thorough
def test_all_runs_survive_the_death_of_a_node(
    cluster: LocalCluster, store: RunStore, request: pytest.FixtureRequest
) -> None:
    count = MORE_RUNS if request.config.getoption("--times") else RUNS
    runs = [queue(store, number) for number in range(count)]
    supervise(store)

    def done() -> int:
        return sum(store.get(run_id).status == "finished" for run_id in runs)

    doomed = cluster.nodes[-1]

    def trained_there() -> list[str]:
        """Runs whose worker is a process of the second node and that have finished an epoch already."""
        folders = doomed.commands()
        return [
            run_id
            for run_id in runs
            if str((run := store.get(run_id)).paths.folder) in folders and is_under_way_with_a_checkpoint(run)
        ]

    wait_until(lambda: done() >= 4 and trained_there(), PATIENCE)
    interrupted = trained_there()
    doomed.kill()
    cluster.add_node()  # As whoever runs a cluster would: another machine in its place.
    wait_until(lambda: done() == count, PATIENCE)

    retried = [run_id for run_id in runs if (record := store.get(run_id).record) and record.attempts]
    assert retried
    assert set(interrupted) & set(retried)
    for run_id in runs:
        run = store.get(run_id)
        assert run.record is not None
        # Each epoch is there once, whoever trained it.
        assert [epoch.epoch for epoch in read_metrics(run.paths.metrics).epochs] == list(range(1, EPOCHS + 1))
        assert run.record.results is not None
        assert run.record.results.test_accuracy is not None
        log = run.paths.log.read_text()
        assert log.count(f"epoch {EPOCHS}/{EPOCHS}") == 1
    kept = [
        attempt.continued_after
        for run_id in retried
        if (record := store.get(run_id).record)
        for attempt in record.attempts
    ]
    assert max(after or 0 for after in kept) >= 1
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert note.problem is None
    print(f"\n{count} runs, {len(retried)} retried, continued after epochs {kept}, lost {count - done()}")
    assert "lost the machine" in told(store)
    assert "Traceback" not in told(store)


@pytest.mark.thorough
def test_runs_go_on_when_the_whole_cluster_was_started_anew(cluster: LocalCluster, store: RunStore) -> None:
    """A power cut, say: the new head has never heard of the job."""
    run_id = queue(store, epochs=30)
    supervise(store)
    wait_until(lambda: is_under_way_with_a_checkpoint(store.get(run_id)), PATIENCE)
    cluster.end()
    wait_until(lambda: (note := ClusterNote.read(store.runs_dir)) and note.problem, 60)
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert "does not answer" in (note.problem or "")
    assert store.get(run_id).active
    cluster.start_head()
    wait_until(lambda: store.get(run_id).status == "finished", PATIENCE)
    record = store.get(run_id).record
    assert record is not None
    assert len(record.attempts) == 1
    assert (record.attempts[0].continued_after or 0) >= 1
    assert "was started anew" in (record.attempts[0].error or "")
    note = ClusterNote.read(store.runs_dir)
    assert note is not None
    assert note.problem is None
