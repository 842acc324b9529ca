"""Downloads from a local server that behaves well or badly."""

import hashlib
import http.server
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cifar_core.data import download as module
from cifar_core.data.download import DownloadCancelled, DownloadJob, DownloadProgress, download
from cifar_core.data.known import Archive
from cifar_core.errors import DataError
from cifar_core.settings import Settings

CONTENT = bytes(range(256)) * 8000  # 2 MB: several blocks


@dataclass
class Behaviour:
    """What the server does next and what it was asked."""

    content: bytes = CONTENT
    status: int = 200
    cut_after: list[int] = field(default_factory=list)  # one for each connection that is to break off
    knows_range: bool = True
    ranges: list[str | None] = field(default_factory=list)
    gate: threading.Event | None = None  # the second half waits for it


class _Handler(http.server.BaseHTTPRequestHandler):
    behaviour: Behaviour

    def do_GET(self) -> None:
        behaviour, asked = self.behaviour, self.headers.get("Range")
        behaviour.ranges.append(asked)
        if behaviour.status != 200:
            self.send_error(behaviour.status)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and behaviour.knows_range else 0
        body = behaviour.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if behaviour.cut_after:
            body = body[: behaviour.cut_after.pop(0)]
        try:
            self.wfile.write(body[: len(body) // 2])
            if behaviour.gate is not None:
                behaviour.gate.wait(30)
            self.wfile.write(body[len(body) // 2 :])
        except OSError:
            pass  # the client left

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[Behaviour, str]]:
    behaviour = Behaviour()
    handler = type("Handler", (_Handler,), {"behaviour": behaviour})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield behaviour, f"http://127.0.0.1:{running.server_port}/archive.tar.gz"
        if behaviour.gate is not None:
            behaviour.gate.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return Settings(None, tmp_path / "r", tmp_path / "t", tmp_path / "cache", tmp_path / "keras")


def archive(url: str, content: bytes = CONTENT) -> Archive:
    digest = hashlib.sha256(content).hexdigest()
    return Archive("cifar10", "archive.tar.gz", url, digest, len(content))


def left(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.keras_dir.iterdir()) if settings.keras_dir.exists() else []


def test_a_good_download(server: tuple[Behaviour, str], settings: Settings) -> None:
    seen: list[DownloadProgress] = []
    path = download(archive(server[1]), settings, progress=seen.append)
    assert path.read_bytes() == CONTENT
    assert left(settings) == ["archive.tar.gz"]
    assert seen[-1].received == seen[-1].total == len(CONTENT)
    assert (seen[-1].share, seen[-1].seconds_left) == (1.0, 0.0)
    assert seen[-1].bytes_per_second > 0
    assert [progress.received for progress in seen] == sorted(progress.received for progress in seen)


def test_what_is_there_is_not_downloaded_again(server: tuple[Behaviour, str], settings: Settings) -> None:
    download(archive(server[1]), settings)
    download(archive(server[1]), settings)
    assert len(server[0].ranges) == 1


def test_a_damaged_archive_is_replaced(server: tuple[Behaviour, str], settings: Settings) -> None:
    settings.keras_dir.mkdir()
    (settings.keras_dir / "archive.tar.gz").write_bytes(b"broken")
    assert download(archive(server[1]), settings).read_bytes() == CONTENT


def test_a_broken_connection_is_taken_up_again(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].cut_after = [700_000, 300_000]
    assert download(archive(server[1]), settings).read_bytes() == CONTENT
    assert server[0].ranges == [None, "bytes=700000-", "bytes=1000000-"]


def test_an_interrupted_download_is_resumed(server: tuple[Behaviour, str], settings: Settings) -> None:
    settings.keras_dir.mkdir()
    (settings.keras_dir / "archive.tar.gz.part").write_bytes(CONTENT[:500_000])
    assert download(archive(server[1]), settings).read_bytes() == CONTENT
    assert server[0].ranges == ["bytes=500000-"]
    assert left(settings) == ["archive.tar.gz"]


def test_a_server_that_cannot_resume_sends_all(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].knows_range = False
    settings.keras_dir.mkdir()
    (settings.keras_dir / "archive.tar.gz.part").write_bytes(CONTENT[:500_000])
    assert download(archive(server[1]), settings).read_bytes() == CONTENT


def test_a_bad_part_is_thrown_away_and_all_fetched(server: tuple[Behaviour, str], settings: Settings) -> None:
    settings.keras_dir.mkdir()
    (settings.keras_dir / "archive.tar.gz.part").write_bytes(b"x" * 500_000)
    assert download(archive(server[1]), settings).read_bytes() == CONTENT
    assert server[0].ranges == ["bytes=500000-", None]


@pytest.mark.parametrize("size", [len(CONTENT), len(CONTENT) + 5])
def test_a_part_as_long_as_the_file_or_longer(
    server: tuple[Behaviour, str], settings: Settings, size: int
) -> None:
    settings.keras_dir.mkdir()
    (settings.keras_dir / "archive.tar.gz.part").write_bytes((CONTENT + b"extra")[:size])
    assert download(archive(server[1]), settings).read_bytes() == CONTENT


def test_a_truncated_file_is_refused(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].content = CONTENT[:1_000_000]
    with pytest.raises(DataError, match="broke off 4 times"):
        download(archive(server[1]), settings)
    assert left(settings) == []


def test_a_tampered_file_is_refused(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].content = CONTENT[:-1] + b"!"
    with pytest.raises(DataError, match="is not the official"):
        download(archive(server[1]), settings)
    assert left(settings) == []


def test_a_missing_file_is_a_sentence(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].status = 404
    with pytest.raises(DataError, match="404 Not Found"):
        download(archive(server[1]), settings)
    assert left(settings) == []


def test_no_server_is_a_sentence(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DataError, match=r"cannot be reached \(Connection refused\)"):
        download(archive(f"http://127.0.0.1:{port}/x"), settings)
    assert left(settings) == []


def test_a_cancelled_download_goes_on_later(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].gate = threading.Event()
    job = DownloadJob(archive(server[1]), settings)
    while job.snapshot().progress is None:
        job.wait(0.01)
    job.cancel()
    server[0].gate.set()
    ended = job.wait(30)
    assert ended.state == "cancelled"
    assert ended.message is not None
    assert "goes on from where it stopped" in ended.message
    assert left(settings) == ["archive.tar.gz.part"]
    path = download(archive(server[1]), settings)
    assert path.read_bytes() == CONTENT
    assert server[0].ranges[-1] is not None


def test_cancelling_at_once(server: tuple[Behaviour, str], settings: Settings) -> None:
    with pytest.raises(DownloadCancelled):
        download(archive(server[1]), settings, cancelled=lambda: True)


def test_a_job_ends_with_the_file(server: tuple[Behaviour, str], settings: Settings) -> None:
    ended = DownloadJob(archive(server[1]), settings).wait(30)
    assert (ended.state, ended.path) == ("finished", settings.keras_dir / "archive.tar.gz")


def test_a_job_tells_why_it_failed(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].status = 500
    ended = DownloadJob(archive(server[1]), settings).wait(30)
    assert ended.state == "failed"
    assert ended.message is not None
    assert "500" in ended.message


def test_only_one_downloads(server: tuple[Behaviour, str], settings: Settings) -> None:
    server[0].gate = threading.Event()
    job = DownloadJob(archive(server[1]), settings)
    while job.snapshot().progress is None:
        job.wait(0.01)
    with pytest.raises(DataError, match="being downloaded by another process"):
        download(archive(server[1]), settings)
    server[0].gate.set()
    assert job.wait(30).state == "finished"


def test_a_folder_that_cannot_be_written_is_a_sentence(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="KERAS_HOME"):
        download(archive("http://127.0.0.1:1/x"), replace(settings, keras_dir=tmp_path / "file" / "datasets"))


def test_seconds_left_follow_from_the_speed() -> None:
    progress = module._progress(archive("u", b"x" * 1000), start=100, received=300, seconds=2.0)
    assert (progress.bytes_per_second, progress.seconds_left, progress.share) == (100.0, 7.0, 0.3)


@pytest.mark.parametrize("url", ["archive.tar.gz", "ftp://127.0.0.1/archive.tar.gz", "http://[127.0.0.1/x"])
def test_what_is_no_address_on_the_web_is_a_sentence(settings: Settings, url: str) -> None:
    with pytest.raises(DataError, match="cannot be reached"):
        download(archive(url), settings)
    assert left(settings) == []
