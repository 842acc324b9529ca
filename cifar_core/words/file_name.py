"""Names of files that people download."""

import re

from cifar_core.names import visible

MOST = 100
"""Characters of a name without its ending."""


def file_stem(words: str) -> str:
    """Return a name for a file, without its ending: names of classes and runs may hold what a file name must not.

    Parameters
    ----------
    words : str
        What the file holds.

    Examples
    --------
    >>> file_stem("Confusion matrix of cat/dog"), file_stem("../…")
    ('Confusion_matrix_of_cat_dog', 'download')
    """
    return re.sub(r"[^\w.-]+", "_", visible(words, MOST)).strip("._-") or "download"
