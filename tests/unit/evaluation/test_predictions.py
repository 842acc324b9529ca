from pathlib import Path

import numpy as np
import pytest

from cifar_core.errors import RunError
from cifar_core.evaluation.predictions import (
    Predictions,
    load_predictions,
    predictions_fingerprint,
    save_predictions,
)


def make(logits: list[list[float]], labels: list[int]) -> Predictions:
    return Predictions(
        np.array(logits, np.float32), np.array(labels, np.int64), np.arange(len(labels), dtype=np.int64)
    )


@pytest.fixture
def three() -> Predictions:
    return make([[0.0, np.log(3.0)], [2.0, 2.0], [5.0, -5.0]], [1, 1, 0])


def test_probabilities_are_the_softmax(three: Predictions) -> None:
    np.testing.assert_allclose(three.probabilities[0], [0.25, 0.75], rtol=1e-6)
    np.testing.assert_allclose(three.probabilities.sum(axis=1), 1.0)
    assert three.predicted.tolist() == [1, 0, 0]  # equal logits: the lowest class
    assert three.correct.tolist() == [True, False, True]
    assert three.accuracy == pytest.approx(2 / 3)
    np.testing.assert_allclose(three.confidence[:2], [0.75, 0.5], rtol=1e-6)


def test_huge_logits_do_not_overflow() -> None:
    huge = make([[60000.0, 59999.0], [-60000.0, -60000.0]], [0, 1])
    np.testing.assert_allclose(huge.probabilities[0, 0], 1 / (1 + np.exp(-1)))
    np.testing.assert_allclose(huge.probabilities[1], 0.5)


def test_no_pictures_have_no_accuracy() -> None:
    none = Predictions(np.zeros((0, 2), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert np.isnan(none.accuracy)


def test_shapes_that_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match="do not describe the same pictures"):
        make([[0.0, 1.0]], [0, 1])
    with pytest.raises(ValueError, match="between 0 and 1"):
        make([[0.0, 1.0]], [2])


def test_what_was_saved_is_read_back(tmp_path: Path, three: Predictions) -> None:
    path = tmp_path / "predictions.npz"
    test = make([[1e9, -1e9, 0.5]], [2])
    save_predictions(path, validation=three, test=test, fingerprint="abc123")

    back = load_predictions(path, "validation")
    np.testing.assert_allclose(back.logits, three.logits, atol=1e-3)
    assert back.logits.dtype == np.float32
    assert back.labels.dtype == back.indices.dtype == np.int64
    assert back.labels.tolist() == [1, 1, 0]
    assert back.indices.tolist() == [0, 1, 2]
    assert load_predictions(path, "test").predicted.tolist() == [0]  # clipped to what float16 holds
    assert predictions_fingerprint(path) == "abc123"
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.npz"]


def test_a_run_that_was_not_tested_says_so(tmp_path: Path, three: Predictions) -> None:
    path = tmp_path / "predictions.npz"
    save_predictions(path, validation=three, test=None, fingerprint="abc")
    with pytest.raises(RunError, match="no predictions for the test pictures"):
        load_predictions(path, "test")


def test_a_failed_save_leaves_the_old_file(
    tmp_path: Path, three: Predictions, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "predictions.npz"
    save_predictions(path, validation=three, test=None, fingerprint="old")

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    with pytest.raises(OSError, match="No space"):
        save_predictions(path, validation=three, test=None, fingerprint="new")
    assert predictions_fingerprint(path) == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="has not been evaluated"):
        load_predictions(tmp_path / "predictions.npz", "test")


@pytest.mark.parametrize("keep", [0, 1, 40, 300, -30, -1])
def test_a_truncated_file_gets_a_sentence(tmp_path: Path, three: Predictions, keep: int) -> None:
    path = tmp_path / "predictions.npz"
    save_predictions(path, validation=three, test=three, fingerprint="abc")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match="is damaged"):
        load_predictions(path, "test")


def test_flipped_bytes_never_raise_anything_else(tmp_path: Path, three: Predictions) -> None:
    path = tmp_path / "predictions.npz"
    save_predictions(path, validation=three, test=three, fingerprint="abc")
    good = path.read_bytes()
    refused = 0
    for position in range(0, len(good), 7):
        path.write_bytes(good[:position] + bytes([good[position] ^ 0xFF]) + good[position + 1 :])
        try:
            load_predictions(path, "test")
            predictions_fingerprint(path)
        except RunError:
            refused += 1
    assert refused > 50


def test_a_pickle_inside_is_not_executed(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    marker = tmp_path / "executed"

    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (marker,)

    np.savez(path, test_logits=np.array([Hostile()], dtype=object), allow_pickle=True)
    with pytest.raises(RunError, match="is damaged"):
        load_predictions(path, "test")
    assert not marker.exists()


def test_logits_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    save_predictions(path, validation=make([[np.nan, 1.0]], [0]), test=None, fingerprint="abc")
    with pytest.raises(RunError, match="is damaged"):
        load_predictions(path, "validation")
