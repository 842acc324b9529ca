"""Animal or background, in words, and made beside the pages."""

import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.intervals import Interval
from cifar_core.evaluation.means import Mean
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.surroundings.study import Changed, Surroundings
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.surroundings import (
    SurroundingsAsked,
    SurroundingsStudies,
    mean_map_png,
    surroundings_sentences,
)
from tests.waiting import wait_until

FOUND = Surroundings(
    method="gradcam",
    layer="conv_3",
    cells=(8, 8),
    pictures=200,
    empty=3,
    mean_map=np.full((32, 32), 1.0),
    centre=Mean(0.32, Interval(0.31, 0.33), 197),
    even=0.257,
    seen=0.5,
    right=Mean(0.33, Interval(0.32, 0.34), 150),
    wrong=Mean(0.31, Interval(0.29, 0.33), 47),
    right_minus_wrong=Interval(0.001, 0.039),
    changed={"background": Changed(80, 200), "random": Changed(112, 200), "marked": Changed(162, 200)},
    background_minus_random=Mean(-0.16, Interval(-0.24, -0.08), 200),
)


def said(**changes: object) -> str:
    return " ".join(surroundings_sentences(replace(FOUND, **changes)))  # type: ignore[arg-type]


def test_all_is_said_with_intervals() -> None:
    words = said()
    assert "32% (31.0 – 33.0%) lies in the middle, the inner 16×16 pixels" in words
    assert "would be 25%. So the maps lean to the middle." in words
    assert "33% of the heat where the answer is right (n = 150) and 31% where it is wrong (n = 47)" in words
    assert "2.0 percentage points, 95% interval 0.1 to 3.9." in words
    assert "changes in 40% (33.5 – 46.9%) of the pictures; with a random half in 56%" in words
    assert "−16.0 percentage points, 95% interval −24.0 to −8.0" in words
    assert "does matter less than a random half" in words
    assert "8×8 cells, and each sees 50% of the picture" in words


def test_few_cells_in_the_middle_are_compared_with_themselves() -> None:
    words = said(cells=(3, 3), even=0.95, centre=Mean(0.949, Interval(0.944, 0.953), 200), seen=0.47)
    assert "if all 3×3 had the same heat, it would be 95%" in words
    assert "lean neither to the middle nor to the border" in words
    assert "A map of 3×3 cells can't tell an animal from what is right beside it, and each sees 47%" in words
    assert "lean to the border" in said(centre=Mean(0.2, Interval(0.19, 0.21), 200))


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ((0.05, -0.02, 0.12), "it is not certain that what the maps call background matters less"),
        ((0.05, 0.02, 0.08), "matters **more** than a random half"),
    ],
)
def test_the_counter_test_is_judged_by_its_interval(sign: tuple[float, float, float], words: str) -> None:
    mean, low, high = sign
    assert words in said(background_minus_random=Mean(mean, Interval(low, high), 200))


@pytest.mark.parametrize(
    ("mean", "interval", "words"),
    [
        (0.7, Interval(-1.84, 3.24), "70.0 percentage points, 95% interval −100.0 to 100.0)"),
        (0.05, Interval(-0.0002, 0.1002), "5.0 percentage points, 95% interval −0.02 to 10.02)"),
        (0.0004, Interval(0.0001, 0.0007), "0.04 percentage points, 95% interval 0.01 to 0.07)"),
    ],
)
def test_a_difference_stays_among_what_is_possible_and_shows_its_sign(
    mean: float, interval: Interval, words: str
) -> None:
    assert words in said(background_minus_random=Mean(mean, interval, 2))


def test_what_nothing_is_known_of_is_not_said() -> None:
    assert "right (n" not in said(wrong=None, right_minus_wrong=None)
    assert "too few, or too much alike" in said(right_minus_wrong=None)
    assert "so no difference is certain" in said(right_minus_wrong=Interval(-0.01, 0.02))
    assert "nothing to say of where it lies" in said(centre=None, right=None, wrong=None)
    assert "needs two pictures" in said(changed={}, background_minus_random=None)
    assert "so few pictures" in said(centre=Mean(0.3, None, 1))
    assert len(surroundings_sentences(replace(FOUND, layer=None, cells=(32, 32)))) == 3


def test_the_mean_map_is_a_picture_with_a_pixel_of_each() -> None:
    heat = np.zeros((32, 32))
    heat[4, 5] = 7
    drawn = cv2.imdecode(
        np.frombuffer(mean_map_png(replace(FOUND, mean_map=heat)), np.uint8), cv2.IMREAD_COLOR
    )
    assert drawn is not None
    assert drawn.shape == (320, 320, 3)
    bright = drawn.sum(axis=2) > 300
    assert bright.sum() == 100
    assert bright[40:50, 50:60].all()
    mean_map_png(replace(FOUND, mean_map=heat * 0))


class Slow:
    """Answers once it is let, and marks the upper left."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.zeros((len(images), 10), np.float32)

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        self.begun.set()
        assert self.go.wait(30)
        heatmap = Heatmap(np.array([[1, 0], [0, 0]], np.float32), 1.0, "conv", 0, "gradcam")
        return (Explanation(np.zeros(10, np.float32), 0, heatmap, ()),) * len(question.pictures)


@pytest.fixture
def asked(settings: Settings) -> SurroundingsAsked:
    dataset = open_dataset("drawn:80", settings)
    pictures = choose("split(test)", Universe.of_dataset(dataset, (), settings.cache_dir))
    model = ModelChoice("a-run", "a", Path("model.keras"), dataset.class_names)
    return SurroundingsAsked(model, pictures, "gradcam", "conv")


def test_a_study_is_made_and_kept(asked: SurroundingsAsked) -> None:
    studies, network = SurroundingsStudies(), Slow()
    assert (asked.size, asked.title) == (20, "Look at 20 pictures by Grad-CAM")
    assert studies.found(asked) is None
    studies.begin(asked, network)
    assert network.begun.wait(30)
    progress = studies.progress(asked)
    assert progress is not None
    assert progress.doing == "Looking where it looks"
    network.go.set()
    wait_until(lambda: studies.found(asked) is not None)
    found = studies.found(asked)
    assert found is not None
    assert (found.pictures, found.cells) == (20, (2, 2))
    assert studies.found(replace(asked, method="hirescam")) is None


def test_a_study_that_is_stopped_leaves_nothing(asked: SurroundingsAsked) -> None:
    studies, network = SurroundingsStudies(), Slow()
    studies.begin(asked, network)
    assert network.begun.wait(30)
    studies.stop(asked)
    network.go.set()
    wait_until(lambda: studies.progress(asked) is None)
    assert studies.found(asked) is None


def test_a_network_of_other_classes_is_a_sentence(asked: SurroundingsAsked) -> None:
    studies = SurroundingsStudies()
    other = replace(asked, model=replace(asked.model, class_names=("a", "b")))
    studies.begin(other, Slow())
    wait_until(lambda: (one := studies.progress(other)) is not None and one.problem is not None)
    progress = studies.progress(other)
    assert progress is not None
    assert progress.problem is not None
    assert "knows other classes" in progress.problem
