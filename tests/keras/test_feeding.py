"""No pipeline of ours has the thread that waits by the time of day; tests/faults/test_clock.py sets a clock."""

from collections.abc import Iterator

import keras
import numpy as np
import pytest
import tensorflow as tf

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training.feeding import feeding
from cifar_core.training.worker import run_to_the_end


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Return, for each pipeline that something was taken from, whether TensorFlow tunes it."""
    seen: list[bool] = []
    begin = tf.data.Dataset.__iter__

    def noting(self: tf.data.Dataset) -> Iterator[object]:
        seen.append(self.options().autotune.enabled is not False)
        return begin(self)

    monkeypatch.setattr(tf.data.Dataset, "__iter__", noting)
    return seen


def test_training_validation_and_test_are_not_tuned(settings: Settings, tuned: list[bool]) -> None:
    values = {
        "name": "try",
        "model": "mlp-batchnorm",
        "data": "drawn:200",
        "epochs": 2,
        "precision": "float32",
    }
    config = TrainingConfig.from_values(values | {"test_time_augmentation": True})
    run = RunStore.from_settings(settings).create(config, foreground=True)
    assert run_to_the_end(run.paths, settings).status == "finished"
    # Two epochs, a validation after each; test, validation and five more views in the end. Keras may begin some twice.
    assert len(tuned) >= 2 + 2 + 7
    assert not any(tuned)


def test_a_measurement_is_not_tuned(tuned: list[bool]) -> None:
    from cifar_core.speed.measure import measure

    config = TrainingConfig.from_values({"name": "try", "model": "mlp-batchnorm", "data": "drawn"})
    measure(config, step_seconds=0.1)
    assert tuned
    assert not any(tuned)


def test_pictures_come_in_their_order_and_with_their_targets() -> None:
    pictures = np.arange(5, dtype=np.float32)[:, None]
    batches = list(feeding(pictures, pictures * 2, batch_size=2).get_tf_dataset().as_numpy_iterator())
    assert [batch[0][:, 0].tolist() for batch in batches] == [[0, 1], [2, 3], [4]]
    assert [batch[1][:, 0].tolist() for batch in batches] == [[0, 2], [4, 6], [8]]


class Numbered(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches that say their number, and note when they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        self.asked.append(index)
        size = 2 if index < 2 else 1
        return np.full((size, 4), index, np.float32), np.full((size, 1), -index, np.int64)


def test_batches_come_in_their_order_whole_and_without_a_generator() -> None:
    batches = Numbered()
    pipeline = feeding(batches).get_tf_dataset()
    assert [tuple(spec.shape) for spec in pipeline.element_spec] == [(None, 4), (None, 1)]
    found = list(pipeline.as_numpy_iterator())
    assert [one.tolist() for one, _ in found] == [[[0.0] * 4] * 2, [[1.0] * 4] * 2, [[2.0] * 4]]
    assert [other.tolist() for _, other in found] == [[[0]] * 2, [[-1]] * 2, [[-2]]]
    assert batches.asked == [0, 0, 1, 2]  # the first one for its shapes, too
    # A pipeline of generators lets the process give back its memory after each step.
    graph = tf.raw_ops.DatasetToGraphV2(input_dataset=pipeline._variant_tensor).numpy()
    assert b"GeneratorDataset" not in graph
    assert b"RangeDataset" in graph
