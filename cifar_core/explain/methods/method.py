"""What is known of a method of explanation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Need = Literal["features", "gradients"]
"""What a method is computed from, float32 of shape (N, h, w, K): the output of a layer, K maps for each picture; and
the derivative of the scored class's **logit** with respect to it. (Of a softmax output the derivative would vanish
wherever the network is sure.)"""


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
    needs : tuple of {"features", "gradients"}
        What it is computed from, in the order in which ``evidence`` takes them.
    evidence : callable
        Turns these arrays into maps, float32 of shape (N, h, w): positive where the picture speaks for the class,
        negative where it speaks against it.
    asks_class : bool
        Whether maps for two classes differ.
    """

    id: str
    title: str
    summary: str
    reference: str
    unit: str
    needs: tuple[Need, ...]
    evidence: Callable[..., NDArray[np.float32]]
    asks_class: bool = True
