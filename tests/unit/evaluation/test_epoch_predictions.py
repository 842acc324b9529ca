"""What is kept of single epochs: precise enough, bounded, and read as if it came from anybody."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cifar_core.errors import RunError
from cifar_core.evaluation import epoch_predictions
from cifar_core.evaluation.epoch_predictions import (
    begin_epochs,
    in_255ths,
    kept_epochs,
    load_epochs,
    most_kept,
    save_epoch,
    thin_epochs,
)
from cifar_core.evaluation.softmax import softmax


def write(folder: Path, epochs: int = 3, pictures: int = 6, classes: int = 3) -> None:
    rng = np.random.default_rng(0)
    begin_epochs(folder, np.arange(pictures) % classes, 2 * np.arange(pictures), "f" * 16)
    for epoch in range(1, epochs + 1):
        save_epoch(folder, epoch, rng.normal(size=(pictures, classes)).astype(np.float32))


@pytest.mark.parametrize("classes", [1, 2, 10, 100, 1000])
@pytest.mark.parametrize("scale", [0.0, 1e-4, 1.0, 30.0])
def test_rounding_keeps_the_predicted_class_and_moves_no_probability_far(classes: int, scale: float) -> None:
    logits = (scale * np.random.default_rng(3).normal(size=(500, classes))).astype(np.float32)
    rounded = in_255ths(logits)
    assert np.abs(rounded / 255 - softmax(logits)).max() <= 1.5 / 255
    np.testing.assert_array_equal(rounded.argmax(axis=1), logits.argmax(axis=1))
    if classes > 1:
        two = np.sort(rounded, axis=1)[:, -2:]
        assert np.all(two[:, 0] < two[:, 1])  # no tie, so that no other argmax says another class


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    kept = load_epochs(tmp_path)
    assert kept.epochs.tolist() == [1, 2, 3]
    assert (kept.class_count, kept.fingerprint, kept.left_out) == (3, "f" * 16, 0)
    assert kept.labels.tolist() == [0, 1, 2, 0, 1, 2]
    assert kept.indices.tolist() == [0, 2, 4, 6, 8, 10]
    logits = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    assert kept.predicted[0].tolist() == logits.argmax(axis=1).tolist()
    np.testing.assert_allclose(kept.confidence[0] / 255, softmax(logits).max(axis=1), atol=1.5 / 255)


def test_ten_thousand_pictures_take_less_than_250_kilobytes_an_epoch(tmp_path: Path) -> None:
    # Close to uniform, as before the first step, they shrink least.
    begin_epochs(tmp_path, np.arange(10_000) % 10, np.arange(10_000), "f")
    save_epoch(tmp_path, 1, np.random.default_rng(0).normal(size=(10_000, 10)).astype(np.float32))
    assert (tmp_path / "epoch-0001.npz").stat().st_size < 110_000


@pytest.mark.parametrize("most", [2, 3, 8])
def test_epochs_are_thinned_out_evenly_and_never_stop(most: int) -> None:
    for done in range(200):
        kept = sorted(kept_epochs(done, most))
        assert len(kept) <= most + 1
        if done:
            assert (kept[0], kept[-1]) == (1, done)
            gaps = np.diff(kept[:-1])
            assert len(set(gaps.tolist())) <= 1
        if done <= most:
            assert kept == list(range(1, done + 1))
        # Nothing comes back that was removed.
        assert set(kept) <= {*kept_epochs(max(0, done - 1), most), done}


def test_long_runs_and_many_classes_are_bounded() -> None:
    assert most_kept(5_000, 10) == 640
    assert most_kept(5_000, 100) == 64
    assert most_kept(10_000, 100) * 10_000 * 100 <= epoch_predictions.MOST_BYTES
    assert most_kept(10, 2) == 1_000
    assert most_kept(10_000_000, 10) == 2


def test_thinning_removes_later_attempts_and_halves_of_files(tmp_path: Path) -> None:
    write(tmp_path, epochs=9)
    (tmp_path / ".epoch-0004.npz.7.aa.part").write_bytes(b"half")
    thin_epochs(tmp_path, 6, most=4)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(f"epoch-{epoch:04d}.npz" for epoch in (1, 3, 5, 6)),
        "validation.npz",
    ]
    thin_epochs(tmp_path, 0, most=4)
    assert [path.name for path in tmp_path.iterdir()] == ["validation.npz"]


def _epoch(**arrays: object) -> Callable[[Path], None]:
    return lambda folder: np.savez(folder / "epoch-0002.npz", **arrays)  # type: ignore[arg-type]


def _claims_gigabytes(folder: Path) -> None:
    with zipfile.ZipFile(folder / "epoch-0002.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        header = np.lib.format.header_data_from_array_1_0(np.zeros(1, np.uint8)) | {"shape": (6, 10**9)}
        with archive.open("probabilities.npy", "w") as member:
            np.lib.format.write_array_header_1_0(member, header)


ONE_EPOCH: dict[str, Callable[[Path], object]] = {
    "torn": lambda folder: (folder / "epoch-0002.npz").write_bytes(
        (folder / "epoch-0002.npz").read_bytes()[:-40]
    ),
    "empty": lambda folder: (folder / "epoch-0002.npz").write_bytes(b""),
    "other pictures": _epoch(probabilities=np.zeros((5, 3), np.uint8)),
    "other classes": _epoch(probabilities=np.zeros((6, 4), np.uint8)),
    "floats": _epoch(probabilities=np.zeros((6, 3))),
    "flat": _epoch(probabilities=np.zeros(6, np.uint8)),
    "no class": _epoch(probabilities=np.zeros((6, 0), np.uint8)),
    "pickle": _epoch(probabilities=np.array([{}], object)),
    "another name": _epoch(other=np.zeros((6, 3), np.uint8)),
    "gigabytes": _claims_gigabytes,
}


@pytest.mark.parametrize("spoil", ONE_EPOCH.values(), ids=ONE_EPOCH)
def test_a_damaged_epoch_is_left_out_and_counted(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    write(tmp_path)
    spoil(tmp_path)
    kept = load_epochs(tmp_path)
    assert kept.epochs.tolist() == [1, 3]
    assert kept.left_out == 1


def _pictures(**changes: object) -> Callable[[Path], None]:
    good: dict[str, object] = {
        "labels": np.arange(6) % 3, "indices": np.arange(6), "fingerprint": np.array("f")
    }  # fmt: skip
    return lambda folder: np.savez(folder / "validation.npz", **good | changes)  # type: ignore[arg-type]


ALL: dict[str, Callable[[Path], object]] = {
    "no pictures": lambda folder: (folder / "validation.npz").unlink(),
    "torn pictures": lambda folder: (folder / "validation.npz").write_bytes(b"PK"),
    "label beyond": _pictures(labels=np.full(6, 3)),
    "negative label": _pictures(labels=np.arange(6) - 1),
    "twice": _pictures(indices=np.zeros(6, np.int64)),
    "negative": _pictures(indices=np.arange(6) - 1),
    "floats": _pictures(labels=np.zeros(6)),
    "too few labels": _pictures(labels=np.zeros(5, np.int64)),
    "fingerprint of kilobytes": _pictures(fingerprint=np.array("f" * 5000)),
    "fingerprint a number": _pictures(fingerprint=np.array(7)),
    "nobody": _pictures(labels=np.zeros(0, np.int64), indices=np.zeros(0, np.int64)),
    "every epoch torn": lambda folder: [
        path.write_bytes(b"PK") for path in folder.glob("epoch-*.npz")
    ],
}  # fmt: skip


@pytest.mark.parametrize("spoil", ALL.values(), ids=ALL)
def test_a_damaged_folder_is_a_sentence(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    write(tmp_path)
    spoil(tmp_path)
    with pytest.raises(RunError, match=r"is damaged: .+\. Copy the run anew"):
        load_epochs(tmp_path)


def test_nothing_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no predictions of single epochs"):
        load_epochs(tmp_path / "epochs")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "real")
    link = tmp_path / "epochs"
    try:
        link.symlink_to(tmp_path / "real", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(RunError, match="no predictions"):
        load_epochs(link)


def test_more_epochs_than_a_training_keeps_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epoch_predictions, "MOST_EPOCHS", 2)
    write(tmp_path, epochs=1)
    for epoch in range(2, 10):
        shutil.copy(tmp_path / "epoch-0001.npz", tmp_path / f"epoch-{epoch:04d}.npz")
    with pytest.raises(RunError, match="more epochs than a training keeps"):
        load_epochs(tmp_path)
