"""Attention rollout: where what the answer is read from has come from, if attention alone carries it."""

from collections.abc import Callable, Sequence

import numpy as np

from cifar_core.explain.methods.method import Arrays, Method


def roll_out(attention: Sequence[Arrays], read: Arrays, lay_out: Callable[[Arrays], Arrays]) -> Arrays:
    """Follow attention from the tokens that the answer is read from back to the patches.

    Parameters
    ----------
    attention : sequence of ndarray of float32, each of shape (heads, T, T)
        Of each block how much of each token goes into each.
    read : ndarray of float32, shape (T,)
        What each token counts behind the last block: a class token all, or each the same where their mean is taken.
    lay_out : callable
        From tokens to patches.

    Returns
    -------
    ndarray of float32, shape (h, w)
        The share of each patch; with that of a class token they add up to 1. At each block half of each token stays
        where it is, which stands for the shortcut around it.

    References
    ----------
    S. Abnar and W. Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020, arXiv:2005.00928, equation 1.
    """
    share = read
    for weights in reversed(attention):
        share = (share + share @ weights.mean(axis=0)) / 2
    return lay_out(np.asarray(share, np.float32))


ROLLOUT = Method(
    id="rollout",
    title="Attention rollout",
    summary="Multiplies the attention of all blocks: from which patches came what the answer is read from.",
    reference="Abnar and Zuidema 2020, arXiv:2005.00928",
    unit="share of the attention",
    needs=("attention", "read", "lay_out"),
    evidence=roll_out,
    asks_class=False,
    signed=False,
    coloured="which patches the attention of all blocks leads to",
)
