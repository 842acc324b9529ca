"""What is known of a method of explanation, and what it may ask of a network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Arrays = NDArray[np.float32]

Told = Callable[[float], None]
"""Told which share of the work is done, between two batches; may raise to stop it."""

Batched = Callable[[int, Callable[[slice], Arrays]], Arrays]
"""``ask(count, make)``: what a network says of ``count`` variants of one picture, float32 (count, …). ``make(part)``
makes those of a slice, and is called for one batch after the other: a thousand are never in memory together."""

Spread = Callable[[Arrays], Arrays]
"""From maps (…, h, w) to (…, H, W), interpolated between the places that their cells see."""

Need = Literal[
    "features",
    "gradients",
    "head_weights",
    "spread",
    "picture",
    "scores",
    "feature_scores",
    "pixel_gradients",
    "guided_gradients",
    "attention",
    "attention_gradients",
    "read",
    "lay_out",
]
"""What a method is computed from.

Of all pictures of a question at once, float32 of shape (N, h, w, K): ``features``, the output of a layer, K maps for
each picture, and ``gradients``, the derivative of the score with respect to it. (Of a softmax output the derivative
would vanish wherever the network is sure, so that logits are scored.)

The others are of one picture, and a method that needs one of them is given one picture after the other, its features
as (h, w, K):

- ``picture``, float32 (H, W, C);
- ``head_weights``, float32 (K,): what the mean of each map counts in the score, where nothing but that mean and one
  dense layer come behind;
- ``spread``, which is :data:`Spread`;
- ``scores``, of pictures (M, H, W, C): numbers (M,), the score of the same class in each;
- ``feature_scores``, of the layer's outputs (M, h, w, K) instead of its own: numbers (M,);
- ``pixel_gradients``, of pictures (M, H, W, C): the derivative of that score with respect to their pixels;
- ``guided_gradients``: the same, with ReLUs that let only positive gradients through;
- ``attention``: of each attention layer, in the order of computation, float32 (heads, T, T), how much of each token
  goes into each; and ``attention_gradients``, the derivatives of the score with respect to these;
- ``read``, float32 (T,): what each token counts where the answer is read behind the last attention, the same for all
  that it is read from, 1 in all;
- ``lay_out``, from numbers of tokens (T,) to those of the patches that they stand for, (h, w).

``scores``, ``feature_scores`` and the two gradients of pixels are :data:`Batched`."""

OF_ALL: frozenset[Need] = frozenset({"features", "gradients"})

GREY = np.float32(127.5)
"""What a pixel is that has been taken away: mid grey, near the mean of natural pictures. Black would be news."""


@dataclass(frozen=True)
class Method:
    """One way to find where a network looked.

    Attributes
    ----------
    id : str
        Name on the command line.
    title : str
        Name in its publication.
    summary : str
        How it works, in one sentence.
    reference : str
        Where it was published, with its arXiv number or DOI.
    unit : str
        What the numbers in a map are.
    needs : tuple of :data:`Need`
        What it is computed from, in the order in which ``evidence`` takes them.
    evidence : callable
        Turns these into maps, float32 of shape (N, h, w), or (h, w) where it is given one picture after the other:
        positive where the picture speaks for the class, negative where it speaks against it.
    asks_class : bool
        Whether maps for two classes differ.
    signed : bool
        Whether the numbers know for from against; else they say how much a place matters, either way.
    cost : str
        How often the network is asked about one picture.
    warning : str
        What to know before one believes it, in Markdown; empty for most.
    adds_up : str
        What all the numbers of a map add up to, where they do.
    coloured : str
        What is coloured by one that asks for no class.
    """

    id: str
    title: str
    summary: str
    reference: str
    unit: str
    needs: tuple[Need, ...]
    evidence: Callable[..., Arrays]
    asks_class: bool = True
    signed: bool = True
    cost: str = "one pass and its gradient"
    warning: str = ""
    adds_up: str = ""
    coloured: str = "what stands out most"

    @property
    def at_layer(self) -> bool:
        """Whether the cells of its maps are those of a layer, which can be chosen."""
        return "features" in self.needs

    @property
    def at_patches(self) -> bool:
        """Whether the cells of its maps are the patches whose tokens attend to one another."""
        return "attention" in self.needs

    @property
    def at_pixels(self) -> bool:
        """Whether the cells of its maps are the pixels themselves."""
        return not self.at_layer and not self.at_patches

    @property
    def cells(self) -> str:
        """What its cells are, where they are none of a layer."""
        return "patches" if self.at_patches else "pixels"

    @property
    def one_by_one(self) -> bool:
        """Whether it is given one picture after the other."""
        return not OF_ALL.issuperset(self.needs)
