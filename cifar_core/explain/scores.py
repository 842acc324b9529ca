"""What of a network's answer is explained: the number whose gradient a heat map is made of."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Score = Literal["logit", "margin", "log_probability"]
"""The class's logit z; z minus that of another class; or the logarithm of its probability.

With a softmax of few classes the logit alone can say nothing where the network is sure: the answer may come from what
speaks against the others. The derivative of the probability itself would vanish there.
"""

SCORES: tuple[Score, ...] = get_args(Score)

SCORE_TITLES: dict[Score, str] = {
    "logit": "the class alone (logit)",
    "margin": "the class against another (margin)",
    "log_probability": "its probability (logarithm)",
}
"""What a page calls them."""


def score_logits(
    logits: NDArray[np.float32], chosen: int, other: int, score: Score = "logit"
) -> NDArray[np.float32]:
    """Score one class in many answers; what the backends differentiate, from logits that are there already.

    Parameters
    ----------
    logits : ndarray of float32, shape (M, classes)
        Answers of a network.
    chosen, other : int
        The class that is scored, and the one that a margin is taken to.
    score : {"logit", "margin", "log_probability"}
        What of the class is scored.

    Returns
    -------
    ndarray of float32, shape (M,)
    """
    scored = logits[:, chosen]
    if score == "margin":
        scored = scored - logits[:, other]
    elif score == "log_probability":
        highest = logits.max(axis=1)
        scored = scored - highest - np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return np.asarray(scored, np.float32)


def score_weights(
    logits: NDArray[np.float32], chosen: int, other: int, score: Score = "logit"
) -> NDArray[np.float32]:
    """Return the derivative of the score of one class with respect to the logits of one answer.

    Parameters
    ----------
    logits : ndarray of float32, shape (classes,)
        One answer of a network.
    chosen, other : int
        The class that is scored, and the one that a margin is taken to.
    score : {"logit", "margin", "log_probability"}
        What of the class is scored.

    Returns
    -------
    ndarray of float32, shape (classes,)
    """
    weights = np.zeros_like(logits)
    weights[chosen] = 1
    if score == "margin":
        weights[other] -= 1
    elif score == "log_probability":
        shares = np.exp(logits - logits.max())
        weights -= shares / shares.sum()
    return weights
