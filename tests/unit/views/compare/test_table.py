"""The table of runs says what all other places say."""

from pathlib import Path

from cifar_core.data.catalog import open_dataset
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.columns import ACCURACY
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import write_run


def test_an_accuracy_is_rounded_as_everywhere_else(settings: Settings, tmp_path: Path) -> None:
    dataset = open_dataset("drawn:1600", settings)
    write_run(tmp_path, "a-run", dataset, wrong_every=6)
    runs = [RunStore(tmp_path).get("a-run")]
    (row,) = list_rows(runs, dataset)
    assert row.test_accuracy is not None
    # In words: a browser would round a bare percentage half up, where Python rounds half to even.
    assert ACCURACY.words(row) == f"{row.test_accuracy:.1%}"
