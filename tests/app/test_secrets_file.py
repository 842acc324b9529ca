"""Where there are no secrets, no page looks for them again and again; a file that comes later counts at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.runtime.secrets import Secrets

from cifar_core.errors import AccessError
from pages.parts.frame import secrets_file
from pages.parts.frame.secrets_file import secret_section


class Counted(Secrets):
    """Streamlit's own, counting how often it looks for its files."""

    looks = 0

    def _parse_file_path(self, path: str) -> object:
        type(self).looks += 1
        return super()._parse_file_path(path)  # type: ignore[misc]


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    path, before = tmp_path / "secrets.toml", config.get_option("secrets.files")
    monkeypatch.setattr(Counted, "looks", 0)
    monkeypatch.setattr(secrets_file.st, "secrets", Counted())
    config.set_option("secrets.files", [str(path)])
    yield path
    config.set_option("secrets.files", before)


def test_it_is_looked_for_once_and_found_when_it_comes(file: Path) -> None:
    assert [secret_section("auth") for _ in range(20)] == [None] * 20
    assert Counted.looks == 1
    file.write_text("[auth]\ncookie_secret = 'x'\n", encoding="utf-8")
    assert secret_section("auth") == {"cookie_secret": "x"}
    assert secret_section("cifar_lab") is None


def test_a_torn_file_that_comes_later_lets_nobody_in(file: Path) -> None:
    assert secret_section("auth") is None
    file.write_text("[auth", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(AccessError, match="cannot be read as TOML"):
            secret_section("auth")


def test_other_secrets_are_asked_for_themselves(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret_section("auth") is None
    monkeypatch.setattr(secrets_file.st, "secrets", {"auth": {"cookie_secret": "y"}})
    assert secret_section("auth") == {"cookie_secret": "y"}
