"""Pictures beside each other: one for several models, one for several classes, and those that follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answers
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.method import Told
from cifar_core.explain.methods.registry import DEFAULT_METHOD, get_method
from cifar_core.explain.overlay import OPACITY, OVERLAY_SIDE, ColorMap, enlarge, to_png
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import Score
from cifar_core.explain.upload import HOW_FRAMED
from cifar_core.runs.run import Run
from cifar_core.views.explain.answer import check_classes, question_about
from cifar_core.views.explain.models import ModelChoice, why_missing
from cifar_core.views.explain.overlay import overlay_png
from cifar_core.views.explain.said import class_and_probability, says
from cifar_core.views.subject import Subject, subject_from_dataset
from cifar_core.views.walk import Walk
from cifar_core.words.markdown import plain

MOST = 4
"""Pictures beside each other that can still be read from the last row."""

OWN_SCALES = "Each map has a scale of its own: 100% is its strongest evidence."
NO_COMMON_SCALE = {"scorecam"}
"""Its weights add up to 1 for each class, however little speaks for it."""


@dataclass(frozen=True)
class Asked:
    """What all of them are asked about, and how: as the picture on screen was.

    Attributes
    ----------
    subject : Subject
        The picture.
    method : str
        Id of the method.
    color_map : str
        Colours of the heat maps.
    target, against : str or None
        The class to find evidence for, and the other one of a margin; ``None`` for what each network says.
    score : {"logit", "margin", "log_probability"}
        What of the class is scored.
    """

    subject: Subject
    method: str = DEFAULT_METHOD
    color_map: ColorMap = "inferno"
    target: str | None = None
    against: str | None = None
    score: Score = "logit"

    def of(self, model: ModelChoice, method: str, layer: str | None = None) -> Question:
        """Put it to a model.

        Parameters
        ----------
        model : ModelChoice
            Which one.
        method : str
            How it is explained.
        layer : str, optional
            Where; the usual one if not given.
        """
        chosen = {"target": self.target, "against": self.against}
        return question_about(model, self.subject, layer=layer, method=method, score=self.score, **chosen)


@dataclass(frozen=True)
class Beside:
    """One of several pictures beside each other.

    Attributes
    ----------
    title : str
        What is said of it, in Markdown; empty where nothing is.
    overlay : bytes or None
        The heat map over the picture, as PNG; ``None`` where nobody could be asked.
    sentence : str
        Who says it and what is coloured, or why there is nothing, in Markdown.
    """

    title: str
    overlay: bytes | None
    sentence: str


def others(asked: Iterable[str], shown: str) -> tuple[str, ...]:
    """Return which runs an address puts beside the one on screen: each once, and no more than there is room for.

    Parameters
    ----------
    asked : iterable of str
        Their ids; they may hold anything.
    shown : str
        The one on screen.
    """
    return tuple(one for one in dict.fromkeys(asked) if one and one != shown)[: MOST - 1]


def beside_model(
    run_id: str,
    choices: Sequence[ModelChoice],
    runs: Iterable[Run],
    asked: Asked,
    answers: Answers,
    told: Told = lambda share: None,
) -> Beside:
    """Ask another model about the picture; what it cannot say is a sentence in its place.

    Parameters
    ----------
    run_id : str
        Which one; it may hold anything.
    choices : sequence of ModelChoice
        The models that can be asked.
    runs : iterable of Run
        All runs.
    asked : Asked
        About what, and how; by the usual method where that one is none for this network.
    answers : Answers
        Asks, and keeps what was said.
    told : callable
        Told which share is done.
    """
    model = next((choice for choice in choices if choice.run_id == run_id), None)
    if model is None:
        why, remedy = why_missing(run_id, runs)
        return Beside("", None, f"{why}.{remedy}")
    refused = ""
    for method in dict.fromkeys((asked.method, DEFAULT_METHOD)):
        try:
            (answer,) = answers.ask(asked.of(model, method), told)
            return drawn_beside(answer, model, asked)
        except ExplainError as problem:
            refused = refused or str(problem)
    return Beside("", None, f"{plain(model.label)}: {plain(refused)}")


def following(
    dataset: Dataset, split: SplitName, index: int, walk: Walk | None, count: int
) -> tuple[Subject, ...]:
    """Return the pictures that come after one: in the set that is walked through, else in the split.

    Parameters
    ----------
    dataset : Dataset
        The one on screen.
    split : {"train", "test"}
        Whose pictures.
    index : int
        The picture on screen.
    walk : Walk or None
        The set that it is from.
    count : int
        How many, at most; fewer at the end.
    """
    coming: Sequence[int] = range(index + 1, len(dataset.split(split)))
    if walk is not None:
        coming = walk.indices[0 if walk.position is None else walk.position + 1 :]
    return tuple(subject_from_dataset(dataset, split, number) for number in coming[:count])


def beside_pictures(
    subjects: Sequence[Subject],
    model: ModelChoice,
    asked: Asked,
    layer: str | None,
    answers: Answers,
    told: Told = lambda share: None,
) -> tuple[Beside, ...]:
    """Ask one model about several pictures, all at once.

    Parameters
    ----------
    subjects : sequence of Subject
        At least one.
    model : ModelChoice
        Which model.
    asked : Asked
        How; its picture is not looked at.
    layer : str or None
        Where; ``None`` for the usual layer.
    answers : Answers
        Asks, and keeps what was said.
    told : callable
        Told which share is done.

    Raises
    ------
    ExplainError
        The network gives no answer.
    """
    pictures = np.stack([one.seen.pixels for one in subjects])
    found = answers.ask(replace(asked.of(model, asked.method, layer), pictures=pictures), told)
    return tuple(
        drawn_beside(answer, model, replace(asked, subject=subject), plain(subject.title))
        for subject, answer in zip(subjects, found, strict=True)
    )


def drawn_beside(answer: Explanation, model: ModelChoice, asked: Asked, label: str | None = None) -> Beside:
    """Draw what a model says of the picture.

    Parameters
    ----------
    answer : Explanation
        What it says.
    model : ModelChoice
        Which one.
    asked : Asked
        About what.
    label : str, optional
        What tells it from those beside it, in Markdown; the model's if not given.

    Raises
    ------
    ExplainError
        The network has another number of classes than the record of its run says.
    """
    check_classes(answer, model)
    names, true_class = model.class_names, asked.subject.true_class
    right = "" if true_class is None else "right" if names[answer.predicted] == true_class else "wrong"
    notes = (_coloured(answer, names), _trained_otherwise(model, asked.subject))
    return Beside(
        ", ".join(filter(None, (says(answer, names), right))),
        _overlay(asked, answer.heatmap),
        " ".join(filter(None, (f"{label or plain(model.label)}.", *notes))),
    )


def question_about_classes(
    model: ModelChoice, classes: Sequence[str], asked: Asked, layer: str | None
) -> Question:
    """Ask a model what speaks for each of several classes, all at once.

    Parameters
    ----------
    model : ModelChoice
        Which model.
    classes : sequence of str
        At least one of its classes.
    asked : Asked
        About what, and how. A margin is taken to the most probable other class where the one that was chosen is
        among these.
    layer : str or None
        Where; ``None`` for the usual layer.
    """
    question = asked.of(model, asked.method, layer)
    indices = tuple(model.class_names.index(name) for name in classes)
    return replace(
        question,
        pictures=np.repeat(question.pictures, len(indices), axis=0),
        class_index=indices,
        against=None if question.against in indices else question.against,
    )


def beside_classes(
    answers: Sequence[Explanation], model: ModelChoice, asked: Asked, *, own_scales: bool = False
) -> tuple[str, tuple[Beside, ...]]:
    """Draw what speaks for each of several classes; say first which scale their colours have.

    Parameters
    ----------
    answers : sequence of Explanation
        One for each class.
    model : ModelChoice
        The model that gave them.
    asked : Asked
        About what.
    own_scales : bool
        Whether each map is coloured by its own strongest evidence; else all by the strongest among them.
    """
    maps = [one.heatmap for one in answers if one.heatmap is not None]
    highest = max((one.maximum for one in maps), default=0.0)
    method = get_method(maps[0].method if maps else asked.method)
    drawn = tuple(_of_class(one, model.class_names, asked, highest) for one in answers)
    if not method.asks_class:
        return f"{method.title} asks for no class: its map is the same for all.", drawn
    if own_scales or highest <= 0 or method.id in NO_COMMON_SCALE:
        return OWN_SCALES, tuple(_of_class(one, model.class_names, asked) for one in answers)
    return f"One scale for all: 100% is the strongest evidence for any of them, {highest:.3g}.", drawn


def _of_class(
    answer: Explanation, names: tuple[str, ...], asked: Asked, highest: float | None = None
) -> Beside:
    """Draw what speaks for one class; with ``highest``, by the scale on which that is 100%."""
    heatmap, sentence = answer.heatmap, _coloured(answer, names)
    if heatmap is not None and highest is not None and not heatmap.is_empty:
        sentence += f" Strongest evidence: {100 * heatmap.maximum / highest:.0f}%."
        heatmap = heatmap.on_scale(highest)
    title = f"Why {class_and_probability(answer, answer.class_index, names)}"
    return Beside(title, _overlay(asked, heatmap), sentence)


def _overlay(asked: Asked, heatmap: Heatmap | None) -> bytes:
    if heatmap is None:
        return to_png(enlarge(asked.subject.seen.shown, OVERLAY_SIDE))
    return overlay_png(asked.subject, heatmap, opacity=OPACITY, color_map=asked.color_map, smooth=True)


def _coloured(answer: Explanation, names: tuple[str, ...]) -> str:
    """Say in few words what is coloured, or why nothing is."""
    heatmap = answer.heatmap
    if heatmap is None:
        return plain(answer.no_heatmap_reason or "There is no heat map for this network.")
    method = get_method(heatmap.method)
    explained = f"**{plain(names[answer.class_index])}**"
    if answer.against is not None:
        explained += f" and not **{plain(names[answer.against])}**"
    if heatmap.is_empty:
        return f"No positive evidence: nothing speaks for {explained}."
    cells = "×".join(str(side) for side in heatmap.values.shape)
    if not method.asks_class or not method.signed:
        return f"Coloured by {method.title}, {cells}."
    return f"Coloured: what speaks for {explained} ({method.title}, {cells})."


def _trained_otherwise(model: ModelChoice, subject: Subject) -> str:
    """Say that an upload is framed as the pictures of the model on screen were, and not as this one's."""
    used, trained = subject.seen.framing, model.preparation
    if subject.true_class is not None or trained is None or trained.framing == used:
        return ""
    return f"It was trained on {HOW_FRAMED[trained.framing]} pictures; this one is {HOW_FRAMED[used]}."
