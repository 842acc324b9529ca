"""All that the Explain page shows, computed without Streamlit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.dataset import Dataset
from cifar_core.data.reading import Preparation
from cifar_core.errors import ExplainError
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import CamLayer, known_map_side
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.overlay import ColorMap, draw_heatmap, draw_overlay, draw_scale, enlarge, to_png
from cifar_core.explain.question import Question
from cifar_core.explain.result import ClassProbability, Explanation, name_probabilities
from cifar_core.models.architectures import known_architectures
from cifar_core.runs.labels import run_labels
from cifar_core.runs.run import Run
from cifar_core.views.subject import Subject
from cifar_core.words.counts import counted
from cifar_core.words.file_name import file_stem
from cifar_core.words.markdown import plain

SHOWN_SIDE = 640
"""Small pictures are enlarged to this many pixels, so that the browser has nothing to blur."""

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
        Name, test accuracy and data set, to choose it by.
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


@dataclass(frozen=True)
class ExplainView:
    """The answer, ready to be drawn.

    Attributes
    ----------
    verdict : str
        What the network says, in Markdown.
    network_picture : bytes
        The exact 32×32 input, enlarged with hard pixels, as PNG.
    bars : tuple of ClassProbability
        The five most probable classes, and the true one where it is not among them.
    heatmap : Heatmap or None
        The heat map, where the network has one.
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
    layers : tuple of CamLayer
        Where a heat map can be computed.
    notes : tuple of str
        What else to know: where the network was trained, what was changed while decoding the picture.
    download_name : str
        File name for the overlay.
    """

    verdict: str
    network_picture: bytes
    bars: tuple[ClassProbability, ...]
    heatmap: Heatmap | None
    heatmap_sentence: str
    heatmap_picture: bytes | None
    scale_picture: bytes
    scale_sentence: str
    explained_class: str
    layers: tuple[CamLayer, ...]
    notes: tuple[str, ...]
    download_name: str

    @property
    def true_class_known(self) -> bool:
        """Whether the bars can say what is right."""
        return any(one.is_true for one in self.bars)


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
        record, data = run.record, run.record.data
        accuracy = record.results.test_accuracy if record.results is not None else None
        parts = [labels[run.id]]
        if record.config.model not in labels[run.id]:
            parts.append(record.config.model)
        parts.append(data.name if accuracy is None else f"{accuracy:.1%} on {data.name}")
        elsewhere = None if data.fingerprint == dataset.fingerprint else data.name
        caution = record.imported.caution if record.imported else None
        label = " · ".join(parts)
        known = known_architectures().get(record.config.model) if record.imported is None else None
        choice = ModelChoice(
            run.id,
            label,
            run.paths.model,
            data.class_names,
            elsewhere,
            caution,
            data.preparation,
            0 if known is None else known_map_side(known),
        )
        found.append((elsewhere is not None, -(accuracy or 0.0), choice))
    return tuple(choice for *_, choice in sorted(found, key=lambda item: item[:2]))


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
    every = tuple(runs)
    if asked not in {run.id for run in every if run.record is not None}:
        return f"There is no run “{plain(asked, 80)}”, so another model is shown."
    return (
        f"The weights of “{plain(run_labels(every)[asked])}” are not on this machine, so another model is shown. "
        "Train it again to have them."
    )


def question_about(
    model: ModelChoice, subject: Subject, *, target: str | None = None, layer: str | None = None
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
        Where to look; the last convolution if not given.
    """
    wanted = model.class_names.index(target) if target in model.class_names else None
    return Question(model.path, subject.seen.pixels[None], wanted, layer)


def build_explain_view(
    answer: Explanation, model: ModelChoice, subject: Subject, *, color_map: ColorMap = "inferno"
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

    Raises
    ------
    ExplainError
        The network has another number of classes than the record of its run says.
    """
    names = model.class_names
    if len(answer.probabilities) != len(names):
        raise ExplainError(
            f"The network of “{model.run_id}” tells {counted(len(answer.probabilities), 'class')} apart, and its "
            f"run.json names {len(names)}. Copy the run anew, or choose another model."
        )
    explained = names[answer.class_index]
    heatmap = answer.heatmap
    drawn = None if heatmap is None else enlarge(draw_heatmap(heatmap, color_map=color_map), SHOWN_SIDE)
    return ExplainView(
        verdict=_verdict(answer, names, subject.true_class),
        network_picture=to_png(enlarge(subject.seen.pixels, SHOWN_SIDE)),
        bars=name_probabilities(answer, names, subject.true_class),
        heatmap=heatmap,
        heatmap_sentence=_heatmap_sentence(answer, explained),
        heatmap_picture=None if drawn is None else to_png(drawn),
        scale_picture=to_png(draw_scale(color_map)),
        scale_sentence="" if heatmap is None else _scale_sentence(heatmap),
        explained_class=explained,
        layers=answer.layers,
        notes=_training_note(model, subject) + subject.notes,
        download_name=file_stem(f"{subject.file_stem}-{explained}") + ".png",
    )


def overlay_png(
    subject: Subject, heatmap: Heatmap, *, opacity: float, color_map: ColorMap, smooth: bool
) -> bytes:
    """Lay a heat map over its picture; all that a move of the opacity slider costs.

    Parameters
    ----------
    subject : Subject
        The picture.
    heatmap : Heatmap
        Where the network looked in it.
    opacity : float
        Of the heat map where there is most evidence, 0 to 1; elsewhere it fades with the evidence.
    color_map : str
        Its colours.
    smooth : bool
        Whether a small picture is interpolated, or shown in hard pixels.

    Returns
    -------
    bytes
        A PNG file, to be shown and to be saved.
    """
    drawn = draw_overlay(subject.seen.shown, heatmap, opacity=opacity, color_map=color_map, smooth=smooth)
    return to_png(drawn)


def _verdict(answer: Explanation, names: tuple[str, ...], true_class: str | None) -> str:
    predicted, shown = names[answer.predicted], plain(true_class or "")
    probability = answer.probabilities[answer.predicted]
    # Never rounded up to certainty.
    surely = "over 99%" if 0.995 <= probability < 1 else f"{100 * probability:.0f}%"
    says = f"The network says **{plain(predicted)}** ({surely})"
    if true_class is None:
        return f"{says}."
    if true_class == predicted:
        return f"{says}, and that is right."
    if true_class not in names:
        return f"{says}; the picture shows **{shown}**, a class that this network does not know."
    return f"{says}; the picture shows **{shown}**."


def _training_note(model: ModelChoice, subject: Subject) -> tuple[str, ...]:
    """Say that a picture of the data set on screen is foreign to the network; an upload always is."""
    if model.caution is not None:
        return (model.caution,)
    if model.trained_elsewhere is None or subject.true_class is None:
        return ()
    return (f"This network was trained on {model.trained_elsewhere}, not on the pictures on screen.",)


def _heatmap_sentence(answer: Explanation, explained: str) -> str:
    heatmap = answer.heatmap
    if heatmap is None:
        return plain(answer.no_heatmap_reason or "There is no heat map for this network.")
    if heatmap.is_empty:
        return (
            f"No positive evidence: nothing in this picture speaks for **{plain(explained)}** "
            f"at layer {plain(heatmap.layer)}, so there is no heat map to draw."
        )
    return (
        f"Heat map by {get_method(heatmap.method).title}. Coloured: what speaks for **{plain(explained)}**, the "
        "brighter the more. Uncoloured: what does not matter, or speaks against it."
    )


def _scale_sentence(heatmap: Heatmap) -> str:
    return f"Here 100% stands for {heatmap.maximum:.3g} ({get_method(heatmap.method).unit})."
