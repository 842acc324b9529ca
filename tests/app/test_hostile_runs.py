"""Every damaged run folder in one folder of runs: the pages show the good ones, and what is wrong with the others."""

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.settings import Settings
from tests.fake_runs import write_run
from tests.hostile_runs import NAMES, hostile_runs, spoiled_copy
from tests.open_page import open_page

DATA = "drawn:80"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="makes pipes and devices")


parts: dict[str, str] = {}
"""Which part of each run is to be called damaged, by its id."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder once: what is read here is only read."""
    root = tmp_path_factory.mktemp("hostile")
    settings = Settings(None, root / "runs", root / "trained", root / "cache", root / "keras")
    dataset = open_dataset(DATA, settings)
    good = write_run(root / "good", "good", dataset)
    write_run(root / "runs", "good", dataset, name="the good one")
    for number, hostile in enumerate(hostile_runs()):
        parts[spoiled_copy(good, root / "runs", number, hostile).folder.name] = hostile.damaged
    for folder in ("runs", "runs/.sweeps"):
        for name in NAMES:
            (root / folder / name).mkdir(parents=True)
        (root / folder / "loop").symlink_to("loop")
        (root / folder / "everything").symlink_to("/")
    return root / "runs"


@pytest.fixture(autouse=True)
def _folders(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(kept))


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("page", ["home", "train", "compare", "explain"])
def test_no_page_falls(page: str) -> None:
    assert not open_page(page).exception


def test_folders_that_are_no_runs_are_named() -> None:
    app = open_page("train")
    options = next(box.options for box in app.selectbox if box.label == "Run")
    assert "no text � (damaged)" in options
    assert "UPPER (damaged)" in options
    assert "loop (damaged)" not in options
    assert not open_page("train", run="no text �").exception
    assert not open_page("compare", runs=["no text �", "good"]).exception


def ids_of(part: str) -> list[str]:
    """Return the ids of five runs of which a part is damaged, from all over the table."""
    ids = [run_id for run_id, damaged in parts.items() if damaged == part]
    return ids[:: len(ids) // 5][:5]


@pytest.mark.parametrize("part", ["record", "metrics", "nothing"])
def test_each_can_be_watched(part: str) -> None:
    for run_id in ids_of(part):
        app = open_page("train", run=run_id)
        assert (
            "damaged" in texts(app) or "run.json of the run" in texts(app) or "has no readable" in texts(app)
        ) == (part != "nothing"), run_id


@pytest.mark.parametrize("part", ["record", "metrics", "predictions", "nothing"])
def test_each_can_be_compared_with_a_good_one(part: str) -> None:
    for show in ("Matrices", "Curves"):
        app = open_page("compare", runs=["good", *ids_of(part)], show=show)
        assert "the good one" in texts(app) or app.get("plotly_chart")
