"""What all tests of pages share: folders of their own, and no process besides."""

import functools
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.elements.lib import policies

import pages.parts

# A part that is first imported while a test has replaced a function would keep the stand-in for all tests after it.
for _part in pkgutil.walk_packages(pages.parts.__path__, "pages.parts."):
    importlib.import_module(_part.name)


@pytest.fixture(autouse=True, scope="session")
def installed_packages_are_looked_through_once() -> Iterator[None]:
    """Keep what Streamlit finds: each AppTest looks for components in all packages, which takes longer than a page."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(autouse=True)
def own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, supervised: list[Path], driven: list[Path]
) -> None:
    """Give each test its own folders, without data, without the runs that ship, without the inference process."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CIFAR_LAB_DATA", raising=False)
    monkeypatch.setattr("pages.parts.frame.warm_up.start", lambda: None)
    monkeypatch.setattr("cifar_core.settings.PROJECT_ROOT", tmp_path)  # whose “trained” is empty


@pytest.fixture(autouse=True)
def nothing_in_the_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold every page to it that Streamlit finds nothing to warn of in how its widgets are made."""
    said: list[str] = []
    monkeypatch.setattr(policies._LOGGER, "warning", lambda text, *values, **_: said.append(text % values))
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)  # it says so once in a process
    yield
    assert said == []
