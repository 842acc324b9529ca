"""What all tests of pages share: folders of their own, and no process besides."""

from pathlib import Path

import pytest


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
