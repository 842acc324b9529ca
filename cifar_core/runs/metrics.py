"""``metrics.jsonl``: one JSON object per line, only ever appended to."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from cifar_core.system.files import read_bytes, sync_file
from cifar_core.words.finite import json_text


@dataclass(frozen=True)
class _Line:
    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Make a line of what was read, and check it.

        Parameters
        ----------
        values : dict
            ``None`` stands for a figure that was no number: it becomes NaN again, but in fields that may be ``None``.

        Raises
        ------
        KeyError, TypeError, ValueError, OverflowError
            A field is missing, or is no number of its kind.
        """
        kinds = cls.__annotations__
        return cls(**{field.name: _number(values[field.name], kinds[field.name]) for field in fields(cls)})


def _number(value: Any, kind: Any) -> int | float | None:
    if kind is int:
        if type(value) is not int or value < 0:
            raise ValueError(f"{value!r} is no number of something")
        return value
    if value is None:
        return float("nan") if kind is float else None
    if type(value) not in (int, float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


@dataclass(frozen=True)
class EpochMetrics(_Line):
    """One finished epoch; accuracies as fractions of 1.

    ``loss`` and ``accuracy`` are means over the epoch while the weights were changing, with augmentation and
    dropout; ``val_loss`` and ``val_accuracy`` are measured after it. ``images_per_second`` counts the training
    steps alone, ``seconds`` the whole epoch with its validation. Another program may not have noted the
    learning rate and the speed; they are ``None`` then. Where training diverged, losses are NaN or infinite.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float | None
    images_per_second: float | None
    seconds: float


@dataclass(frozen=True)
class Tick(_Line):
    """A look into an epoch under way: means over its first ``step`` of ``steps`` steps."""

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float
    images_per_second: float


@dataclass(frozen=True)
class Metrics:
    """All that a metrics file says so far."""

    epochs: tuple[EpochMetrics, ...] = ()
    tick: Tick | None = None
    """The newest look into the epoch under way; ``None`` once that epoch is finished."""


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
    kind = "epoch" if isinstance(line, EpochMetrics) else "tick"
    content = (json_text({"kind": kind, **asdict(line)}) + "\n").encode()
    with path.open("ab") as file:
        # A worker killed while writing leaves half a line; the next line must not be glued to it.
        if file.tell() and _last_byte(path) != b"\n":
            content = b"\n" + content
        file.write(content)
        if isinstance(line, EpochMetrics):
            # A finished epoch survives a power cut; a tick is only worth a look.
            file.flush()
            sync_file(file.fileno())


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
        return parse_metrics(read_bytes(path))
    except FileNotFoundError:
        return Metrics()


def parse_metrics(content: bytes, before: Metrics | None = None) -> Metrics:
    """Add lines to what earlier ones said; an epoch that comes again, after a resume, replaces the first one.

    Parameters
    ----------
    content : bytes
        Lines of a ``metrics.jsonl``; those that are torn or unknown are passed over.
    before : Metrics, optional
        What the lines before them said; nothing if not given.

    Returns
    -------
    Metrics
        Epochs by their number. A finished epoch takes the tick away, a later line brings the next one.
    """
    before = before or Metrics()
    epochs = {line.epoch: line for line in before.epochs}
    tick = before.tick
    for line in content.split(b"\n"):
        try:
            values = json.loads(line)
            if values["kind"] == "epoch":
                epoch = EpochMetrics.from_json(values)
                epochs[epoch.epoch] = epoch
                tick = None
            elif values["kind"] == "tick":
                tick = Tick.from_json(values)
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
    return Metrics(tuple(epochs[number] for number in sorted(epochs)), tick)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
