"""What a method is given of a network: arrays of all pictures, or functions that ask about variants of one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.attention import Attention, each_to_each
from cifar_core.explain.backends.backend import PREDICTED, RUNNER_UP, Logits, Maps, Pictures
from cifar_core.explain.compiled import Compiled
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.methods.method import Arrays, Method, Need, Told
from cifar_core.explain.scores import Score, score_logits, score_weights
from cifar_core.explain.spread import spread_maps

BATCH_PIXELS = 128 * 32 * 32
"""Pictures, or variants of one, that go through the network at once have so many pixels together; at least eight go."""

BATCH_NUMBERS = 2**23
"""Variants of a layer's output have at most so many numbers together, 32 MB."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of a network about pictures.

    Attributes
    ----------
    pictures : ndarray, shape (N, H, W, 3)
        Pixels 0–255.
    layer : CamLayer or None
        Where to look; ``None`` for a method whose maps lie at the pixels, or at patches.
    score : {"logit", "margin", "log_probability"}
        What of a class is scored.
    class_index : int, tuple of int or None
        The class, or one for each picture; ``None`` for the most probable one.
    against : int or None
        The other class of a margin; ``None`` for the most probable one of the others.
    told : callable
        Told how far the work is.
    attention : Attention or None
        Who looks at whom, for a method whose maps lie at patches.
    """

    pictures: Pictures
    layer: CamLayer | None
    score: Score
    class_index: int | tuple[int, ...] | None
    against: int | None
    told: Told
    attention: Attention | None = None


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a method found, one row for each picture.

    Attributes
    ----------
    logits : ndarray of float32, shape (N, classes)
        What the network says.
    chosen, others : ndarray of int64, shape (N,)
        The class that was scored, and the other one of a margin.
    maps : ndarray of float32, shape (N, h, w)
        Positive where a picture speaks for the class.
    """

    logits: Logits
    chosen: NDArray[np.int64]
    others: NDArray[np.int64]
    maps: Maps


def find_evidence(compiled: Compiled, method: Method, asked: Asked) -> Evidence:
    """Give a method what it needs, batch by batch, and return what it finds.

    Parameters
    ----------
    compiled : Compiled
        The network.
    method : Method
        How to look.
    asked : Asked
        At what.

    Raises
    ------
    ExplainError
        The network's output or the evidence is not finite, or the network is none that the method can explain.
    """
    count, step = len(asked.pictures), _at_once(asked.pictures)
    if count <= step:
        return _find_in_batch(compiled, method, asked)
    found = []
    classes = asked.class_index
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        told = partial(_told_of_part, asked.told, start / count, (part.stop - start) / count)
        own = classes[part] if isinstance(classes, tuple) and len(classes) == count else classes
        batch = replace(asked, pictures=asked.pictures[part], class_index=own, told=told)
        found.append(_find_in_batch(compiled, method, batch))
        told(1.0)
    return Evidence(
        np.concatenate([one.logits for one in found]),
        np.concatenate([one.chosen for one in found]),
        np.concatenate([one.others for one in found]),
        np.concatenate([one.maps for one in found]),
    )


def _at_once(pictures: Pictures) -> int:
    height, width = pictures.shape[1:3]
    return max(8, BATCH_PIXELS // int(height * width))


def _told_of_part(told: Told, before: float, part: float, share: float) -> None:
    told(min(before + part * share, 1.0))


def _find_in_batch(compiled: Compiled, method: Method, asked: Asked) -> Evidence:
    count = len(asked.pictures)
    classes = np.full(count, PREDICTED if asked.class_index is None else asked.class_index, np.int32)
    others = np.full(count, RUNNER_UP if asked.against is None else asked.against, np.int32)
    layer = asked.layer
    of_all: dict[Need, Arrays] = {}
    if layer is None:
        logits = compiled.logits(asked.pictures)
    else:
        logits, features, gradients = compiled.gradients(layer.name, asked.score)(
            asked.pictures, classes, others
        )
        of_all = {"features": layer.as_maps(features), "gradients": layer.as_maps(gradients)}
    chosen, against = _named(finite(logits), classes, others)
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in a sentence
        if not method.one_by_one:
            maps = method.evidence(*(of_all[need] for need in method.needs))
        else:
            one_by_one = []
            for number in range(count):
                own = {need: array[number] for need, array in of_all.items()}
                probe = _Probe(
                    compiled, asked, number, logits[number], int(chosen[number]), int(against[number])
                )
                given = [own[need] if need in own else probe.give(need, own) for need in method.needs]
                one_by_one.append(method.evidence(*given))
                asked.told((number + 1) / count)
            maps = np.stack(one_by_one)
    if not np.isfinite(maps).all():
        raise ExplainError(
            f"{method.title} finds numbers here that are not finite: values inside of this network are too large or "
            "too small for it, as after a training that diverged. Choose another method, layer or run."
        )
    return Evidence(logits, chosen, against, maps)


def finite(logits: Logits) -> Logits:
    """Return logits as they are.

    Raises
    ------
    ExplainError
        One of them is not a finite number.
    """
    if not np.isfinite(logits).all():
        raise ExplainError(
            "The network's output is not a finite number: its training has diverged. "
            "Choose another run, or train it with a lower learning rate."
        )
    return logits


def _named(
    logits: Logits, classes: NDArray[np.int32], others: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put the classes in the place of what stands for the most probable one, and for the most probable other."""
    chosen = np.where(classes == PREDICTED, logits.argmax(axis=1), classes)
    without = logits.copy()
    without[np.arange(len(logits)), chosen] = -np.inf
    return chosen, np.where(others == RUNNER_UP, without.argmax(axis=1), others)


@dataclass(frozen=True, eq=False)
class _Probe:
    """Asks a network about variants of one picture: each is scored as that picture's class, whatever it looks like."""

    compiled: Compiled
    asked: Asked
    number: int
    logits: Logits
    chosen: int
    other: int

    @property
    def picture(self) -> Arrays:
        return np.asarray(self.asked.pictures[self.number], np.float32)

    def give(self, need: Need, own: dict[Need, Arrays]) -> Any:
        height, width = self.picture.shape[:2]
        match need:
            case "picture":
                return self.picture
            case "scores":
                return self._scores
            case "pixel_gradients":
                return self._gradients
            case "guided_gradients":
                if not self.compiled.has_relus:
                    raise ExplainError(
                        "Guided Backprop changes the gradient of ReLUs, and this network has none. "
                        "Choose another method, such as saliency."
                    )
                return partial(self._gradients, guided=True)
            case "feature_scores":
                return self._feature_scores
            case "attention":
                return self._attention[0]
            case "attention_gradients":
                return self._attention[1]
            case "read":
                return self._read
            case "lay_out":
                assert self.asked.attention is not None
                return self.asked.attention.lay_out
            case "spread":
                place = None if self.asked.layer is None else self.asked.layer.place
                return partial(spread_maps, place=place, height=height, width=width)
            case _:
                return self._head_weights(own["features"])

    def _parts(self, count: int, numbers: int = 0) -> Iterator[slice]:
        """Yield the batches of variants that have so many ``numbers`` each, with a word between them."""
        step = max(8, min(_at_once(self.asked.pictures), BATCH_NUMBERS // max(numbers, 1)))
        pictures = len(self.asked.pictures)
        for start in range(0, count, step):
            if start:
                self.asked.told((self.number + start / count) / pictures)
            yield slice(start, min(start + step, count))

    def _score(self, logits: Logits) -> Arrays:
        return score_logits(logits, self.chosen, self.other, self.asked.score)

    def _scores(self, count: int, make: Callable[[slice], Arrays]) -> Arrays:
        parts = self._parts(count)
        return np.concatenate([self._score(self.compiled.logits(make(part))) for part in parts])

    def _gradients(self, count: int, make: Callable[[slice], Arrays], *, guided: bool = False) -> Arrays:
        gradients = self.compiled.gradients(None, self.asked.score, guided=guided)
        found = []
        for part in self._parts(count):
            size = part.stop - part.start
            scored = (np.full(size, index, np.int32) for index in (self.chosen, self.other))
            found.append(gradients(make(part), *scored)[2])
        return np.concatenate(found)

    def _feature_scores(self, count: int, make: Callable[[slice], Arrays]) -> Arrays:
        assert self.asked.layer is not None
        replaced = self.compiled.replaced(self.asked.layer)
        found = []
        for part in self._parts(
            count, self.asked.layer.height * self.asked.layer.width * self.asked.layer.channels
        ):
            same = np.broadcast_to(self.picture, (part.stop - part.start, *self.picture.shape))
            found.append(self._score(replaced(same, make(part))))
        return np.concatenate(found)

    @cached_property
    def _attention(self) -> tuple[list[Arrays], list[Arrays]]:
        assert self.asked.attention is not None
        attention = self.compiled.attention(self.asked.attention.layers, self.asked.score)
        scored = (np.array([index], np.int32) for index in (self.chosen, self.other))
        weights, gradients = attention(self.picture[None], *scored)
        return [each_to_each(one[0]) for one in weights], [each_to_each(one[0]) for one in gradients]

    @property
    def _read(self) -> Arrays:
        """Return what each token counts where the answer is read: those that it changes with, each the same."""
        last = self._attention[1][-1]
        read = np.asarray((last != 0).any(axis=(0, 2)), np.float32)
        return np.asarray(read / max(read.sum(), 1), np.float32)

    def _head_weights(self, features: Arrays) -> Arrays:
        """Return what the mean of each map counts in the score; that it does is seen from the numbers themselves."""
        means, classes = features.mean(axis=(0, 1)), len(self.logits)
        head = self.compiled.head
        bias = getattr(head, "bias", None)
        both = np.array(
            [-0.5, 0.5], np.float32
        )  # One output is two logits, see :mod:`cifar_core.explain.ending`.
        ends: list[tuple[NDArray[Any], NDArray[Any]]] = [
            # The maps are those of the classes already, in a network of convolutions alone.
            (np.eye(len(means), dtype=np.float32), np.zeros(1)),
            (np.asarray(getattr(head, "kernel", ()), np.float32), np.asarray(0 if bias is None else bias)),
        ]
        for given, added in ends:
            kernel, shift = (given * both, added * both) if given.shape[1:] == (1,) else (given, added)
            if kernel.shape != (len(means), classes):
                continue
            if np.allclose(
                means @ kernel + shift, self.logits, rtol=1e-3, atol=1e-3 * np.abs(self.logits).max()
            ):
                return np.asarray(
                    kernel @ score_weights(self.logits, self.chosen, self.other, self.asked.score), np.float32
                )
        raise ExplainError(
            "CAM needs a network that ends in the mean of these maps (global average pooling) and at most one dense "
            "layer. Choose the last layer of such a network, or Grad-CAM, which is the same there and works everywhere."
        )
