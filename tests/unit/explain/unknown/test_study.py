"""Measuring where a picture is unlike, with a network that anybody can compute."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.special import logsumexp
from sklearn.metrics import roc_auc_score

from cifar_core.data.catalog import DatasetChoice, open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.evaluation.predictions import Predictions, save_predictions
from cifar_core.explain.unknown import study as studies
from cifar_core.explain.unknown.foreign import CIFAR100, MADE
from cifar_core.explain.unknown.record import UnknownRecord
from cifar_core.explain.unknown.shipped import shipped_records
from cifar_core.explain.unknown.study import PICTURES, UnknownStudy, foreign_datasets
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from tests.fake_runs import write_run

VALIDATION = np.arange(3, 63, 2)


def logits_of(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Give logits that fall with how much neighbouring pixels differ."""
    rough = np.abs(np.diff(pictures.astype(np.float32), axis=1)).mean(axis=(1, 2, 3))
    light = pictures.mean(axis=(1, 2, 3)) / 99
    return np.stack([-rough / 9, light - rough / 5], axis=1).astype(np.float32)


class Network:
    """Says :func:`logits_of`, and counts the pictures that it was asked about."""

    def __init__(self) -> None:
        self.asked = 0

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += len(images)
        return logits_of(images)


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dataset:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    return open_dataset(None, Settings.from_environment())


def validate_with(run: Run, dataset: Dataset, numbers: NDArray[np.int64]) -> None:
    labels = dataset.train.labels[numbers % len(dataset.train)]
    said = Predictions(np.zeros((len(numbers), 10), np.float32), labels, numbers)
    save_predictions(run.paths.predictions, validation=said, test=None, fingerprint=dataset.fingerprint)


@pytest.fixture
def run(dataset: Dataset, tmp_path: Path) -> Run:
    paths = write_run(tmp_path / "runs", "run-a", dataset)
    paths.model.write_bytes(b"weights")
    found = RunStore(tmp_path / "runs").get("run-a")
    validate_with(found, dataset, VALIDATION)
    return found


def energy(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.asarray(-logsumexp(logits_of(pictures).astype(np.float64), axis=1))


def test_figures_are_those_of_a_second_count(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    network, told = Network(), list[float]()
    study = UnknownStudy(run, tmp_path, pictures=8, seed=3)
    assert study.stored() is None
    found = study.measure(network, dataset, {}, lambda doing, share: told.append(share))
    validated = energy(dataset.train.images[VALIDATION])
    assert (found.validation, found.of, found.test) == (len(VALIDATION), len(VALIDATION), 8)
    assert found.threshold == pytest.approx(np.percentile(validated, 95), abs=1e-5)
    assert found.share_as_unlike(validated.min() - 1) == 1
    assert found.share_as_unlike(validated.max() + 1) == 0
    assert found.share_as_unlike(np.median(validated)) == pytest.approx(0.5, abs=0.006)
    rng = np.random.default_rng(3)
    rng.permutation(VALIDATION)
    order = rng.permutation(len(dataset.test))
    tested = energy(dataset.test.images[order[:8]])
    assert found.false_alarms == (tested > found.threshold).sum()
    of = dataset.test.images[np.resize(order[8:], 8)]
    for name, make in MADE.items():
        foreign = energy(make(of, rng))
        truth = np.r_[np.zeros(8), np.ones(8)]
        assert found.foreign[name].auroc == pytest.approx(roc_auc_score(truth, np.r_[tested, foreign]))
        assert found.foreign[name].called == (foreign > found.threshold).sum()
    assert found.foreign["noise"].auroc == 1  # which is rougher than any drawing
    assert told == sorted(told)
    assert network.asked == len(VALIDATION) + 8 * 5


def test_what_was_measured_is_kept_until_there_are_more_pictures_to_hold_against(
    run: Run, dataset: Dataset, tmp_path: Path
) -> None:
    network = Network()
    first = UnknownStudy(run, tmp_path, pictures=4).measure(network, dataset, {}, lambda *_: None)
    asked, again = network.asked, UnknownStudy(run, tmp_path, pictures=4)
    assert again.measure(network, dataset, {}, lambda *_: None) == first == again.stored()
    assert network.asked == asked
    more = again.measure(network, dataset, {CIFAR100: dataset}, lambda *_: None)
    assert {name: more.foreign[name] for name in MADE} == dict(first.foreign)
    assert more.foreign[CIFAR100].pictures == 4
    assert again.measure(network, dataset, {}, lambda *_: None) == more
    assert UnknownStudy(run, tmp_path, pictures=4, seed=1).stored() is None
    for damaged in ("{", more.model_dump_json().replace("run-a", "run-b")):
        again.path.write_text(damaged, encoding="utf-8")
        assert again.stored() is None
    run.paths.model.write_bytes(b"other weights")
    assert UnknownStudy(run, tmp_path, pictures=4).path != again.path


def test_of_many_validation_pictures_some_are_drawn(
    run: Run, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "MOST_VALIDATION", 21)
    found = UnknownStudy(run, tmp_path, pictures=2).measure(Network(), dataset, {}, lambda *_: None)
    assert (found.validation, found.of) == (21, len(VALIDATION))


def test_who_stops_it_leaves_nothing(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    def told(doing: str, share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    study = UnknownStudy(run, tmp_path, pictures=2)
    with pytest.raises(KeyboardInterrupt):
        study.measure(Network(), dataset, {}, told)
    assert study.stored() is None


def test_what_is_not_possible_is_said(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    def measure(of: Dataset = dataset) -> UnknownRecord:
        return UnknownStudy(run, tmp_path).measure(Network(), of, {}, lambda *_: None)

    with pytest.raises(RunError, match="these are the pictures of"):
        measure(replace(dataset, fingerprint="0" * 16))
    validate_with(run, dataset, np.arange(19))
    with pytest.raises(RunError, match="has 19 validation pictures"):
        measure()
    validate_with(run, dataset, np.arange(len(dataset.train) - 20, len(dataset.train) + 1))
    with pytest.raises(RunError, match="are not among those"):
        measure()
    run.paths.predictions.unlink()
    with pytest.raises(RunError, match="has not been evaluated"):
        measure()
    with pytest.raises(ConfigError, match="2 pictures or more"):
        UnknownStudy(run, tmp_path, pictures=1)
    run.paths.model.unlink()
    with pytest.raises(RunError, match="Train it again"):
        UnknownStudy(run, tmp_path)


def test_pictures_of_cifar100_are_held_against_where_they_are(
    run: Run, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    settings = Settings.from_environment()
    assert foreign_datasets(run, settings) == {}
    hundred = replace(dataset, class_names=tuple(f"other {number}" for number in range(10)))
    here = DatasetChoice(CIFAR100, "CIFAR-100", "here", available=True)
    monkeypatch.setattr(studies, "list_choices", lambda settings: (here,))
    monkeypatch.setattr(studies, "open_dataset", lambda key, settings: {CIFAR100: hundred}[key])
    others = foreign_datasets(run, settings)
    assert list(others) == [CIFAR100]
    found = UnknownStudy(run, tmp_path, pictures=2).measure(Network(), dataset, others, lambda *_: None)
    assert list(found.foreign) == [*MADE, CIFAR100]
    assert run.record is not None
    assert run.record.data is not None
    knows = run.record.data.model_copy(update={"class_names": others[CIFAR100].class_names})
    knowing = replace(run, record=run.record.model_copy(update={"data": knows}))
    assert foreign_datasets(knowing, settings) == {}  # whose classes those are


def test_a_record_that_does_not_fit_together_is_refused(run: Run, dataset: Dataset, tmp_path: Path) -> None:
    found = UnknownStudy(run, tmp_path, pictures=2).measure(Network(), dataset, {}, lambda *_: None)
    for wrong in ({"false_alarms": 3}, {"quantiles": found.quantiles[::-1]}, {"quantiles": (1.0,)}):
        with pytest.raises(ValidationError, match="fit together"):
            UnknownRecord.model_validate(found.model_dump() | wrong)


def test_a_shipped_run_was_measured_before(tmp_path: Path) -> None:
    store = RunStore(tmp_path, PROJECT_ROOT / "trained")
    for run_id, record in shipped_records().items():
        run = store.get(run_id)
        assert UnknownStudy(run, tmp_path).stored() == record
        assert UnknownStudy(run, tmp_path, PICTURES - 1).stored() is None
        assert run.record is not None
        assert run.record.data is not None
        assert (record.data, record.run) == (run.record.data.fingerprint, run_id)
