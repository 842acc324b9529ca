"""One version: the package's, the project file's, the changelog's."""

import re
import tomllib
from pathlib import Path

from cifar_core import __version__
from cifar_core.data.catalog import open_dataset
from cifar_core.settings import Settings
from cifar_core.views.home import build_home

ROOT = Path(__file__).resolve().parents[2]


def test_the_project_file_and_the_changelog_name_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    headings = re.findall(
        r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert project["version"] == __version__
    assert headings[0][0] == __version__
    assert [date for _, date in headings] == sorted((date for _, date in headings), reverse=True)


def test_home_shows_the_version(settings: Settings) -> None:
    view = build_home(open_dataset("drawn:40", settings), (), ())
    assert view.version == f"CIFAR Lab {__version__}"
