"""Sets of validation pictures by what was said of them after each epoch."""

import numpy as np
import pytest

from cifar_core.data.dataset import Dataset
from cifar_core.errors import ExpressionError
from cifar_core.evaluation.epoch_predictions import begin_epochs, save_epoch
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run

INDICES = np.array([4, 9, 30, 31, 32, 33, 34, 50, 60, 70])


def write_epochs(
    paths: RunPaths, dataset: Dataset, right: list[list[bool]], *, epochs: tuple[int, ...] = (1, 2, 3, 4)
) -> None:
    """Keep epochs in which pictures are right, or taken for the next class; the last six are always right."""
    classes, labels = len(dataset.class_names), dataset.train.labels[INDICES]
    begin_epochs(paths.epochs, labels, INDICES, dataset.fingerprint)
    for epoch, answers in zip(epochs, right, strict=True):
        full = np.array(answers + [True] * (len(INDICES) - len(answers)))
        said = np.where(full, labels, (labels + 1) % classes)
        save_epoch(paths.epochs, epoch, 5 * np.eye(classes, dtype=np.float32)[said])


T, F = True, False
RIGHT = [[T, T, F, F], [T, F, F, F], [T, T, T, F], [T, F, T, F]]
"""Always right, forgotten twice, learnt late, never learnt."""


@pytest.fixture
def universe(settings: Settings, dataset: Dataset) -> Universe:
    write_epochs(write_run(settings.runs_dir, "2026-kept", dataset, name="Kept"), dataset, RIGHT)
    write_run(settings.runs_dir, "2026-without", dataset)
    return Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("forgotten(kept, 2..)", [9]),
        ("forgotten(kept, 1..1)", []),
        ("forgotten(kept, 0)", [4, *INDICES[2:]]),
        ("never_learnt(kept)", [31]),
        ("learnt_at(kept, 3)", [9, 30]),
        ("learnt_at(kept, 1)", []),
        ("lost_at(kept, 4)", [9]),
        ("lost_at(kept, 1)", []),
        ("validated(kept) and not forgotten(kept, 1..)", [4, *INDICES[2:]]),
        ("validated(kept)", INDICES.tolist()),
    ],
)
def test_by_hand(universe: Universe, text: str, expected: list[int]) -> None:
    found = choose(text, universe)
    assert found.of_split("train").tolist() == expected
    assert len(found) == len(expected)
    assert found.text == text.replace("kept", "2026-kept")


def test_a_cell_after_an_epoch(universe: Universe, dataset: Dataset) -> None:
    label = int(dataset.train.labels[9])
    names = dataset.class_names
    found = choose(f"cell_at(kept, 2, {names[label]}, {names[(label + 1) % len(names)]})", universe)
    expected = [index for index in (9, 30, 31) if dataset.train.labels[index] == label]
    assert found.of_split("train").tolist() == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("never_learnt(without)", "There is no run|there is no run"),
        ("never_learnt(2026-without)", "no predictions of single epochs"),
        ("lost_at(kept, 7)", "epoch 7 was not kept. There are: 1, 2, 3, 4"),
        ("forgotten(kept)", r"it is written forgotten\(RUN, 0.9..1\)"),
        ("forgotten(kept, many)", "is no range"),
    ],
)
def test_a_mistake_is_a_sentence(universe: Universe, text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        choose(text, universe)


@pytest.mark.parametrize("what", ["labels", "positions", "fingerprint"])
def test_epochs_of_other_pictures_are_refused(
    settings: Settings, dataset: Dataset, universe: Universe, what: str
) -> None:
    paths = RunPaths(settings.runs_dir / "2026-kept")
    labels, indices, mark = dataset.train.labels[INDICES], INDICES, dataset.fingerprint
    if what == "labels":
        labels = (labels + 1) % len(dataset.class_names)
    elif what == "positions":
        indices = indices + len(dataset.train)
    else:
        mark = "0" * 16
    begin_epochs(paths.epochs, labels, indices, mark)
    with pytest.raises(ExpressionError, match=r"Copy it anew|other pictures"):
        choose("validated(2026-kept)", universe)


def test_without_the_pictures_it_says_so(settings: Settings, dataset: Dataset, universe: Universe) -> None:
    runs = universe.runs
    alone = Universe.of_run(next(run for run in runs if run.id == "2026-kept"), runs, settings.cache_dir)
    with pytest.raises(
        ExpressionError, match="these are training pictures, and they are not on this machine"
    ):
        choose("validated(kept)", alone)
