"""The web server's part of docs/class-server.md, tried with Debian's nginx before a real dashboard with logins."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cifar_core.accounts.class_settings import ClassSettings
from tests.dashboard import running_dashboard
from tests.waiting import wait_until

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "class-server.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
HOST = "lab.school.example"
SECRETS = f"""
[auth]
redirect_uri = "https://{HOST}/oauth2callback"
cookie_secret = "a secret that signs cookies for this test"
client_id = "cifar-lab"
client_secret = "secret"
server_metadata_url = "http://localhost:9/.well-known/openid-configuration"
"""


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_every_limit_stands_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| `CIFAR_LAB_[A-Z_]+` \|.*\| ([^|]+) \|$", TEXT, re.MULTILINE))
    defaults = {name: field.default for name, field in ClassSettings.model_fields.items()}
    assert set(rows) == set(defaults)
    for name, said in rows.items():
        if isinstance(defaults[name], int | float):
            assert float(said) == defaults[name]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Proxy:
    """Where nginx listens: for HTTPS, and for what is to be sent there."""

    secure: int
    plain: int

    def ask(self, head: str, body: bytes = b"", *, secure: bool = True) -> str:
        """Send one request, whole or not, and return the first line of the answer with its headers."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # signed by the test itself
        with contextlib.ExitStack() as opened:
            port = self.secure if secure else self.plain
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            if secure:
                connection = opened.enter_context(context.wrap_socket(connection, server_hostname=HOST))
            connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
            answer = b""
            while b"\r\n\r\n" not in answer and (part := connection.recv(4096)):
                answer += part
            return answer.partition(b"\r\n\r\n")[0].decode("latin-1")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if NGINX is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    folder = tmp_path_factory.mktemp("proxy")
    key, certificate = certificate_of(HOST, folder)
    secrets = folder / "secrets.toml"
    secrets.write_text(SECRETS, encoding="utf-8")
    places = {"CIFAR_LAB_DATA": "drawn:80", "STREAMLIT_SECRETS_FILES": str(secrets)}
    with running_dashboard(folder, places, warm=False) as url:
        one = Proxy(free_port(), free_port())
        site = block("nginx")
        for said, here in (
            ("listen 443 ssl;", f"listen 127.0.0.1:{one.secure} ssl;"),
            ("listen 80;", f"listen 127.0.0.1:{one.plain};"),
            ("/etc/ssl/lab/fullchain.pem", str(certificate)),
            ("/etc/ssl/lab/privkey.pem", str(key)),
            ("http://127.0.0.1:8501", url.replace("localhost", "127.0.0.1")),
        ):
            assert said in site
            site = site.replace(said, here)
        (folder / "lab.conf").write_text(site, encoding="utf-8")
        spools = "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = folder / "nginx.conf"
        whole.write_text(
            f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/pid;\n"
            f"error_log {folder}/nginx.log;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{spools}include {folder}/lab.conf;\n}}\n",
            encoding="utf-8",
        )
        command = [NGINX, "-e", str(folder / "nginx.log"), "-c", str(whole)]
        tried = subprocess.run(
            [*command, "-t"], capture_output=True, encoding="utf-8", timeout=30, check=False
        )
        assert tried.returncode == 0, tried.stderr
        assert "warn" not in tried.stderr + (folder / "nginx.log").read_text(encoding="utf-8")
        process = subprocess.Popen(command)
        try:
            wait_until(lambda: listens(one.secure))
            yield one
        finally:
            process.terminate()
            process.wait(20)


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def certificate_of(host: str, folder: Path) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={host}",
         "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return key, certificate


def status(answer: str) -> int:
    return int(answer.split()[1])


def test_pages_come_through_and_plain_http_leads_to_https(proxy: Proxy) -> None:
    for path in ("/", "/train?run=x", "/_stcore/health"):
        assert status(proxy.ask(f"GET {path} HTTP/1.1\nHost: {HOST}")) == 200
    moved = proxy.ask(f"GET /train?run=x HTTP/1.1\nHost: {HOST}", secure=False)
    assert status(moved) == 301
    assert f"Location: https://{HOST}/train?run=x" in moved


def test_the_long_connection_of_a_page_is_opened_from_its_own_address_alone(proxy: Proxy) -> None:
    head = (
        f"GET /_stcore/stream HTTP/1.1\nHost: {HOST}\nConnection: Upgrade\nUpgrade: websocket\n"
        "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nOrigin: "
    )
    assert status(proxy.ask(f"{head}https://{HOST}")) == 101
    assert status(proxy.ask(f"{head}https://evil.example")) == 403


def test_metrics_are_closed(proxy: Proxy) -> None:
    assert status(proxy.ask(f"GET /_stcore/metrics HTTP/1.1\nHost: {HOST}")) == 404


def test_an_upload_without_a_login_is_sent_away_at_its_first_bytes(proxy: Proxy) -> None:
    def send(path: str, length: int, method: str = "PUT") -> int:
        head = f"{method} {path} HTTP/1.1\nHost: {HOST}\nContent-Length: {length}"
        return status(proxy.ask(head, b"x" * 1000))  # the rest never comes

    assert send("/_stcore/upload_file/session/file", 200_000_000) == 401
    assert send("/_stcore/upload_file/session/file", 230_000_000) == 413
    assert send("/anything", 2_000_000, "POST") == 413
