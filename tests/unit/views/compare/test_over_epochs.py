"""What is said of a run over its epochs."""

import base64

import numpy as np
import pytest

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.evaluation.epoch_predictions import begin_epochs, save_epoch
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.over_epochs import (
    EpochsOnScreen,
    cell_words,
    offered_over_epochs,
    open_over_epochs,
    runs_over_epochs,
)
from cifar_core.views.compare.scrub import Seen, read_seen, scrub_data, scrub_table, set_asked
from cifar_core.views.compare.table import RunRow, list_rows
from cifar_core.views.picture_set import SetOnScreen
from tests.fake_runs import write_run
from tests.unit.views.compare.test_page import make_dataset

INDICES = np.arange(10, 20)


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def rows(settings: Settings, dataset: Dataset) -> list[RunRow]:
    """One run that stopped with epochs in which picture k is right in all but every (k+1)th, and one without any."""
    paths = write_run(settings.runs_dir, "kept", dataset, status="stopped")
    classes, labels = len(dataset.class_names), dataset.train.labels[INDICES]
    begin_epochs(paths.epochs, labels, INDICES, dataset.fingerprint)
    for epoch in range(1, 7):
        right = epoch % (1 + np.arange(10)) != 0
        save_epoch(paths.epochs, epoch, 4 * np.eye(classes, dtype=np.float32)[(labels + ~right) % classes])
    write_run(settings.runs_dir, "without", dataset)
    return list(list_rows(RunStore.from_settings(settings).list(), dataset))


def opened(rows: list[RunRow], within: SetOnScreen | None = None) -> EpochsOnScreen:
    return open_over_epochs(next(row for row in rows if row.id == "kept"), within)


def test_a_stopped_run_can_be_looked_at_and_one_without_is_left_out(rows: list[RunRow]) -> None:
    assert list(runs_over_epochs(rows, ["kept", "without"], ())) == ["kept"]
    assert list(runs_over_epochs(rows, ["without"], ())) == []
    assert [row.id for row in offered_over_epochs(rows)] == ["kept"]


def test_sentences_and_flips(rows: list[RunRow]) -> None:
    shown = opened(rows)
    assert shown.epochs == [1, 2, 3, 4, 5, 6]
    assert shown.notes == ()
    # 0 is never right; 1, 2 and 5 are wrong after epoch 6.
    assert shown.sentence(5).startswith(
        "After epoch 6: 60.0% of 10 validation pictures right, and the network 96.5% sure"
    )
    # After epoch 5 only 0 and 4 were wrong: 4 was learnt; 1, 2 and 5 were lost.
    assert shown.flips(5) == (1, 3)
    assert shown.flips(0) == (0, 0)


def test_the_table_of_forgetting_events_is_that_of_its_sets(
    rows: list[RunRow], settings: Settings, dataset: Dataset
) -> None:
    shown = opened(rows)
    columns, sets = shown.forgetting()
    # Forgotten at each multiple within 6: 1 thrice (2, 4, 6), 2 twice (3, 6), 3, 4, 5 once; the others never.
    assert columns["Pictures"] == [4 + 0, 3, 1, 1, 0, 1]
    assert sum(columns["Share"]) == pytest.approx(100)
    universe = Universe.of_dataset(dataset, [row.run for row in rows], settings.cache_dir)
    assert [len(choose(text, universe)) for text in sets] == columns["Pictures"]
    assert len(choose(shown.set_of("lost_at", 6), universe)) == shown.flips(5)[1]
    names = dataset.class_names
    assert len(choose(shown.set_of("cell_at", 6, names[0], names[0]), universe)) == shown.over.course(0, 0)[5]


def test_a_set_takes_its_own_pictures_and_one_of_others_is_said(
    rows: list[RunRow], settings: Settings, dataset: Dataset
) -> None:
    universe = Universe.of_dataset(dataset, [row.run for row in rows], settings.cache_dir)
    shown = opened(rows, SetOnScreen(choose("list(train:10, train:11, test:3)", universe), {}))
    assert shown.pictures == 2
    assert shown.set_of("lost_at", 6) == "(lost_at(kept, 6)) and (list(train:10, train:11, test:3))"
    other = opened(rows, SetOnScreen(choose("split(test)", universe), {}))
    assert other.pictures == 10
    assert "no validation picture of this run" in other.notes[0]


def test_a_cell_is_called_the_same_in_every_epoch() -> None:
    # The list of cells forgets what was chosen when its name changes.
    assert cell_words(["cat", "dog"], 0, 1) == "cat taken for dog"
    assert cell_words(["cat", "dog"], 1, 1) == "dog recognised"


def test_gaps_and_damage_are_said(rows: list[RunRow], settings: Settings) -> None:
    folder = settings.runs_dir / "kept" / "epochs"
    (folder / "epoch-0002.npz").unlink()
    (folder / "epoch-0004.npz").write_bytes(b"PK")
    notes = opened(rows).notes
    assert notes[0].startswith("Of 6 epochs this run kept 4.")
    assert notes[1] == "Left out, because damaged: 1 epoch. Copy the run anew."


def test_what_the_browser_is_given_is_every_matrix_and_every_flip(rows: list[RunRow]) -> None:
    shown = opened(rows)
    given = scrub_data(shown, None, opens=True)
    cells, counts = (np.frombuffer(base64.b64decode(given[name]), "<i4") for name in ("cells", "counts"))
    classes = len(shown.class_names)
    for number in range(6):
        matrix = np.zeros(classes**2, int)
        part = slice(*given["starts"][number : number + 2])
        matrix[cells[part]] = counts[part]
        by_hand = np.zeros((classes, classes), int)
        np.add.at(by_hand, (shown.over.kept.labels, shown.over.kept.predicted[number]), 1)
        assert matrix.reshape(classes, classes).tolist() == by_hand.tolist()
    assert (given["learnt"][5], given["lost"][5]) == (1, 3)
    assert given["flips"][5] == "Since epoch 5: 1 learnt, 3 lost (flips)."
    assert sum(given["pictures"]) == 10
    assert (
        scrub_data(shown, ClassOrder(tuple(reversed(range(classes)))), opens=True)["drawn"] != given["drawn"]
    )
    table = scrub_table(shown)
    assert table["epoch"] == [1, 2, 3, 4, 5, 6]
    assert table["accuracy"][5] == pytest.approx(0.6)


def test_only_what_there_is_can_be_asked_for(rows: list[RunRow]) -> None:
    shown = opened(rows)
    names = shown.class_names
    assert set_asked(shown, {"name": "lost_at", "epoch": 6}) == "lost_at(kept, 6)"
    cell = {"name": "cell_at", "epoch": 6, "course": 1}
    assert set_asked(shown, cell) == shown.set_of("cell_at", 6, names[0], names[1])
    for strange in (
        None,
        "lost_at",
        {"name": "lost_at", "epoch": 7},
        {"name": "lost_at", "epoch": True},
        {"name": "wrong", "epoch": 6},
        cell | {"course": len(names) ** 2},
        cell | {"course": None},
    ):
        assert set_asked(shown, strange) is None


def test_what_a_browser_tells_is_not_trusted() -> None:
    assert read_seen({"seen": {"asked": 3, "epoch": 5, "course": 2}}) == Seen(3, 5, 2)
    assert read_seen({"seen": {"asked": "3", "epoch": -1, "course": 2.0}}) == Seen()
    assert read_seen({"seen": [1]}) == read_seen(None) == Seen()
