"""Which model Explain begins with."""

from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.explain.models import ModelChoice, first_choice, model_choices
from tests.fake_runs import change, provenance, write_run

MODEL = ModelChoice("run", "a run", Path("model.keras"), ("cat", "dog", "ship"))


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"best": 3, "second": 8, "third": 32}, "second"),
        ({"best": 8, "second": 32}, "best"),
        ({"best": 0, "second": 7}, "best"),
        ({"best": 3, "other pictures": 8}, "best"),
        ({"other pictures": 3, "others too": 8}, "others too"),
    ],
)
def test_explain_opens_with_the_best_model_whose_map_is_fine_enough(
    sides: dict[str, int], expected: str
) -> None:
    choices = [
        replace(MODEL, run_id=name, map_side=side, trained_elsewhere="x" if "other" in name else None)
        for name, side in sides.items()
    ]
    assert first_choice(choices).run_id == expected


def test_a_model_is_called_by_name_and_accuracy_and_by_its_pictures_where_they_are_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    dataset = open_dataset("drawn:40", settings)
    for name in ("cnn-2conv", "mine", "elsewhere"):
        write_run(settings.runs_dir, name, dataset).model.write_bytes(b"weights")
    store = RunStore(settings.runs_dir)
    change(store, store.get("elsewhere"), data=provenance())
    change(store, store.get("mine"), results=None)
    labels = {one.run_id: one.label for one in model_choices(store.list(), dataset)}
    assert labels == {
        "cnn-2conv": "cnn-2conv · 70.0%",
        "mine": "mine · cnn-2conv",
        "elsewhere": "elsewhere · cnn-2conv · 70.0% on Drawn sample",
    }
