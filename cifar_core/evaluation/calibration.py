"""Calibration: whether a network is right as often as it is sure."""

from dataclasses import dataclass
from math import exp
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.cross_entropy import cross_entropies
from cifar_core.evaluation.predictions import Predictions

BINS = 15
"""As many as in the papers that compare networks by their calibration error."""

Binning = Literal["width", "mass"]

COLDEST, HOTTEST = 0.05, 20.0
"""Between which temperatures the best one is looked for."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often a network was right, by how sure it was.

    All arrays have shape (B,), a value for each bin that holds a picture.

    Attributes
    ----------
    low, high : ndarray of float64
        Ends of the bin; a confidence equal to ``high`` belongs to it.
    count : ndarray of int64
        Pictures in it.
    confidence : ndarray of float64
        Their mean confidence.
    accuracy : ndarray of float64
        The share of them that the network got right.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @classmethod
    def of(cls, predictions: Predictions, *, bins: int = BINS, equal: Binning = "width") -> "Reliability":
        """Sort the pictures into bins by the confidence of the predicted class.

        Parameters
        ----------
        predictions : Predictions
            Of any pictures.
        bins : int
            How many, at least 1.
        equal : {"width", "mass"}
            Bins of equal width between 0 and 1, or of equally many pictures (quantiles).
        """
        confidence = predictions.confidence
        edges = np.linspace(0.0, 1.0, bins + 1)
        if equal == "mass" and len(confidence):
            edges = np.quantile(confidence, edges)
        # Rounding must not leave the largest outside.
        place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
        count = np.bincount(place, minlength=bins)
        filled = count > 0
        held = np.maximum(count, 1)
        return cls(
            low=edges[:-1][filled],
            high=edges[1:][filled],
            count=count[filled],
            confidence=(np.bincount(place, confidence, bins) / held)[filled],
            accuracy=(np.bincount(place, predictions.correct, bins) / held)[filled],
        )

    @property
    def error(self) -> float:
        """Expected calibration error (ECE), between 0 and 1; NaN without pictures.

        The mean distance between accuracy and confidence, each bin weighed by its pictures.

        References
        ----------
        M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
        AAAI 2015. C. Guo et al., "On calibration of modern neural networks", ICML 2017, arXiv:1706.04599.
        """
        if not len(self.count):
            return float("nan")
        return float(np.average(np.abs(self.accuracy - self.confidence), weights=self.count))

    @property
    def tendency(self) -> float:
        """Mean confidence minus accuracy, between −1 and 1: above 0 where the network is too sure of itself."""
        if not len(self.count):
            return float("nan")
        return float(np.average(self.confidence - self.accuracy, weights=self.count))


def brier_score(predictions: Predictions) -> float:
    """Return the mean squared distance between the probabilities and the truth, from 0 to 2; NaN without pictures.

    References
    ----------
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950),
    doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    if not len(predictions):
        return float("nan")
    apart = predictions.probabilities.copy()
    apart[np.arange(len(predictions)), predictions.labels] -= 1.0
    return float(np.square(apart).sum(axis=1).mean())


def with_temperature(predictions: Predictions, temperature: float) -> Predictions:
    """Return the predictions with all logits divided by a temperature: softer above 1, sharper below.

    What is predicted stays the same.

    Parameters
    ----------
    predictions : Predictions
        Of any pictures.
    temperature : float
        Above 0.
    """
    logits = (predictions.logits / temperature).astype(np.float32)
    return Predictions(logits, predictions.labels, predictions.indices)


def fit_temperature(validation: Predictions) -> float:
    """Find the temperature at which validation pictures get the least cross-entropy.

    It must not be fitted on the pictures on which calibration is judged afterwards.

    Parameters
    ----------
    validation : Predictions
        At least one picture.

    Returns
    -------
    float
        Between 0.05 and 20; where every picture is right the smallest, for no confidence is then too high.

    References
    ----------
    C. Guo et al., "On calibration of modern neural networks", ICML 2017, arXiv:1706.04599.
    """
    from scipy.optimize import minimize_scalar  # half a second, and only this tab needs it

    def loss(log_temperature: float) -> float:
        return float(cross_entropies(with_temperature(validation, exp(log_temperature))).mean())

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(exp(found.x))


def accuracy_by_coverage(predictions: Predictions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how accurate a network is on the share of pictures that it is most sure of.

    Parameters
    ----------
    predictions : Predictions
        Of N pictures.

    Returns
    -------
    coverage : ndarray of float64, shape (K,)
        Shares from above 0 to 1; one for each different confidence, for pictures of one confidence are taken together.
    accuracy : ndarray of float64, shape (K,)
        On these pictures.

    References
    ----------
    Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017, arXiv:1705.08500.
    """
    order = np.argsort(-predictions.confidence, kind="stable")
    sorted_confidence, right = predictions.confidence[order], np.cumsum(predictions.correct[order])
    last = np.flatnonzero(np.diff(sorted_confidence, append=-1.0))
    taken = last + 1
    return taken / max(1, len(predictions)), right[last] / taken
