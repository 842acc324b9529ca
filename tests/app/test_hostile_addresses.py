"""Addresses that nobody wrote by hand: every parameter of every page holds what it must not, and no page falls."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.epoch_predictions import begin_epochs, save_epoch
from cifar_core.explain.answer import Answers
from cifar_core.settings import PROJECT_ROOT, Settings
from pages.parts.frame import session
from tests.app.test_explain_page import FakeService
from tests.fake_runs import write_run
from tests.open_page import APP

DATA = "drawn:80"
HOSTILE: tuple[str | list[str], ...] = (
    "1e999",
    "9" * 400,
    "9" * 5000,
    "x" * 20_000,
    "nan",
    "-inf",
    "-1",
    "1.5",
    "a\0b",
    "٣",
    "²",
    "",
    " ",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "**a** :material/home: ![x](http://e.example)",
    "cat\u202e",
    "(" * 3000,
    "[]",
    "~~0123456789abcdef",
    [f"v{number}" for number in range(300)],
)
ENDLESS = ("1e999", "nan", "9" * 400)
"""What is a number to some readers and none to others."""


def parameters() -> list[str]:
    """Return every parameter of an address that the pages name, and those whose names are put together."""
    asked = re.compile(
        r"(?:bound|kept|named|chosen|choose_class)\((?:dataset, \"\w+\", )?\"(\w+)\"|query_params[.\w]*[\[(]\"(\w+)\""
    )
    files = (PROJECT_ROOT / "pages").rglob("*.py")
    found = {one or two for file in files for one, two in asked.findall(file.read_text(encoding="utf-8"))}
    found |= {"from", "angle", "right", "down", "size", "side", "row", "column", "epsilon", "severity"}
    return sorted(
        found | {f"new.{name}" for name in ("model", "seed", "many", "try", "learning_rate", "name", "<b>")}
    )


OPEN: dict[str, str | list[str]] = {
    f"{part}_part": "true" for part in ("beside", "change", "numbers", "surroundings", "trust", "unknown")
}
"""Parts of Explain that are closed at first, and what stands in them not drawn."""

VIEWS: list[tuple[str, dict[str, str | list[str]]]] = [
    ("home", {}),
    ("dataset", {"data": DATA, "view": "Pictures"}),
    ("dataset", {"data": DATA, "view": "Colour lab"}),
    ("dataset", {"data": DATA, "view": "Map", "set": "class(cat)"}),
    *(("compare", {"data": DATA, "runs": "kept", "show": show}) for show in ("Matrices", "Curves", "Epochs", "Labels")),
    ("compare", {"data": DATA}),
    *(("explain", OPEN | {"data": DATA, "source": "data set", "change": one}) for one in ("fog", "placed", "pgd")),
    ("train", {"data": DATA}),
    ("train", {"data": DATA, "new.many": "sweep"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("addresses")
    dataset = open_dataset(
        DATA, Settings(None, root / "runs", root / "trained", root / "cache", root / "keras")
    )
    for name in ("kept", "other"):
        paths, labels = write_run(root / "runs", name, dataset), dataset.train.labels[:10]
        paths.model.write_bytes(b"weights")
        begin_epochs(paths.epochs, labels, np.arange(10), dataset.fingerprint)
        for epoch in (1, 2):
            save_epoch(paths.epochs, epoch, 4 * np.eye(10, dtype=np.float32)[labels])
    return root


@pytest.fixture(autouse=True)
def _folders(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(kept / "runs"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(kept / "cache"))
    service = FakeService()
    answers = Answers(service)
    monkeypatch.setattr(session, "inference_service", lambda: service)
    monkeypatch.setattr(session, "answers", lambda: answers)


def opened(page: str, address: dict[str, str | list[str]]) -> AppTest:
    """Open a page directly, as a link does."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page(f"pages/{page}.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def test_the_parameters_are_found() -> None:
    found = parameters()
    assert {"set", "runs", "seed", "epoch", "class", "cell", "sweep", "projector", "map_of"} <= set(found)
    assert len(found) > 60


@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_no_page_falls_and_none_says_more_than_can_be_read(number: int) -> None:
    page, fixed = VIEWS[number]
    names = [name for name in parameters() if name not in fixed]
    # Every view has other values for each, and all views together most pairs of a parameter and a value.
    address = {name: HOSTILE[(5 * place + number) % len(HOSTILE)] for place, name in enumerate(names)}
    app = opened(page, address | fixed)
    assert not app.exception
    said = [one.value for kind in (app.warning, app.error, app.info) for one in kind]
    assert len(said) < 30
    assert max(map(len, said), default=0) < 3000
    assert [one for one in said if not one.endswith((".", "?"))] == []


@pytest.mark.parametrize(
    ("page", "address", "name"),
    [
        ("dataset", {"view": ""}, "view"),
        ("dataset", {"view": "Colour lab", "space": ""}, "space"),
        ("compare", {"runs": "kept", "show": ""}, "show"),
        ("explain", {"source": ""}, "source"),
    ],
)
def test_an_empty_value_is_as_none(page: str, address: dict[str, str | list[str]], name: str) -> None:
    app = opened(page, address)
    assert not app.exception
    assert app.segmented_control(key=name).value is not None
    assert name not in app.query_params


@pytest.mark.parametrize("value", ENDLESS)
def test_a_number_without_an_end_is_told(value: str) -> None:
    pictures = opened("dataset", {"view": "Pictures", "seed": value, "page": value, "from": value})
    curves = opened("compare", {"runs": "kept", "show": "Curves", "smoothing": value, "lines_page": value})
    for app, label in ((pictures, "Shuffle"), (curves, "Smoothing")):
        assert not app.exception
        assert any(f"The address asks for “{label}: " in one.value for one in app.warning)
    assert pictures.number_input(key="seed").value == 0
    assert curves.slider(key="smoothing").value == 0
