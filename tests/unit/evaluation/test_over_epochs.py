"""Courses, recall and forgetting events, by hand and against plain loops."""

import numpy as np
import pytest

from cifar_core.evaluation.epoch_predictions import EpochPredictions
from cifar_core.evaluation.over_epochs import OverEpochs
from cifar_core.evaluation.per_class import PerClass


def over(
    said: list[list[int]], labels: list[int], classes: int, epochs: list[int] | None = None
) -> OverEpochs:
    predicted = np.array(said, np.uint16).reshape(len(said), len(labels))
    return OverEpochs(
        EpochPredictions(
            np.array(epochs or range(1, len(said) + 1), np.int64), predicted, np.full(predicted.shape, 255, np.uint8),
            np.array(labels, np.int64), np.arange(len(labels)) * 3, classes, "f",
        )
    )  # fmt: skip


def test_forgetting_events_by_hand() -> None:
    #             always  forgotten twice  learnt late  never  forgotten at the end
    said = [[0, 1, 0, 0, 1], [0, 0, 0, 0, 1], [0, 1, 1, 0, 1], [0, 0, 1, 0, 0]]
    one = over(said, [0, 1, 1, 1, 1], 2)
    assert one.forgotten.tolist() == [0, 2, 0, 0, 1]
    assert one.never_learnt.tolist() == [False, False, False, True, False]
    assert one.learnt(2).tolist() == [False, True, True, False, False]
    assert one.lost(3).tolist() == [False, True, False, False, True]
    assert not one.learnt(0).any()
    assert not one.lost(0).any()
    assert one.accuracy.tolist() == [0.6, 0.4, 0.8, 0.4]
    assert one.course(1, 0).tolist() == [2, 3, 1, 3]
    assert one.course(0, 0).tolist() == [1, 1, 1, 1]
    assert one.course(0, 1).tolist() == [0, 0, 0, 0]
    assert one.is_complete
    assert not over(said, [0, 1, 1, 1, 1], 2, epochs=[1, 3, 5, 6]).is_complete


@pytest.mark.parametrize(("pictures", "classes", "epochs"), [(1, 2, 1), (40, 3, 7), (300, 100, 5)])
def test_all_numbers_are_those_of_plain_loops(pictures: int, classes: int, epochs: int) -> None:
    rng = np.random.default_rng(pictures)
    # Of a hundred classes some have no picture; a third of the answers are right.
    labels = rng.integers(0, max(2, classes - 5), pictures)
    said = np.where(
        rng.random((epochs, pictures)) < 0.4, labels, rng.integers(0, classes, (epochs, pictures))
    )
    one = over(said.tolist(), labels.tolist(), classes)
    forgotten, never = [], []
    for picture in range(pictures):
        events = 0
        for epoch in range(1, epochs):
            was, now = said[epoch - 1][picture] == labels[picture], said[epoch][picture] == labels[picture]
            events += bool(was and not now)
        forgotten.append(events)
        never.append(all(said[epoch][picture] != labels[picture] for epoch in range(epochs)))
    assert one.forgotten.tolist() == forgotten
    assert one.never_learnt.tolist() == never
    for epoch in range(epochs):
        counts = [[0] * classes for _ in range(classes)]
        for true, answer in zip(labels.tolist(), said[epoch].tolist(), strict=True):
            counts[true][answer] += 1
        matrix = one.matrix(epoch)
        assert matrix.counts.tolist() == counts
        assert [one.course(0, answer)[epoch] for answer in range(classes)] == counts[0]
        recall = PerClass.from_matrix(matrix).recall
        for true in range(classes):
            total = sum(counts[true])
            assert recall[true] == counts[true][true] / total if total else np.isnan(recall[true])
        gained = sum(
            said[epoch][picture] == labels[picture] and said[epoch - 1][picture] != labels[picture]
            for picture in range(pictures)
            if epoch
        )
        assert one.learnt(epoch).sum() == gained
        assert one.accuracy[epoch] == np.mean(said[epoch] == labels)
        # What is right now was right before, or was learnt; and was not lost.
        if epoch:
            change = int(one.learnt(epoch).sum()) - int(one.lost(epoch).sum())
            assert one.correct[epoch].sum() - one.correct[epoch - 1].sum() == change


def test_all_right_and_all_wrong() -> None:
    right, wrong = over([[0, 1], [0, 1]], [0, 1], 2), over([[1, 0], [1, 0]], [0, 1], 2)
    assert right.forgotten.tolist() == wrong.forgotten.tolist() == [0, 0]
    assert not right.never_learnt.any()
    assert wrong.never_learnt.all()


def test_a_part_and_none_of_the_pictures() -> None:
    one = over([[0, 1, 1], [0, 0, 1]], [0, 1, 0], 2)
    part = one.of(np.array([3, 4, 900]))  # The second; 4 and 900 were not validated.
    assert part.kept.labels.tolist() == [1]
    assert part.forgotten.tolist() == [1]
    nothing = one.of(np.empty(0, np.int64))
    assert np.isnan(nothing.accuracy).all()
    assert np.isnan(nothing.mean_confidence).all()
    assert nothing.forgotten.shape == (0,)
    assert nothing.matrix(1).counts.sum() == 0
