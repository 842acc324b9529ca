"""What of a network's answer is explained: the number whose gradient a heat map is made of."""

from typing import Literal, get_args

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
