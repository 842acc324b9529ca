"""All that the Explain page shows of one answer, computed without Streamlit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.fused import split_layers
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS, get_method
from cifar_core.explain.overlay import (
    ColorMap,
    color_index,
    draw_scale,
    draw_seen,
    enlarge,
    levels_png,
    to_png,
)
from cifar_core.explain.question import Question
from cifar_core.explain.result import ClassProbability, Explanation, name_probabilities
from cifar_core.explain.scores import Score
from cifar_core.remembered import remembered
from cifar_core.views.explain.heatmap_words import heatmap_sentence, scale_sentence
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.said import says
from cifar_core.views.subject import Subject
from cifar_core.words.counts import counted
from cifar_core.words.file_name import file_stem
from cifar_core.words.markdown import plain

SHOWN_SIDE = 640
"""Small pictures are enlarged to this many pixels, so that the browser has nothing to blur."""


@dataclass(frozen=True)
class Sight:
    """What the cells of a heat map see.

    Attributes
    ----------
    rows, columns : list of (int, int)
        First and last pixel that each row, or column, of cells is computed from.
    pixels : (int, int)
        Height and width of the picture.
    """

    rows: list[tuple[int, int]]
    columns: list[tuple[int, int]]
    pixels: tuple[int, int]


@dataclass(frozen=True)
class ExplainView:
    """The answer, ready to be drawn.

    Attributes
    ----------
    verdict : str
        What the network says, in Markdown.
    network_picture : bytes
        The exact 32×32 input, enlarged with hard pixels, as PNG; pixels that change no answer are darkened.
    blind_sentence : str
        Which pixels those are; empty where there are none, or nobody knows.
    bars : tuple of ClassProbability
        The five most probable classes, and the true one where it is not among them.
    heatmap : Heatmap or None
        The heat map, where the network has one.
    sight : Sight or None
        What its cells see; ``None`` where nobody knows, and where they are pixels.
    heatmap_sentence : str
        What the heat map says, or why there is none, in Markdown.
    heatmap_picture : bytes or None
        The heat map at its own resolution, enlarged with hard pixels, as PNG.
    scale_picture : bytes
        The colours of the heat map, from no evidence to most, as PNG.
    scale_sentence : str
        What the strongest evidence is in numbers; empty without a heat map.
    explained_class : str
        The class that the heat map is for.
    is_margin : bool
        Whether it is for that class and against another one.
    layers : tuple of CamLayer
        Where a heat map can be computed.
    methods : tuple of str
        How it can be computed: ids of methods.
    notes : tuple of str
        What else to know: where the network was trained, what was changed while decoding the picture.
    download_name : str
        File name for the overlay.
    """

    verdict: str
    network_picture: bytes
    blind_sentence: str
    bars: tuple[ClassProbability, ...]
    heatmap: Heatmap | None
    sight: Sight | None
    heatmap_sentence: str
    heatmap_picture: bytes | None
    scale_picture: bytes
    scale_sentence: str
    explained_class: str
    is_margin: bool
    layers: tuple[CamLayer, ...]
    methods: tuple[str, ...]
    notes: tuple[str, ...]
    download_name: str

    @property
    def other_is_worth_asking(self) -> bool:
        """Whether nothing speaks for the class, and what speaks against another one was not asked yet."""
        heatmap = self.heatmap
        return (
            heatmap is not None
            and heatmap.is_empty
            and not self.is_margin
            and get_method(heatmap.method).asks_class
        )

    @property
    def true_class_known(self) -> bool:
        """Whether the bars can say what is right."""
        return any(one.is_true for one in self.bars)


def question_about(
    model: ModelChoice,
    subject: Subject,
    *,
    target: str | None = None,
    layer: str | None = None,
    method: str = DEFAULT_METHOD,
    score: Score = "logit",
    against: str | None = None,
) -> Question:
    """Put what was chosen on the page into a question.

    Parameters
    ----------
    model : ModelChoice
        Which network.
    subject : Subject
        Which picture.
    target : str, optional
        Class to find evidence for; the predicted one if not given or unknown to the network.
    layer : str, optional
        Where to look; the deepest layer with maps fine enough if not given.
    method : str
        How: an id of :data:`cifar_core.explain.methods.registry.METHODS`.
    score : {"logit", "margin", "log_probability"}
        What of the class is scored.
    against : str, optional
        With a margin, the other class; the most probable other one if not given, unknown, or the class itself.
    """
    wanted = model.class_names.index(target) if target in model.class_names else None
    other = model.class_names.index(against) if against in model.class_names and against != target else None
    return Question(
        model.path,
        subject.seen.pixels[None],
        wanted,
        layer,
        method,
        score,
        other if score == "margin" else None,
    )


@remembered(most=32)
def build_explain_view(
    answer: Explanation,
    model: ModelChoice,
    subject: Subject,
    *,
    color_map: ColorMap = "inferno",
    tested: str | None = None,
) -> ExplainView:
    """Put an answer into words and pictures.

    Parameters
    ----------
    answer : Explanation
        What the network says of the picture.
    model : ModelChoice
        Which network was asked.
    subject : Subject
        Which picture.
    color_map : str
        Colours of the heat map.
    tested : str, optional
        That it said something else in its test (:func:`cifar_core.views.explain.tested.said_in_test`).

    Raises
    ------
    ExplainError
        The network has another number of classes than the record of its run says.
    """
    check_classes(answer, model)
    names = model.class_names
    explained = names[answer.class_index]
    heatmap = answer.heatmap
    cells = None if heatmap is None else enlarge(color_index(heatmap.values), SHOWN_SIDE)
    return ExplainView(
        verdict=_verdict(answer, names, subject.true_class),
        network_picture=to_png(draw_seen(subject.seen.pixels, answer.used, SHOWN_SIDE), hard=True),
        blind_sentence=_blind_sentence(answer.used),
        bars=name_probabilities(answer, names, subject.true_class),
        heatmap=heatmap,
        sight=_sight(heatmap),
        heatmap_sentence=heatmap_sentence(answer, names),
        heatmap_picture=None if cells is None else levels_png(cells, color_map=color_map),
        scale_picture=to_png(draw_scale(color_map)),
        scale_sentence="" if heatmap is None else scale_sentence(heatmap),
        explained_class=explained,
        is_margin=answer.against is not None,
        layers=answer.layers,
        methods=tuple(
            one.id
            for one in METHODS.values()
            if one.at_pixels or (one.at_layer and answer.layers) or (one.at_patches and answer.attends)
        ),
        notes=(() if tested is None else (tested,))
        + _instead_note(answer)
        + _training_note(model, subject)
        + subject.notes,
        download_name=file_stem(f"{subject.file_stem}-{explained}") + ".png",
    )


def check_classes(answer: Explanation, model: ModelChoice) -> None:
    """See to it that a network has the classes that its run names.

    Parameters
    ----------
    answer : Explanation
        What it said.
    model : ModelChoice
        Which network was asked.

    Raises
    ------
    ExplainError
        It has another number of them.
    """
    if len(answer.probabilities) != len(model.class_names):
        raise ExplainError(
            f"The network of “{model.run_id}” tells {counted(len(answer.probabilities), 'class')} apart, and its "
            f"run.json names {len(model.class_names)}. Copy the run anew, or choose another model."
        )


def _verdict(answer: Explanation, names: tuple[str, ...], true_class: str | None) -> str:
    predicted, shown = names[answer.predicted], plain(true_class or "")
    said = f"The network says {says(answer, names)}"
    if true_class is None:
        return f"{said}."
    if true_class == predicted:
        return f"{said}, and that is right."
    if true_class not in names:
        return f"{said}; the picture shows **{shown}**, a class that this network does not know."
    return f"{said}; the picture shows **{shown}**."


def _training_note(model: ModelChoice, subject: Subject) -> tuple[str, ...]:
    """Say that a picture of the data set on screen is foreign to the network; an upload always is."""
    if model.caution is not None:
        return (model.caution,)
    if model.trained_elsewhere is None or subject.true_class is None:
        return ()
    return (f"This network was trained on {model.trained_elsewhere}, not on the pictures on screen.",)


def _instead_note(answer: Explanation) -> tuple[str, ...]:
    if answer.instead_of is None or answer.heatmap is None:
        return ()
    return (
        f"This network has no convolution, so there is no map by {answer.instead_of}: "
        f"{get_method(answer.heatmap.method).title} is shown instead.",
    )


def _sight(heatmap: Heatmap | None) -> Sight | None:
    if heatmap is None or heatmap.place is None or len(split_layers(heatmap.layer)) != 1:
        return None
    down, across = heatmap.place.rows, heatmap.place.columns
    seen = [list(zip(line.first.tolist(), line.last.tolist(), strict=True)) for line in (down, across)]
    return Sight(seen[0], seen[1], (down.pixels, across.pixels))


def _blind_sentence(used: NDArray[np.bool_] | None) -> str:
    if used is None or used.all():
        return ""
    return (
        f"Blind border: the {counted(int((~used).sum()), 'darkened pixel')} have **no effect** on the answer."
    )
