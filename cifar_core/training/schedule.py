"""The learning rate of every step, as one array: what a schedule is can be read and drawn without training.

References
----------
Smith & Topin 2018, “Super-Convergence”, arXiv:1708.07120 (one cycle); Loshchilov & Hutter 2017, “SGDR”,
arXiv:1608.03983 (cosine).
"""

import numpy as np
from numpy.typing import NDArray

from cifar_core.recipes.config import Recipe

ONE_CYCLE_RISE = 0.3
"""Share of a one-cycle training in which the learning rate rises."""
ONE_CYCLE_START = 1 / 25
"""Learning rate of the first step of a one-cycle training, as a share of the highest."""


def learning_rates(recipe: Recipe, steps_per_epoch: int) -> NDArray[np.float32]:
    """Return the learning rate of each step of a training.

    Parameters
    ----------
    recipe : Recipe
        Its ``schedule``, highest ``learning_rate`` and ``epochs``.
    steps_per_epoch : int
        1 or more.

    Returns
    -------
    ndarray of float32, shape (epochs × steps_per_epoch,)
    """
    schedule, steps = recipe.schedule, recipe.epochs * steps_per_epoch
    warmup = min(round(schedule.warmup_epochs * steps_per_epoch), steps)
    if schedule.kind == "stages":
        starts = np.cumsum([stage.epochs for stage in schedule.stages]) * steps_per_epoch
        rates = np.array([stage.learning_rate for stage in schedule.stages])
        # Beyond the last stage its rate stays.
        factors = rates[np.minimum(np.searchsorted(starts, np.arange(steps), side="right"), len(rates) - 1)]
        factors = factors / recipe.learning_rate
    elif schedule.kind == "one_cycle":
        rise = round(ONE_CYCLE_RISE * steps)
        factors = np.concatenate(
            [_cosine(ONE_CYCLE_START, 1.0, rise), _cosine(1.0, schedule.final_share, steps - rise)]
        )
    else:
        falling = steps - warmup
        shapes = {
            "constant": np.ones(falling),
            "linear": 1.0 - (1.0 - schedule.final_share) * _progress(falling),
            "cosine": _cosine(1.0, schedule.final_share, falling),
        }
        factors = np.concatenate([np.ones(warmup), shapes[schedule.kind]])
    # The first step of a warm-up is not wasted on a rate of zero.
    factors[:warmup] *= np.arange(1, warmup + 1) / max(1, warmup)
    return (recipe.learning_rate * factors).astype(np.float32)


def _progress(steps: int) -> NDArray[np.float64]:
    """From 0 at the first step to just below 1 at the last: the step after it would be at the end."""
    return np.arange(steps) / max(1, steps)


def _cosine(start: float, end: float, steps: int) -> NDArray[np.float64]:
    return end + (start - end) * (1.0 + np.cos(np.pi * _progress(steps))) / 2.0
