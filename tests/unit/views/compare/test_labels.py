"""Doubted labels, what was decided, and the scores."""

from pathlib import Path

import numpy as np
import pytest
from cleanlab.filter import find_label_issues

from cifar_core.evaluation.predictions import Predictions
from cifar_core.picture_sets.reviews import ReviewStore
from cifar_core.views.compare.labels import (
    decision_columns,
    decision_words,
    decisions_sentence,
    find_doubts,
    read_decisions,
    score_columns,
    score_sentences,
)
from tests.fake_runs import predictions_of

NAMES = ("cat", "dog", "frog")


def clear(labels: list[int], said: list[int]) -> Predictions:
    logits = np.zeros((len(labels), 3), np.float32)
    logits[np.arange(len(labels)), said] = 5
    return Predictions(logits, np.array(labels), np.arange(len(labels)))


LABELS = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]
ASKED = {
    "first": clear(LABELS, [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]),
    "second": clear(LABELS, [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]),
}


def test_doubts_are_those_of_confident_learning_with_what_each_run_says() -> None:
    doubts = find_doubts(ASKED, NAMES)
    mean = np.mean([one.probabilities for one in ASKED.values()], axis=0)
    expected = find_label_issues(
        np.array(LABELS), mean, filter_by="confident_learning", return_indices_ranked_by="normalized_margin"
    )
    assert [one.index for one in doubts] == expected.tolist() == [3]
    assert (doubts[0].label, doubts[0].guess) == (0, 1)
    assert doubts[0].of_guess == pytest.approx(mean[3, 1])
    assert doubts[0].told == ("first: dog 0.99", "second: dog 0.99")


@pytest.mark.parametrize("labels", [[], [1], [0, 1, 2]])
def test_where_all_are_right_nothing_is_doubted(labels: list[int]) -> None:
    assert find_doubts({"a": predictions_of(labels, labels, 3)}, NAMES) == ()


def test_scores_beside_each_other() -> None:
    columns = score_columns(ASKED, {3: 1, 6: None})
    assert columns["Original labels"] == ["90.00%", "80.00%"]
    assert columns["Corrected labels"] == ["100.00%", "100.00%"]
    assert columns["n, original"] == [10, 10]
    assert columns["n, corrected"] == [9, 9]
    assert columns["95% interval, original"][0] == "59.6 – 98.2%"
    told = score_sentences(ASKED, {3: 1, 6: None})
    assert told[0].startswith("Original labels: first is ahead of second by 10.0 points")
    assert told[1].startswith("Corrected labels: second and first are right equally often")
    assert score_sentences({"first": ASKED["first"]}, {}) == ()
    everything: dict[int, int | None] = dict.fromkeys(range(10))
    assert score_columns(ASKED, everything)["Corrected labels"] == ["–", "–"]
    assert len(score_sentences(ASKED, everything)) == 1


def test_decisions_in_words_and_as_a_table(tmp_path: Path) -> None:
    store = ReviewStore(tmp_path, "f" * 16, NAMES, np.array(LABELS))
    assert decisions_sentence(store, {}) == "Nothing was decided yet."
    decisions = {6: None, 3: 1, 0: 0}
    assert decisions_sentence(store, decisions) == "3 labels decided: 1 accepted, 1 relabelled, 1 rejected."
    words = [decision_words(LABELS[index], decisions, index, NAMES) for index in (0, 3, 6, 9)]
    assert words == ["accepted", "relabelled dog", "rejected", ""]
    assert decision_columns(store, decisions) == {
        "split": ["test"] * 3,
        "number": [0, 3, 6],
        "label": ["cat", "cat", "dog"],
        "decision": ["accepted", "relabelled", "rejected"],
        "corrected label": ["cat", "dog", None],
    }
    assert read_decisions(store) == ({}, None)
    store.decide(0, 1)
    store.path.write_text("{", encoding="utf-8")
    found, problem = read_decisions(store)
    assert found == {}
    assert problem is not None
    assert "cannot be used" in problem
