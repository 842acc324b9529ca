"""What is asked of a network for a study, and what comes of it, with a network that is a few lines of NumPy."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.faithfulness.asking import FEW, ask_maps
from cifar_core.explain.faithfulness.record import MethodRecord
from cifar_core.explain.faithfulness.sanity import add_noise, check_sanity, check_stability, stages_of
from cifar_core.explain.faithfulness.study import AT_ONCE, known_methods, study_methods
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation

PICTURES = np.random.default_rng(0).integers(0, 40, (AT_ONCE + 5, 16, 16, 3), dtype=np.uint8)
PICTURES[:, 4:8, 8:12, 0] += 200
PICTURES[::2, 4:8, 8:12] = PICTURES[::2, 4:8, 8:12, ::-1]  # Every other one is blue.


class Red:
    """Says class 1 where a square is red and class 2 where it is blue; its map is the truth, and shaken where asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen = 0.002 * images[:, 4:8, 8:12].sum(axis=(1, 2))
        return np.stack([np.full(len(images), 3.0), seen[:, 0], seen[:, 2]], axis=1).astype(np.float32)

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        self.asked.append(question)
        names = ("head", "middle", "stem")[: question.randomised]
        found = []
        for number, logits in enumerate(self.predict(question.model, question.pictures)):
            evidence = np.arange(256, dtype=np.float32).reshape(16, 16) / 1000
            evidence[4:8, 8:12] += 1
            if len(names) == 1:
                evidence = evidence[::-1]
            elif len(names) > 1:
                evidence = np.zeros_like(evidence)
            wanted = int(logits.argmax()) if question.class_index is None else question.class_index
            if question.method == "eigencam":
                evidence = evidence * 0 - number % 2
            heatmap = Heatmap.from_evidence(
                evidence, layer="conv", class_index=wanted, method=question.method
            )
            found.append(Explanation(logits, wanted, heatmap, (), randomised=names))
        return tuple(found)


def question() -> Question:
    return Question(Path("model.keras"), PICTURES)


def test_the_truth_is_better_than_all_that_know_nothing_and_progress_is_told() -> None:
    told: list[float] = []
    (study,) = study_methods(Red(), question(), ["gradcam"], lambda doing, share: told.append(share))
    assert told == sorted(told)
    assert told[0] == 0
    assert len(told) == 2 * 4
    assert (study.method, study.layer, study.cells, study.empty) == ("gradcam", "conv", (16, 16), 0)
    for measure in ("deletion", "insertion", "road", "drop"):
        assert study.beats_all(measure)
        gain = study.gain(measure, "centre")
        apart = abs(study.mean(measure).value - study.mean(measure, "centre").value)
        assert gain.value == pytest.approx(apart)
        assert gain.count == len(PICTURES)


def test_a_method_gets_the_same_beside_whatever_others() -> None:
    def quiet(doing: str, share: float) -> None: ...

    (alone,) = study_methods(Red(), question(), ["gradcam"], quiet)
    _, beside = study_methods(Red(), question(), ["eigencam", "gradcam"], quiet)
    assert np.array_equal(alone.scores.road, beside.scores.road)
    assert np.array_equal(alone.baselines["random"].road, beside.baselines["random"].road)


def test_maps_without_evidence_are_counted_and_worth_nothing() -> None:
    (study,) = study_methods(Red(), question(), ["eigencam"], lambda doing, share: None)
    assert study.empty == len(PICTURES)
    assert study.gain("road", "random").sign == 0


def test_a_method_that_takes_long_can_be_stopped_between_pictures() -> None:
    told: list[None] = []
    ask_maps(Red(), replace(question(), method="occlusion"), told=lambda: told.append(None))
    assert len(told) == len(PICTURES) // FEW == 6
    ask_maps(Red(), question(), told=lambda: told.append(None))
    assert len(told) == 6  # one question about all


def test_whoever_wants_to_stop_raises_where_progress_is_told() -> None:
    def stop(doing: str, share: float) -> None:
        raise KeyboardInterrupt

    network = Red()
    with pytest.raises(KeyboardInterrupt):
        study_methods(network, question(), ["gradcam"], stop)
    assert len(network.asked) <= 2


def test_no_picture_is_refused_and_one_has_no_interval() -> None:
    with pytest.raises(ExplainError, match="no picture"):
        study_methods(Red(), Question(Path(), PICTURES[:0]), ["gradcam"], lambda doing, share: None)
    (study,) = study_methods(Red(), Question(Path(), PICTURES[:1]), ["gradcam"], lambda doing, share: None)
    record = MethodRecord.of(study)
    assert record.pictures == 1
    assert record.measures["road"].gains["random"].low is None
    assert not record.measures["road"].beats_all


def test_a_record_is_read_as_it_was_written() -> None:
    (study,) = study_methods(Red(), question(), ["gradcam"], lambda doing, share: None)
    sanity = check_sanity(Red(), question(), ["gradcam"], lambda doing, share: None)["gradcam"]
    record = MethodRecord.of(study, sanity, check_stability(Red(), question()))
    assert MethodRecord.model_validate_json(record.model_dump_json()) == record
    assert record.measures["road"].beats_all
    assert record.measures["drop"].mean.value == round(study.mean("drop").value, 4)


def test_methods_that_are_none_for_a_network_are_left_out() -> None:
    class Picky(Red):
        def explain(self, question: Question) -> tuple[Explanation, ...]:
            if question.method == "cam":
                raise ExplainError("No pooling ends this network.")
            # As for a network without maps: another method takes the place.
            return super().explain(
                replace(question, method="occlusion") if question.method == "gradcam" else question
            )

    assert known_methods(Picky(), question(), ["gradcam", "cam", "occlusion", "rise"]) == [
        "occlusion",
        "rise",
    ]
    with pytest.raises(ExplainError, match="No pooling"):
        known_methods(Picky(), question(), ["cam"])


@pytest.mark.parametrize(("method", "most"), [("rise", FEW), ("gradcam", len(PICTURES))])
def test_a_method_that_takes_long_is_asked_about_few_pictures_at_once(method: str, most: int) -> None:
    network = Red()
    asked = ask_maps(network, replace(question(), method=method))
    assert max(len(one.pictures) for one in network.asked) == most
    assert asked.classes.tolist() == [2 - number % 2 for number in range(0, len(PICTURES))]
    again = ask_maps(network, replace(question(), method=method), asked.classes)
    assert again.classes.tolist() == asked.classes.tolist()


def test_sanity_compares_each_map_with_its_own_and_keeps_the_class() -> None:
    network = Red()
    stages = check_sanity(network, question(), ["gradcam"], lambda doing, share: None)["gradcam"]
    assert [stage.layers for stage in stages] == [("head",), ("head", "middle"), ("head", "middle", "stem")]
    first = stages[0].correlation
    assert first is not None
    assert first.value < 0.9
    assert first.interval is None  # All maps of this network are the same one.
    assert [stage.correlation for stage in stages[1:]] == [None, None]
    assert [stage.without for stage in stages[1:]] == [len(PICTURES)] * 2
    asked = [one for one in network.asked if one.class_index is not None]
    assert {one.class_index for one in asked} == {1, 2}
    assert sum(len(one.pictures) for one in asked) == 3 * len(PICTURES)


def test_tiny_noise_is_tiny_and_leaves_this_map_as_it_is() -> None:
    noisy = add_noise(np.full((2, 16, 16, 3), 100, np.uint8), np.random.default_rng(0)).astype(float)
    assert noisy.std() == pytest.approx(2, rel=0.1)
    found = check_stability(Red(), question())
    assert found.correlation is not None
    assert (found.correlation.value, found.layers, found.without) == (pytest.approx(1), (), 0)


@pytest.mark.parametrize(
    ("layers", "most", "stages"),
    [(1, 8, (1,)), (2, 8, (1, 2)), (8, 8, tuple(range(1, 9))), (39, 3, (1, 20, 39)), (5, 1, (5,))],
)
def test_stages_go_from_the_top_to_all(layers: int, most: int, stages: tuple[int, ...]) -> None:
    assert stages_of(layers, most) == stages
