"""One's own saved sets as a table."""

from datetime import UTC, datetime

import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.saved import SavedSet, SetStore
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare import saved_slices as module
from cifar_core.views.compare.saved_slices import saved_sentence, saved_slice_columns, saved_slices
from tests.fake_runs import write_run


@pytest.fixture
def universe(settings: Settings) -> Universe:
    dataset = open_dataset("drawn:200", settings)
    for name, every in (("fifth", 5), ("second", 2)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every)
    store = SetStore(settings.runs_dir)
    store.save("two of them, =1", "class(cat) or class(dog)")
    store.save("its mistakes", "wrong(second)")
    store.save("odd one", "class(zebra)")
    runs = RunStore.from_settings(settings).list()
    return Universe.of_dataset(dataset, runs, settings.cache_dir, store.expression)


def test_a_line_for_each_set_and_run(universe: Universe, settings: Settings) -> None:
    saved = SetStore(settings.runs_dir).list()
    slices, notes = saved_slices(saved, universe, {"fifth": "a fifth", "second": "half"})
    assert [(one.name, one.run) for one in slices] == [
        ("its mistakes", "a fifth"), ("its mistakes", "half"),
        ("two of them, =1", "a fifth"), ("two of them, =1", "half"),
    ]  # fmt: skip
    assert len(notes) == 1
    assert "zebra" in notes[0]
    columns = saved_slice_columns(slices)
    tests = len(universe.test_labels)
    assert columns["n"][:2] == [tests // 2] * 2
    assert columns["Accuracy"][1] == 0
    assert columns["Difference"][1] == -100
    assert columns["p (Holm)"][1] == "–"  # chosen by what it said itself
    # Every tenth picture is wrong by both: of the mistakes of the second a fifth, of the rest a fifth, too.
    assert columns["Accuracy"][0] == pytest.approx(80)
    assert columns["p (Holm)"][0] == "1.000"
    assert "(" in slices[2].expression
    assert saved_sentence(slices).startswith("On none of your saved sets")


def test_what_is_really_different_is_counted(universe: Universe) -> None:
    now = datetime.now(UTC)
    chosen = SavedSet(name="its mistakes", expression="", saved=now)
    slices, _ = saved_slices([chosen], universe, {"fifth": "a fifth"})
    worse = slices[0].__class__("x", "r", "e", slices[0].found.__class__(50, 10, 50, 40, 0.001))
    better = slices[0].__class__("x", "r", "e", slices[0].found.__class__(50, 40, 50, 10, 0.04))
    assert saved_sentence([worse, better, slices[0]]) == (
        "Really worse than on the rest: 1 of 3 lines; really better: 1."
    )


def test_no_set_and_too_many(universe: Universe, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert saved_slices([], universe, {"fifth": "a"}) == ((), ())
    assert saved_slice_columns([])["Set"] == []
    monkeypatch.setattr(module, "MOST_SHOWN", 1)
    _, notes = saved_slices(SetStore(settings.runs_dir).list(), universe, {"fifth": "a"})
    assert notes == ("Only the first 1 of 3 saved sets are shown.",)
