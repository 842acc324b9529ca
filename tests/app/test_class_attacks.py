"""What one student may try against another by addresses and by what the pages send back; none succeeds."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cifar_core.accounts.limits import Limits
from cifar_core.accounts.user import User
from cifar_core.data.catalog import open_dataset
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.sweeps.store import Sweep
from tests.app.test_class import ADA, BOB, keys, open_as, texts, write_config
from tests.fake_runs import write_run
from tests.fake_sweeps import write_sweep

OWNER = User("ada@school.example", "Ada", "student")


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


@pytest.fixture
def hers(tmp_path: Path) -> RunStore:
    """Return the store in which Ada has a run that waits, one that was stopped and one that is finished."""
    store = RunStore(tmp_path / "runs", user=OWNER, limits=Limits(100, 10**9))
    store.create(write_config("waits", "drawn:80"), run_id="waits")
    store.create(write_config("stopped", "drawn:80"), run_id="stopped")
    store.request_stop("stopped")
    paths = write_run(store.runs_dir, "finished", open_dataset(None, Settings.from_environment()))
    RunRecord.read(paths.record).model_copy(update={"owner": OWNER.id}).write(paths.record)
    return store


@pytest.fixture
def sweep(hers: RunStore) -> Sweep:
    return write_sweep(hers)


def everything(store: RunStore) -> Mapping[str, bytes]:
    files = (path for path in sorted(store.runs_dir.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(store.runs_dir)): path.read_bytes() for path in files}


@pytest.mark.parametrize("run_id", ["waits", "stopped", "finished"])
@pytest.mark.parametrize("page", ["train", "compare", "explain"])
def test_by_the_address_of_anothers_run(hers: RunStore, page: str, run_id: str) -> None:
    before = everything(hers)
    app = open_as(BOB, page, run=run_id, runs=run_id, stop=run_id, delete=run_id, owner="bob@school.example")
    for verb in ("stop", "resume", "delete", "confirm"):
        assert f"{verb}_{run_id}" not in keys(app)
    assert "edit" not in app.session_state  # there is no such menu
    assert everything(hers) == before
    mine = open_as(ADA, "train", run=run_id)
    assert keys(mine) & {f"stop_{run_id}", f"resume_{run_id}", f"confirm_{run_id}"}


@pytest.mark.parametrize(
    "run_id", ["../../etc", "..", "waits/../waits", "%2e%2e%2fwaits", ".sweeps", "a\0b", "x" * 5000, "-1"]
)
@pytest.mark.parametrize("page", ["train", "compare", "explain"])
def test_by_an_address_that_is_no_runs(hers: RunStore, page: str, run_id: str) -> None:
    before = everything(hers)
    app = open_as(BOB, page, run=run_id, runs=run_id, sweep=run_id, cell=f"{run_id}:x", of=run_id)
    assert not app.exception
    assert everything(hers) == before


def test_by_a_form_that_names_anothers_buttons(hers: RunStore, sweep: Sweep) -> None:
    """What a page takes from a browser is by the key of a widget: those that were not drawn for Bob do nothing."""
    before = everything(hers)
    app = open_as(BOB, "train", run="waits")
    for key in (
        "stop_waits",
        "resume_stopped",
        "confirm_finished",
        f"stop_{sweep.id}",
        "queue_cancel",
    ):
        app.session_state[key] = True
    app.run()
    assert everything(hers) == before


def test_by_choosing_anothers_run_in_the_queue(hers: RunStore) -> None:
    RunStore(hers.runs_dir).create(write_config("his", "drawn:80"), run_id="his", owner="bob@school.example")
    before = everything(hers)
    app = open_as(BOB, "train", run="his")
    boxes = {box.key: box for box in app.checkbox if "waits" in box.label or "waits" in (box.key or "")}
    assert len(boxes) == 1
    next(iter(boxes.values())).check().run()
    for key in ("queue_cancel", "queue_front", "queue_up", "queue_down"):
        button = app.button(key=key)
        assert button.disabled
        button.proto.disabled = False  # as a browser that was changed would send it
        button.click().run()
        assert not app.exception
    assert everything(hers) == before


def test_by_the_address_of_anothers_sweep(hers: RunStore, sweep: Sweep) -> None:
    before = everything(hers)
    app = open_as(BOB, "train", sweep=sweep.id)
    assert "learning_rate = 0.0001" in texts(app)
    mine = open_as(ADA, "train", sweep=sweep.id)
    assert keys(mine) - keys(app) >= {key for key in keys(mine) if "stop" in key or "delete" in key}
    assert any("stop" in key for key in keys(mine))
    assert everything(hers) == before


@pytest.mark.parametrize("key", ["finished", "runs/finished", "private"])
def test_by_the_path_of_anothers_pictures(hers: RunStore, tmp_path: Path, key: str) -> None:
    private = tmp_path / "private"
    for split in ("train", "test"):
        (private / split / "cat").mkdir(parents=True)
    for asked in (str(tmp_path / key), f"{tmp_path / key}#crop", f"../{key}", f"file://{tmp_path / key}"):
        app = open_as(BOB, data=asked)
        assert app.selectbox(key="data").value is None
        assert "There is no data set" in app.error[0].value
    page = open_as(BOB).switch_page("pages/dataset.py").run()
    page.session_state["data"] = str(tmp_path / key)  # whatever the page may have been told
    page.run()
    assert "in the list of this server" in page.error[0].value


def test_by_the_name_of_a_run(hers: RunStore) -> None:
    """Bob's run bears the id and the name of Ada's, markup and a path; hers stays hers, and his is shown as typed."""
    before = everything(hers)
    app = open_as(BOB, "train", circumstances_part="true")
    app.text_input(key="name_cnn-2conv").set_value("../waits").run()
    app.button(key="start").click().run()
    assert not app.exception
    new = {path: content for path, content in everything(hers).items() if path not in before}
    (record,) = (path for path in new if path.endswith("run.json"))
    assert record.count("/") == 1
    assert b'"owner": "bob@school.example"' in new[record] or b'"owner":"bob@school.example"' in new[record]
    assert {path: content for path, content in everything(hers).items() if path in before} == before
