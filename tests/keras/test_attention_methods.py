"""Attention rollout and relevance of whole networks, against the same computed by hand in NumPy."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel, explain
from cifar_core.explain.question import Question
from tests.keras.test_explain_tokens import pictures, transformer

layers = keras.layers


def softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


Given = dict[str, list[np.ndarray]]


def weights_of(network: Any) -> Given:
    """All weights by the names of the layers, in float64."""
    return {one.name: [weight.astype(np.float64) for weight in one.get_weights()] for one in network.layers}


def norm(tokens: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    centred = tokens - tokens.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(tokens.var(axis=-1, keepdims=True) + 1e-3) * scale + shift


def by_hand(
    given: Given, picture: np.ndarray, changed: dict[int, np.ndarray] | None = None
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Logits of a network of :func:`transformer`, and the attention of its two blocks; of many changes at once."""
    kernel, bias = given["patches"]
    cut = (picture / 127.5 - 1).reshape(4, 8, 4, 8, 3).transpose(0, 2, 1, 3, 4).reshape(16, 8, 8, 3)
    x = np.tensordot(cut, kernel, axes=3) + bias
    if "with_token" in given:
        x = np.concatenate([given["with_token"][0][0], x])
    attention = []
    for block in (1, 2):
        normed = norm(x, *given[f"norm_{block}"])[..., None, :, :]
        wq, bq, wk, bk, wv, bv, wo, bo = given[f"attention_{block}"]
        q, k, v = ((normed @ w.transpose(1, 0, 2)) + b[:, None] for w, b in ((wq, bq), (wk, bk), (wv, bv)))
        weights = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]))
        weights = weights if changed is None or block not in changed else weights + changed[block]
        attention.append(weights)
        x = x + (weights @ v @ wo).sum(axis=-3) + bo
    x = norm(x, *given["norm"])
    kernel, bias = given["logits"]
    return (x[..., 0, :] if "with_token" in given else x.mean(axis=-2)) @ kernel + bias, attention


def slopes(given: Given, picture: np.ndarray, score: np.ndarray) -> list[np.ndarray]:
    """How fast ``score`` of the logits grows with each weight of attention: a little more and a little less of it."""
    found = []
    for block, weights in enumerate(by_hand(given, picture)[1], start=1):
        steps = 1e-4 * np.eye(weights.size).reshape(-1, *weights.shape)
        more, less = (by_hand(given, picture, {block: sign * steps})[0] for sign in (1, -1))
        found.append(((more - less) @ score / 2e-4).reshape(weights.shape))
    return found


@pytest.mark.parametrize("head", ["mean", "class token"])
def test_both_are_what_comes_out_by_hand(head: str) -> None:
    network = transformer(head)
    loaded = LoadedModel(network)
    picture = pictures(1)[0]
    logits, attention = by_hand(weights_of(network), picture)
    assert loaded.predict(picture[None])[0] == pytest.approx(logits, abs=1e-4)
    before = 1 if head == "class token" else 0
    tokens = 16 + before
    read = np.eye(tokens)[:1] if before else np.eye(tokens)
    rollout, relevant = np.eye(tokens), np.eye(tokens)
    for weights, slope in zip(
        attention, slopes(weights_of(network), picture, np.array([0, 1, 0])), strict=True
    ):
        rollout = (weights.mean(axis=0) / 2 + np.eye(tokens) / 2) @ rollout
        relevant = relevant + np.maximum(weights * slope, 0).mean(axis=0) @ relevant
    expected = {
        "rollout": (read @ rollout).mean(axis=0),
        "attention-relevance": (read @ (relevant - np.eye(tokens))).mean(axis=0),
    }
    for method, wanted in expected.items():
        (answer,) = loaded.explain(Question(Path(), picture[None], 1, method=method))
        heatmap = answer.heatmap
        assert heatmap is not None
        assert heatmap.layer is None
        assert heatmap.place is not None
        assert heatmap.place.rows.centres.tolist() == [3.5, 11.5, 19.5, 27.5]
        assert heatmap.place.rows.last.tolist() == [7, 15, 23, 31]
        assert heatmap.values * heatmap.maximum == pytest.approx(
            wanted[before:].reshape(4, 4), rel=2e-3, abs=1e-7
        )
        assert answer.attends
    # And nothing of the network has changed.
    assert loaded.predict(picture[None])[0] == pytest.approx(logits, abs=1e-4)
    assert "call" not in vars(network.get_layer("attention_1"))


def test_relevance_against_another_class_follows_the_difference() -> None:
    network, picture = transformer("mean"), pictures(1)[0]
    (answer,) = LoadedModel(network).explain(
        Question(Path(), picture[None], 2, method="attention-relevance", score="margin", against=0)
    )
    relevant = np.eye(16)
    found = slopes(weights_of(network), picture, np.array([-1, 0, 1]))
    for weights, slope in zip(by_hand(weights_of(network), picture)[1], found, strict=True):
        relevant = relevant + np.maximum(weights * slope, 0).mean(axis=0) @ relevant
    assert answer.heatmap is not None
    wanted = (relevant - np.eye(16)).mean(axis=0).reshape(4, 4)
    assert answer.heatmap.values * answer.heatmap.maximum == pytest.approx(wanted, rel=2e-3, abs=1e-7)


class Block(layers.Layer):  # type: ignore[misc]
    """One attention layer, gone through twice, where no graph shows it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.attention = layers.MultiHeadAttention(2, 4)

    def build(self, shape: tuple[int, ...]) -> None:
        self.attention.build(shape, shape)

    def call(self, x: Any) -> Any:
        for _ in range(2):
            x = x + self.attention(x, x)
        return x


def small(middle: Any, tokens: tuple[int, ...] = (16,)) -> Any:
    pixels = keras.Input((16, 16, 3))
    keras.utils.set_random_seed(3)
    x = layers.Conv2D(8, 4, strides=4)(layers.Rescaling(1 / 255)(pixels))
    x = middle(layers.Reshape((*tokens, 8), name="sequence")(x))
    return keras.Model(pixels, layers.Dense(3)(layers.Flatten()(x)))


def twice(x: Any, **options: Any) -> Any:
    attention = layers.MultiHeadAttention(2, 4, **options)
    for _ in range(2):
        x = layers.Add()([x, attention(x, x)])
    return x


def test_attention_is_found_however_it_is_written() -> None:
    """A shared layer, the same within a layer of one's own, the same over a plane of tokens: one map."""
    images = np.random.default_rng(5).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    plain = small(twice)
    wanted = explain(plain, images, method="attention-relevance", class_index=1)
    assert any(not one.heatmap.is_empty for one in wanted if one.heatmap)
    for other in (small(Block()), small(lambda x: twice(x, attention_axes=(1, 2)), (4, 4))):
        other.set_weights(plain.get_weights())
        for answer, one in zip(
            explain(other, images, method="attention-relevance", class_index=1), wanted, strict=True
        ):
            assert answer.heatmap is not None
            assert one.heatmap is not None
            assert answer.heatmap.values == pytest.approx(one.heatmap.values, abs=1e-4)
            assert answer.heatmap.maximum == pytest.approx(one.heatmap.maximum, rel=1e-3)


def test_where_attention_cannot_be_followed_is_a_sentence() -> None:
    images = np.random.default_rng(5).integers(0, 256, (1, 16, 16, 3), dtype=np.uint8)
    for middle, words in (
        (lambda x: x, "no attention"),
        # From half of the tokens to all, and a sequence that is no picture: its channels.
        (lambda x: layers.MultiHeadAttention(2, 4)(x[:, :8], x), "same patches"),
        (lambda x: layers.MultiHeadAttention(1, 4)(*[layers.Permute((2, 1))(x)] * 2), "same patches"),
    ):
        for method in ("rollout", "attention-relevance"):
            with pytest.raises(ExplainError, match=words):
                explain(small(middle), images, method=method)
