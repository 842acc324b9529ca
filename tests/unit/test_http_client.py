"""By which rules others are asked, against servers of this machine."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cifar_core import http_client
from cifar_core.data.download import download
from cifar_core.data.known import Archive
from cifar_core.errors import DataError
from cifar_core.http_client import open_client, read_at_most, reason_of
from cifar_core.settings import Settings
from tests.cluster.conftest import free_port


class _Handler(BaseHTTPRequestHandler):
    """Says what was asked, or sends on to where ``leads`` says."""

    leads: dict[str, str]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path in self.leads:
            self.send_response(302)
            self.send_header("Location", self.leads[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = f"{self.path} {self.headers.get('Authorization')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Answers in a thread of its own."""

    daemon_threads = True

    def __init__(self, leads: dict[str, str] | None = None, certificate: Path | None = None) -> None:
        self.asked: list[str] = []
        handler = type("Handler", (_Handler,), {"leads": leads or {}, "asked": self.asked})
        super().__init__(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.address = self.address.replace("http:", "https:")


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    http_client._system_certificates.cache_clear()
    yield
    http_client._system_certificates.cache_clear()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return key and certificate of a server at 127.0.0.1, in which this machine has been told to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def text_at(address: str, **headers: str) -> str:
    with open_client(address, seconds=20) as client:
        return client.get(address, headers=headers).raise_for_status().text


def test_redirects_are_followed_and_a_token_stays_at_home() -> None:
    with serving(Server()) as other:
        leads = {"/here": "/there", "/away": f"{other.address.replace('127.0.0.1', 'localhost')}/far"}
        with serving(Server(leads)) as server:
            assert text_at(f"{server.address}/here", Authorization="secret") == "/there secret"
            assert text_at(f"{server.address}/away", Authorization="secret") == "/far None"


def test_a_circle_of_redirects_comes_to_an_end() -> None:
    with serving(Server({"/round": "/round"})) as server, pytest.raises(httpx.TooManyRedirects) as caught:
        text_at(f"{server.address}/round")
    assert len(server.asked) == 11
    assert "redirects" in reason_of(caught.value)


def test_the_systems_certificates_are_believed(certificate: Path) -> None:
    with serving(Server(certificate=certificate)) as server:
        assert text_at(f"{server.address}/safe") == "/safe None"


def test_a_certificate_of_nobody_is_not_believed(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with serving(Server(certificate=certificate)) as server, pytest.raises(httpx.ConnectError) as caught:
        text_at(server.address)
    assert "certificate" in reason_of(caught.value).lower()


def test_who_asked_over_https_gets_nothing_over_http(certificate: Path, settings: Settings) -> None:
    with serving(Server()) as plain:
        leads = {"/": "/archive", "/archive": f"{plain.address}/archive"}
        with serving(Server(leads, certificate)) as server:
            archive = Archive("cifar10", "archive.tar.gz", f"{server.address}/", "0" * 64, 10)
            with pytest.raises(httpx.UnsupportedProtocol, match=r"leads to 127\.0\.0\.1 without encryption"):
                text_at(archive.url)
            with pytest.raises(DataError, match=r"cannot be reached \(it leads to 127\.0\.0\.1 without encr"):
                download(archive, settings)
        assert plain.asked == []
    assert server.asked == ["/", "/archive"] * 2


def test_the_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Server()) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        assert text_at("http://far.example/file") == "http://far.example/file None"
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert text_at(f"{proxy.address}/near") == "/near None"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "socks9://127.0.0.1:1", "nonsense"])
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(httpx.RequestError) as caught:
        text_at("http://far.example/file")
    assert reason_of(caught.value)


def test_no_more_than_so_much_is_read() -> None:
    with serving(Server()) as server, open_client(server.address, seconds=20) as client:
        for most, expected in ((5, b"/some"), (1000, b"/something None")):
            with client.stream("GET", f"{server.address}/something") as response:
                assert read_at_most(response, most) == expected


def test_reasons_are_the_operating_systems_own_words() -> None:
    with pytest.raises(httpx.ConnectError) as caught:
        text_at(f"http://127.0.0.1:{free_port()}")
    assert reason_of(caught.value) == "Connection refused"
    assert reason_of(httpx.ReadTimeout("timed out")) == "timed out"
    assert reason_of(httpx.ReadError("")) == "the connection was lost"
