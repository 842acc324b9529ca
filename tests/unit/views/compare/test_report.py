"""A report is one file that opens anywhere and says what the page says; its notebook computes the same."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.per_class import PerClass
from cifar_core.evaluation.run_evaluation import Evaluation
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.report.content import MOST_PICTURES
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.on_set import view_on_set
from cifar_core.views.compare.page import CompareView, build_compare
from cifar_core.views.compare.report import build_report, report_html, report_notebook
from cifar_core.views.compare.table import list_rows
from cifar_core.views.picture_set import SetOnScreen
from tests.fake_runs import write_run
from tests.hostile import MARKUP

DATA = "drawn:80"
FETCHED = {"src", "href", "action", "data", "poster", "srcset", "background", "formaction", "xlink:href"}


class Tags(HTMLParser):
    """All tags of a document, and what its attributes would fetch or execute."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.fetched: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.fetched += [
            f"{name}={value}" for name, value in attrs if name in FETCHED or name.startswith("on")
        ]


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(settings.runs_dir))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    return Settings.from_environment()


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset(DATA, settings)


def compared(settings: Settings, dataset: Dataset, names: list[str]) -> tuple[CompareView, list[str]]:
    for number, name in enumerate(names):
        write_run(settings.runs_dir, f"run-{number}", dataset, name=name, wrong_every=number + 3)
    ids = [f"run-{number}" for number in range(len(names))]
    rows = list_rows(RunStore(settings.runs_dir).list(), dataset)
    return build_compare(rows, ids), ids


def on_set(text: str, settings: Settings, dataset: Dataset) -> SetOnScreen:
    runs = RunStore(settings.runs_dir).list()
    return SetOnScreen(choose(text, Universe.of_dataset(dataset, runs, settings.cache_dir)), {})


@pytest.mark.parametrize("first", range(0, len(MARKUP), 3))
def test_it_fetches_nothing_whatever_names_hold(first: int, settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, MARKUP[first : first + 3])
    document = report_html(build_report(view, ids, None, dataset)).decode()
    tags = Tags(document)
    assert all(one.startswith("src=data:image/png;base64,") for one in tags.fetched)
    assert not tags.names & {"script", "link", "iframe", "a", "b", "object", "embed", "base", "form"}
    assert "url(" not in document
    assert "@import" not in document
    assert len(document) < 5e6


def test_names_of_classes_are_text_too(settings: Settings, dataset: Dataset) -> None:
    names = (*MARKUP[:8], "=cmd|' /C calc'!A0", "</script><svg onload=alert(1)>")
    dataset = replace(dataset, class_names=names, name="</title><script>alert(1)</script>")
    view, ids = compared(settings, dataset, ['");import os #', "{run}{0}%s"])
    document = report_html(build_report(view, ids, None, dataset)).decode()
    tags = Tags(document)
    assert all(one.startswith("src=data:image/png;base64,") for one in tags.fetched)
    assert not tags.names & {"script", "link", "iframe", "a", "b", "object", "embed", "base", "form"}
    assert "onload=alert(1)&gt;" in document
    cells = json.loads(report_notebook(view, None))["cells"]
    programs = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert all(compile(program, "cell", "exec") for program in programs)
    assert not any(
        "import os" in line and "labels =" not in line for line in "\n".join(programs).splitlines()
    )


def test_there_is_no_address_in_it(settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, ["a", "b"])
    for document in (report_html(build_report(view, ids, None, dataset)), report_notebook(view, None)):
        assert not re.search(rb"https?:|//www\.|ftp:", document)
        assert str(settings.runs_dir).encode() not in document  # nor a folder of this machine


def test_it_says_what_the_page_says(settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, ["a", "b"])
    report = build_report(view, ids, None, dataset)
    assert [run.right / run.count for run in report.runs] == [one.row.test_accuracy for one in view.compared]
    assert [run.interval for run in report.runs] == [one.row.interval for one in view.compared]
    assert view.verdict is not None
    assert view.verdict.sentence in report.sentences
    assert report.pair
    missed = np.logical_and.reduce(
        [~one.evaluation.matrix.predictions.in_order().correct for one in view.compared]
    )
    assert len(report.pictures) == min(MOST_PICTURES, missed.sum())
    assert f"test picture {np.flatnonzero(missed)[0]}" in report.pictures[0].caption
    assert "a said " in report.pictures[0].told
    assert report.commands[0] == "python -m cifar_core report run-0 run-1 -o report.html"


def test_of_a_set_every_figure_is_of_its_pictures(settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, ["a", "b"])
    shown = on_set("class(cat)", settings, dataset)
    report = build_report(view_on_set(view, shown), ids, shown, dataset)
    cats = int((dataset.test.labels == dataset.class_names.index("cat")).sum())
    assert [run.count for run in report.runs] == [cats, cats]
    assert len(report.pictures) == min(MOST_PICTURES, cats)
    assert {one.caption.partition(",")[0] for one in report.pictures} == {"cat"}
    assert "--set 'class(cat)'" in report.commands[0]


@pytest.mark.parametrize("text", ["class(cat) and class(dog)", "list(test:3)"])
def test_a_set_of_no_picture_or_one(text: str, settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, ["a", "b"])
    shown = on_set(text, settings, dataset)
    document = report_html(build_report(view_on_set(view, shown), ids, shown, dataset)).decode()
    assert "nan" not in re.sub(r'src="[^"]*"', "", document).lower()


def test_without_the_pictures_it_says_how_to_get_them(settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, ["a"])
    report = build_report(view, ids, None, None)
    assert report.pictures == ()
    assert "another version of CIFAR Lab drew" in report.pictures_note
    assert not report.pair


def test_a_hundred_classes_fit(settings: Settings, dataset: Dataset) -> None:
    view, ids = compared(settings, dataset, [f"r{number}" for number in range(6)])
    generator = np.random.default_rng(0)
    counts = generator.integers(0, 5, (100, 100))
    names = tuple(f"class {number}" for number in range(100))
    many = []
    for one in view.compared:
        matrix = replace(one.evaluation.matrix, counts=counts)
        data = one.data.model_copy(update={"class_names": names})
        many.append(replace(one, data=data, evaluation=Evaluation(matrix, PerClass.from_matrix(matrix))))
    document = report_html(build_report(replace(view, compared=tuple(many)), ids, None, None))
    assert len(document) < 5e6
    assert b"class 99" in document


def run_cells(notebook: bytes) -> dict[str, Any]:
    """Run the program of a notebook, cell after cell."""
    document = json.loads(notebook)
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 4)
    space: dict[str, Any] = {}
    for cell in document["cells"]:
        assert set(cell) == {"cell_type", "metadata", "source"} | (
            {"outputs", "execution_count"} if cell["cell_type"] == "code" else set()
        )
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    return space


@pytest.mark.parametrize("text", [None, "class(cat) or wrong(run-0)"])
def test_the_notebook_computes_the_same(text: str | None, settings: Settings, dataset: Dataset) -> None:
    view, _ = compared(settings, dataset, ["a", "<b>\"'{x}\\"])
    shown = on_set(text, settings, dataset) if text else None
    view = view if shown is None else view_on_set(view, shown)
    found = run_cells(report_notebook(view, shown))
    for one in view.compared:
        predictions, matrix = one.evaluation.matrix.predictions, one.evaluation.matrix.counts
        assert np.array_equal(found["matrices"][one.id], matrix)
        share, low, high = found["accuracy"][one.id]
        expected = build_report(view, [], shown, None)
        (run,) = [run for run in expected.runs if run.id == one.id]
        assert share == pytest.approx(predictions.accuracy)
        assert (low, high) == pytest.approx((run.interval.low, run.interval.high))
        assert len(found["curves"][one.id]) == 3
    pair = PairedComparison.from_predictions(*(one.evaluation.matrix.predictions for one in view.compared))
    assert found["p_values"]["run-1"] == pytest.approx(pair.p_value)


def test_the_notebook_of_an_empty_set_runs_too(settings: Settings, dataset: Dataset) -> None:
    view, _ = compared(settings, dataset, ["a", "b"])
    shown = on_set("class(cat) and class(dog)", settings, dataset)
    found = run_cells(report_notebook(view_on_set(view, shown), shown))
    assert found["accuracy"] == {}
    assert found["matrices"]["run-0"].sum() == 0


def test_on_the_command_line(
    settings: Settings, dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(settings, dataset, ["first", "second"])
    page, notebook = tmp_path / "r.html", tmp_path / "r.ipynb"
    assert main(["report", "first", "run-1", "--set", "class(cat)", "-o", str(page), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == ["run-0", "run-1"]
    assert told["bytes"] == page.stat().st_size
    assert main(["report", "first", "second", "-o", str(notebook)]) == 0
    assert run_cells(notebook.read_bytes())["accuracy"]
    for words, said in (
        (["report", "third", "-o", str(page)], "no run “third”"),
        (["report", "run", "-o", str(page)], "runs fit “run”"),
        (["report", "first", "-o", str(tmp_path / "r.pdf")], "neither FILE.html nor FILE.ipynb"),
        (["report", "first", "-o", str(tmp_path / "no" / "r.html")], "There is no folder"),
        (["report", "first", "--set", "class(", "-o", str(page)], ""),
    ):
        assert main(words) == 2
        assert said in capsys.readouterr().err
    (tmp_path / "folder.html").mkdir()
    assert main(["report", "first", "-o", str(tmp_path / "folder.html")]) == 1
    assert "folder.html cannot be written (" in capsys.readouterr().err
