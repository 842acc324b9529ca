"""Where a run's test said something else of a picture than Explain does, that is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from cifar_core.data.dataset import Dataset, Split
from cifar_core.explain.result import Explanation
from cifar_core.runs.store import RunStore
from cifar_core.views.explain.answer import build_explain_view
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.tested import said_in_test
from cifar_core.views.subject import subject_from_dataset
from tests.fake_runs import change, environment, write_run

NAMES = ("cat", "dog", "ship")
IMAGES = np.random.default_rng(0).integers(0, 256, (30, 32, 32, 3), dtype=np.uint8)
SPLIT = Split(IMAGES, np.arange(30, dtype=np.int64) % 3)
DATASET = Dataset("key", "Name", NAMES, SPLIT, SPLIT, "made up", False, "f" * 16)


def says(predicted: int) -> Explanation:
    logits = np.zeros(3, np.float32)
    logits[predicted] = 0.25
    return Explanation(logits, predicted, None, (), "No convolution here.")


def test_what_the_test_said_is_told_where_it_differs(tmp_path: Path) -> None:
    """Test picture 3 is a cat; the run took every third picture for the next class, so this one for a dog."""
    write_run(tmp_path, "run", DATASET, wrong_every=3)
    store = RunStore(tmp_path)
    model = ModelChoice("run", "a run", tmp_path / "run" / "model.keras", NAMES)
    picture = subject_from_dataset(DATASET, "test", 3)
    runs = [store.get("run")]
    assert said_in_test(says(1), model, picture, runs, DATASET) is None  # both say dog

    sentence = said_in_test(says(0), model, picture, runs, DATASET)
    assert sentence is not None
    assert "In its test this network said dog" in sentence
    assert "here, in 32 bits, it says cat" in sentence
    assert "another machine" in sentence  # it was tested in float32 too
    assert "differ by 0.25" in sentence
    view = build_explain_view(says(0), model, picture, tested=sentence)
    assert view.notes[0] == sentence

    half = change(
        store, runs[0], environment=environment().model_copy(update={"precision": "mixed_bfloat16"})
    )
    lower = said_in_test(says(0), model, picture, [half], DATASET)
    assert lower is not None
    assert "said dog, computed at lower precision (16 bits)" in lower


def test_nothing_is_said_of_what_was_not_tested(tmp_path: Path) -> None:
    write_run(tmp_path, "run", DATASET, wrong_every=3)
    model = ModelChoice("run", "a run", tmp_path / "run" / "model.keras", NAMES)
    runs = [RunStore(tmp_path).get("run")]
    tested = subject_from_dataset(DATASET, "test", 3)
    for picture, dataset, known in (
        (subject_from_dataset(DATASET, "train", 3), DATASET, runs),  # its predictions are of test pictures
        (replace(tested, test_index=None), DATASET, runs),  # an upload
        (tested, replace(DATASET, fingerprint="0" * 16), runs),  # trained on other pictures
        (tested, DATASET, []),  # no such run
    ):
        assert said_in_test(says(2), model, picture, known, dataset) is None
    runs[0].paths.predictions.write_bytes(b"torn")
    assert said_in_test(says(2), model, tested, runs, DATASET) is None
