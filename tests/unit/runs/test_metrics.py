import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core.runs.follow import MetricsFollower
from cifar_core.runs.metrics import EpochMetrics, Tick, append_metrics, line_of, read_metrics

FIRST = EpochMetrics(1, 2.0, 0.2, 1.9, 0.25, 1e-3, 500.0, 4.0)
SECOND = EpochMetrics(2, 1.5, 0.4, 1.6, 0.41, 1e-3, 510.0, 3.9)
TICK = Tick(3, 5, 10, 1.2, 0.5, 505.0)
FIRST_LINE = json.dumps({"kind": "epoch", **FIRST.to_json()}).encode()
WRONG = [
    (b'"epoch": 1', b'"epoch": null'),
    (b'"epoch": 1', b'"epoch": true'),
    (b'"epoch": 1', b'"epoch": 1.5'),
    (b'"epoch": 1', b'"epoch": -1'),
    (b'"loss": 2.0', b'"loss": "2.0"'),
    (b'"loss": 2.0', b'"loss": [2.0]'),
    (b'"loss": 2.0', b'"loss": 1' + 400 * b"0"),
    (b'"accuracy": 0.2', b'"accuracy": true'),
]


def write(path: Path) -> bytes:
    for line in (Tick(1, 5, 10, 2.1, 0.1, 490.0), FIRST, SECOND, TICK):
        append_metrics(path, line)
    return path.read_bytes()


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    write(tmp_path / "metrics.jsonl")
    metrics = read_metrics(tmp_path / "metrics.jsonl")
    assert metrics.epochs == (FIRST, SECOND)
    assert metrics.tick == TICK


def test_the_looks_into_the_first_epoch_are_kept_until_the_second_is_over(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    follower = MetricsFollower(path)
    # Killed after four steps, it began anew.
    looks = [
        Tick(1, step, 10, loss, 0.1, 490.0)
        for step, loss in ((2, 2.4), (4, 2.3), (2, 2.2), (5, 1.6), (9, 1.2))
    ]
    for number, look in enumerate(looks):
        append_metrics(path, look)
        known = (looks[:1], looks[:2], looks[2:3], looks[2:4], looks[2:5])[number]
        for metrics in (read_metrics(path), follower.read()):
            assert metrics.tick == look
            assert metrics.first_ticks == tuple(known)
    batches = read_metrics(path).first_batches
    assert [(one.step, one.cross_entropy) for one in batches] == [(1, None), (3, None), (7, None)]
    assert [one.loss for one in batches] == pytest.approx(
        [2.2, (5 * 1.6 - 2 * 2.2) / 3, (9 * 1.2 - 5 * 1.6) / 4]
    )
    append_metrics(path, FIRST)  # Of a training of one epoch they are all there is of a line.
    assert read_metrics(path).first_ticks == follower.read().first_ticks == tuple(looks[2:])
    append_metrics(path, SECOND)
    append_metrics(path, TICK)
    assert read_metrics(path).first_ticks == follower.read().first_ticks == ()
    assert read_metrics(path).tick == follower.read().tick == TICK


def test_a_file_of_ticks_alone_is_read_in_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"".join(line_of(Tick(1, step, 10**6, 2.0, 0.1, 490.0)) for step in range(1, 2000)))
    metrics = read_metrics(path)
    assert [len(metrics.first_ticks), metrics.first_ticks[0].step, metrics.first_ticks[-1].step] == [
        400,
        1600,
        1999,
    ]
    assert metrics.left_out == 0


def test_a_tick_is_over_when_its_epoch_is(tmp_path: Path) -> None:
    write(tmp_path / "metrics.jsonl")
    append_metrics(tmp_path / "metrics.jsonl", EpochMetrics(3, 1.0, 0.6, 1.2, 0.5, 1e-3, 500.0, 4.0))
    assert read_metrics(tmp_path / "metrics.jsonl").tick is None


def test_lines_of_version_0_1_have_no_cross_entropy_and_keep_none(tmp_path: Path) -> None:
    old = (
        '{"kind": "epoch", "epoch": 1, "loss": 2.0, "accuracy": 0.2, "val_loss": 1.9, "val_accuracy": 0.25, '
        '"learning_rate": 0.001, "images_per_second": 500.0, "seconds": 4.0}\n'
        '{"kind": "tick", "epoch": 3, "step": 5, "steps": 10, "loss": 1.2, "accuracy": 0.5, '
        '"images_per_second": 505.0}\n'
    )
    path, copy = tmp_path / "metrics.jsonl", tmp_path / "copy.jsonl"
    path.write_text(old, encoding="utf-8")
    found = read_metrics(path)
    assert found.lines == (FIRST, TICK)
    assert (found.epochs[0].cross_entropy, found.epochs[0].val_cross_entropy, found.epochs[0].penalty) == (
        None,
    ) * 3
    for line in found.lines:
        append_metrics(copy, line)
    assert read_metrics(copy) == found


def test_a_cross_entropy_that_is_no_number_is_not_taken_for_one_that_was_not_noted(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    append_metrics(path, replace(FIRST, cross_entropy=1.1, val_cross_entropy=math.nan, penalty=math.inf))
    append_metrics(path, replace(TICK, cross_entropy=math.nan))
    epoch, tick = read_metrics(path).lines
    assert epoch.cross_entropy == 1.1
    for value in (epoch.val_cross_entropy, epoch.penalty, tick.cross_entropy):
        assert value is not None
        assert math.isnan(value)


def test_a_missing_file_has_no_lines(tmp_path: Path) -> None:
    assert read_metrics(tmp_path / "metrics.jsonl").epochs == ()


def test_cut_at_any_byte_the_whole_lines_remain_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    content = write(path)
    after_first = content.index(b"\n", content.index(b'"kind": "epoch"')) + 1
    for end in range(len(content)):
        path.write_bytes(content[:end])
        append_metrics(path, SECOND)
        epochs = read_metrics(path).epochs
        assert epochs[-1] == SECOND, end
        assert (FIRST in epochs) == (end >= after_first - 1), end


def test_a_figure_that_is_no_number_is_null_in_the_file_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    append_metrics(path, EpochMetrics(1, math.nan, 0.1, math.inf, 0.1, None, math.nan, 4.0))
    append_metrics(path, Tick(2, 5, 10, math.nan, 0.1, 490.0))
    for line in path.read_text().splitlines():
        json.loads(line, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    (epoch,) = read_metrics(path).epochs
    assert math.isnan(epoch.loss)
    assert math.isnan(epoch.val_loss)
    assert (epoch.accuracy, epoch.learning_rate, epoch.images_per_second) == (0.1, None, None)
    tick = read_metrics(path).tick
    assert tick is not None
    assert math.isnan(tick.loss)


def test_a_file_of_before_may_hold_nan_itself(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    append_metrics(path, FIRST)
    path.write_text(path.read_text().replace("2.0", "NaN"))
    (epoch,) = read_metrics(path).epochs
    assert math.isnan(epoch.loss)
    assert epoch.val_loss == 1.9


@pytest.mark.parametrize("line", [b"[]", b'{"kind":"epoch"}', b"\xff\xfe", b'{"kind":"other"}', b"null",
    *(FIRST_LINE.replace(old, new) for old, new in WRONG),
])  # fmt: skip
def test_a_strange_line_is_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(line + b"\n")
    append_metrics(path, FIRST)
    assert read_metrics(path).epochs == (FIRST,)
