"""Which figure of each epoch a chart of losses draws, and what that figure is."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import EpochMetrics, Tick
from cifar_core.runs.record import RunRecord
from cifar_core.words.sentences import capitalized

_CROSS_ENTROPY = "cross-entropy"


@dataclass(frozen=True)
class LossNames:
    """What is drawn of a run, and how it is called; a loss is only called a cross-entropy where it is one.

    Attributes
    ----------
    training, validation : str
        Names: ``"cross-entropy"``, ``"training loss: with label smoothing 0.2 and weight penalty"`` …
    training_field, validation_field : str
        Fields of :class:`~cifar_core.runs.metrics.EpochMetrics`, with which both lines are drawn.
    notes : tuple of str
        Sentences on what was left out of the lines, or stands in them.
    """

    training: str = "training loss"
    validation: str = "validation loss"
    training_field: str = "loss"
    validation_field: str = "val_loss"
    notes: tuple[str, ...] = ()

    @property
    def is_cross_entropy(self) -> bool:
        """Whether both lines are cross-entropies."""
        return self.training.startswith(_CROSS_ENTROPY) and self.validation.startswith(_CROSS_ENTROPY)

    @property
    def axis(self) -> str:
        """Title of the axis."""
        return f"{_CROSS_ENTROPY if self.is_cross_entropy else 'loss'} (nats)"

    @property
    def lines(self) -> tuple[str, str]:
        """Short names of the lines of training and validation: ``"training loss"``, ``"validation"``."""
        return (
            "training" if self.training.startswith(_CROSS_ENTROPY) else "training loss",
            "validation" if self.validation.startswith(_CROSS_ENTROPY) else "validation loss",
        )

    @property
    def training_content(self) -> str:
        """What the line of training shows: ``"training: cross-entropy"``."""
        return self.training if self.training.startswith("training") else f"training: {self.training}"

    @property
    def validation_content(self) -> str:
        """What the line of validation shows: ``"validation loss: with weight penalty"``."""
        return (
            self.validation if self.validation.startswith("validation") else f"validation: {self.validation}"
        )

    @property
    def content(self) -> str:
        """What both lines show: ``"training loss: with label smoothing 0.2; validation: cross-entropy"``."""
        return f"{self.training_content}; {self.validation_content}"

    @property
    def sentence(self) -> str:
        """What to know of the two lines; empty where there is nothing to say."""
        content = () if self.is_cross_entropy else (f"{capitalized(self.content)}.",)
        return " ".join((*content, *self.notes))


UNNAMED = LossNames()
"""Losses of which nothing is known."""


def loss_names(record: RunRecord | None, lines: Iterable[EpochMetrics | Tick]) -> LossNames:
    """Find out what can be drawn of a run's losses: its cross-entropy where that was recorded, else what there is.

    Parameters
    ----------
    record : RunRecord or None
        What was trained, by which recipe; ``None`` where that cannot be read.
    lines : iterable of EpochMetrics or Tick
        All that is drawn; where one of them has no cross-entropy, all are drawn as losses.
    """
    drawn = tuple(lines)
    config = record.training if record is not None and record.imported is None else None
    if drawn and all(line.cross_entropy is not None for line in drawn):
        return _recorded(config, drawn)
    if config is None:
        measured = "as the other program measured it" if record else "of what, is not known"
        return LossNames(f"training loss: {measured}", f"validation loss: {measured}")
    penalty = _penalty(config)
    notes: tuple[str, ...] = ()
    if config.label_smoothing:
        floor = (
            smoothing_floor(config.label_smoothing, len(record.data.class_names))
            if record and record.data
            else 0
        )
        notes = (f"Label smoothing alone keeps the training loss above {floor:.3f}.",) if floor else ()
    return LossNames(
        training=_loss("training", [*_smoothing(config), *penalty, *_mixing(config)]),
        validation=_loss("validation", penalty),
        notes=notes,
    )


def smoothing_floor(smoothing: float, classes: int) -> float:
    """Return the lowest cross-entropy that smoothed targets leave, in nats: their entropy.

    Parameters
    ----------
    smoothing : float
        Share of each target that is spread evenly over all classes, 0 to below 1.
    classes : int
        How many there are, 1 or more.

    Examples
    --------
    >>> round(smoothing_floor(0.2, 10), 3), smoothing_floor(0.0, 10)
    (0.867, 0)
    """
    if not smoothing:
        return 0
    each = smoothing / classes
    true = 1 - smoothing + each
    return -true * log(true) - (classes - 1) * each * log(each)


def _recorded(config: TrainingConfig | None, drawn: tuple[EpochMetrics | Tick, ...]) -> LossNames:
    mixed = bool(config and _mixing(config))
    notes = []
    if config is not None and config.label_smoothing:
        notes.append("Cross-entropy is shown without the label smoothing that training has.")
    penalties = [line.penalty for line in drawn if isinstance(line, EpochMetrics) and line.penalty]
    if penalties:
        notes.append(
            f"The weight penalty, {penalties[-1]:.3f} after the last epoch, comes on top of it in training."
        )
    if mixed:
        notes.append(
            "Training pictures were mixed: their cross-entropy is that of the mixed labels, and cannot come down to 0."
        )
    return LossNames(
        training=f"{_CROSS_ENTROPY} of mixed pictures" if mixed else _CROSS_ENTROPY,
        validation=_CROSS_ENTROPY,
        training_field="cross_entropy",
        validation_field="val_cross_entropy",
        notes=tuple(notes),
    )


def _loss(which: str, parts: list[str]) -> str:
    """Name a loss by what it holds beside the cross-entropy."""
    if not parts:
        return _CROSS_ENTROPY
    *first, last = parts
    return f"{which} loss: with {', '.join(first)}{' and ' if first else ''}{last}"


def _smoothing(config: TrainingConfig) -> list[str]:
    return [f"label smoothing {config.label_smoothing:g}"] if config.label_smoothing else []


def _penalty(config: TrainingConfig) -> list[str]:
    spec = MODELS.get(config.model)
    if spec is None:
        return ["a weight penalty, if its network has one"]
    return ["weight penalty"] if spec.weight_penalty else []


def _mixing(config: TrainingConfig) -> list[str]:
    return ["mixed pictures"] if config.augmentation.mixup or config.augmentation.cutmix else []
