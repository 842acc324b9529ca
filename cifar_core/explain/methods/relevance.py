"""Attention relevance: rollout in which attention counts as far as the class's score grows with it."""

from collections.abc import Callable, Sequence

import numpy as np

from cifar_core.explain.methods.method import Arrays, Method


def relevance(
    attention: Sequence[Arrays],
    attention_gradients: Sequence[Arrays],
    read: Arrays,
    lay_out: Callable[[Arrays], Arrays],
) -> Arrays:
    """Weigh the attention of each block by its gradient, and follow it back to the patches.

    Parameters
    ----------
    attention : sequence of ndarray of float32, each of shape (heads, T, T)
        Of each block how much of each token goes into each.
    attention_gradients : sequence of ndarray of float32
        Derivatives of the score with respect to ``attention``, of the same shapes.
    read : ndarray of float32, shape (T,)
        What each token counts behind the last block.
    lay_out : callable
        From tokens to patches.

    Returns
    -------
    ndarray of float32, shape (h, w)
        Never negative. The identity with which the publication begins is taken off again in the end: it adds the same
        to all patches where their mean is read, and nothing where a class token is.

    References
    ----------
    H. Chefer, S. Gur and L. Wolf, "Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder
    Transformers", ICCV 2021, arXiv:2103.15679, equations 5 and 6.
    """
    relevant = read
    for weights, gradients in zip(reversed(attention), reversed(attention_gradients), strict=True):
        relevant = relevant + relevant @ np.maximum(weights * gradients, 0).mean(axis=0)
    return lay_out(np.asarray(relevant - read, np.float32))


RELEVANCE = Method(
    id="attention-relevance",
    title="Attention relevance",
    summary="Rollout in which attention counts as far as the class's score grows with it, head by head.",
    reference="Chefer et al. 2021, arXiv:2103.15679",
    unit="attention times its gradient, through all blocks",
    needs=("attention", "attention_gradients", "read", "lay_out"),
    evidence=relevance,
)
