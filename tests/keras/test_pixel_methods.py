"""Methods whose maps lie at the pixels: against networks worked out by hand, and finite differences."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.occlusion import squares
from cifar_core.explain.methods.rise import MASKS, Masks
from cifar_core.explain.question import Question
from cifar_core.explain.scores import SCORES, Score, score_logits

layers = keras.layers
SHAPE = (12, 16, 3)


def pictures(count: int = 2, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (count, *shape), dtype=np.uint8)


def linear() -> tuple[Any, np.ndarray]:
    """Three logits, each a weighted sum of the pixels; also the weights, (12, 16, 3, 3)."""
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(3, bias_initializer="ones")])
    return model, model.get_weights()[0].reshape(*SHAPE, 3)


def evidence(heatmap: Heatmap | None) -> np.ndarray:
    """Return the evidence of a map, as far as it is positive."""
    assert heatmap is not None
    return heatmap.values * max(heatmap.maximum, 0)


def explain(
    network: Any, method: str, *, score: Score = "logit", class_index: int | None = 1
) -> list[np.ndarray]:
    asked = Question(Path(), pictures(), class_index, method=method, score=score)
    return [evidence(one.heatmap) for one in LoadedModel(network).explain(asked)]


def test_saliency_of_a_linear_network_is_its_weights() -> None:
    network, weights = linear()
    for found in explain(network, "saliency"):
        assert found == pytest.approx(np.abs(weights[..., 1]).max(axis=2), rel=1e-5)


def test_smoothgrad_of_a_linear_network_is_its_saliency() -> None:
    network, _ = linear()
    for found, expected in zip(explain(network, "smoothgrad"), explain(network, "saliency"), strict=True):
        assert found == pytest.approx(expected, rel=1e-4)


def test_integrated_gradients_of_a_linear_network_are_weights_times_the_way() -> None:
    network, weights = linear()
    for picture, found in zip(pictures(), explain(network, "integrated-gradients"), strict=True):
        expected = (weights[..., 1] * (picture - 127.5)).sum(axis=2)
        assert found == pytest.approx(np.maximum(expected, 0), abs=1e-3)


@pytest.mark.parametrize("score", SCORES)
def test_integrated_gradients_add_up_to_the_difference_of_scores(score: Score) -> None:
    """Completeness, on a network without corners and on one of them alone."""
    for network in (curved(), with_relus()):
        loaded = LoadedModel(network)
        asked = Question(Path(), pictures(), 1, method="integrated-gradients", score=score)
        grey = loaded.predict(np.full((1, *SHAPE), 127.5, np.float32))
        for answer in loaded.explain(asked):
            assert answer.heatmap is not None
            other = 0 if answer.against is None else answer.against
            end, start = (score_logits(one, 1, other, score)[0] for one in (answer.logits[None], grey))
            assert answer.heatmap.total == pytest.approx(end - start, rel=0.011, abs=2e-3)


def test_rise_is_a_plain_loop_over_its_masks() -> None:
    loaded = LoadedModel(curved())
    picture = pictures(1)[0]
    (answer,) = loaded.explain(Question(Path(), picture[None], 2, method="rise"))
    masks = Masks(*SHAPE[:2])[:MASKS]
    scores, weighed, seen = [], np.zeros(SHAPE[:2]), np.zeros(SHAPE[:2])
    for mask in masks:
        shown = 127.5 + mask[..., None] * (picture - 127.5)
        scores.append(float(loaded.predict(shown[None].astype(np.float32))[0, 2]))
    for mask, score in zip(masks, scores, strict=True):
        weighed += mask * score
        seen += mask
    expected = weighed / seen - np.mean(scores)
    assert evidence(answer.heatmap) == pytest.approx(np.maximum(expected, 0), abs=1e-4 * np.ptp(expected))


def test_rise_finds_the_pixels_that_count() -> None:
    """Only the pixels of one corner speak for the class; they are where the map is highest."""
    network, weights = linear()
    weights = np.zeros_like(weights)
    weights[:4, :5, :, 1] = 1
    network.set_weights([weights.reshape(-1, 3), np.zeros(3)])
    bright = np.full((1, *SHAPE), 200, np.uint8)
    (answer,) = LoadedModel(network).explain(Question(Path(), bright, 1, method="rise"))
    assert answer.heatmap is not None
    assert answer.heatmap.values[:4, :5].min() > 0.4
    assert answer.heatmap.values[8:, 9:].max() < 0.15


def test_masks_are_the_same_each_time_and_see_half() -> None:
    first, again, other = Masks(32, 40)[:MASKS], Masks(32, 40)[:MASKS], Masks(32, 40, seed=1)[:MASKS]
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(first[100:150], Masks(32, 40)[100:150])
    assert first.shape == (1000, 32, 40)
    assert 0 <= first.min() <= first.max() <= 1
    assert first.mean(axis=0) == pytest.approx(np.full((32, 40), 0.5), abs=0.06)
    assert Masks(1, 1)[:2].shape == (2, 1, 1)


def two_layers() -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    keras.utils.set_random_seed(9)
    model = keras.Sequential(
        [
            keras.Input((2, 2, 3)),
            layers.Flatten(),
            layers.Dense(20, activation="relu"),
            layers.Dense(16),
            layers.ReLU(),
            layers.Dense(3),
        ]
    )
    first, _, second, _, last, _ = model.get_weights()
    return model, first, second, last


def test_guided_backprop_is_worked_out_by_hand() -> None:
    network, first, second, last = two_layers()
    picture = pictures(1, (2, 2, 3))
    (answer,) = LoadedModel(network).explain(Question(Path(), picture, 2, method="guided-backprop"))
    below = picture.reshape(-1).astype(np.float64) @ first
    above = np.maximum(below, 0) @ second
    gradient = np.maximum(last[:, 2], 0) * (above > 0)
    gradient = np.maximum(second @ gradient, 0) * (below > 0)
    expected = np.abs((first @ gradient).reshape(2, 2, 3)).max(axis=2)
    assert evidence(answer.heatmap) == pytest.approx(expected, rel=1e-4)
    # And the ordinary gradient is another one, before and after.
    for _ in range(2):
        (plain,) = LoadedModel(network).explain(Question(Path(), picture, 2, method="saliency"))
        gradient = second @ (last[:, 2] * (above > 0)) * (below > 0)
        expected = np.abs((first @ gradient).reshape(2, 2, 3)).max(axis=2)
        assert evidence(plain.heatmap) == pytest.approx(expected, rel=1e-4)


class Home(keras.layers.Layer):  # type: ignore[misc]
    """Calls a ReLU where no layer and no graph shows it."""

    def call(self, x: Any) -> Any:
        return keras.ops.relu(x - 1)


def test_every_way_to_write_a_relu_is_guided() -> None:
    """One network, of a convolution and a ReLU, written five ways: all have the same map, and not that of saliency."""
    ways: list[Any] = [
        lambda x: layers.ReLU()(x - 1),
        lambda x: layers.Activation("relu")(x - 1),
        lambda x: keras.ops.relu(x - 1),
        lambda x: keras.activations.relu(x - 1),
        lambda x: Home()(x),
    ]
    found = []
    for way in ways:
        pixels = keras.Input(SHAPE)
        keras.utils.set_random_seed(4)
        x = way(layers.Conv2D(3, 3)(layers.Rescaling(1 / 255)(pixels)))
        keras.utils.set_random_seed(5)
        network = keras.Model(pixels, layers.Dense(3)(layers.Flatten()(layers.Conv2D(4, 3)(x))))
        found.append(explain(network, "guided-backprop")[0])
    for one in found[1:]:
        assert one == pytest.approx(found[0], rel=1e-4)
    assert not np.allclose(found[0], explain(network, "saliency")[0], rtol=0.1)


def test_guided_backprop_of_a_network_without_relus_is_a_sentence() -> None:
    with pytest.raises(ExplainError, match="this network has none"):
        explain(curved(), "guided-backprop")


def test_occlusion_of_a_linear_network_is_the_exact_difference() -> None:
    network, weights = linear()
    covers = squares(*SHAPE[:2])
    for picture, found in zip(pictures(), explain(network, "occlusion"), strict=True):
        lost, times = np.zeros(SHAPE[:2]), np.zeros(SHAPE[:2])
        for cover in covers:
            lost[cover] += (weights[..., 1] * (picture - 127.5))[cover].sum()
            times[cover] += 1
        assert found == pytest.approx(np.maximum(lost / times, 0), abs=1e-3)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (48, 64), (1, 1), (7, 9), (33, 8), (224, 224)])
def test_the_square_reaches_every_pixel(height: int, width: int) -> None:
    covers = squares(height, width)
    assert covers.any(axis=0).all()
    side = max(1, min(height, width) // 8)
    assert (covers.sum(axis=(1, 2)) == side * side).all()


def curved(dtype: str = "float32") -> Any:
    """A network without corners, so that differences can be taken."""
    keras.utils.set_random_seed(6)
    return keras.Sequential(
        [
            keras.Input(SHAPE, dtype=dtype),
            layers.Rescaling(1 / 64, -2, dtype=dtype),
            layers.Conv2D(4, 3, activation="tanh", dtype=dtype),
            layers.Conv2D(5, 3, activation="gelu", dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(3, dtype=dtype),
        ]
    )


def with_relus() -> Any:
    keras.utils.set_random_seed(7)
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Rescaling(1 / 64, -2),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Conv2D(5, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


@pytest.mark.parametrize("score", SCORES)
def test_saliency_is_what_finite_differences_give(score: Score) -> None:
    """In float64, from the weights alone: the score of a picture a little brighter and a little darker at one place."""
    network = curved()
    # Exact for the other two; a margin's other class is that of the picture itself.
    logits = LoadedModel(network).predict(pictures(1))[0]
    other = max((0, 2), key=lambda index: float(logits[index]))
    double = curved("float64")
    double.set_weights(network.get_weights())

    def scored(variants: np.ndarray) -> np.ndarray:
        given = np.asarray(double(keras.ops.convert_to_tensor(variants, "float64")), np.float64)
        if score == "logit":
            return given[:, 1]
        if score == "margin":
            return given[:, 1] - given[:, other]
        return given[:, 1] - np.log(np.exp(given).sum(axis=1))

    picture = pictures(1)[0].astype(np.float64)
    found = explain(network, "saliency", score=score)[0]
    for row, column in ((0, 0), (5, 7), (11, 15), (3, 12)):
        slopes = []
        for colour in range(3):
            step = np.zeros(SHAPE)
            step[row, column, colour] = 1e-3
            up, down = scored(np.stack([picture + step, picture - step]))
            slopes.append((up - down) / 2e-3)
        assert found[row, column] == pytest.approx(np.abs(slopes).max(), rel=1e-3)


def test_maps_at_pixels_say_so_and_leave_the_blind_border_out() -> None:
    network = keras.Sequential(
        [keras.Input((10, 10, 3)), layers.Conv2D(2, 3, name="conv"), layers.MaxPooling2D(3), layers.Flatten()]
    )
    asked = Question(Path(), pictures(1, (10, 10, 3)), 1, method="occlusion")
    (answer,) = LoadedModel(network).explain(asked)
    assert answer.heatmap is not None
    assert answer.heatmap.layer is None
    assert answer.heatmap.place is not None
    assert answer.heatmap.place.rows.centres.tolist() == list(range(10))
    assert not answer.heatmap.values[8:].any()


def test_a_picture_alone_and_beside_others_has_the_same_map() -> None:
    network = curved()
    loaded = LoadedModel(network)
    for method in ("saliency", "occlusion"):
        together = loaded.explain(Question(Path(), pictures(3), method=method))
        for picture, answer in zip(pictures(3), together, strict=True):
            (alone,) = loaded.explain(Question(Path(), picture[None], method=method))
            assert alone.class_index == answer.class_index
            assert evidence(alone.heatmap) == pytest.approx(evidence(answer.heatmap), abs=1e-4)


def test_work_is_told_and_can_be_stopped() -> None:
    shares: list[float] = []
    loaded = LoadedModel(curved())
    loaded.explain(Question(Path(), pictures(2), method="occlusion"), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1

    class Left(BaseException):
        pass

    def leave(share: float) -> None:
        raise Left

    with pytest.raises(Left):
        loaded.explain(Question(Path(), pictures(2), method="occlusion"), leave)


def test_a_method_that_is_not_there() -> None:
    with pytest.raises(ExplainError, match="no method “magic”"):
        explain(curved(), "magic")
