"""What the Explain page says, without Streamlit and without a network."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.picture.decode import decode_image
from cifar_core.data.reading import Framing
from cifar_core.errors import DataError, ExplainError
from cifar_core.explain.geometry import Line, MapPlace
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.overlay import SMOOTH_SIDE, color_table, draw_overlay, to_png
from cifar_core.explain.result import Explanation
from cifar_core.views import subject as subjects
from cifar_core.views.explain import answer as views
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.overlay import heat_png, overlay_png, picture_file

NAMES = ("cat", "dog", "ship")
MODEL = ModelChoice("run", "a run", Path("model.keras"), NAMES)


def dataset(count: int = 60) -> Dataset:
    images = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    split = Split(images, np.arange(count, dtype=np.int64) % 3)
    return Dataset("key", "Name", NAMES, split, split, "made up", False, "f" * 16)


def answer(heatmap: Heatmap | None, predicted: int = 0, *, logit: float = 2) -> Explanation:
    """Return what a network may say of a picture: of its predicted class, or of another one."""
    logits = np.zeros(3, np.float32)
    logits[predicted] = logit
    return Explanation(logits, predicted, heatmap, (), "No convolution here.")


CAM = Heatmap(np.array([[0.0, 1.0]], np.float32), 2.0, "conv", 0, "gradcam")
EMPTY = Heatmap(np.zeros((1, 2), np.float32), -1.0, "conv", 0, "gradcam")


@pytest.mark.parametrize(
    ("predicted", "true_class", "sentence"),
    [
        (0, "cat", "The network says **cat** (79%), and that is right."),
        (1, "cat", "The network says **dog** (79%); the picture shows **cat**."),
        (0, None, "The network says **cat** (79%)."),
        (
            0,
            "fox",
            "The network says **cat** (79%); the picture shows **fox**, a class that this network does not know.",
        ),
    ],
)
def test_verdict(predicted: int, true_class: str | None, sentence: str) -> None:
    seen = subjects.subject_from_dataset(dataset(), "test", 0).seen
    subject = subjects.Subject("a picture", seen, true_class, (), "a")
    assert views.build_explain_view(answer(CAM, predicted), MODEL, subject).verdict == sentence


def test_a_network_of_other_classes_than_its_record_names_is_a_sentence() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 0)
    for names in (("cat", "dog"), (*NAMES, "fox")):
        with pytest.raises(ExplainError, match=f"tells 3 classes apart, and its run.json names {len(names)}"):
            views.build_explain_view(answer(CAM), replace(MODEL, class_names=names), subject)


def test_a_network_is_never_called_certain() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 0)
    verdict = views.build_explain_view(answer(CAM, logit=9), MODEL, subject).verdict
    assert verdict.startswith("The network says **cat** (over 99%)")


def test_pictures_and_download() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 4)
    view = views.build_explain_view(answer(CAM), MODEL, subject, color_map="viridis")
    assert np.array_equal(decode_image(view.network_picture).rgb[::20, ::20], dataset().test.images[4])
    for smooth in (True, False):
        look = {"opacity": 0.3, "color_map": "viridis", "smooth": smooth}
        overlay = decode_image(overlay_png(subject, CAM, **look)).rgb
        assert np.array_equal(overlay, draw_overlay(subject.seen.shown, CAM, **look))
        # What the browser enlarges, and lays upon each other, at this opacity.
        file, kind = picture_file(subject, smooth=smooth)
        assert kind == ("JPEG" if smooth else "PNG")
        below = decode_image(file).rgb
        assert below.shape[:2] == ((SMOOTH_SIDE,) * 2 if smooth else (640, 640))
        heat = cv2.imdecode(np.frombuffer(heat_png(subject, CAM, color_map="viridis"), np.uint8), -1)
        assert heat.shape == (SMOOTH_SIDE, SMOOTH_SIDE, 4)
        below, heat = (cv2.resize(one, (640, 640)).astype(float) for one in (below, heat))
        part = 0.3 * heat[..., 3:] / 255
        seen = part * heat[..., 2::-1] + (1 - part) * below
        apart = np.abs(seen - overlay)
        assert apart.mean() < 1
        assert apart.max() < 12
    assert view.download_name == "test-4-cat.png"
    assert view.heatmap_picture is not None
    drawn = decode_image(view.heatmap_picture).rgb
    assert drawn[0, -1].tolist() == color_table("viridis")[255].tolist()
    assert drawn.shape == (320, 640, 3)
    assert np.array_equal(decode_image(view.scale_picture).rgb[0], color_table("viridis"))
    assert view.scale_sentence == "Here 100% stands for 2 (mean gradient of the logit times activation)."


def test_no_positive_evidence_and_no_heat_map() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 0)
    assert "No positive evidence" in views.build_explain_view(answer(EMPTY), MODEL, subject).heatmap_sentence
    without = views.build_explain_view(answer(None), MODEL, subject)
    assert without.heatmap_sentence == "No convolution here."
    assert (without.heatmap, without.heatmap_picture, without.scale_sentence) == (None, None, "")


def test_what_is_chosen_becomes_a_question() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 7)
    question = views.question_about(MODEL, subject, target="ship", layer="conv")
    assert (question.model, question.class_index, question.layer) == (Path("model.keras"), 2, "conv")
    assert np.array_equal(question.pictures, dataset().test.images[7:8])
    # A class of another data set: the predicted one is explained, and the page names it.
    assert views.question_about(MODEL, subject, target="fox").class_index is None
    assert views.build_explain_view(answer(CAM), MODEL, subject).explained_class == "cat"


def test_a_margin_names_both_classes() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 0)
    asked = replace(answer(CAM), score="margin", against=1)
    assert (
        "what speaks for **cat** and not **dog**"
        in views.build_explain_view(asked, MODEL, subject).heatmap_sentence
    )
    alone = views.build_explain_view(answer(EMPTY), MODEL, subject).heatmap_sentence
    assert "against the other classes" in alone
    empty = views.build_explain_view(replace(asked, heatmap=EMPTY), MODEL, subject).heatmap_sentence
    assert "speaks for **cat** and not **dog**" in empty
    assert "against the other classes" not in empty
    assert views.question_about(MODEL, subject, score="margin", against="ship").against == 2
    assert views.question_about(MODEL, subject, target="ship", score="margin", against="ship").against is None
    assert views.question_about(MODEL, subject, against="ship").against is None


def test_the_class_that_was_asked_for_is_named() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 0)
    asked = replace(answer(CAM), class_index=2)
    assert views.build_explain_view(asked, MODEL, subject).explained_class == "ship"


def test_what_cells_see_and_which_pixels_have_no_effect() -> None:
    subject = subjects.subject_from_dataset(dataset(), "test", 0)
    rows = Line(15.5, 32, 32, np.array([0]), np.array([31]))
    columns = Line(7.5, 16, 32, np.array([0, 12]), np.array([20, 27]))
    placed = replace(CAM, place=MapPlace(rows, columns, np.ones((1, 2), bool)))
    used = np.ones((32, 32), bool)
    used[:, 28:] = False
    view = views.build_explain_view(replace(answer(placed), used=used), MODEL, subject)
    assert view.sight == views.Sight([(0, 31)], [(0, 20), (12, 27)], (32, 32))
    assert "the 128 darkened pixels have **no effect**" in view.blind_sentence
    drawn = decode_image(view.network_picture).rgb
    plain = decode_image(views.build_explain_view(answer(CAM), MODEL, subject).network_picture).rgb
    assert np.array_equal(drawn[:, : 28 * 20], plain[:, : 28 * 20])
    assert (drawn[:, 28 * 20 :].astype(int) <= 0.3 * plain[:, 28 * 20 :] + 1).all()
    everything = replace(answer(CAM), used=np.ones((32, 32), bool))
    assert views.build_explain_view(everything, MODEL, subject).blind_sentence == ""
    assert views.build_explain_view(everything, MODEL, subject).sight is None


def test_a_picture_that_is_not_there() -> None:
    with pytest.raises(DataError, match="numbered 0 to 59"):
        subjects.subject_from_dataset(dataset(), "train", 60)
    with pytest.raises(DataError, match="no picture -1"):
        subjects.subject_from_dataset(dataset(), "train", -1)


def test_upload_keeps_its_notes() -> None:
    subject = subjects.subject_from_upload(
        "my cat.gray.png", to_png(np.full((40, 60, 3), 9, np.uint8)), None, framing="pad"
    )
    assert (subject.title, subject.file_stem, subject.true_class) == ("my cat.gray.png", "my cat.gray", None)
    assert subject.seen.framing == "pad"
    assert not [note for note in subject.notes if "Few pixels" in note]


@pytest.mark.parametrize(
    ("height", "width", "framing", "few"),
    [(1, 1, "crop", "1×1"), (10, 20_000, "crop", "10×10"), (10, 20_000, "stretch", "20,000×10"), (32, 32, "crop", ""),
     (31, 90, "pad", "90×31"), (32, 90, "stretch", "")],
)  # fmt: skip
def test_few_pixels_of_an_upload_are_told(height: int, width: int, framing: Framing, few: str) -> None:
    picture = to_png(np.full((height, width, 3), 9, np.uint8))
    told = subjects.subject_from_upload("small.png", picture, None, framing=framing).notes
    assert told == ((f"Few pixels: {few} of it became 32×32.",) if few else ())


def test_the_layer_that_is_shown_unasked_says_why() -> None:
    def sentence(layers: tuple[CamLayer, ...]) -> str:
        subject = subjects.subject_from_dataset(dataset(), "test", 0)
        return views.build_explain_view(replace(answer(CAM), layers=layers), MODEL, subject).heatmap_sentence

    fine, coarse = CamLayer("conv", "Conv2D", 4, 4, 8), CamLayer("end", "Conv2D", 2, 2, 8)
    assert "Shown at layer" not in sentence((fine,))
    assert sentence((fine, coarse)).endswith(
        "Shown at layer conv: the maps of the last, end, have only 2×2 cells."
    )
    assert "Shown at layer" not in sentence((replace(fine, name="early"), replace(fine, name="late"), coarse))
    assert "token (a patch) behind the last attention" in sentence((replace(fine, layout="tokens"),))
