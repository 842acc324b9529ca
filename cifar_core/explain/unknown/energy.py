"""The energy of a network's answer: high where no class has a high logit."""

import numpy as np
from numpy.typing import NDArray

TEMPERATURE = 1.0
"""As in the paper, which finds nothing to gain from another one."""

FALSE_ALARMS = 0.05
"""Of the validation pictures so many are called unlike, by the choice of the threshold."""


def energies(logits: NDArray[np.float32], temperature: float = TEMPERATURE) -> NDArray[np.float64]:
    """Return −T · log Σ exp(logit / T) of each picture: the higher, the more unlike what the network has learnt from.

    The softmax only knows how far the logits are apart. The energy knows how high they are, too: it is minus the
    highest logit, nearly. Logits of which something was subtracted have another energy.

    Parameters
    ----------
    logits : ndarray of float, shape (N, classes)
        Outputs before the softmax, as the network gives them.
    temperature : float
        T, ``> 0``.

    Returns
    -------
    ndarray of float64, shape (N,)
        Finite where the logits are.

    References
    ----------
    W. Liu et al., "Energy-based Out-of-distribution Detection", NeurIPS 2020, arXiv:2010.03759, equation 4.

    Examples
    --------
    >>> energies(np.log([[1.0, 2.0, 5.0]])).round(6) == -np.log(8).round(6)
    array([ True])
    """
    scaled = np.asarray(logits, np.float64) / temperature
    highest = scaled.max(axis=1)
    return np.asarray(-temperature * (highest + np.log(np.exp(scaled - highest[:, None]).sum(axis=1))))
