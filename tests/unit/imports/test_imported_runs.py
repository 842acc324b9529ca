"""What the command line and the pages say of a run that was not trained here."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.evaluation.predictions import Predictions
from cifar_core.imports.scaling import best_order, channel_statistics, choose_scaling, scale_and_offset
from cifar_core.runs.imported import Scaling, ScalingFinding, ScalingTrial
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.table import list_rows
from cifar_core.views.explain.models import model_choices
from cifar_core.views.home import build_home
from cifar_core.views.train.live import build_train_view
from tests.fake_imports import write_imported_run
from tests.fake_runs import predictions_of, write_run

NAMES = tuple("abcdefghij")


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:40", settings)


@pytest.fixture
def run(settings: Settings, dataset: Dataset) -> Run:
    paths = write_imported_run(settings.runs_dir, "imported", dataset)
    paths.model.write_bytes(b"weights")
    return RunStore.from_settings(settings).get("imported")


def test_the_command_line_lists_shows_exports_and_deletes_it(
    run: Run, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ["--runs", str(settings.runs_dir), "runs"]
    assert main([*runs, "list"]) == 0
    assert main([*runs, "show", "imported"]) == 0
    printed = capsys.readouterr().out
    assert " of None" not in printed
    assert re.search(r"imported from +mine\.keras", printed)
    assert main([*runs, "show", "imported", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["epochs"], shown["record"]["config"]["scaling"]["chosen"]) == (None, "0 to 1")
    assert main([*runs, "export", "imported", str(tmp_path / "copies")]) == 0
    assert RunStore(tmp_path / "copies").get("imported").record == run.record
    assert main([*runs, "delete", "imported", "--yes"]) == 0
    assert not run.paths.folder.exists()


def test_the_train_page_has_no_epochs_to_tell_of(run: Run) -> None:
    view = build_train_view(run, (run,)).run
    assert [(fact.name, fact.value) for fact in view.facts] == [("Validation accuracy", "75.0%")]
    assert view.outcome is not None
    assert "may have been among its training pictures" in view.outcome
    assert "never trained on the test pictures" in view.outcome
    assert "25.0% with 0 to 255, 75.0% with 0 to 1" in view.outcome
    assert "cannot be told apart" in view.outcome
    assert "imported from mine.keras" in view.subtitle
    assert (view.compare[0], view.can_explain, view.can_stop, view.can_delete) == (view.id, True, False, True)


def test_compare_and_explain_take_it_and_home_does_not_praise_it(
    run: Run, settings: Settings, dataset: Dataset
) -> None:
    write_run(settings.runs_dir, "trained", dataset, wrong_every=2)
    runs = RunStore.from_settings(settings).list()
    row = next(row for row in list_rows(runs, dataset) if row.id == "imported")
    assert (row.missing, row.epochs, row.training_seconds, row.hardware) == (None, None, None, "")
    assert row.interval is not None
    (choice,) = model_choices(runs, dataset)
    assert choice.label.startswith("mine · imported · ")
    assert choice.caution is not None
    assert [best.run_id for best in build_home(dataset, (), runs).best] == ["trained"]


def test_it_cannot_be_trained_or_resumed(run: Run, settings: Settings) -> None:
    assert run.record is not None
    with pytest.raises(RunError, match="nothing to train"):
        _ = run.record.training
    with pytest.raises(RunError, match="has finished"):
        RunStore.from_settings(settings).resume("imported")
    run.record.model_copy(update={"status": "queued"}).write(run.paths.record)
    with pytest.raises(RunError, match="An imported run is finished"):
        RunRecord.read(run.paths.record)


def test_statistics_of_the_channels_are_those_of_numpy(dataset: Dataset) -> None:
    mean, deviation = channel_statistics(dataset.train.images)
    np.testing.assert_allclose(mean, dataset.train.images.mean(axis=(0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(deviation, dataset.train.images.std(axis=(0, 1, 2)), rtol=1e-12)
    scale, offset = scale_and_offset("standardised", mean, deviation)
    scaled = dataset.train.images * scale + offset
    np.testing.assert_allclose(scaled.mean(axis=(0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=(0, 1, 2)), 1, atol=1e-12)
    assert scale_and_offset("-1 to 1", mean, deviation)[0][0] * 255 - 1 == 1
    flat = scale_and_offset("standardised", mean, np.zeros(3))
    assert np.isfinite(flat[0]).all()


def answers(right: float, *, count: int = 1000, seed: int = 0, shift: int = 0) -> Predictions:
    """Make answers to pictures of ten classes of which a share is right, up to an order of the classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    said = np.where(rng.random(count) < right, (labels + shift) % 10, rng.integers(0, 10, count))
    return predictions_of(labels.tolist(), said.tolist(), 10)


@pytest.mark.parametrize(
    ("shares", "warning"),
    [
        ((0.1, 0.8, 0.3, 0.2), None),
        ((0.1, 0.80, 0.79, 0.2), "“-1 to 1” and “0 to 1” cannot be told apart"),
        ((0.0, 0.0, 0.01, 0.0), "clearly better than guessing (10%)"),
    ],
)
def test_a_warning_stands_where_the_choice_may_be_wrong(
    shares: tuple[float, ...], warning: str | None
) -> None:
    scalings: tuple[Scaling, ...] = ("0 to 255", "0 to 1", "-1 to 1", "standardised")
    tried = {
        scaling: answers(right, seed=seed)
        for seed, (scaling, right) in enumerate(zip(scalings, shares, strict=True))
    }
    finding = choose_scaling(tried, NAMES)
    assert (finding.chosen_on, finding.pictures) == (500, 500)
    judged = (np.arange(1000) // 10 + np.arange(1000)) % 2 == 1  # of each class every second picture
    assert {trial.scaling: trial.accuracy for trial in finding.trials} == {
        scaling: one.correct[judged].mean() for scaling, one in tried.items()
    }
    chosen = wilson_interval(int(tried[finding.chosen].correct[judged].sum()), 500)
    assert (finding.low, finding.high) == (chosen.low, chosen.high)
    if warning is None:
        assert (finding.chosen, finding.warning) == ("0 to 1", None)
    else:
        assert warning in (finding.warning or "")


def test_another_order_of_the_classes_is_named() -> None:
    order, accuracy = best_order(answers(0.7, shift=3))
    assert order == tuple((number - 3) % 10 for number in range(10))
    assert accuracy > 0.7
    finding = choose_scaling({"0 to 255": answers(0.1), "0 to 1": answers(0.7, shift=3)}, NAMES)
    assert finding.chosen == "0 to 1"
    assert "read as h, i, j, a, b, c, d, e, f, g it would be right in 7" in (finding.warning or "")
    plain = next(trial.accuracy for trial in finding.trials if trial.scaling == "0 to 1")
    assert "of the 500 pictures that judged (95% interval 6" in (finding.warning or "")
    assert f"instead of {100 * plain:.0f}%. " in (finding.warning or "")
    assert plain < 0.05


def weak(count: int, seed: int) -> Predictions:
    """Make answers of a network that has learned little: in the right order, and of few classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    likely = np.where(rng.random(count) < 0.1, labels, rng.choice([0, 4, 5, 8], count))
    return predictions_of(labels.tolist(), likely.tolist(), 10)


def test_a_weak_network_in_the_right_order_is_told_of_no_other() -> None:
    """What fits best to the pictures that it was found on would be named in many of these cases."""
    fitted, named = [], []
    for seed in range(200):
        tried = weak(40, seed)
        fitted.append(best_order(tried)[1] > tried.accuracy + 0.1)
        named.append("another order:" in (choose_scaling({"0 to 255": tried}, NAMES).warning or ""))
    assert sum(fitted) > 60
    assert sum(named) <= 2


def test_a_record_of_before_says_that_the_same_pictures_chose_and_judged() -> None:
    tried = ScalingTrial(scaling="0 to 1", accuracy=0.5)
    before = ScalingFinding(chosen="0 to 1", pictures=120, trials=(tried,))
    assert before.sentence == "Pixels scaled 0 to 1, chosen on 120 validation pictures: 50.0% with 0 to 1."
    now = before.model_copy(update={"pictures": 60, "chosen_on": 60, "low": 0.377, "high": 0.623})
    assert now.sentence == (
        "Pixels scaled 0 to 1, chosen on 60 validation pictures, judged on 60 others: 50.0% with 0 to 1 "
        "(95% interval 37.7 – 62.3%)."
    )
