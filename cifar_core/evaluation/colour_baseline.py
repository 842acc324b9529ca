"""How far colour alone gets: a linear classifier on colour histograms, the honest baseline of “it goes by colour”."""

import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.data.derived import Arrays, DerivedArrays
from cifar_core.errors import DataError
from cifar_core.evaluation.predictions import Predictions

TRAINED_ON, VALIDATED_ON = 20_000, 10_000
"""Training pictures, at most, on which it learns while it is chosen, and on which the choice is made. Then it learns
once more on both."""

CANDIDATES = ((4, 1.0), (8, 0.1), (8, 1.0))
"""Parts into which each of red, green and blue is divided, and C of the logistic regression (small is cautious)."""

_STEPS = 60
_LEAST = 1e-7  # probability of a class that it never saw
_PICTURES_AT_ONCE = 500
_SEED = 0
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, eq=False)
class ColourBaseline:
    """What a classifier that sees only how much there is of each colour, and not where, says of the test pictures.

    Attributes
    ----------
    predictions : Predictions
        Of all test pictures, in their order; the logits are logarithms of probabilities.
    bins : int
        Parts of each channel; the histogram has bins³ colours.
    strength : float
        C of the logistic regression.
    trained_on : int
        Training pictures that it learnt from.
    validated_on : int
        Of these, those on which bins and C were chosen; 0 where there were too few to choose.
    validation_accuracy : float
        On them, before it learnt from them too; NaN for none.
    """

    predictions: Predictions
    bins: int
    strength: float
    trained_on: int
    validated_on: int
    validation_accuracy: float


def colour_baseline(dataset: Dataset, cache_dir: Path) -> ColourBaseline:
    """Train the classifier, or read from the cache what it said.

    Logistic regression on the square roots of the shares of bins³ colours (Hellinger). Bins and C are chosen on a part
    of the training pictures; the test pictures are read once, at the end. CIFAR-10 takes ten seconds.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the file in the cache.
    cache_dir : Path
        ``Settings.cache_dir``.

    Raises
    ------
    DataError
        There are no training pictures, or no test pictures.

    References
    ----------
    Colour histograms: M. J. Swain, D. H. Ballard, "Color indexing", International Journal of Computer Vision 7 (1991),
    doi:10.1007/BF00130487. Their square roots: A. Vedaldi, A. Zisserman, "Efficient additive kernels via explicit
    feature maps", IEEE TPAMI 34 (2012), doi:10.1109/TPAMI.2011.153.
    """
    if not len(dataset.train) or not len(dataset.test):
        raise DataError("How far colour alone gets can be told where there are training and test pictures.")
    with _ONE_AT_A_TIME:  # A class that asks together waits for one training.
        found = _kept(dataset, cache_dir).stored_or(lambda: _train(dataset))
    return _read(dataset, found)


def known_baseline(dataset: Dataset, cache_dir: Path) -> ColourBaseline | None:
    """Return what the classifier said, if it was trained on these pictures before.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the file in the cache.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    found = _kept(dataset, cache_dir).stored()
    return None if found is None else _read(dataset, found)


def colour_shares(images: NDArray[np.uint8], bins: int) -> NDArray[np.float32]:
    """Count which share of each picture has each colour.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    bins : int
        Parts of equal width of each channel, a divisor of 256.

    Returns
    -------
    ndarray of float32, shape (N, bins³)
        Red counts slowest, blue fastest; each row sums to 1.
    """
    colours = bins**3
    shares = np.empty((len(images), colours), np.float32)
    for start in range(0, len(images), _PICTURES_AT_ONCE):
        part = (images[start : start + _PICTURES_AT_ONCE] // (256 // bins)).astype(np.int64)
        code = ((part[..., 0] * bins + part[..., 1]) * bins + part[..., 2]).reshape(len(part), -1)
        code += np.arange(len(part))[:, None] * colours
        counts = np.bincount(code.ravel(), minlength=len(part) * colours).reshape(len(part), colours)
        shares[start : start + _PICTURES_AT_ONCE] = counts / max(1, code.shape[1])
    return shares


def _train(dataset: Dataset) -> Arrays:
    drawn = np.random.default_rng(_SEED).permutation(len(dataset.train))[: TRAINED_ON + VALIDATED_ON]
    images, labels = np.asarray(dataset.train.images[drawn]), dataset.train.labels[drawn]
    features = {bins: _features(images, bins) for bins in {bins for bins, _ in CANDIDATES}}
    classes = len(dataset.class_names)
    validated = len(drawn) * VALIDATED_ON // (TRAINED_ON + VALIDATED_ON)
    learn = slice(validated, None)
    bins, strength, reached = *CANDIDATES[-1], float("nan")
    if validated:
        tried = []
        for candidate in CANDIDATES:
            known = features[candidate[0]]
            said = _classify(known[learn], labels[learn], known[:validated], candidate[1], classes)
            tried.append((float((said.argmax(axis=1) == labels[:validated]).mean()), candidate))
        reached, (bins, strength) = max(tried, key=lambda each: each[0])
    asked = _features(dataset.test.images, bins)
    logits = _classify(features[bins], labels, asked, strength, classes)
    return {"logits": logits, "made": np.array([bins, strength, len(drawn), validated, reached])}


def _features(images: NDArray[np.uint8], bins: int) -> NDArray[np.float32]:
    return np.sqrt(colour_shares(images, bins))


def _classify(
    known: NDArray[np.float32],
    labels: NDArray[np.int64],
    asked: NDArray[np.float32],
    strength: float,
    classes: int,
) -> NDArray[np.float32]:
    """Return the logarithms of probabilities of each class for what is asked, shape (M, classes)."""
    seen = np.unique(labels)
    probabilities = np.zeros((len(asked), classes))
    if len(seen) == 1:
        probabilities[:, seen] = 1
    else:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression  # takes two seconds to import
        from threadpoolctl import threadpool_limits

        model = LogisticRegression(C=strength, max_iter=_STEPS)
        # The matrices are so small that more threads only wait for one another.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore", ConvergenceWarning)  # so many steps are what it is given
            model.fit(known, labels)
        probabilities[:, seen] = model.predict_proba(asked)
    return np.log(np.maximum(probabilities, _LEAST)).astype(np.float32)


def _kept(dataset: Dataset, cache_dir: Path) -> DerivedArrays:
    shapes = {"logits": (len(dataset.test), len(dataset.class_names)), "made": (5,)}
    return DerivedArrays(dataset, "both", "colour-baseline", shapes, cache_dir)


def _read(dataset: Dataset, found: Arrays) -> ColourBaseline:
    bins, strength, trained, validated, reached = found["made"].tolist()
    labels = np.asarray(dataset.test.labels, np.int64)
    predictions = Predictions(found["logits"], labels, np.arange(len(labels)))
    return ColourBaseline(predictions, int(bins), strength, int(trained), int(validated), reached)
