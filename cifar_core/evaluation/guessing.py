"""What guessing reaches: a network that is no better has learned nothing."""

from math import log

_LITTLE = 0.2
"""Part of the accuracy of guessing by which chance may exceed it …"""
_AT_MOST = 0.02
"""… and part of the way from there to 100%: of two classes a fifth more than a half would be 60%."""


def guesses(accuracy: float, classes: int) -> bool:
    """Whether an accuracy is no better than that of guessing among all classes.

    Parameters
    ----------
    accuracy : float
        0 to 1.
    classes : int
        How many there are, equally frequent; with less than two there is nothing to guess.

    Examples
    --------
    >>> guesses(0.11, 10), guesses(0.13, 10), guesses(0.55, 2)
    (True, False, False)
    """
    if classes < 2:
        return False
    chance = 1 / classes
    return accuracy <= chance + min(_LITTLE * chance, _AT_MOST * (1 - chance))


def guesses_by_loss(loss: float, classes: int) -> bool:
    """Whether a cross-entropy is no lower than that of equal probabilities for all classes, log C.

    Parameters
    ----------
    loss : float
        In nats.
    classes : int
        C; with less than two there is nothing to guess.

    Examples
    --------
    >>> guesses_by_loss(2.3, 10), guesses_by_loss(2.2, 10)
    (True, False)
    """
    return classes >= 2 and loss >= (1 - _AT_MOST) * log(classes)
