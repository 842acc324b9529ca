"""What is asked of a Ray cluster and what is made of its answers, against a small server in its place."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cifar_core.errors import ClusterError, ConfigError
from cifar_core.scheduling.ray_api import RayApi, find_token
from cifar_core.settings import PROJECT_ROOT, RaySettings, Settings
from tests.cluster.conftest import free_port

TOKEN = "secret"


class FakeHead(ThreadingHTTPServer):
    """Answers as a head node does; ``answers`` maps method and path to a status and a body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, Any]] = {}
        self.asked: list[tuple[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeHead

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = f"{self.command} {self.path.partition('?')[0]}"
        self.server.asked.append((key, json.loads(body) if body else None))
        if self.headers.get("Authorization") is None:
            status, answer = 401, "Unauthorized: Missing authentication token"
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            status, answer = 403, "Forbidden: Invalid authentication token"
        else:
            status, answer = self.server.answers.get(key, (404, "no such thing"))
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _answer

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def head(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHead]:
    monkeypatch.setenv("RAY_AUTH_TOKEN", TOKEN)
    with FakeHead() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_ray_says_of_a_job(head: FakeHead) -> None:
    lost = {
        "submission_id": "a",
        "status": "FAILED",
        "error_type": "JOB_SUPERVISOR_ACTOR_DIED",
        "type": "SUBMISSION",
    }
    done = {"submission_id": "b", "status": "SUCCEEDED", "driver_exit_code": 0, "metadata": {"kind": "cpu"}}
    head.answers["GET /api/jobs/a"], head.answers["GET /api/jobs/b"] = (200, lost), (200, done)
    first, second = (RayApi(head.address).job(name) for name in "ab")
    assert first is not None
    assert second is not None
    assert (first.over, first.driver_exit_code, first.error_type) == (True, None, "JOB_SUPERVISOR_ACTOR_DIED")
    assert (second.over, second.driver_exit_code, second.metadata) == (True, 0, {"kind": "cpu"})


def test_a_job_that_ray_does_not_know(head: FakeHead) -> None:
    api = RayApi(head.address)
    assert api.job("a") is None
    api.stop("a")  # Nothing to stop is no problem.


def test_a_job_is_handed_over_with_what_it_needs(head: FakeHead) -> None:
    head.answers["POST /api/jobs/"] = (200, {"submission_id": "a"})
    RayApi(head.address).submit("a", "do it", gpus=1, environment={"X": "1"}, metadata={"run": "r"})
    assert head.asked[-1][1] == {
        "submission_id": "a",
        "entrypoint": "do it",
        "entrypoint_num_gpus": 1,
        "entrypoint_num_cpus": 0,
        "runtime_env": {"env_vars": {"X": "1"}},
        "metadata": {"run": "r"},
    }


def test_a_job_that_is_there_already_counts_as_handed_over(head: FakeHead) -> None:
    head.answers["POST /api/jobs/"] = (
        500,
        "Traceback …\nValueError: Job with submission_id a already exists.\n.\n",
    )
    head.answers["GET /api/jobs/a"] = (200, {"submission_id": "a", "status": "PENDING"})
    RayApi(head.address).submit("a", "do it", cpus=1, environment={}, metadata={})
    del head.answers["GET /api/jobs/a"]
    with pytest.raises(ClusterError, match=r"error 500: ValueError: Job with submission_id a already exists"):
        RayApi(head.address).submit("a", "do it", cpus=1, environment={}, metadata={})


def test_nodes_and_what_is_in_use(head: FakeHead) -> None:
    nodes = [
        {"node_ip": "10.0.0.1", "is_head_node": True, "resources_total": {"CPU": 8.0, "memory": 1e9}},
        {"node_ip": "10.0.0.2", "resources_total": {"CPU": 32.0, "GPU": 4.0}},
    ]
    head.answers["GET /api/v0/nodes"] = (200, {"result": True, "data": {"result": {"result": nodes}}})
    usage = {"CPU": [5.0, 40.0], "GPU": [1.0, 4.0]}
    head.answers["GET /api/cluster_status"] = (
        200, {"data": {"clusterStatus": {"loadMetricsReport": {"usage": usage}}}},
    )  # fmt: skip
    api = RayApi(head.address)
    assert [(node.cpus, node.gpus, node.is_head_node) for node in api.nodes()] == [
        (8, 0, True),
        (32, 4, False),
    ]
    assert api.used() == {"CPU": 5.0, "GPU": 1.0}
    head.answers["GET /api/cluster_status"] = (200, {"data": {"clusterStatus": None}})
    assert api.used() is None


def test_tokens_are_asked_for_in_a_sentence(
    head: FakeHead, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "wrong")
    with pytest.raises(ClusterError, match="does not accept the token given here"):
        RayApi(head.address).job("a")
    monkeypatch.setenv("RAY_AUTH_TOKEN", "schlüssel")  # nothing that a header usually holds
    with pytest.raises(ClusterError, match="does not accept the token given here"):
        RayApi(head.address).job("a")
    monkeypatch.delenv("RAY_AUTH_TOKEN")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "token"))
    with pytest.raises(ClusterError, match="asks for a token, and there is none here"):
        RayApi(head.address).job("a")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert find_token() == TOKEN
    assert RayApi(head.address).job("a") is None


def test_a_head_that_is_not_there_or_says_nothing() -> None:
    with pytest.raises(ClusterError, match=r"does not answer .*Connection refused.*Runs wait until it does"):
        RayApi(f"http://127.0.0.1:{free_port()}").job("a")
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        api = RayApi(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(ClusterError, match=r"does not answer .*timed out"):
            api._ask("GET", "/api/jobs/", seconds=0.1)


@pytest.mark.parametrize("answer", ["<html>Welcome", {"jobs": []}, [], {"status": 3}])
def test_something_else_answers_at_the_address(head: FakeHead, answer: object) -> None:
    head.answers["GET /api/jobs/a"] = (200, answer)
    with pytest.raises(ClusterError, match="is not a Ray dashboard"):
        RayApi(head.address).job("a")


def test_settings_of_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "_CPUS", "_AHEAD", "_PYTHON", "_PROJECT"):
        monkeypatch.delenv(f"CIFAR_LAB_RAY{name}", raising=False)
    assert Settings.from_environment().ray is None
    monkeypatch.setenv("CIFAR_LAB_RAY", "http://head:8265/")
    assert Settings.from_environment().ray == RaySettings("http://head:8265")
    monkeypatch.setenv("CIFAR_LAB_RAY_CPUS", "2")
    monkeypatch.setenv("CIFAR_LAB_RAY_AHEAD", "3")
    monkeypatch.setenv("CIFAR_LAB_RAY_PYTHON", "/opt/python")
    monkeypatch.setenv("CIFAR_LAB_RAY_PROJECT", "/srv/lab")
    chosen = RaySettings.from_environment()
    assert chosen == RaySettings("http://head:8265", 2, 3, "/opt/python", Path("/srv/lab"))
    monkeypatch.delenv("CIFAR_LAB_RAY_PROJECT")
    chosen = RaySettings.from_environment()
    assert chosen is not None
    assert chosen.project == PROJECT_ROOT


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("CIFAR_LAB_RAY", "ray://head:10001", "no address of a Ray dashboard. Give it as http://HEAD:8265"),
        ("CIFAR_LAB_RAY", "head:8265", "no address of a Ray dashboard"),
        ("CIFAR_LAB_RAY_CPUS", "0", "give a whole number from 1 on"),
        ("CIFAR_LAB_RAY_CPUS", "many", "give a whole number from 1 on"),
        ("CIFAR_LAB_RAY_AHEAD", "-1", "give a whole number from 0 on"),
    ],
)
def test_settings_that_are_not_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv("CIFAR_LAB_RAY", "http://head:8265")
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=sentence):
        Settings.from_environment()
