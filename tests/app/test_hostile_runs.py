"""Every damaged run folder in one folder of runs: the pages show the good ones, and what is wrong with the others."""

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.runs.layout import RunPaths
from cifar_core.settings import Settings
from tests.fake_runs import write_run
from tests.hostile_runs import NAMES, HostileRun, hostile_runs, spoiled_copy
from tests.open_page import open_page

DATA = "drawn:80"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="makes pipes and devices")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> RunPaths:
    root = tmp_path_factory.mktemp("hostile")
    dataset = open_dataset(
        DATA, Settings(None, root / "runs", root / "trained", root / "cache", root / "keras")
    )
    for runs in ("all", "few"):
        write_run(root / runs, "good", dataset, name="the good one")
    return write_run(root / "good", "good", dataset)


@pytest.fixture(scope="module")
def numbered() -> list[tuple[int, HostileRun]]:
    return list(enumerate(hostile_runs()))


@pytest.fixture(scope="module")
def everything(good: RunPaths, numbered: list[tuple[int, HostileRun]]) -> Path:
    """Make a folder with all of them once: what is read here is only read."""
    root = good.folder.parents[1]
    for number, hostile in numbered:
        spoiled_copy(good, root / "all", number, hostile)
    for folder in ("all", "all/.sweeps"):
        for name in NAMES:
            (root / folder / name).mkdir(parents=True)
        (root / folder / "loop").symlink_to("loop")
        (root / folder / "everything").symlink_to("/")
    return root / "all"


@pytest.fixture(scope="module")
def few(good: RunPaths, numbered: list[tuple[int, HostileRun]]) -> dict[str, list[str]]:
    """Make a folder with five of each part, from all over the table: a page reads them in a moment. Return ids."""
    root = good.folder.parents[1]
    ids: dict[str, list[str]] = {}
    for part in ("record", "metrics", "predictions", "nothing"):
        here = [(number, hostile) for number, hostile in numbered if hostile.damaged == part]
        chosen = here[:: len(here) // 5][:5]
        ids[part] = [spoiled_copy(good, root / "few", *one).folder.name for one in chosen]
    return ids


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)


@pytest.fixture
def among_all(everything: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(everything))


@pytest.fixture
def ids(good: RunPaths, few: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Have the pages read the small folder; return the ids of the runs in it, by what of them is damaged."""
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(good.folder.parents[1] / "few"))
    return few


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.mark.usefixtures("among_all")
@pytest.mark.parametrize("page", ["home", "train", "compare", "explain"])
def test_no_page_falls(page: str) -> None:
    assert not open_page(page).exception


@pytest.mark.usefixtures("among_all")
def test_folders_that_are_no_runs_are_named() -> None:
    app = open_page("train")
    options = next(box.options for box in app.selectbox if box.label == "Run")
    assert "no text � (damaged)" in options
    assert "UPPER (damaged)" in options
    assert "loop (damaged)" not in options
    assert not open_page("train", run="no text �").exception
    assert not open_page("compare", runs=["no text �", "good"]).exception


@pytest.mark.parametrize("part", ["record", "metrics", "nothing"])
def test_each_can_be_watched(ids: dict[str, list[str]], part: str) -> None:
    for run_id in ids[part]:
        app = open_page("train", run=run_id)
        assert (
            "damaged" in texts(app) or "run.json of the run" in texts(app) or "has no readable" in texts(app)
        ) == (part != "nothing"), run_id


@pytest.mark.parametrize("part", ["record", "metrics", "predictions", "nothing"])
def test_each_can_be_compared_with_a_good_one(ids: dict[str, list[str]], part: str) -> None:
    for show in ("Matrices", "Curves"):
        app = open_page("compare", runs=["good", *ids[part]], show=show)
        assert "the good one" in texts(app) or app.get("plotly_chart")
