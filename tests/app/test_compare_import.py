"""Importing a model on the Compare page, with the process that opens it left out."""

from pathlib import Path
from typing import Any

import pytest

import cifar_core.imports.model  # noqa: F401  (before the folder of the project is changed for the tests)
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import InterchangeError
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_imports import write_imported_run
from tests.fake_runs import write_run
from tests.open_page import open_page

DATA = "drawn:80"
FILE = ("mine.keras", b"a network", "application/octet-stream")


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)


@pytest.fixture
def dataset() -> Dataset:
    return open_dataset(DATA, Settings.from_environment())


def test_an_imported_model_joins_those_that_are_compared(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "runs", "a", dataset, wrong_every=8)
    write_run(tmp_path / "runs", "b", dataset, wrong_every=6)  # ticked too; the imported one would be third
    seen: dict[str, Any] = {}

    def fake(file: Path, store: RunStore, settings: Settings, **given: Any) -> Run:
        seen.update(given, content=file.read_bytes())
        given["report"]("looking into the file")
        write_imported_run(store.runs_dir, "imported", dataset, name="my *net*")
        return store.get("imported")

    monkeypatch.setattr("pages.parts.compare.import_model.import_model", fake)
    app = open_page("compare", import_part="true")
    assert app.button(key="import_start").disabled
    app.file_uploader(key="import_file").set_value(FILE).run()
    app.text_input(key="import_name").set_value(" my *net* ")
    app.button(key="import_start").click().run()
    assert not app.exception
    assert (seen["content"], seen["name"], seen["data"]) == (b"a network", "my *net*", DATA)
    assert seen["file_name"] == "mine.keras"
    assert app.session_state["chosen"] == ["a", "imported"]
    verdict = next(
        one.value for kind in (app.success, app.warning) for one in kind if "difference real" in one.value
    )
    assert r"my \*net\*" in verdict
    assert len(app.get("plotly_chart")) == 2
    notes = " ".join(caption.value for caption in app.caption)
    assert r"my \*net\*" in notes
    assert "may have been among its training pictures" in notes
    assert "75.0% with 0 to 1" in notes
    assert "cannot be told apart" in " ".join(warning.value for warning in app.warning)


def test_a_refused_model_is_answered_with_its_sentence(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "runs", "a", dataset)

    def refuse(*given: Any, **more: Any) -> Run:
        raise InterchangeError("The model has a Lambda layer.")

    monkeypatch.setattr("pages.parts.compare.import_model.import_model", refuse)
    app = open_page("compare", import_part="true")
    app.file_uploader(key="import_file").set_value(FILE).run()
    app.button(key="import_start").click().run()
    assert not app.exception
    assert "The model has a Lambda layer." in [one.value for one in app.markdown]
    assert app.session_state["chosen"] == ["a"]


def test_the_train_page_shows_an_imported_run(tmp_path: Path, dataset: Dataset) -> None:
    write_imported_run(tmp_path / "runs", "imported", dataset)
    app = open_page("train", run="imported")
    shown = " ".join(one.value for kind in (app.success, app.caption) for one in kind)
    assert "Test accuracy" in shown
    assert "imported from mine.keras" in shown.replace("\\", "")
    assert [metric.label for metric in app.metric][:1] == ["Validation accuracy"]
    assert not any(metric.label == "Epochs" for metric in app.metric)
