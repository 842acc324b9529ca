"""A study of a page: which pictures, what is asked, and that it is measured once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ExplainError, RunError
from cifar_core.explain.faithfulness.kept import FaithfulnessStudy
from cifar_core.explain.faithfulness.record import MethodRecord
from cifar_core.explain.faithfulness.study import study_methods
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.sample import draw_sample
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run


class Left:
    """Answers by the mean colour of the left half, and finds its evidence there."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return images[:, :, :16].mean(axis=(1, 2)).astype(np.float32) / 40

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        self.asked.append(question)
        evidence = np.array([[2, 0], [1, 0]], np.float32)
        return tuple(
            Explanation(
                logits,
                int(logits.argmax()),
                Heatmap.from_evidence(evidence, layer="conv", class_index=0, method=question.method),
                (),
            )
            for logits in self.predict(question.model, question.pictures)
        )


def quiet(doing: str, share: float) -> None: ...


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FaithfulnessStudy:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    dataset = open_dataset(None, Settings.from_environment())
    write_run(tmp_path / "runs", "run-a", dataset).model.write_bytes(b"weights")
    pictures = choose("split(train)", Universe.of_dataset(dataset, (), tmp_path))
    run = RunStore(tmp_path / "runs").get("run-a")
    return FaithfulnessStudy(run, pictures, "gradcam", "conv", "margin", 2, tmp_path / "cache", 2)


def test_it_is_what_the_command_measures_and_it_is_measured_once(study: FaithfulnessStudy) -> None:
    network = Left()
    assert study.stored() is None
    found = study.measure(network, quiet)
    assert {(one.method, one.layer, one.score, one.against) for one in network.asked} == {
        ("gradcam", "conv", "margin", 2)
    }
    sample = draw_sample(study.pictures, 2)
    asked = Question(study.run.paths.model, sample.pictures, layer="conv")
    (again,) = study_methods(Left(), asked, ["gradcam"], quiet)
    assert found == MethodRecord.of(again)
    assert found.pictures == 2
    asked_before = len(network.asked)
    assert study.stored() == found == study.measure(network, quiet)
    assert replace(study, count=5).stored(5, 7, 2) == found
    assert study.stored(5, 7) is None
    assert len(network.asked) == asked_before


def test_what_differs_in_anything_is_another_study(study: FaithfulnessStudy) -> None:
    study.measure(Left(), quiet)
    universe = study.pictures.universe
    others = [
        replace(study, count=3),
        replace(study, method="hirescam"),
        replace(study, layer="other"),
        replace(study, score="logit"),
        replace(study, against=None),
        replace(study, pictures=choose("split(test)", universe)),
        replace(study, pictures=choose("split(train) and not list(train:3)", universe)),
    ]
    assert all(one.stored() is None for one in others)
    assert len({one.path for one in (study, *others)}) == 1 + len(others)
    same = replace(study, pictures=choose("split(train) and split(train)", universe), count=2)
    assert same.path == study.path
    everything = choose("list(train:3, train:1)", universe)
    assert (
        replace(study, pictures=everything, count=50).path
        == replace(study, pictures=everything, count=2).path
    )
    study.run.paths.model.write_bytes(b"other weights")
    assert study.stored() is None


def test_a_file_that_holds_something_else_is_measured_anew(study: FaithfulnessStudy) -> None:
    found = study.measure(Left(), quiet)
    for damaged in ("", "{}", found.model_copy(update={"layer": "other"}).model_dump_json()):
        study.path.write_text(damaged, encoding="utf-8")
        assert study.stored() is None
    assert study.measure(Left(), quiet) == found


def test_what_cannot_be_measured_is_a_sentence(study: FaithfulnessStudy) -> None:
    record = RunRecord.read(study.run.paths.record)
    assert record.data is not None
    names = tuple(reversed(record.data.class_names))
    record.model_copy(update={"data": record.data.model_copy(update={"class_names": names})}).write(
        study.run.paths.record
    )
    foreign = replace(study, run=RunStore(study.run.paths.folder.parent).get("run-a"))
    with pytest.raises(ExplainError, match="other classes than those of"):
        foreign.measure(Left(), quiet)
    with pytest.raises(ExplainError, match="no picture"):
        replace(study, pictures=choose("class(cat) and class(dog)", study.pictures.universe)).measure(
            Left(), quiet
        )
    study.run.paths.model.unlink()
    with pytest.raises(RunError, match="not on this machine"):
        study.stored()
