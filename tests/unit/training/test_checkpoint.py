"""Checkpoints on disk: whole or not at all, and the one before is still there."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.runs.layout import checkpoint_files
from cifar_core.runs.metrics import EpochMetrics, append_metrics, read_metrics, restore_metrics
from cifar_core.training.checkpoint import Checkpoint, last_checkpoint, read_checkpoint, write_checkpoint


def line(epoch: int) -> EpochMetrics:
    return EpochMetrics(epoch, 1 / 3, 0.1, 2.0, 0.2, 1e-3, 100.0, 0.7)


def checkpoint(epoch: int) -> Checkpoint:
    rng = np.random.default_rng(epoch)
    return Checkpoint(
        tuple(line(number) for number in range(1, epoch + 1)),
        seconds=1.5 * epoch,
        weights=tuple(rng.normal(size=(7, 3)).astype(np.float32) for _ in range(11)),
        optimizer=(np.array(epoch * 40), rng.normal(size=5).astype(np.float32)),
        best=(rng.normal(size=3).astype(np.float32),),
    )


def test_a_checkpoint_is_read_back_bit_for_bit_and_in_order(tmp_path: Path) -> None:
    written = checkpoint(12)
    path = write_checkpoint(tmp_path / "checkpoint", written)
    assert path.name == "epoch-0012.npz"
    read = read_checkpoint(path)
    assert read is not None
    assert (read.history, read.seconds, read.epoch) == (written.history, written.seconds, 12)
    for part in ("weights", "optimizer", "best"):
        mine, theirs = getattr(read, part), getattr(written, part)
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)


def test_the_last_two_are_kept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".epoch-0001.npz.99.part").write_bytes(b"torn")
    for epoch in (1, 2, 3, 10):
        write_checkpoint(tmp_path, checkpoint(epoch))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-0003.npz", "epoch-0010.npz"]
    assert [path.name for path in checkpoint_files(tmp_path)] == ["epoch-0010.npz", "epoch-0003.npz"]


def test_cut_off_anywhere_the_one_before_is_used(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    path = write_checkpoint(tmp_path, checkpoint(2))
    content = path.read_bytes()
    for length in [*range(0, len(content), 41), *range(len(content) - 64, len(content))]:
        path.write_bytes(content[:length])
        assert last_checkpoint(tmp_path).epoch == 1, length
    path.write_bytes(content)
    assert last_checkpoint(tmp_path).epoch == 2


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path, checkpoint(2))
    content = path.read_bytes()
    stored = checkpoint(2).weights[5].tobytes()
    position = content.index(stored) + 17
    path.write_bytes(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
    assert read_checkpoint(path) is None


def test_without_a_checkpoint_training_starts_before_the_first_epoch(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path / "checkpoint").epoch == 0


@pytest.mark.parametrize("kept", [0, 1, 40])
def test_lines_that_the_file_lost_come_back(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "metrics.jsonl"
    history = checkpoint(3).history
    for one in history:
        append_metrics(path, one)
    path.write_bytes(path.read_bytes()[:kept])
    restore_metrics(path, history)
    assert read_metrics(path).epochs == history
    before = path.read_bytes()
    restore_metrics(path, history)
    assert path.read_bytes() == before
