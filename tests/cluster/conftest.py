"""A real Ray cluster of two nodes on this machine, with a token, in folders and on ports of its own."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cifar_core.errors import ClusterError
from cifar_core.scheduling.ray_api import RayApi
from tests.waiting import wait_until

_MARK = "CIFAR_LAB_TEST_NODE"


class Node:
    """One ``ray start --block`` with all that it has started: on one machine, what a machine is elsewhere."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self._mark = secrets.token_hex(8)
        self._known: set[psutil.Process] = set()
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus", "1"]
        command += ["--num-gpus", "0", "--object-store-memory", "80000000"]
        command += ["--dashboard-agent-listen-port", str(free_port())]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command + arguments,
                env={**environment, _MARK: self._mark},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def commands(self) -> set[str]:
        """All words of the command lines of its processes."""
        words: set[str] = set()
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                words.update(process.cmdline())
        return words

    def kill(self) -> None:
        """Let the machine die: no process of it lives to tell how another one ended."""
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                process.suspend()
        while processes := self._processes():
            for process in processes:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            if self._process.poll() is None:
                self._process.wait(10)

    def _processes(self) -> list[psutil.Process]:
        """All that descend from the first one or carry this node's mark in their environment.

        Some of Ray's processes overwrite their environment with their title; some workers' parents are dead.
        """
        if self._process.poll() is None:
            with contextlib.suppress(psutil.Error):
                self._known.update(psutil.Process(self._process.pid).children(recursive=True))
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(_MARK) == self._mark:
                    self._known.add(process)
                    self._known.update(process.children(recursive=True))
        self._known = {process for process in self._known if _lives(process)}
        return list(self._known)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class LocalCluster:
    """A head node and a second one; each trains one run at a time, on one CPU."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token_file = folder / "token"
        self.token_file.write_text(secrets.token_hex(24))
        self.token_file.chmod(0o600)
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("RAY_", "CIFAR_LAB_"))
            },
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token_file),
            "RAY_USAGE_STATS_ENABLED": "0",
        }
        self._port, self._dashboard, self._clients = free_port(), free_port(), free_port()
        self.address = f"http://127.0.0.1:{self._dashboard}"
        self.nodes: list[Node] = []
        self.head = self.start_head()

    def start_head(self) -> Node:
        """Start the head node, or another one at the address of a dead one; it takes some seconds to answer."""
        arguments = [
            "--head", "--port", str(self._port), "--dashboard-port", str(self._dashboard),
            "--ray-client-server-port", str(self._clients), "--temp-dir", str(self.folder / "r"),
            "--node-ip-address", "127.0.0.1",
        ]  # fmt: skip
        self.head = Node(arguments, self.environment, self.folder / "head.log")
        return self.head

    def add_node(self) -> Node:
        """Start one more node; it takes some seconds to appear."""
        node = Node(["--address", f"127.0.0.1:{self._port}"], self.environment, self.folder / "nodes.log")
        self.nodes.append(node)
        return node

    def has_nodes(self, count: int) -> bool:
        """Whether so many nodes are alive, as far as the head knows."""
        try:
            return len(RayApi(self.address).nodes()) == count
        except ClusterError:
            return False

    def end(self) -> None:
        """Kill all that was started here."""
        for node in [*self.nodes, self.head]:
            node.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Start a cluster of two nodes; without Ray the test is skipped, or fails where Ray must be there.

    It ends with the file: a dozen processes of Ray look around for something to do as long as they live.
    """
    if importlib.util.find_spec("ray") is None:
        reason = "Ray is not installed: pip install -r requirements-ray.txt"
        if os.environ.get("CIFAR_LAB_REQUIRE_RAY"):
            pytest.fail(reason)
        pytest.skip(reason)
    # A short path: the sockets of a Ray node lie some hundred characters deeper, and may have 107 in all.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    started = LocalCluster(folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RAY_AUTH_TOKEN_PATH", str(started.token_file))
            patch.delenv("RAY_AUTH_TOKEN", raising=False)
            wait_until(lambda: started.has_nodes(1), 120)
            started.add_node()
            wait_until(lambda: started.has_nodes(2), 120)
        yield started
    finally:
        started.end()
        shutil.rmtree(folder, ignore_errors=True)
