"""Animal or background, with networks of which it is known where they look."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from cifar_core.errors import ExplainError
from cifar_core.evaluation.means import difference_of_means
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.surroundings.study import study_surroundings

COUNT = 60
LABELS = np.arange(COUNT) % 2
PICTURES = np.full((COUNT, 32, 32, 3), 10, np.uint8)
PICTURES[LABELS == 1, 12:20, 12:20] = 240  # Class 1 has a bright middle, class 0 a dark one.


class Middle:
    """Says 1 where the middle is bright, and marks the middle, or what it is told to mark."""

    def __init__(self, inner: float = 1, outer: float = 0) -> None:
        self.evidence = np.full((32, 32), outer, np.float32)
        self.evidence[8:24, 8:24] = inner

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        bright = images[:, 12:20, 12:20].mean(axis=(1, 2, 3))
        return np.stack([np.full(len(images), 125.0), bright], axis=1).astype(np.float32)

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        found = []
        for logits in self.predict(question.model, question.pictures):
            index = int(logits.argmax())
            heatmap = Heatmap.from_evidence(self.evidence, layer="conv", class_index=index, method="gradcam")
            found.append(Explanation(logits, index, heatmap, ()))
        return tuple(found)


def quiet(doing: str, share: float) -> None: ...


def study(network: Middle, labels: NDArray[np.int64] = LABELS, pictures: NDArray[np.uint8] = PICTURES):  # noqa: ANN201
    return study_surroundings(network, Question(Path(), pictures), labels, quiet)


def test_a_network_that_looks_at_the_middle_does_not_mind_another_background() -> None:
    found = study(Middle())
    assert found.centre is not None
    assert (found.centre.value, found.even, found.cells, found.empty) == (1, pytest.approx(0.25), (32, 32), 0)
    assert found.changed["background"].count == 0
    # The other picture is of the other class for about half of them.
    assert 0.25 < found.changed["marked"].share < 0.75
    assert found.changed["random"].count > 0
    assert found.background_minus_random is not None
    assert found.background_minus_random.sign == -1
    assert found.mean_map[16, 16] == pytest.approx(4)
    assert found.changed["marked"].interval.low < found.changed["marked"].share


def test_maps_that_mark_the_border_are_found_out() -> None:
    found = study(Middle(0, 1))
    assert found.centre is not None
    assert found.centre.value == 0
    assert found.changed["background"].share > 0.25


def test_right_and_wrong_are_told_apart() -> None:
    found = study(Middle(), np.where(np.arange(COUNT) < 6, 1 - LABELS, LABELS))
    assert found.right is not None
    assert found.wrong is not None
    assert (found.right.count, found.wrong.count) == (54, 6)
    assert found.right_minus_wrong is None  # All maps are the same one.
    assert study(Middle()).wrong is None


def test_maps_without_heat_and_a_single_picture() -> None:
    found = study(Middle(0, 0))
    assert (found.empty, found.centre, found.right, found.wrong) == (COUNT, None, None, None)
    assert not found.mean_map.any()
    assert found.changed["background"].of == COUNT
    one = study(Middle(), LABELS[:1], PICTURES[:1])
    assert (one.changed, one.background_minus_random) == ({}, None)
    assert one.centre is not None
    with pytest.raises(ExplainError, match="no picture"):
        study(Middle(), LABELS[:0], PICTURES[:0])


def test_whoever_wants_to_stop_raises() -> None:
    def stop(doing: str, share: float) -> None:
        if doing.startswith("Replacing"):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        study_surroundings(Middle(), Question(Path(), PICTURES), LABELS, stop)


def test_the_difference_of_two_groups_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0, 1, 40), rng.uniform(0.2, 0.5, 7)
    found = difference_of_means(a, b)
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert difference_of_means(a, b[:1]) is None
    assert difference_of_means(a[:0], b) is None
