"""Colour alone beside the networks."""

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.colour_baseline import ColourBaseline
from cifar_core.evaluation.predictions import Predictions
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.colour_baseline import COLOUR_ALONE, baseline_sentence, beside_colour, beside_columns
from tests.fake_runs import write_run


def baseline_of(labels: list[int], said: list[int], classes: int = 10, validated: int = 20) -> ColourBaseline:
    logits = np.log(np.full((len(said), classes), 1e-3, np.float32))
    logits[np.arange(len(said)), said] = 0
    predictions = Predictions(logits, np.array(labels), np.arange(len(labels)))
    return ColourBaseline(predictions, 8, 0.1, 60, validated, 0.4 if validated else float("nan"))


def test_networks_are_split_by_what_colour_gets_right(settings: Settings) -> None:
    dataset = open_dataset("drawn:80", settings)
    write_run(settings.runs_dir, "2026-worse", dataset, wrong_every=2, name="Worse")
    write_run(settings.runs_dir, "2026-better", dataset, wrong_every=5, name="Better")
    universe = Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)
    labels = dataset.test.labels.tolist()
    assert len(labels) == 20
    # Colour is right on the first ten. Better is wrong on 0, 5, 10 and 15, Worse on every even picture.
    baseline = baseline_of(labels, [label if i < 10 else (label + 1) % 10 for i, label in enumerate(labels)])
    rows = beside_colour(baseline, universe, {"2026-better": "better"})
    assert [row.label for row in rows] == [COLOUR_ALONE, "better", "2026-worse"]
    assert [(row.accuracy, row.where_right, row.where_wrong) for row in rows] == [
        (0.5, 1, 0), (0.8, 0.8, 0.8), (0.5, 0.5, 0.5)
    ]  # fmt: skip
    assert rows[0].interval == "29.9 – 70.1%"
    assert {len(column) for column in beside_columns(rows).values()} == {3}


def test_the_sentence() -> None:
    text = baseline_sentence(baseline_of([0, 1, 2, 3], [0, 1, 2, 4]))
    assert text.startswith(
        "Colour alone gets **75.0%** (95% interval 30.1 – 95.4%, 4 test pictures); guessing gets 10.0%"
    )
    assert "512 colours" in text
    assert "trained on 60 training pictures, chosen on 20 training pictures" in text
    assert "40.0% right" in text
    assert "chosen" not in baseline_sentence(baseline_of([0], [0], validated=0))


@pytest.mark.parametrize("right", [True, False])
def test_all_right_and_all_wrong(settings: Settings, right: bool) -> None:
    dataset = open_dataset("drawn:80", settings)
    labels = dataset.test.labels.tolist()
    universe = Universe.of_dataset(dataset, (), settings.cache_dir)
    said = labels if right else [(label + 1) % 10 for label in labels]
    (row,) = beside_colour(baseline_of(labels, said), universe, {})
    assert row.accuracy == right
    assert np.isnan(row.where_wrong if right else row.where_right)
