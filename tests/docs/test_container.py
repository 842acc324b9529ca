"""The container: read everywhere, built and started where Docker runs."""

import json
import re
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with what stands behind each, continued lines put together."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (name, rest.strip())
        for name, rest in (line.split(" ", 1) for line in text.splitlines() if line.strip())
    ]


def said(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def test_the_server_is_not_root_and_its_children_are_reaped() -> None:
    assert said("USER") == ["lab"]
    order = [name for name, _ in instructions()]
    assert order.index("USER") > max(number for number, name in enumerate(order) if name in ("RUN", "COPY"))
    assert json.loads(said("ENTRYPOINT")[0]) == ["tini", "--"]
    assert "tini" in said("RUN")[0]
    assert json.loads(said("CMD")[0])[:3] == ["streamlit", "run", "app.py"]


def test_all_that_is_written_lies_on_the_volume() -> None:
    (places,) = said("ENV")
    settings = (ROOT / "cifar_core" / "settings.py").read_text()
    for name in ("CIFAR_LAB_RUNS", "CIFAR_LAB_CACHE", "KERAS_HOME"):
        assert re.search(rf"\b{name}=/lab/", places)
        assert f'"{name}"' in settings
    assert said("VOLUME") == ["/lab"]


def test_what_is_copied_is_there_and_secrets_are_not() -> None:
    for copied in said("COPY"):
        *sources, _ = copied.split()
        assert all(source == "." or list(ROOT.glob(source)) for source in sources)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".streamlit/secrets.toml", "runs", ".git"} <= set(ignored)


def test_health_is_asked_where_streamlit_answers() -> None:
    (check,) = said("HEALTHCHECK")
    assert "http://localhost:8501/_stcore/health" in check
    assert said("EXPOSE") == ["8501"]


def test_compose_opens_it_to_this_machine_alone_and_keeps_its_volume() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    lab, gpu = compose["services"]["lab"], compose["services"]["lab-gpu"]
    for service in (lab, gpu):
        assert service["ports"] == ["127.0.0.1:8501:8501"]
        assert service["volumes"] == ["lab:/lab"]
    assert "lab" in compose["volumes"]
    assert gpu["profiles"] == ["gpu"]
    assert (ROOT / gpu["build"]["args"]["CIFAR_LAB_REQUIREMENTS"]).is_file()
    assert gpu["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]


@pytest.fixture
def container() -> Iterator[str]:
    """Build the image and start it; yield the address of its server."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True).returncode:
        pytest.skip("Docker does not run here")
    subprocess.run([docker, "build", "--tag", "cifar-lab-test", str(ROOT)], check=True)
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [docker, "run", "--detach", "--rm", "--publish", f"127.0.0.1:{port}:8501", "cifar-lab-test"]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run([docker, "rm", "--force", name], check=True, capture_output=True)


@pytest.mark.timeout(1800)
def test_the_image_serves_the_dashboard(container: str) -> None:
    def healthy() -> bool:
        try:
            with urllib.request.urlopen(f"{container}/_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    wait_until(healthy, seconds=120)
