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
from cifar_core.evaluation.softmax import softmax
from tests.flaws import flaws


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
    np.testing.assert_allclose(back.logits, [[-np.log(3), 0], [0, 0], [0, -10]], atol=1e-3)
    assert back.logits.dtype == np.float32
    assert back.labels.dtype == back.indices.dtype == np.int64
    assert back.labels.tolist() == [1, 1, 0]
    assert back.indices.tolist() == [0, 1, 2]
    assert load_predictions(path, "test").logits.tolist() == [[0, -65504, -65504]]  # what float16 holds
    assert predictions_fingerprint(path) == "abc123"
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.npz"]


def kept(tmp_path: Path, logits: np.ndarray) -> Predictions:
    """Write logits, all of pictures of class 0, and read them again."""
    some = Predictions(logits.astype(np.float32), np.zeros(len(logits), np.int64), np.arange(len(logits)))
    save_predictions(tmp_path / "predictions.npz", validation=some, test=None, fingerprint="abc")
    return load_predictions(tmp_path / "predictions.npz", "validation")


@pytest.mark.parametrize("size", [1e-40, 1e-9, 1e-3, 1.0, 2_203.0, 7e4, 1e6, 1e30])
def test_logits_of_any_size_keep_their_class(tmp_path: Path, size: float) -> None:
    rng = np.random.default_rng(0)
    logits = (size * rng.uniform(-1, 1, (5_000, 10))).astype(np.float32)
    logits[::3] += np.float32(size)
    back = kept(tmp_path, logits)
    assert back.predicted.tolist() == logits.argmax(1).tolist()
    np.testing.assert_allclose(back.probabilities, softmax(logits), atol=0.0014)
    assert 0.05 < back.accuracy < 0.15


def test_a_file_of_before_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    logits = np.array([[3, 1, -2], [-700, 65_504, 0]], np.float16)
    arrays = {"logits": logits, "labels": np.array([0, 1]), "indices": np.array([5, 3])}
    np.savez_compressed(path, fingerprint="abc", **{f"test_{name}": array for name, array in arrays.items()})
    back = load_predictions(path, "test")
    assert back.logits.tolist() == logits.tolist()
    assert (back.accuracy, back.indices.tolist()) == (1.0, [5, 3])


@pytest.mark.parametrize("classes", [2, 10, 100, 1000])
def test_no_probability_moves_further_than_promised(tmp_path: Path, classes: int) -> None:
    rng = np.random.default_rng(classes)
    # Differences that float16 rounds by all of a 2048th (just above a power of two, half a step off), alike in all
    # classes or not, under a largest logit of any size.
    powers = 2.0 ** rng.integers(-6, 12, (400, classes))
    steps = rng.choice([-0.99, 0.99, 3.01], (400, classes))
    powers[:200], steps[:200] = powers[:200, :1], steps[:200, :1]
    below = powers * (1 + steps / 2048)
    below[np.arange(400), rng.integers(0, classes, 400)] = 0
    logits = (rng.choice([0, 30, 2_203, 1e4], (400, 1)) - below).astype(np.float32)
    back = kept(tmp_path, logits)
    moved = np.abs(back.probabilities - softmax(logits)).max()
    promised = (0.4 + np.log(classes)) / 2048
    assert promised / 8 < moved <= promised


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
    with pytest.raises(RunError, match="is damaged") as refused:
        load_predictions(path, "test")
    assert flaws(str(refused.value)) == []


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


def test_some_of_the_pictures_keep_their_order() -> None:
    predictions = Predictions(np.eye(4, dtype=np.float32), np.array([0, 1, 2, 3]), np.array([7, 2, 9, 4]))
    some = predictions.of(np.array([4, 7, 100]))
    assert some.indices.tolist() == [7, 4]
    assert some.labels.tolist() == [0, 3]
    assert some.logits.tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]
    assert len(predictions.of(np.array([], np.int64))) == 0
