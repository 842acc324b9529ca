"""The models that can be asked, and which one to begin with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.dataset import Dataset
from cifar_core.data.reading import Preparation
from cifar_core.explain.layers import known_map_side
from cifar_core.models.architectures import known_architectures
from cifar_core.remembered import remembered
from cifar_core.runs.labels import run_labels
from cifar_core.runs.record import DataProvenance, RunRecord
from cifar_core.runs.run import Run
from cifar_core.words.markdown import plain

FINE_ENOUGH = 8
"""Cells on a side of a heat map that shows more than which half of the picture."""


@dataclass(frozen=True)
class ModelChoice:
    """A model that can be asked.

    Attributes
    ----------
    run_id : str
        Its run.
    label : str
        Name and test accuracy, to choose it by, and its data set where that is not the one on screen.
    path : Path
        Its ``model.keras``.
    class_names : tuple of str
        What its outputs are called.
    trained_elsewhere : str or None
        Name of the data set it was trained on, where that is not the one on screen.
    caution : str or None
        What the figures of an imported model are worth.
    preparation : Preparation or None
        How the pictures it was trained on were made 32×32; ``None`` where they were so from the beginning.
    map_side : int
        Cells on the shorter side of its heat map; 0 where it has none, or nobody knows before it is asked.
    """

    run_id: str
    label: str
    path: Path
    class_names: tuple[str, ...]
    trained_elsewhere: str | None = None
    caution: str | None = None
    preparation: Preparation | None = None
    map_side: int = 0

    @property
    def for_uploads(self) -> Preparation:
        """How an upload is made 32×32 unless somebody chooses another way."""
        return self.preparation or Preparation()


def model_choices(runs: Iterable[Run], dataset: Dataset) -> tuple[ModelChoice, ...]:
    """List the runs that have kept their weights: those trained on the data set on screen first, best first.

    Parameters
    ----------
    runs : iterable of Run
        In the order of the store; kept among equals.
    dataset : Dataset
        The one on screen.
    """
    found: list[tuple[bool, float, ModelChoice]] = []
    every = tuple(runs)
    labels = run_labels(every)
    for run in every:
        if run.record is None or run.record.data is None or not run.has_model:
            continue
        found.append(_ranked(run, run.record, run.record.data, labels[run.id], dataset.fingerprint))
    return tuple(choice for *_, choice in sorted(found, key=lambda item: item[:2]))


@remembered(most=2_000)
def _ranked(
    run: Run, record: RunRecord, data: DataProvenance, label: str, fingerprint: str
) -> tuple[bool, float, ModelChoice]:
    """Return whether a run was trained on other pictures than those on screen, its accuracy below 0, and the choice."""
    accuracy = record.results.test_accuracy if record.results is not None else None
    parts = [label]
    if record.config.model not in label:
        parts.append(record.config.model)
    elsewhere = None if data.fingerprint == fingerprint else data.name
    reached = "" if accuracy is None else f"{accuracy:.1%}"
    parts.append(" on ".join(filter(None, (reached, elsewhere))))
    known = known_architectures().get(record.config.model) if record.imported is None else None
    choice = ModelChoice(
        run.id,
        " · ".join(filter(None, parts)),
        run.paths.model,
        data.class_names,
        elsewhere,
        record.imported.caution if record.imported else None,
        data.preparation,
        0 if known is None else known_map_side(known),
    )
    return elsewhere is not None, -(accuracy or 0.0), choice


def first_choice(choices: Sequence[ModelChoice]) -> ModelChoice:
    """Return the model to open with: the best one whose heat map is fine enough to look at, else the best one.

    Parameters
    ----------
    choices : sequence of ModelChoice
        From :func:`model_choices`, at least one. Of models trained on other pictures than those on screen none is
        chosen unless there are no others.
    """
    best = choices[0]
    alike = [
        choice for choice in choices if (choice.trained_elsewhere is None) == (best.trained_elsewhere is None)
    ]
    return next((choice for choice in alike if choice.map_side >= FINE_ENOUGH), best)


def missing_model(asked: str | None, choices: Sequence[ModelChoice], runs: Iterable[Run]) -> str | None:
    """Say in Markdown why another model is shown than the run that was asked for; ``None`` if it is that.

    Parameters
    ----------
    asked : str or None
        Id of the run that the URL names, if it names one; it may hold anything.
    choices : sequence of ModelChoice
        The models that can be asked, from :func:`model_choices`.
    runs : iterable of Run
        All runs, those without weights too.
    """
    if asked is None or asked in {choice.run_id for choice in choices}:
        return None
    why, remedy = why_missing(asked, runs)
    return f"{why}, so another model is shown.{remedy}"


def why_missing(asked: str, runs: Iterable[Run]) -> tuple[str, str]:
    """Say in Markdown, without a full stop, why a run cannot be asked, and what helps.

    Parameters
    ----------
    asked : str
        Id of a run that is none of :func:`model_choices`; it may hold anything.
    runs : iterable of Run
        All runs, those without weights too.
    """
    every = tuple(runs)
    if asked not in {run.id for run in every if run.record is not None}:
        return f"There is no run “{plain(asked, 80)}”", ""
    label = plain(run_labels(every)[asked])
    return f"The weights of “{label}” are not on this machine", " Train it again to have them."
