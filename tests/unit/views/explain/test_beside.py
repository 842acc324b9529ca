"""One picture several times: several models, or several classes of one."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.picture.framing import prepare
from cifar_core.data.reading import Preparation
from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answer, Answers
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.method import Told
from cifar_core.explain.overlay import OPACITY, color_table
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.views.explain.beside import (
    OWN_SCALES,
    Asked,
    beside_classes,
    beside_model,
    beside_pictures,
    drawn_beside,
    following,
    others,
    question_about_classes,
)
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.views.subject import Subject
from cifar_core.views.walk import Walk

NAMES = ("cat", "dog", "ship")
MODEL = ModelChoice("run", "a run", Path("model.keras"), NAMES)
GREY = 100
SUBJECT = Subject("test picture 7", prepare(np.full((32, 32, 3), GREY, np.uint8)), "dog", (), "test-7")
ASKED = Asked(SUBJECT)


def explained(
    index: int, evidence: float, *, method: str = "gradcam", against: int | None = None
) -> Explanation:
    """Return what a network says that finds the same evidence everywhere; 70% cat, 30% dog, hardly any ship."""
    logits = np.log(np.array([0.7, 0.299, 0.001], np.float32))
    heatmap = Heatmap.from_evidence(
        np.full((4, 4), evidence, np.float32), layer="conv", class_index=index, method=method
    )
    return Explanation(logits, index, heatmap, (), against=against)


def colour(png: bytes | None) -> NDArray[np.uint8]:
    """Return the one colour of a picture, RGB."""
    assert png is not None
    drawn = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.ptp(drawn, axis=(0, 1)).max() == 0
    assert drawn.shape == (640, 640, 3)
    return np.asarray(drawn[0, 0], np.uint8)


def mixed(share: float) -> NDArray[np.float64]:
    """Return what a share of the scale looks like over the grey picture."""
    return OPACITY * share * color_table("inferno")[round(share * 255)] + (1 - OPACITY * share) * GREY


def test_classes_have_one_scale_by_the_strongest_evidence() -> None:
    answers = [explained(0, 4.0), explained(1, 1.0), explained(2, -1.0)]
    said, (cat, dog, ship) = beside_classes(answers, MODEL, ASKED)
    assert said == "One scale for all: 100% is the strongest evidence for any of them, 4."
    assert [one.title for one in (cat, dog, ship)] == [
        "Why **cat** (70%)",
        "Why **dog** (30%)",
        "Why **ship** (under 1%)",
    ]
    assert dog.sentence == "Coloured: what speaks for **dog** (Grad-CAM, 4×4). Strongest evidence: 25%."
    assert ship.sentence == "No positive evidence: nothing speaks for **ship**."
    for one, share in ((cat, 1.0), (dog, 0.25), (ship, 0.0)):
        assert np.abs(colour(one.overlay) - mixed(share)).max() <= 1


@pytest.mark.parametrize("method", ["gradcam", "scorecam"])
def test_each_map_by_its_own_scale(method: str) -> None:
    answers = [explained(0, 4.0, method=method), explained(1, 1.0, method=method)]
    said, drawn = beside_classes(answers, MODEL, ASKED, own_scales=method == "gradcam")
    assert said == OWN_SCALES
    for one in drawn:
        assert np.abs(colour(one.overlay) - mixed(1.0)).max() <= 1
        assert "Strongest" not in one.sentence


def test_what_the_colours_of_a_method_without_classes_mean() -> None:
    said, _ = beside_classes([explained(0, 1, method="eigencam")], MODEL, ASKED)
    assert said == "Eigen-CAM asks for no class: its map is the same for all."
    assert beside_classes([explained(0, -1.0)], MODEL, ASKED)[0] == OWN_SCALES


def test_all_classes_are_one_question() -> None:
    question = question_about_classes(MODEL, ["ship", "cat"], ASKED, "conv")
    assert (question.class_index, question.layer, question.pictures.shape) == ((2, 0), "conv", (2, 32, 32, 3))
    assert (question.pictures == GREY).all()
    assert (
        question_about_classes(MODEL, ["cat"], Asked(SUBJECT, against="dog", score="margin"), None).against
        == 1
    )
    assert (
        question_about_classes(MODEL, ["dog"], Asked(SUBJECT, against="dog", score="margin"), None).against
        is None
    )


def test_a_model_says_what_it_says_and_whether_that_is_right() -> None:
    beside = drawn_beside(explained(1, 1.0, against=0), MODEL, ASKED)
    assert beside.title == "**cat** (70%), wrong"
    assert beside.sentence == "a run. Coloured: what speaks for **dog** and not **cat** (Grad-CAM, 4×4)."
    foreign = Subject("mine.png", prepare(np.zeros((40, 32, 3), np.uint8)), None, (), "mine")
    stretched = ModelChoice("run", "a run", Path(), NAMES, preparation=Preparation(framing="stretch"))
    beside = drawn_beside(explained(0, 1.0), stretched, Asked(foreign))
    assert beside.title == "**cat** (70%)"
    assert beside.sentence.endswith("It was trained on stretched pictures; this one is cropped.")
    with pytest.raises(ExplainError, match="tells 3 classes apart, and its run"):
        drawn_beside(explained(0, 1.0), ModelChoice("run", "a run", Path(), ("cat",)), ASKED)


class Service:
    """Knows Grad-CAM alone, and not even that of a broken network."""

    def explain(self, question: Question, *, told: Told = lambda share: None) -> Answer:
        if question.method != "gradcam" or question.model.name == "broken":
            raise ExplainError(f"There is no {question.method} here.")
        assert question.layer is None
        return (explained(question.class_index or 0, 2.0),)


def test_what_cannot_be_asked_is_a_sentence_in_its_place() -> None:
    broken = ModelChoice("broken", "another", Path("broken"), NAMES)
    asked, answers = Asked(SUBJECT, method="cam", target="dog"), Answers(Service())
    shown = beside_model("run", (MODEL, broken), (), asked, answers)
    assert "what speaks for **dog** (Grad-CAM" in shown.sentence
    shown = beside_model("broken", (MODEL, broken), (), asked, answers)
    assert (shown.overlay, shown.sentence) == (None, "another: There is no cam here.")
    shown = beside_model("*no*", (MODEL, broken), (), asked, answers)
    assert (shown.overlay, shown.sentence) == (None, r"There is no run “\*no\*”.")


def test_no_more_models_than_there_is_room_for() -> None:
    assert others(["a", "run", "", "b", "a"], "run") == ("a", "b")
    assert others("abcdef", "a") == ("b", "c", "d")


class Light:
    """Says cat of a light picture, and dog of a dark one."""

    def explain(self, question: Question, *, told: Told = lambda share: None) -> Answer:
        assert (question.layer, question.class_index) == ("conv", None)
        lights = question.pictures.mean(axis=(1, 2, 3))
        return tuple(
            replace(explained(0, 1.0), logits=np.array([light, 127.0, 0], np.float32)) for light in lights
        )


def test_the_pictures_that_follow_in_the_set_or_in_the_split() -> None:
    images = np.stack([np.full((32, 32, 3), 20 * number, np.uint8) for number in range(10)])
    split = Split(images, np.arange(10) % 3)
    dataset = Dataset("d", "D", NAMES, split, split, "", False, "0")
    titles = [one.title for one in following(dataset, "test", 7, None, 3)]
    assert titles == ["test picture 8", "test picture 9"]
    assert following(dataset, "test", 9, None, 3) == ()
    universe = Universe.of_dataset(dataset, (), Path())
    shown = SetOnScreen(choose("list(test:5, test:9, test:2, train:1)", universe), {})
    coming = following(dataset, "test", 5, Walk(shown, "test", 5), 3)
    assert [one.title for one in coming] == ["test picture 9", "test picture 2"]
    first = following(dataset, "test", 0, Walk(shown, "test", 0), 1)  # it is none of them
    assert [one.title for one in first] == ["test picture 5"]
    drawn = beside_pictures(coming, MODEL, ASKED, "conv", Answers(Light()))
    assert [one.title.partition(" (")[0] for one in drawn] == ["**cat**", "**dog**"]
    assert [one.title.rpartition(", ")[2] for one in drawn] == ["right", "wrong"]
    assert drawn[1].sentence.startswith("test picture 2. Coloured")
