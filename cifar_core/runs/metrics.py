"""``metrics.jsonl``: one JSON object per line, only ever appended to."""

import io
import json
import math
import os
from collections import deque
from collections.abc import Iterable
from dataclasses import Field, asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from cifar_core.file_cache import file_cached
from cifar_core.runs.bounds import LARGEST_SHARE
from cifar_core.system.files import UnfitFileError, open_to_append, read_bytes, sync_file
from cifar_core.words.counts import counted
from cifar_core.words.finite import json_text

MOST_BYTES = 64 * 1024 * 1024
"""Largest file that is read: ten thousand epochs, the most that a recipe has, write half of it, ticks included."""

_FILES_KEPT = 64
"""Those on the screens of a class; each has some hundred epochs as a rule."""

_MOST_LINES = 600_000
_MOST_BESIDE_TICKS = 20_000
_MOST_LINE_BYTES = 4096
_MOST_FIRST_TICKS = 400
_TICK_BEGINS = b'{"kind": "tick", '
_ENDS: dict[str, tuple[float, float]] = {
    "epoch": (0, 1e9),
    "step": (0, 1e12),
    "steps": (0, 1e12),
    "accuracy": (0, LARGEST_SHARE),
    "val_accuracy": (0, LARGEST_SHARE),
    "images_per_second": (0, 1e12),
    "seconds": (0, 1e7),
}
"""Between which ends a finite figure lies; those not named here, as losses, within what float32 holds."""


@dataclass(frozen=True)
class _Line:
    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Make a line of what was read, and check it.

        Parameters
        ----------
        values : dict
            ``None`` stands for a figure that was no number: it becomes NaN again, but in fields that may be ``None``
            from the beginning. Figures that older versions did not note need not be there.

        Raises
        ------
        KeyError, TypeError, ValueError, OverflowError
            A field is missing, is no number of its kind, or beyond what such a figure can be.
        """
        return cls(**{field.name: _read(values, field) for field in fields(cls)})

    def to_json(self) -> dict[str, Any]:
        """Return all fields by name, without those that older versions did not note where this is such a line."""
        return {
            name: value for name, value in asdict(self).items() if value is not None or name not in _LATER
        }


_LATER = ("cross_entropy", "val_cross_entropy", "penalty")
"""Fields that are missing from lines of version 0.1; where they stand as ``null``, they were no number."""


def _read(values: dict[str, Any], field: "Field[Any]") -> int | float | None:
    if field.name not in _LATER:
        return _number(field.name, values[field.name], field.type)
    return _number(field.name, values[field.name], float) if field.name in values else None


def _number(name: str, value: Any, kind: Any) -> int | float | None:
    if value is None and kind is not int:
        return float("nan") if kind is float else None
    if type(value) is not int and (kind is int or type(value) is not float):
        raise TypeError(f"{name} is no number of its kind")
    least, most = _ENDS.get(name, (-1e38, 1e38))
    if math.isfinite(value) and not least <= value <= most:
        raise ValueError(f"{name} lies beyond what it can be")
    return value if kind is int else float(value)


@dataclass(frozen=True)
class EpochMetrics(_Line):
    """One finished epoch; accuracies as fractions of 1.

    ``loss``, ``cross_entropy`` and ``accuracy`` are means over the epoch while the weights were changing, with
    augmentation and dropout; the figures of validation are measured after it. A loss is what training makes small: with
    label smoothing (in training alone) and weight penalty. A cross-entropy has neither; where pictures are mixed, it is
    that of the mixed labels. ``penalty`` is that of the weights which were validated: ``val_loss`` is
    ``val_cross_entropy + penalty``. All five are in nats. ``images_per_second`` counts the training
    steps alone, ``seconds`` the whole epoch with its validation. Another program may not have noted the
    learning rate and the speed, nor version 0.1 the last three fields; they are ``None`` then. Where training diverged,
    losses are NaN or infinite.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float | None
    images_per_second: float | None
    seconds: float
    cross_entropy: float | None = None
    val_cross_entropy: float | None = None
    penalty: float | None = None


@dataclass(frozen=True)
class Tick(_Line):
    """A look into an epoch under way: means over its first ``step`` of ``steps`` steps."""

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float
    images_per_second: float
    cross_entropy: float | None = None


@dataclass(frozen=True)
class Metrics:
    """All that a metrics file says so far."""

    epochs: tuple[EpochMetrics, ...] = ()
    tick: Tick | None = None
    """The newest look into the epoch under way; ``None`` once that epoch is finished."""
    left_out: int = 0
    """Lines that speak of an epoch or a tick and cannot be true."""
    unread: str | None = None
    """Why nothing of the file was read, as the end of a sentence."""
    first_ticks: tuple[Tick, ...] = ()
    """All looks into the first epoch, the newest at the end, until a second one is over."""

    @property
    def first_batches(self) -> tuple[Tick, ...]:
        """The figures of the batches between one look into the first epoch and the next.

        Each stands at the middle of those batches; its accuracy, loss and cross-entropy are means over them alone.
        """
        batches = []
        before = None
        for tick in self.first_ticks:
            start = before.step if before else 0
            count = tick.step - start
            figures: dict[str, Any] = {
                name: _since(getattr(before, name, 0.0), start, getattr(tick, name), tick.step) / count
                for name in ("loss", "accuracy", "cross_entropy")
                if getattr(tick, name) is not None
            }
            batches.append(replace(tick, step=start + count // 2, **figures))
            before = tick
        return tuple(batches)

    @property
    def problem(self) -> str | None:
        """What is wrong with the file, as a sentence; ``None`` where nothing is."""
        if self.unread:
            return f"metrics.jsonl is damaged, so there are no curves: {self.unread}. Copy the run anew."
        if self.left_out:
            return (
                f"metrics.jsonl is damaged: {counted(self.left_out, 'line')} with figures that cannot be true "
                f"{'was' if self.left_out == 1 else 'were'} left out. Copy the run anew."
            )
        return None

    @property
    def lines(self) -> tuple[EpochMetrics | Tick, ...]:
        """Epochs and tick, as a chart draws them."""
        return self.epochs if self.tick is None else (*self.epochs, self.tick)


def _since(mean_before: float | None, before: int, mean: float, now: int) -> float:
    """Return the sum over the steps between two means that both begin with the first step."""
    return mean * now - (mean_before or 0.0) * before


def append_metrics(path: Path, line: EpochMetrics | Tick) -> None:
    """Append one line; the write is a single call, so that lines of a killed worker are whole or torn at the end.

    Parameters
    ----------
    path : Path
        A ``metrics.jsonl``, which need not be there yet; a torn line at its end is closed first.
    line : EpochMetrics or Tick
        What is written; an epoch is on the disk when this returns, a tick may still be lost by a power cut.

    Raises
    ------
    OSError
        It cannot be written, say on a full disk.
    """
    content = line_of(line)
    with open_to_append(path) as file:
        # A worker killed while writing leaves half a line; the next line must not be glued to it.
        if file.tell() and _last_byte(path) != b"\n":
            content = b"\n" + content
        file.write(content)
        if isinstance(line, EpochMetrics):
            # A finished epoch survives a power cut; a tick is only worth a look.
            file.flush()
            sync_file(file.fileno())


def line_of(line: EpochMetrics | Tick) -> bytes:
    """Write a line as it stands in the file, its end included."""
    kind = "epoch" if isinstance(line, EpochMetrics) else "tick"
    return (json_text({"kind": kind, **line.to_json()}) + "\n").encode()


def restore_metrics(path: Path, history: Iterable[EpochMetrics]) -> None:
    """Append the epochs that a checkpoint knows and the file lost, say to a damaged disk.

    Parameters
    ----------
    path : Path
        A ``metrics.jsonl``, which need not be there.
    history : iterable of EpochMetrics
        All epochs that it should hold; those whose number it has already are passed over.
    """
    there = {line.epoch for line in read_metrics(path).epochs}
    for line in history:
        if line.epoch not in there:
            append_metrics(path, line)


def read_metrics(path: Path) -> Metrics:
    """Read the lines that are whole; a missing file has none, torn and unknown lines are passed over."""
    try:
        return _read_file(path)
    except FileNotFoundError:
        return Metrics()
    except UnfitFileError as error:
        return Metrics(unread=error.strerror)
    except OSError as error:
        return Metrics(unread=f"it cannot be read ({error.strerror})")


@file_cached(most=_FILES_KEPT)
def _read_file(path: Path) -> Metrics:
    return parse_metrics(read_bytes(path, MOST_BYTES))


def parse_metrics(content: bytes, before: Metrics | None = None) -> Metrics:
    """Add lines to what earlier ones said; an epoch that comes again, after a resume, replaces the first one.

    Parameters
    ----------
    content : bytes
        Lines of a ``metrics.jsonl``; those that are torn or unknown are passed over, and those that cannot be true are
        counted.
    before : Metrics, optional
        What the lines before them said; nothing if not given.

    Returns
    -------
    Metrics
        Epochs by their number. A finished epoch takes the tick away, a later line brings the next one. Nothing but
        ``unread`` where there are far more lines than a training writes.
    """
    before = before or Metrics()
    lines = content.count(b"\n")
    if lines > _MOST_LINES:
        return Metrics(unread=f"it has more than {_MOST_LINES:,} lines")
    # Of the ticks, which are nearly all of a file, the newest counts alone; each other line is looked into.
    if lines - content.count(b"\n" + _TICK_BEGINS) > _MOST_BESIDE_TICKS:
        return Metrics(unread=f"it has more than {_MOST_BESIDE_TICKS:,} lines beside its ticks")
    epochs = {line.epoch: line for line in before.epochs}
    tick, newest_tick = before.tick, b""
    first: deque[bytes] = deque(maxlen=_MOST_FIRST_TICKS)
    left_out = 0
    for line in io.BytesIO(content):
        # A tick without its end may be torn.
        if line.startswith(_TICK_BEGINS) and line.endswith(b"\n"):
            newest_tick = line
            if not epochs:
                first.append(line)
            continue
        try:
            found = _line(line)
        except (KeyError, TypeError, ValueError, OverflowError):
            left_out += 1
            continue
        if isinstance(found, EpochMetrics):
            epochs[found.epoch] = found
            tick, newest_tick = None, b""
        elif found is not None:
            tick, newest_tick = found, b""
    if newest_tick:
        try:
            found = _line(newest_tick)
        except (KeyError, TypeError, ValueError, OverflowError):
            left_out += 1
        else:
            tick = found if isinstance(found, Tick) else tick
    return Metrics(
        tuple(epochs[number] for number in sorted(epochs)),
        tick,
        before.left_out + left_out,
        first_ticks=() if len(epochs) > 1 else _first_ticks(before.first_ticks, first),
    )


def _first_ticks(before: tuple[Tick, ...], lines: Iterable[bytes]) -> tuple[Tick, ...]:
    """Add ticks to earlier ones; after a resume the epoch begins anew, and what was seen of it counts no longer."""
    ticks = list(before)
    for line in lines:
        try:
            tick = _line(line)
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if isinstance(tick, Tick) and tick.step > 0:
            if ticks and (tick.step <= ticks[-1].step or tick.epoch != ticks[-1].epoch):
                ticks.clear()
            ticks.append(tick)
    return tuple(ticks[-_MOST_FIRST_TICKS:])


def _line(line: bytes) -> EpochMetrics | Tick | None:
    """Return what a line says; ``None`` of one that is torn or of another kind.

    Raises
    ------
    KeyError, TypeError, ValueError, OverflowError
        It cannot be true.
    """
    try:
        values = json.loads(line) if len(line) <= _MOST_LINE_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    if values.get("kind") == "epoch":
        return EpochMetrics.from_json(values)
    return Tick.from_json(values) if values.get("kind") == "tick" else None


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
